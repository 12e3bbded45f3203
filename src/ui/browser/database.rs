//! The browser's database of bytes, for rows of large files: it has more room than local storage, and answers later.
//!
//! The few of its many types and functions that are needed are declared here, as they are called.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::storage::reason;
use crate::session::storage::StoreError;

#[wasm_bindgen]
extern "C" {
    type Factory;
    type Database;
    type Transaction;
    type Rows;
    type Request;

    #[wasm_bindgen(method, catch)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    fn create(this: &Database, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Database, store: &str, mode: &str) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);

    #[wasm_bindgen(method, catch, js_name = objectStore)]
    fn store(this: &Transaction, name: &str) -> Result<Rows, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn error(this: &Transaction) -> JsValue;
    #[wasm_bindgen(method, setter)]
    fn set_oncomplete(this: &Transaction, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onabort(this: &Transaction, call: &Function);

    #[wasm_bindgen(method, catch)]
    fn put(this: &Rows, bytes: &Uint8Array, id: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Rows, id: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Rows, id: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAllKeys)]
    fn ids(this: &Rows) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = error)]
    fn failure(this: &Request) -> JsValue;
    #[wasm_bindgen(method, setter)]
    fn set_onsuccess(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onupgradeneeded(this: &Request, call: &Function);
}

const NAME: &str = "headwater";
const STORE: &str = "rows";

/// Writes bytes under an id; they are on the disk when it returns.
pub async fn put(id: &str, bytes: &[u8]) -> Result<(), StoreError> {
    within("readwrite", async |rows| answer(&rows.put(&Uint8Array::from(bytes), id)?).await).await.map(drop)
}

/// None if there are none under this id.
pub async fn get(id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let found = within("readonly", async |rows| answer(&rows.get(id)?).await).await?;
    Ok(found.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
}

/// Takes away all but these.
pub async fn keep_only(needed: &[String]) -> Result<(), StoreError> {
    within("readwrite", async |rows| {
        let ids: Array = answer(&rows.ids()?).await?.unchecked_into();
        for id in ids.iter().filter_map(|id| id.as_string()).filter(|id| !needed.contains(id)) {
            rows.delete(&id)?;
        }
        Ok(JsValue::UNDEFINED)
    })
    .await
    .map(drop)
}

async fn within(mode: &str, act: impl AsyncFnOnce(Rows) -> Result<JsValue, JsValue>) -> Result<JsValue, StoreError> {
    let database = open().await.map_err(reason)?;
    let done = carried_out(&database, mode, act).await;
    database.close();
    done.map_err(reason)
}

async fn carried_out(
    database: &Database,
    mode: &str,
    act: impl AsyncFnOnce(Rows) -> Result<JsValue, JsValue>,
) -> Result<JsValue, JsValue> {
    let transaction = database.transaction(STORE, mode)?;
    let end = Promise::new(&mut |done, failed| {
        transaction.set_oncomplete(&done);
        transaction.set_onabort(&failed);
    });
    let given = act(transaction.store(STORE)?).await;
    // What is full shows when the transaction ends.
    let ended = JsFuture::from(end).await;
    let given = given?;
    ended.map(|_| given).map_err(|_| transaction.error())
}

async fn open() -> Result<Database, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let factory: Factory = Reflect::get(&window, &"indexedDB".into())?.unchecked_into();
    let request = factory.open(NAME, 1)?;
    let opening = request.clone().unchecked_into::<Request>();
    let create = Closure::once(move || {
        // Without it, every transaction fails and says so.
        let _ = opening.result().unchecked_into::<Database>().create(STORE);
    });
    request.set_onupgradeneeded(create.as_ref().unchecked_ref());
    answer(&request).await.map(JsCast::unchecked_into)
}

async fn answer(request: &Request) -> Result<JsValue, JsValue> {
    let answered = Promise::new(&mut |done, failed| {
        request.set_onsuccess(&done);
        request.set_onerror(&failed);
    });
    JsFuture::from(answered).await.map(|_| request.result()).map_err(|_| request.failure())
}
