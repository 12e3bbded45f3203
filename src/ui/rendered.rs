//! Components as HTML, without a browser, for the tests of panels.

use yew::{BaseComponent, LocalServerRenderer};

use crate::engine::Command;
use crate::kernel::Time;
use crate::scenario::catalog;
use crate::session::Session;

/// The HTML of a component, without yew's own markers.
pub async fn html<C: BaseComponent>(props: C::Properties) -> String {
    LocalServerRenderer::<C>::with_props(props).hydratable(false).render().await
}

/// Every one of these is in the HTML.
#[track_caller]
pub fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

/// None of these is.
#[track_caller]
pub fn lacks(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(!html.contains(part), "{part} is in {html}");
    }
}

/// The opening scene, 20 s into its run.
pub fn orders() -> Session {
    let mut session = Session::open(&catalog::find("orders").expect("the opening scene")).expect("it opens");
    session.seek(Time::from_secs(20)).expect("no command is refused");
    session
}

/// Gives commands as documents write them, and lets a second pass after each.
pub fn give(session: &mut Session, commands: &[&str]) {
    for json in commands {
        let command: Command = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        session.dispatch(command).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
        let later = session.now() + crate::kernel::Span::from_secs(1);
        session.seek(later).expect("no command is refused");
    }
}
