//! What scripts hand in, read with the same care as a file: a misspelt field is named, not ignored.

use js_sys::{Error, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::kernel::Time;
use crate::scenario::{Scenario, catalog};

/// The value as a `T`; the error says which field is wrong and why.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    serde_path_to_error::deserialize(serde_wasm_bindgen::Deserializer::from(value)).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.inner().to_string());
        // The reason is an `Error` already, and says so.
        let reason = reason.trim_start_matches("Error: ");
        if path == "." { Error::new(reason) } else { Error::new(&format!("{path}: {reason}")) }
    })
}

/// A name of the catalogue, or a scenario as an object.
pub fn scenario(value: JsValue) -> Result<Scenario, Error> {
    match value.as_string() {
        Some(name) => catalog::find(&name).ok_or_else(|| Error::new(&format!("there is no scenario “{name}”"))),
        None => read(value),
    }
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
