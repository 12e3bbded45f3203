//! Local storage: the page's own few settings, and the [`Store`] in which runs are kept. Where there is none (a private
//! window, a locked-down frame), settings are forgotten and the store says that it is blocked.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::session::storage::{Store, StoreError};

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// A setting.
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Full or forbidden: the page works without.
pub fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Something that this tab alone remembers until it is closed, taken so that it is read once.
pub fn take_note(key: &str) -> Option<String> {
    let storage = web_sys::window()?.session_storage().ok()??;
    let note = storage.get_item(key).ok()?;
    let _ = storage.remove_item(key);
    note
}

pub fn leave_note(key: &str, value: &str) {
    if let Some(storage) = web_sys::window().and_then(|window| window.session_storage().ok()?) {
        let _ = storage.set_item(key, value);
    }
}

/// All tabs of the site share it.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalStorage;

impl LocalStorage {
    fn open(self) -> Result<Storage, StoreError> {
        storage().ok_or(StoreError::Blocked)
    }
}

impl Store for LocalStorage {
    fn keys(&self) -> Result<Vec<String>, StoreError> {
        let storage = self.open()?;
        let count = storage.length().map_err(reason)?;
        Ok((0..count).filter_map(|at| storage.key(at).ok()?).collect())
    }

    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.open()?.get_item(key).map_err(reason)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.open()?.set_item(key, value).map_err(reason)
    }

    fn remove(&mut self, key: &str) -> Result<(), StoreError> {
        self.open()?.remove_item(key).map_err(reason)
    }
}

pub fn reason(error: JsValue) -> StoreError {
    let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED") => StoreError::Full,
        _ => StoreError::Blocked,
    }
}
