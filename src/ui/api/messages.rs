//! The same calls by `postMessage`, for the page that embeds this one.
//!
//! Answered are the embedding page, whose choice it was to have the playground, and windows of our own origin. Whoever
//! else gets hold of the window is ignored.

use gloo::events::EventListener;
use js_sys::{Array, Error, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
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
    let args = field("args").dyn_into::<Array>().unwrap_or_default();
    let result = match Method::named(&name) {
        Some(method) => calls::call(link, method, args.get(0), &args.get(1)),
        None => Err(Error::new(&format!("there is no method “{name}”"))),
    };
    let (event, id) = (event.clone(), field("id"));
    spawn_local(async move {
        let result = match result {
            Ok(value) => settled(value).await,
            Err(error) => Err(error.into()),
        };
        let _ = reply(&event, &id, result.map_err(message));
    });
}

/// What a promise comes to; anything else as it is.
async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    match value.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(value) => Ok(value),
    }
}

/// Errors lose their type on their way between windows, so only the text goes.
fn message(error: JsValue) -> JsValue {
    error.dyn_ref::<Error>().map_or(error.clone(), |error| error.message().into())
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
