//! Files offered for download.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// An address under which the page itself holds `text`, for the `href` of a link with `download`.
pub fn address_of(text: &str, media_type: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&JsValue::from_str(text));
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &options)?)
}

/// A text that is too long to be held in one piece.
#[derive(Default)]
pub struct Pieces(Array);

impl Pieces {
    pub fn push(&self, text: &str) {
        self.0.push(&JsValue::from_str(text));
    }

    pub fn file(&self, media_type: &str) -> Result<Blob, String> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        Blob::new_with_str_sequence_and_options(&self.0, &options)
            .map_err(|_| "The browser has no room for this file.".into())
    }
}

/// Saves `text` as a file, the way a click on a link does.
pub fn save(name: &str, text: &str, media_type: &str) {
    if let Ok(address) = address_of(text, media_type) {
        save_from(name, &address);
    }
}

pub fn save_blob(name: &str, blob: &Blob) {
    if let Ok(address) = Url::create_object_url_with_blob(blob) {
        save_from(name, &address);
    }
}

fn save_from(name: &str, address: &str) {
    let link = web_sys::window().and_then(|window| window.document()?.create_element("a").ok());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) else { return };
    let _ = link.set_attribute("href", address);
    let _ = link.set_attribute("download", name);
    link.click();
    // The click has taken hold of what the address stands for.
    let address = address.to_string();
    gloo::timers::callback::Timeout::new(10_000, move || drop(Url::revoke_object_url(&address))).forget();
}
