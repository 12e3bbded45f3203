//! The keyboard, on the whole document.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::model::Name;
use crate::ui::shortcuts::{Focus, KeyPress, Stroke};

/// Calls on every key down and up; the answer says whether the key was used up.
pub fn listen(pressed: impl Fn(KeyPress) -> bool + Clone + 'static) -> Vec<EventListener> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return Vec::new() };
    let on = |name: &'static str, stroke: Stroke| {
        let pressed = pressed.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if !event.default_prevented() && pressed(key_press(event, stroke)) {
                event.prevent_default();
            }
        })
    };
    vec![on("keydown", Stroke::Down), on("keyup", Stroke::Up)]
}

fn key_press(event: &KeyboardEvent, stroke: Stroke) -> KeyPress {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    KeyPress {
        key: event.key(),
        code: event.code(),
        command: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        repeat: event.repeat(),
        at_ms: event.time_stamp() as u64,
        focus: target.as_ref().map_or(Focus::Page, focus_of),
        part: target.as_ref().and_then(part_of),
        stroke,
    }
}

fn focus_of(element: &Element) -> Focus {
    let inside = |selector: &str| element.closest(selector).is_ok_and(|found| found.is_some());
    if inside("dialog") {
        Focus::Dialog
    } else if inside("input:not([type=range]), textarea, select, [contenteditable]") {
        Focus::Text
    } else if inside("button, a, summary, input, [role=tab]") {
        Focus::Control
    } else if inside("[data-flag-group]") {
        Focus::Flag
    } else {
        Focus::Page
    }
}

/// The part whose card or row holds this element.
pub fn part_of(element: &Element) -> Option<Name> {
    let card = element.closest("[data-node]").ok().flatten()?;
    Some(card.get_attribute("data-node")?.into())
}
