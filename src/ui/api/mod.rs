//! `window.headwater`: the page for scripts. A teacher's demonstration, a page that embeds the playground, a test.
//!
//! [`Method`] lists what there is; `static/headwater.d.ts` types it. The same calls arrive by `postMessage` from the page
//! that embeds this one: `{ headwater: "call", id, method, args }`, answered by `{ headwater: "result", id, ok }` or
//! `{ headwater: "result", id, error }`.

mod calls;
mod input;
mod messages;
mod runs;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use yew::html::Scope;

use super::app::App;

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    State,
    Dispatch,
    Play,
    Pause,
    Seek,
    Speed,
    Load,
    Scenario,
    Link,
    Digest,
    Run,
    Bench,
}

impl Method {
    pub const ALL: [Method; 12] = [
        Method::State,
        Method::Dispatch,
        Method::Play,
        Method::Pause,
        Method::Seek,
        Method::Speed,
        Method::Load,
        Method::Scenario,
        Method::Link,
        Method::Digest,
        Method::Run,
        Method::Bench,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Method::State => "state",
            Method::Dispatch => "dispatch",
            Method::Play => "play",
            Method::Pause => "pause",
            Method::Seek => "seek",
            Method::Speed => "speed",
            Method::Load => "load",
            Method::Scenario => "scenario",
            Method::Link => "link",
            Method::Digest => "digest",
            Method::Run => "run",
            Method::Bench => "bench",
        }
    }

    pub fn named(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// Puts `headwater` on the window, and listens to whoever embeds the page.
pub fn install(link: Scope<App>) {
    if let Some(window) = web_sys::window() {
        // Neither a new object nor the window refuses a property.
        let _ = Reflect::set(&window, &"headwater".into(), &object(&link));
    }
    messages::listen(link);
}

fn object(link: &Scope<App>) -> Object {
    let object = Object::new();
    for method in Method::ALL {
        let link = link.clone();
        let called = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(move |argument, options| {
            calls::call(&link, method, argument, &options).map_err(JsValue::from)
        });
        // Lives as long as the page.
        let _ = Reflect::set(&object, &method.name().into(), &called.into_js_value());
    }
    object
}
