//! The frame of the page, rendered to HTML.

use std::rc::Rc;

use yew::prelude::*;

use super::action::Messages;
use super::form::{TextField, TextFieldProps};
use super::header::{Choice, Header, HeaderProps};
use super::palette::{Palette, PaletteProps};
use super::rendered::{give, has, html, lacks, orders};
use super::theme::Theme;
use super::transport::{Line, Transport, TransportProps};
use crate::session::Session;

async fn transport(session: &Session) -> String {
    let timeline = session.timeline();
    let line = Line { end: session.end(), marks: timeline.marks.clone(), lag: timeline.lag.clone() };
    let (now, is_playing, speed) = (session.now(), session.is_playing(), session.speed());
    html::<Transport>(TransportProps { now, is_playing, speed, line: Rc::new(line) }).await
}

#[tokio::test]
async fn the_palette_names_its_buttons_for_what_they_add() {
    let props = PaletteProps { on_drag: Callback::noop(), on_drop: Callback::noop() };
    let html = html::<Palette>(props).await;
    has(
        &html,
        &[
            "</svg>Producer</button>",
            "</svg>Topic</button>",
            "</svg>Consumer group</button>",
            "</svg>Consumer</button>",
        ],
    );
}

#[tokio::test]
async fn the_transport_has_the_names_that_scripts_hold_on_to() {
    let mut session = orders();
    let playing = transport(&session).await;
    has(
        &playing,
        &[r#"aria-label="Pause""#, r#"aria-label="Step""#, r#"aria-label="Step back""#, r#"aria-label="Speed""#],
    );
    has(&playing, &[r#"aria-label="Time""#, r#"value="20000""#, "0:20.000", "1 s here = 500 ms there"]);
    session.pause();
    let paused = transport(&session).await;
    has(&paused, &[r#"aria-label="Play""#]);
    lacks(&paused, &[r#"aria-label="Pause""#]);
}

#[tokio::test]
async fn the_time_line_marks_a_kill_and_keeps_the_mark_after_going_back() {
    let mut session = orders();
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    session.seek(crate::kernel::Time::from_secs(10)).expect("no command is refused");
    has(&transport(&session).await, &["mark-fault", "inventory-2 killed", "Lag of inventory"]);
}

#[tokio::test]
async fn the_header_shows_what_runs_even_if_the_catalogue_has_not_got_it() {
    let choice = |name: &str, title: &str| Choice { name: name.into(), title: title.into() };
    let props = |scenario| HeaderProps {
        scenario,
        catalog: vec![choice("orders", "Orders fan-out")],
        theme: Theme::Dark,
        messages: Messages::Shown,
    };
    let listed = html::<Header>(props(choice("orders", "Orders fan-out"))).await;
    assert_eq!(listed.matches("Orders fan-out").count(), 1);
    has(&listed, &[r#"aria-checked="true""#, r#"aria-label="Keyboard shortcuts""#]);
    let own = html::<Header>(props(choice("mine", "My own"))).await;
    has(&own, &["My own", "Orders fan-out"]);
}

#[tokio::test]
async fn the_message_of_a_field_is_tied_to_it_and_what_was_typed_stays() {
    let props = TextFieldProps {
        id: "partitions".into(),
        label: "Partitions".into(),
        value: "10,001".into(),
        on_input: Callback::noop(),
        on_done: Callback::noop(),
        error: Some("10001 is not between 1 and 10000".into()),
        doc: None,
        placeholder: None,
        input_mode: None,
        class: Classes::new(),
    };
    let html = html::<TextField>(props).await;
    has(&html, &[r#"value="10,001""#, r#"aria-invalid="true""#, r#"aria-describedby="partitions-error""#]);
    has(&html, &[r#"id="partitions-error""#, "not between 1 and 10000"]);
}
