//! The service worker's news. `static/offline.js` has it registered; it says when a newer version waits, and is told when
//! the person wants it.

use gloo::events::EventListener;
use web_sys::Event;

/// Calls when a newer version of the page is ready, at once if it is already.
pub fn on_update(ready: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    let root = window.document()?.document_element()?;
    if root.has_attribute("data-update") {
        ready();
    }
    Some(EventListener::new(&window, "headwater-update", move |_| ready()))
}

/// The page is about to be loaded again, in its newest version.
pub fn take_update() {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("headwater-reload")) {
        let _ = window.dispatch_event(&event);
    }
}
