//! What scripts hand in, read with the same care as a file: a misspelt field is named, not ignored.

use js_sys::{Error, Reflect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::JsValue;

use crate::kernel::{Time, document};
use crate::scenario::link::{Link, decode};
use crate::scenario::{Scenario, catalog};

/// The value as a `T`; the error says which field is wrong and why.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    document::from_value(tree(value)?).map_err(|wrong| Error::new(&wrong.to_string()))
}

fn tree(value: JsValue) -> Result<Value, Error> {
    // The reason is an `Error` already, and says so.
    let complaint = |error: serde_wasm_bindgen::Error| Error::new(error.to_string().trim_start_matches("Error: "));
    serde_wasm_bindgen::from_value(value).map_err(complaint)
}

/// A share link, or a scenario as it opens by itself: a name of the catalogue, or an object.
pub fn run(value: JsValue) -> Result<Link, Error> {
    let Some(text) = value.as_string() else {
        let scenario = Scenario::from_value(tree(value)?);
        return scenario.map(Link::of).map_err(|refusal| Error::new(&refusal.to_string()));
    };
    if let Some(scenario) = catalog::find(&text) {
        return Ok(Link::of(scenario));
    }
    decode(&text).map_err(|unreadable| match text.contains('#') {
        true => Error::new(&unreadable.reason),
        false => Error::new(&format!("there is no scenario “{text}”, and it is no link")),
    })
}

/// A moment in microseconds; `undefined` is none.
pub fn moment(value: &JsValue) -> Result<Option<Time>, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let micros = value.as_f64().filter(|micros| micros.is_finite() && *micros >= 0.0);
    let complaint = || Error::new("a time is a number of microseconds, 0 or more");
    Ok(Some(Time::from_micros(micros.ok_or_else(complaint)? as u64)))
}

/// `until_us` of an options object.
pub fn until(options: &JsValue) -> Result<Option<Time>, Error> {
    if !options.is_object() {
        return Ok(None);
    }
    moment(&Reflect::get(options, &"until_us".into()).unwrap_or_default())
}
