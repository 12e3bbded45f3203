//! Fetching the second part of the program, as the browser does it; see [`crate::kernel::later`] for what it is.
//!
//! `static/start.js` fetches it when the browser is idle, or when somebody asks for it.

use gloo::events::EventListener;
use web_sys::Event;

pub use crate::kernel::later::{entrance, is_here};

/// How fetching goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Here,
    /// It is tried again by itself.
    Failed,
}

/// Fetches it now rather than when there is time.
pub fn want() {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("headwater-later-wanted")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls with every attempt that ends.
pub fn listen(hear: impl Fn(News) + 'static) -> Option<EventListener> {
    let heard = move |_: &Event| hear(if is_here() { News::Here } else { News::Failed });
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "headwater-later", heard))
}
