//! Documents: what people write, save and share, and what scripts hand in, as Rust values and back.
//!
//! Everything goes through one tree, `serde_json::Value`. Text and JavaScript's objects are turned into it and made from
//! it; only [`Reader`] and `serde_json`'s own `Serializer` see our types. So the code that reads a type exists once,
//! whatever it is read from, which is what keeps the page light: serde writes that code anew for every kind of input.
//!
//! What is left out: a field that a JSON text has twice counts as its last.

mod reader;
mod tagged;
mod text;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use reader::Reader;
pub(crate) use tagged::tagged;
pub use tagged::{read_tagged, write_tagged};

/// Where a document is not what it should be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// As in `commands[0].config`; empty for the document itself.
    pub path: String,
    pub reason: String,
}

impl Wrong {
    /// The same, seen from one step further out: a field, or an item as `[0]`.
    fn below(mut self, step: &str) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, step);
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            f.write_str(&self.path)?;
            f.write_str(": ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Wrong { path: String::new(), reason: reason.to_string() }
    }
}

/// Reads JSON text. Where it is not JSON, the reason names line and column.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    from_value(parse(text)?)
}

fn parse(text: &str) -> Result<Value, Wrong> {
    serde_json::from_str(text).map_err(serde::de::Error::custom)
}

pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Wrong> {
    T::deserialize(Reader::new(value))
}

/// Our types are plain data, with names for keys, so this cannot fail.
pub fn to_value(data: &impl Serialize) -> Value {
    serde_json::to_value(data).expect("a document holds nothing that JSON does not")
}

/// JSON text in one line, as short as it can be.
pub fn to_line(data: &impl Serialize) -> String {
    text::compact(&to_value(data))
}

/// JSON text for people to read.
pub fn to_text(data: &impl Serialize) -> String {
    text::pretty(&to_value(data))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        z: u32,
        #[serde(default)]
        label: Option<String>,
        #[serde(default)]
        things: Vec<Thing>,
        #[serde(default)]
        notes: BTreeMap<String, i64>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
    enum Thing {
        Nothing,
        Box { width: u32, state: State },
    }

    tagged!(Thing, "kind");

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum State {
        Open,
        Shut,
    }

    fn wrong(text: &str) -> String {
        from_text::<Shelf>(text).unwrap_err().to_string()
    }

    #[test]
    fn a_document_is_read_and_written_in_the_order_of_its_fields() {
        let text = r#"{"z":1,"label":null,"things":[{"kind":"box","width":3,"state":"shut"},{"kind":"nothing"}],"notes":{"b":-2}}"#;
        let shelf: Shelf = from_text(text).unwrap();
        assert_eq!(shelf.things, [Thing::Box { width: 3, state: State::Shut }, Thing::Nothing]);
        assert_eq!(to_value(&shelf).to_string(), text);
        assert_eq!(from_text::<Shelf>(&to_text(&shelf)).unwrap(), shelf);
        assert_eq!(serde_json::from_str::<Shelf>(text).unwrap(), shelf, "serde_json reads it as well");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(wrong(r#"{"z":-1}"#), "z: invalid value: integer `-1`, expected u32");
        assert_eq!(wrong(r#"{"z":"1"}"#), "z: invalid type: string \"1\", expected u32");
        assert_eq!(wrong(r#"{"z":1,"notes":{"a":1,"b":true}}"#), "notes.b: invalid type: boolean `true`, expected i64");
        assert_eq!(wrong("{}"), "missing field `z`");
        assert_eq!(wrong("[]"), "invalid type: sequence, expected struct Shelf");
        assert_eq!(
            wrong(r#"{"z":1,"lable":1}"#),
            "lable: unknown field `lable`, expected one of `z`, `label`, `things`, `notes`"
        );
        assert_eq!(wrong("{\n  \"z\": 1,\n}"), "trailing comma at line 3 column 1");
    }

    #[test]
    fn the_place_reaches_into_what_is_tagged() {
        let thing = |thing: &str| wrong(&format!(r#"{{"z":1,"things":[{{"kind":"nothing"}},{thing}]}}"#));
        assert_eq!(thing("7"), "things[1]: invalid type: integer `7`, expected an object with the field `kind`");
        assert_eq!(thing("{}"), "things[1]: missing field `kind`");
        assert_eq!(thing(r#"{"kind":"bag"}"#), "things[1]: unknown variant `bag`, expected `nothing` or `box`");
        assert_eq!(
            thing(r#"{"kind":"box","width":1,"state":"ajar"}"#),
            "things[1]: state: unknown variant `ajar`, expected `open` or `shut`"
        );
        assert_eq!(thing(r#"{"kind":"box","width":1}"#), "things[1]: missing field `state`");
        assert_eq!(
            thing(r#"{"kind":"nothing","width":1}"#),
            "things[1]: width: unknown field `width`, there are no fields"
        );
    }
}
