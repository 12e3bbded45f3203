//! What is left to do when the page has a bug: keep the person's run, and say so calmly.

use std::cell::RefCell;

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use super::{download, storage, tabs, window};
use crate::scenario::Scenario;
use crate::session::storage::entry::{self, WHOLE};
use crate::session::storage::{Key, Kind, Label};
use crate::ui::later::{self, News};

thread_local! {
    /// The page's own copy is out of reach while it panics: it may be the very thing that is being changed.
    static KEPT: RefCell<Option<Scenario>> = const { RefCell::new(None) };
}

/// Remembers the run that is to be saved: the scenario with everything that was done so far.
pub fn keep(run: Scenario) {
    KEPT.set(Some(run));
}

/// From now on a panic ends in a page instead of a frozen picture.
pub fn install() {
    // Yew puts a hook of its own in place unless it is given one.
    yew::set_custom_panic_hook(Box::new(|panicked| {
        let reason = panicked.to_string();
        web_sys::console::error_1(&JsValue::from_str(&reason));
        say(&reason);
        if !later::is_here() {
            // What writes documents is still on its way; the page may be broken, but it comes all the same.
            let when_here = later::listen(move |news| {
                if news == News::Here {
                    say(&reason);
                }
            });
            when_here.into_iter().for_each(EventListener::forget);
            later::want();
        }
    }));
}

fn say(reason: &str) {
    let kept = KEPT.with(|kept| kept.try_borrow().ok()?.clone());
    let save = |run| later::entrance::<fn(Scenario) -> String>(save_fetched_later)(run);
    let recording = kept.filter(|_| later::is_here()).map(save);
    // If even this fails there is nobody left to tell.
    let _ = show(reason, recording.as_deref());
}

fn save_fetched_later(scenario: Scenario) -> String {
    let recording = scenario.to_json();
    put_aside(&scenario, &recording);
    recording
}

/// Among the runs that are kept, for the page that comes next.
fn put_aside(scenario: &Scenario, document: &str) {
    let label = Label {
        headwater: WHOLE,
        name: format!("{}, rescued", scenario.title),
        saved_ms: window::date_ms(),
        cursor_us: scenario.commands.last().map_or(0, |last| last.at_us),
        ..Label::default()
    };
    let key = Key::new(Kind::Run, &format!("rescued{}-0.0", tabs::name()));
    storage::write(&key.text(), &entry::write(&label, document));
}

/// Without a recording as long as there is nobody to write it.
fn show(reason: &str, recording: Option<&str>) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let page = element(&document, "main", "crash", "")?;
    let (title, explanation) = match recording {
        Some(_) => (
            "Something broke; your run is saved",
            "This is a bug in Headwater, not in what you did. The scenario and everything you did in it can be downloaded; \
             the page starts afresh when it is reloaded.",
        ),
        None => (
            "Something broke",
            "This is a bug in Headwater, not in what you did. The page starts afresh when it is reloaded.",
        ),
    };
    page.append_child(&*element(&document, "h1", "", title)?)?;
    page.append_child(&*element(&document, "p", "muted", explanation)?)?;
    page.append_child(&*links(&document, recording)?)?;
    page.append_child(&*element(&document, "pre", "faint small", reason)?)?;
    let body = document.body().ok_or(JsValue::NULL)?;
    body.set_text_content(None);
    body.append_child(&page).map(drop)
}

fn links(document: &Document, recording: Option<&str>) -> Result<Element, JsValue> {
    let row = element(document, "p", "row wrap", "")?;
    if let Some(recording) = recording {
        let save = element(document, "a", "btn btn-primary", "Download the recording")?;
        save.set_attribute("href", &download::address_of(recording, "application/json")?)?;
        save.set_attribute("download", "headwater-recording.json")?;
        row.append_child(&save)?;
    }
    let reload = element(document, "a", "btn", "Start again")?;
    reload.set_attribute("href", "")?;
    row.append_child(&reload)?;
    Ok(row)
}

fn element(document: &Document, tag: &str, class: &str, text: &str) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_attribute("class", class)?;
    element.set_text_content(Some(text));
    Ok(element)
}
