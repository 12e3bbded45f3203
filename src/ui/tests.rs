//! The frame of the page, rendered to HTML.

use std::rc::Rc;

use yew::prelude::*;

use super::action::Messages;
use super::dialog::{BrokenLink, BrokenLinkProps, CompareDialog, CompareProps, Compared, Course, Finding};
use super::form::{TextField, TextFieldProps};
use super::header::{Choice, Header, HeaderProps};
use super::palette::{Palette, PaletteProps};
use super::rendered::{give, has, html, lacks, orders};
use super::theme::Theme;
use super::transport::{Line, Stretch, Transport, TransportProps};
use crate::kernel::Time;
use crate::scenario::catalog;
use crate::scenario::link::{Link, Unreadable};
use crate::session::Session;
use crate::session::storage::StoreError;
use crate::session::storage::autosave::Status;
use crate::ui::app::line;
use crate::view::stage::stage;

async fn transport(session: &Session) -> String {
    transport_with(session, Stretch::default()).await
}

async fn transport_with(session: &Session, stretch: Stretch) -> String {
    let line = Rc::new(line(session, &stage(session.world()), stretch, &Line::default()));
    let (now, is_playing, speed) = (session.now(), session.is_playing(), session.speed());
    html::<Transport>(TransportProps { now, is_playing, speed, line, has_terminal: false }).await
}

fn killed_and_played_on() -> Session {
    let mut session = orders();
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    session.seek(Time::from_secs(40)).expect("no command is refused");
    session
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
    session.seek(Time::from_secs(10)).expect("no command is refused");
    has(&transport(&session).await, &["mark-fault", "inventory-2 killed", "Lag of inventory"]);
}

