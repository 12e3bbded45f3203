//! The theme on the root element, and what the system prefers.

use gloo::events::EventListener;
use web_sys::MediaQueryList;

use crate::ui::theme::Theme;

fn dark_query() -> Option<MediaQueryList> {
    web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()?
}

/// Writes `light` or `dark` to `<html data-theme>`; the style sheets look nowhere else.
pub fn apply(theme: Theme) {
    let system = || if dark_query().is_some_and(|query| query.matches()) { Theme::Dark } else { Theme::Light };
    let resolved = if theme == Theme::System { system() } else { theme };
    if let Some(root) = web_sys::window().and_then(|window| window.document()?.document_element()) {
        let _ = root.set_attribute("data-theme", resolved.id());
    }
}

/// Calls when the system changes its mind, for as long as the listener is kept.
pub fn watch(changed: impl Fn() + 'static) -> Option<EventListener> {
    let query = dark_query()?;
    Some(EventListener::new(&query, "change", move |_| changed()))
}
