//! Local storage. Where there is none (a private window, a locked-down frame), nothing is remembered and nothing fails.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

pub fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // Full or forbidden: the page works without.
        let _ = storage.set_item(key, value);
    }
}
