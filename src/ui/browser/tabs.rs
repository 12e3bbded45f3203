//! Which tabs of the playground are open: each holds a Web Lock of its name for as long as it lives, crashes included.
//!
//! Browsers without locks, and pages that are served unencrypted, know of no other tab. Tabs still never write the same
//! keys; all that is lost is that a run may be offered in one tab that is still on show in another.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, held: &Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = query)]
    fn query() -> Result<Promise, JsValue>;
}

const PREFIX: &str = "headwater.tab.";

/// A name for this tab that no other has.
pub fn name() -> String {
    let digits = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}", digits(), digits())
}

/// Holds the lock of this name until the page is gone.
pub fn hold(name: &str) {
    let for_good = Closure::<dyn Fn() -> Promise>::new(|| Promise::new(&mut |_, _| {}));
    let held = for_good.into_js_value().unchecked_into::<Function>();
    if let Ok(promise) = request(&format!("{PREFIX}{name}"), &held) {
        spawn_local(async move {
            // It is never granted back; a page that may hold no locks goes without.
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// The names of the tabs that are open, this one included.
pub async fn open() -> Vec<String> {
    names().await.unwrap_or_default()
}

async fn names() -> Result<Vec<String>, JsValue> {
    let snapshot = JsFuture::from(query()?).await?;
    let held: Array = Reflect::get(&snapshot, &"held".into())?.dyn_into()?;
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Ok(held.iter().filter_map(|lock| Some(name(lock)?.strip_prefix(PREFIX)?.to_string())).collect())
}
