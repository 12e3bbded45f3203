//! The clock of a client's machine: what it makes of the time, and how it is set wrong.

use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::Name;
use crate::ui::action::Action;
use crate::ui::form::{Choice, Chooser};
use crate::view::clock::{ClockCard, clock_words};

/// Speeds to choose from, in millionths off, and what they are called.
const SPEEDS: [(i32, &str); 7] = [
    (0, "as it should"),
    (500, "500 ppm fast"),
    (100_000, "10 % fast"),
    (1_000_000, "twice as fast"),
    (-100_000, "10 % slow"),
    (-500_000, "half as fast"),
    (-950_000, "a twentieth as fast"),
];

/// How far ahead it can be set, in milliseconds.
const AHEAD: [(i64, &str); 7] = [
    (0, "what it is"),
    (1_000, "1 s too much"),
    (60_000, "1 minute too much"),
    (3_600_000, "1 hour too much"),
    (-1_000, "1 s too little"),
    (-60_000, "1 minute too little"),
    (-3_600_000, "1 hour too little"),
];

/// Choosing one gives the command; the other stays as it was set.
pub fn clock_section(client: &Name, card: ClockCard, dispatch: &Callback<Action>) -> Html {
    let ClockCard { drift_ppm, ahead_ms, off_us } = card;
    let give = move |client: &Name, drift_ppm: i32, ahead_ms: i64| {
        Action::Do(Command::SetClock { client: client.clone(), drift_ppm, ahead_ms })
    };
    let (of_speed, of_setting) = ((client.clone(), dispatch.clone()), (client.clone(), dispatch.clone()));
    let on_speed = move |chosen: String| of_speed.1.emit(give(&of_speed.0, chosen.parse().unwrap_or(0), ahead_ms));
    let on_setting =
        move |chosen: String| of_setting.1.emit(give(&of_setting.0, drift_ppm, chosen.parse().unwrap_or(0)));
    let speeds = choices(&SPEEDS, drift_ppm, clock_words(drift_ppm, 0));
    let settings = choices(&AHEAD, ahead_ms, clock_words(0, ahead_ms));
    html! {
        <section>
            <h3>{ "Clock" }</h3>
            <Chooser
                id="clock-speed" label="It runs" value={drift_ppm.to_string()} choices={speeds} on_choose={on_speed}
                doc="Timeouts and intervals that the client measures by itself last as long as its clock says."
            />
            <Chooser
                id="clock-ahead" label="It shows" value={ahead_ms.to_string()} choices={settings} on_choose={on_setting}
                doc="A producer stamps records with it: retention, compaction and offsets by time go by that."
            />
            if off_us != 0 { <p class="muted small">{ format!("Right now it {}.", clock_words(0, off_us / 1_000)) }</p> }
        </section>
    }
}

/// With what it is now, if that is none of them.
fn choices<T: Copy + PartialEq + ToString>(named: &[(T, &'static str)], now: T, words: String) -> Vec<Choice> {
    let mut choices: Vec<Choice> = named.iter().map(|(value, name)| Choice::new(value.to_string(), *name)).collect();
    if named.iter().all(|(value, _)| *value != now) {
        choices.push(Choice::new(now.to_string(), words));
    }
    choices
}
