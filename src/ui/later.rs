//! What is fetched later: code that the first minute does without.
//!
//! `scripts/build` splits the page's wasm in two. The first part is what a visit needs until the page is usable; the other
//! follows when the browser is idle, or when somebody asks for it (`static/start.js`). A function whose name ends in
//! `_fetched_later` is an entrance: whatever is reached through entrances alone lies in the other part, found by
//! `scripts/split` from calls and addresses. Two rules follow, and the first is held by the build:
//!
//! - An entrance is called through the pointer that [`entrance`] gives, never by its name.
//! - Before that, [`is_here`] was asked in the same breath; once it is true it stays true.
//!
//! Natively, in tests and on a page that was not split, everything is here from the beginning.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

use gloo::events::EventListener;
use web_sys::Event;

/// Its one byte lies in the other part, so it is zero until that is here.
static IS_HERE_FETCHED_LATER: AtomicBool = AtomicBool::new(true);

pub fn is_here() -> bool {
    // The compiler must not conclude that nobody ever writes it.
    black_box(&IS_HERE_FETCHED_LATER).load(Ordering::Relaxed)
}

/// An entrance as a pointer to a function, `entrance::<fn(&Props) -> Html>(show_fetched_later)`, so that the call does not
/// name what may not be there.
pub fn entrance<F: Copy>(function: F) -> F {
    black_box(function)
}

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
