//! The clipboard, and the sheet with which the system shares things.

use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Navigator, ShareData};

fn navigator() -> Option<Navigator> {
    Some(web_sys::window()?.navigator())
}

fn has(navigator: &Navigator, what: &str) -> bool {
    Reflect::get(navigator, &what.into()).is_ok_and(|it| !it.is_undefined())
}

/// False where the page may not write there, as in a frame without the permission or without an encrypted connection.
pub async fn copy(text: &str) -> bool {
    match navigator().filter(|navigator| has(navigator, "clipboard")) {
        Some(navigator) => JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok(),
        None => false,
    }
}

/// Whether [`share`] would open anything.
pub fn can_share() -> bool {
    navigator().is_some_and(|navigator| has(&navigator, "share"))
}

pub async fn share(title: &str, address: &str) {
    let Some(navigator) = navigator() else { return };
    let data = ShareData::new();
    data.set_title(title);
    data.set_url(address);
    // Whoever closes the sheet without choosing has changed their mind; that is no failure.
    let _ = JsFuture::from(navigator.share_with_data(&data)).await;
}
