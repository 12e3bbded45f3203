//! The same calls by `postMessage`, for the page that embeds this one.
//!
//! Answered are the embedding page, whose choice it was to have the playground, and windows of our own origin. Whoever
//! else gets hold of the window is ignored.

use gloo::events::EventListener;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};
use yew::html::Scope;

use super::{Method, calls};
use crate::ui::app::App;

pub fn listen(link: Scope<App>) {
    let Some(window) = web_sys::window() else { return };
    let listener = EventListener::new(&window.clone(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        if is_trusted(&window, event) {
            answer(&link, event);
        }
    });
    // For the life of the page.
    listener.forget();
}

fn is_trusted(window: &Window, event: &MessageEvent) -> bool {
    let Some(source) = event.source() else { return false };
    let is_embedder = window.parent().ok().flatten().is_some_and(|parent| {
        let (parent, own): (&JsValue, &JsValue) = (&parent, window);
        parent != own && *parent == *source
    });
    is_embedder || window.location().origin().is_ok_and(|own| own == event.origin())
}

fn answer(link: &Scope<App>, event: &MessageEvent) {
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
    if !data.is_object() || field("headwater").as_string().as_deref() != Some("call") {
        return;
    }
    let name = field("method").as_string().unwrap_or_default();
    let argument = field("args").dyn_into::<Array>().map_or(JsValue::UNDEFINED, |args| args.get(0));
    let result = match Method::named(&name) {
        Some(method) => calls::call(link, method, argument).map_err(|error| error.message().into()),
        None => Err(JsValue::from_str(&format!("there is no method “{name}”"))),
    };
    let _ = reply(event, &field("id"), result);
}

fn reply(event: &MessageEvent, id: &JsValue, result: Result<JsValue, JsValue>) -> Result<(), JsValue> {
    let answer = Object::new();
    Reflect::set(&answer, &"headwater".into(), &"result".into())?;
    Reflect::set(&answer, &"id".into(), id)?;
    let (outcome, value) = match result {
        Ok(value) => ("ok", value),
        Err(error) => ("error", error),
    };
    Reflect::set(&answer, &outcome.into(), &value)?;
    // To the very origin that asked; a file or a sandbox has none, and what it asked for is no secret.
    let origin = if event.origin() == "null" { "*".into() } else { event.origin() };
    let Some(source) = event.source() else { return Ok(()) };
    source.unchecked_ref::<Window>().post_message(&answer, &origin)
}
