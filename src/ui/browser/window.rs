//! The window: where things are, its clock, and letting it breathe.

use gloo::events::EventListener;
use gloo::timers::future::TimeoutFuture;

use crate::kernel::Span;
use crate::ui::action::HintRect;

/// Where the first element of this kind is, in CSS pixels of the viewport.
pub fn bounds_of(selector: &str) -> Option<HintRect> {
    let element = web_sys::window()?.document()?.query_selector(selector).ok()??;
    let bounds = element.get_bounding_client_rect();
    Some(HintRect {
        left: bounds.left() as i32,
        top: bounds.top() as i32,
        width: bounds.width() as i32,
        height: bounds.height() as i32,
    })
}

/// Real time since the page was opened.
pub fn now() -> Span {
    let ms = web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now());
    Span::from_micros((ms * 1_000.0) as u64)
}

/// Lets the browser draw and listen before long work goes on.
pub async fn pause() {
    TimeoutFuture::new(0).await;
}

/// Milliseconds since 1970, by this machine's calendar.
pub fn date_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Whether the address names something to open.
pub fn has_link() -> bool {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.is_some_and(|hash| hash.len() > 1)
}

/// Calls when the page may be about to go: it is hidden, or closed. There may be no later moment.
pub fn on_leave(called: impl Fn() + Clone + 'static) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let Some(document) = window.document() else { return Vec::new() };
    let hidden = called.clone();
    vec![
        EventListener::new(&window, "pagehide", move |_| called()),
        EventListener::new(&document, "visibilitychange", move |_| hidden()),
    ]
}

pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
