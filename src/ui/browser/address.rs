//! The page's address: the link in its fragment, read when the page opens and whenever it changes.

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::Location;

use crate::scenario::link::{Address, Options};

fn location() -> Option<Location> {
    Some(web_sys::window()?.location())
}

/// The link that the address holds, if it holds one.
pub fn link() -> Option<String> {
    let fragment = location()?.hash().ok()?;
    Address { query: "", fragment: &fragment }.link().map(str::to_owned)
}

pub fn options() -> Options {
    let part = |part: Option<Result<String, JsValue>>| part.and_then(Result::ok).unwrap_or_default();
    let query = part(location().map(|location| location.search()));
    let fragment = part(location().map(|location| location.hash()));
    Address { query: &query, fragment: &fragment }.options()
}

/// The address at which a page shows this link.
pub fn of(letters: &str, options: Options) -> String {
    let page = location().and_then(|location| {
        let (origin, path) = (location.origin().ok()?, location.pathname().ok()?);
        Some(format!("{origin}{path}"))
    });
    let embed = if options.is_embedded { "&embed=1" } else { "" };
    format!("{}#{letters}{embed}", page.unwrap_or_default())
}

/// Puts the link into the address. It replaces what is there: going back leaves the page, as ever.
pub fn show(letters: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // A browser that finds this too often or forbids it keeps the old address, and the page works without.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&of(letters, options())));
    }
}

/// Calls with every link that somebody puts there, for as long as the listener is kept.
pub fn watch(followed: impl Fn(String) + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "hashchange", move |_| {
        if let Some(link) = link() {
            followed(link);
        }
    }))
}
