//! Files that a person hands over: picked, dropped or pasted. They stay on this machine.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DataTransfer, DragEvent, Element, File};

/// Bytes under a name, read a piece at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    blob: Blob,
    pub name: String,
    pub bytes: u64,
}

impl Source {
    pub fn of_file(file: File) -> Source {
        Source { name: file.name(), bytes: file.size() as u64, blob: file.into() }
    }

    pub fn of_text(text: &str) -> Option<Source> {
        let blob = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text))).ok()?;
        Some(Source { name: "pasted text".into(), bytes: blob.size() as u64, blob })
    }

    /// At most `count` bytes from `from` on. Fails where the file was changed or taken away meanwhile.
    pub async fn read(&self, from: u64, count: u64) -> Result<Vec<u8>, String> {
        let complaint = |_: JsValue| format!("{} can no longer be read; choose it again", self.name);
        let slice = self.blob.slice_with_f64_and_f64(from as f64, (from + count) as f64).map_err(complaint)?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(complaint)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

/// What happens with a file that is dragged over the page.
#[derive(Clone, Debug, PartialEq)]
pub enum FileDrag {
    Over,
    Away,
    Dropped(Source),
}

/// Watches the whole page; without this a browser would leave the page and open the file.
pub fn listen(dragged: impl Fn(FileDrag) + Clone + 'static) -> Vec<EventListener> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return Vec::new() };
    let on = |name: &'static str, answer: fn(&DragEvent, &DataTransfer) -> Option<FileDrag>| {
        let dragged = dragged.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event| {
            let Some(event) = event.dyn_ref::<DragEvent>() else { return };
            let Some(carried) = event.data_transfer().filter(carries_something) else { return };
            event.prevent_default();
            if let Some(answer) = answer(event, &carried) {
                dragged(answer);
            }
        })
    };
    let left = |event: &DragEvent, _: &DataTransfer| event.related_target().is_none().then_some(FileDrag::Away);
    let dropped = |_: &DragEvent, carried: &DataTransfer| {
        let file = carried.files().and_then(|files| files.get(0)).map(Source::of_file);
        let address = || Source::of_text(&carried.get_data("text/plain").ok()?);
        Some(file.or_else(address).map_or(FileDrag::Away, FileDrag::Dropped))
    };
    vec![
        on("dragenter", |_, _| Some(FileDrag::Over)),
        on("dragover", |_, _| None),
        on("dragleave", left),
        on("drop", dropped),
    ]
}

/// Calls when a file or a text is pasted, unless it is pasted into something.
pub fn listen_for_paste(pasted: impl Fn(Source) + 'static) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    Some(EventListener::new(&document, "paste", move |event| {
        let into = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_typed =
            |into: &Element| into.closest("input, textarea, [contenteditable], dialog").is_ok_and(|it| it.is_some());
        let Some(event) = event.dyn_ref::<ClipboardEvent>().filter(|_| !into.as_ref().is_some_and(is_typed)) else {
            return;
        };
        let Some(carried) = event.clipboard_data() else { return };
        let file = carried.files().and_then(|files| files.get(0)).map(Source::of_file);
        let text = || carried.get_data("text/plain").ok().filter(|text| !text.trim().is_empty());
        if let Some(source) = file.or_else(|| Source::of_text(&text()?)) {
            pasted(source);
        }
    }))
}

/// A file, or an address that is dragged over from elsewhere.
fn carries_something(carried: &DataTransfer) -> bool {
    let types = carried.types();
    ["Files", "text/uri-list"].iter().any(|kind| types.includes(&JsValue::from_str(kind), 0))
}