#[tokio::test]
async fn every_mark_is_a_button_that_says_what_happened_and_when_and_they_are_one_stop_of_tab() {
    let html = transport(&killed_and_played_on()).await;
    has(&html, &[r#"aria-label="inventory-2 killed, 0:20.000""#, "mark-timeout", "mark-rebalance"]);
    assert_eq!(html.matches(r#"tabindex="0""#).count(), 1);
}

#[tokio::test]
async fn the_slider_says_where_it_stands_in_what_was_recorded() {
    let mut session = killed_and_played_on();
    session.seek(Time::from_secs(25)).expect("no command is refused");
    has(&transport(&session).await, &[r#"aria-valuetext="0:25.000 of 0:40.000""#, "track-future"]);
}

#[tokio::test]
async fn the_end_of_a_burning_fuse_is_shown_before_it_comes() {
    let mut session = orders();
    give(&mut session, &[r#"{"type": "kill", "consumer": "inventory-2"}"#]);
    has(&transport(&session).await, &["session timeout of inventory-2, expected at 0:2"]);
    session.seek(Time::from_secs(40)).expect("no command is refused");
    lacks(&transport(&session).await, &["expected at"]);
}

#[tokio::test]
async fn a_named_moment_can_be_gone_to_renamed_and_forgotten() {
    let mut session = orders();
    session.bookmark(Time::from_secs(12), "the <b>calm</b> before").expect("a name");
    let html = transport(&session).await;
    let escaped = "the &lt;b&gt;calm&lt;/b&gt; before";
    has(&html, &[&format!("Go to {escaped}, 0:12.000"), &format!("Forget {escaped}")]);
    has(&html, &[r#"aria-label="Name of the moment at 0:12.000""#, &format!("{escaped}, bookmark at 0:12.000")]);
    lacks(&html, &["<b>"]);
}

#[tokio::test]
async fn a_loop_has_two_handles_that_are_sliders() {
    let whole = Stretch { from: Some(Time::from_secs(5)), to: Some(Time::from_secs(9)) };
    let html = transport_with(&orders(), whole).await;
    has(&html, &[r#"aria-label="Loop begins""#, r#"aria-label="Loop ends""#, "track-loop"]);
    lacks(&transport(&orders()).await, &["Loop begins", "track-loop"]);
}

#[tokio::test]
async fn acting_in_the_past_lists_both_runs_and_draws_where_they_part() {
    let mut session = killed_and_played_on();
    session.seek(Time::from_secs(10)).expect("no command is refused");
    give(&mut session, &[r#"{"type": "kill", "consumer": "fraud-1"}"#]);
    let html = transport(&session).await;
    has(&html, &["Go to Original run", "Delete Original run", "kill fraud-1 at 0:10.000", ">shown<"]);
    lacks(&html, &["Delete kill fraud-1"]);
}

#[tokio::test]
async fn a_far_journey_shows_how_far_it_is_and_can_be_given_up() {
    let mut session = orders();
    session.begin_seek(Time::from_secs(2_000));
    has(&transport(&session).await, &["Stay here", "<progress", "of 33:20.000"]);
}

#[tokio::test]
async fn the_header_shows_what_runs_even_if_the_catalogue_has_not_got_it() {
    let choice = |name: &str, title: &str| Choice { name: name.into(), title: title.into() };
    let props = |scenario| HeaderProps {
        scenario,
        catalog: vec![choice("orders", "Orders fan-out")],
        theme: Theme::Dark,
        messages: Messages::Shown,
        undo: Some("kill inventory-2 at 0:20.000".into()),
        redo: None,
        kept: Status::Untouched,
        is_read_only: false,
    };
    let listed = html::<Header>(props(choice("orders", "Orders fan-out"))).await;
    assert_eq!(listed.matches(">Orders fan-out<").count(), 1);
    has(&listed, &[r#"aria-checked="true""#, r#"aria-label="Keyboard shortcuts""#]);
    has(&listed, &[r#"title="Undo: kill inventory-2 at 0:20.000 (Ctrl Z)""#, r#"title="Nothing to redo" disabled"#]);
    let own = html::<Header>(props(choice("mine", "My own"))).await;
    has(&own, &["My own", "Orders fan-out"]);
    lacks(&own, &["Read only"]);
    let watched = HeaderProps { is_read_only: true, ..props(choice("mine", "My own")) };
    has(&html::<Header>(watched).await, &["Read only", "Open a copy", r#"aria-label="Share""#]);
}

#[tokio::test]
async fn a_broken_link_says_what_is_wrong_and_what_can_be_saved() {
    let run = Link::of(catalog::find("orders").expect("the opening scene"));
    let unreadable = Unreadable { reason: "the link is cut off: 70 % of it are there".into(), saved: None };
    let lost = html::<BrokenLink>(BrokenLinkProps { unreadable: Rc::new(unreadable.clone()) }).await;
    has(&lost, &["The link is cut off: 70 % of it are there.", "Nothing of it could be saved", "Go on without it"]);
    let saved = Unreadable { saved: Some(Box::new(run)), ..unreadable };
    let saved = html::<BrokenLink>(BrokenLinkProps { unreadable: Rc::new(saved) }).await;
    has(&saved, &["commands", "<b>Orders fan-out</b>", "Open what was saved"]);
}

#[tokio::test]
async fn the_header_says_whether_the_run_is_kept_once_there_is_something_to_keep() {
    let header = |kept| {
        let scenario = Choice { name: "orders".into(), title: "Orders".into() };
        let (theme, messages) = (Theme::Light, Messages::Hidden);
        html::<Header>(HeaderProps {
            scenario,
            catalog: Vec::new(),
            theme,
            messages,
            kept,
            undo: None,
            redo: None,
            is_read_only: false,
        })
    };
    lacks(&header(Status::Untouched).await, &["saved"]);
    has(&header(Status::Kept).await, &[">saved<"]);
    has(&header(Status::NotKept(StoreError::Full)).await, &[">not saved<", "storage for this page is full"]);
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

#[tokio::test]
async fn two_runs_are_compared_by_numbers_curves_and_what_happened_otherwise() {
    let mut session = killed_and_played_on();
    session.seek(Time::from_secs(10)).expect("no command is refused");
    give(&mut session, &[r#"{"type": "kill", "consumer": "fraud-1"}"#]);
    session.seek(Time::from_secs(40)).expect("no command is refused");
    let course = |at: usize| {
        let branch = session.branches()[at].clone();
        let timeline = session.timeline_of(branch.id).expect("it is one of them");
        Course { lag: timeline.lag.clone(), published: timeline.produced.per_second(), branch }
    };
    let (a, b) = (course(0), course(1));
    let found = session.compare(a.branch.id, b.branch.id).expect("both are there");
    let compared = Compared { a, b, result: Finding::Found(Rc::new(found)) };
    let html = html::<CompareDialog>(CompareProps { compared: Rc::new(compared) }).await;
    has(
        &html,
        &["The same up to 0:10.000", "only in A: kill inventory-2 at 0:20.000", "only in B: kill fraud-1 at 0:10.000"],
    );
    has(&html, &["fraud: lag", "lag of fraud", "What happened otherwise", r#"aria-label="Go to 0:20.000 in A""#]);
    has(&html, &["fraud-1 was killed", "line-a", "line-b"]);
}
