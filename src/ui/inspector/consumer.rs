//! One consumer: whether it lives, what burns, what it reads and how far.

use std::rc::Rc;

use yew::prelude::*;

use super::clock::clock_section;
use super::consumer_actions::ConsumerActions;
use super::subject::{ConsumerSubject, Position, delay_text};
use crate::engine::command::Command;
use crate::ui::action::{Action, sends, use_dispatch};
use crate::ui::form::{Choice, Chooser};
use crate::ui::number::{grouped, grouped_or_dash, tenths};
use crate::view::stage::{Fuse, Life};
use crate::view::why::Question;

#[derive(Clone, PartialEq, Properties)]
pub struct ConsumerPanelProps {
    pub consumer: Rc<ConsumerSubject>,
}

#[component]
pub fn ConsumerPanel(props: &ConsumerPanelProps) -> Html {
    let ConsumerSubject { card, group, group_label, .. } = &*props.consumer;
    let dispatch = use_dispatch();
    let to_group = {
        let (group, dispatch) = (group.clone(), dispatch.clone());
        move |_| dispatch.emit(Action::Select(Some(group.clone())))
    };
    html! {
        <>
            <div class="row wrap">
                <span class={classes!("chip", tone(card.life))}>{ life_sentence(&props.consumer) }</span>
                <span class="small">{ "of " }<button class="link" type="button" onclick={to_group}>{ group_label }</button></span>
            </div>
            if let Some(problem) = &card.problem { <p class="problem">{ problem }</p> }
            <ConsumerActions consumer={card.id.clone()} life={card.life} />
            <Fuses session={card.session} poll={card.poll} />
            <Assignment consumer={props.consumer.clone()} />
            <Work consumer={props.consumer.clone()} />
            { clock_section(&card.id, props.consumer.clock, &dispatch) }
        </>
    }
}

fn tone(life: Life) -> &'static str {
    match life {
        Life::Running => "ok",
        Life::Hung(_) => "warn",
        Life::Killed(_) | Life::Left(_) => "bad",
    }
}

fn life_sentence(consumer: &ConsumerSubject) -> String {
    let ago = |since| tenths(consumer.now.since(since));
    match consumer.card.life {
        Life::Running => consumer.card.phase.to_owned(),
        Life::Killed(since) => format!("killed {} ago", ago(since)),
        Life::Hung(since) => format!("hangs since {}", ago(since)),
        Life::Left(since) => format!("left {} ago", ago(since)),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FusesProps {
    session: Option<Fuse>,
    poll: Option<Fuse>,
}

#[component]
fn Fuses(props: &FusesProps) -> Html {
    let fuse = |name: &'static str, doc: &'static str, fuse: Option<Fuse>| {
        let Some(Fuse { left, of }) = fuse else { return Html::default() };
        html! {
            <div class="fuse-row" title={doc}>
                <span class="mono small">{ name }</span>
                <meter min="0" max={of.as_millis().to_string()} value={left.as_millis().to_string()} low={(of.as_millis() / 3).to_string()} aria-label={name} />
                <span class="small muted">{ format!("{left} of {of}") }</span>
            </div>
        }
    };
    html! {
        <div class="stack">
            { fuse("session.timeout.ms", "At the coordinator: burns while no heartbeat comes", props.session) }
            { fuse("max.poll.interval.ms", "In the client: burns while poll() is not called", props.poll) }
        </div>
    }
}

#[component]
fn Assignment(props: &ConsumerPanelProps) -> Html {
    let positions = &props.consumer.positions;
    let dispatch = use_dispatch();
    let row = |position: &Position| {
        let (group, partition) = (props.consumer.group.clone(), position.partition.clone());
        let why = sends(&dispatch, Action::Ask(Question::Owner { group, partition }));
        html! {
            <tr key={position.partition.to_string()}>
                <td>{ position.partition.to_string() }</td>
                <td class="number">{ grouped_or_dash(position.position) }</td>
                <td class="number">{ grouped_or_dash(position.committed) }</td>
                <td class="number">{ grouped(position.log_end) }</td>
                <td><button class="link" type="button" aria-label={format!("Why does it read {}?", position.partition)} onclick={why}>{ "why?" }</button></td>
            </tr>
        }
    };
    html! {
        <section>
            <h3>{ "Assignment" }</h3>
            if positions.is_empty() {
                <p class="faint">{ "No partition." }</p>
            } else {
                <table>
                    <thead><tr><th scope="col">{ "PARTITION" }</th><th scope="col">{ "POSITION" }</th><th scope="col">{ "COMMITTED" }</th><th scope="col">{ "LOG END" }</th><td></td></tr></thead>
                    <tbody>{ for positions.iter().map(row) }</tbody>
                </table>
                <p class="field-doc">{ "poll() goes on from the position; a restart goes on from the commit." }</p>
            }
        </section>
    }
}

/// How long a record takes here.
#[component]
fn Work(props: &ConsumerPanelProps) -> Html {
    let ConsumerSubject { card, config, .. } = &*props.consumer;
    let dispatch = use_dispatch();
    let consumer = card.id.clone();
    let on_choose = move |chosen: String| {
        let percent = chosen.parse().unwrap_or(100);
        dispatch.emit(Action::Do(Command::SlowDown { consumer: consumer.clone(), percent }));
    };
    let named = [
        (100, "normal"),
        (200, "2 × as long"),
        (500, "5 × as long"),
        (1_000, "10 × as long"),
        (10_000, "100 × as long"),
        (50, "half as long"),
    ];
    let mut choices: Vec<Choice> =
        named.iter().map(|(percent, name)| Choice::new(percent.to_string(), *name)).collect();
    if named.iter().all(|(percent, _)| *percent != card.slowed_percent) {
        choices.push(Choice::new(card.slowed_percent.to_string(), format!("{} %", card.slowed_percent)));
    }
    let doc = format!("The group's service time is {} a record.", delay_text(&config.service_time));
    html! {
        <section>
            <h3>{ "Work" }</h3>
            if let Some(hand) = &card.in_hand {
                <p>{ format!("Processing {} offset {}", hand.partition, grouped(hand.offset)) }
                    if let Some(key) = &hand.key { <span class="muted">{ format!(", key {key}") }</span> }
                </p>
            }
            <p class="muted small">{ format!("{}/s processed, {} fetched and waiting", grouped(card.rate), grouped(card.buffered)) }</p>
            <Chooser id="slow-down" label="A record takes" value={card.slowed_percent.to_string()} {choices} {on_choose} doc={AttrValue::from(doc)} />
        </section>
    }
}
