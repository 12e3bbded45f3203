//! Moving the focus among the parts of one control, which together are one stop of Tab.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// From the part that has the focus to its neighbour. Parts match the selector, are siblings, and each has a button.
pub fn move_along(event: &KeyboardEvent, part: &str, step: i32) {
    let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(here) = focused.and_then(|element| element.closest(part).ok().flatten()) else { return };
    let next = if step < 0 { here.previous_element_sibling() } else { here.next_element_sibling() };
    let button = next.and_then(|next| next.query_selector("button").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = button.focus();
    }
}

/// To the first element that matches the selector; false if there is none.
pub fn give(selector: &str) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector(selector).ok().flatten());
    let element = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// The text of the input that the event is about.
pub fn value_of(event: &Event) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    Some(target.value())
}
