//! Enums whose variant is named by a field beside its own: `{ "type": "kill", "consumer": "inventory-2" }`.
//!
//! Serde has these as `#[serde(tag = "type")]`, at a price: it keeps all fields aside in a form of its own and reads every
//! variant from there once more, as a list and as an object, without knowing where in the document it is.

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any, ser};
use serde_json::{Map, Value};

use super::Wrong;
use super::reader::{Variant, unexpected};

/// `Serialize` and `Deserialize` of an enum that derives both with `#[serde(remote = "Self")]`, with the variant's name in
/// the field `$tag`.
macro_rules! tagged {
    ($enum:ty, $tag:literal) => {
        impl<'de> serde::Deserialize<'de> for $enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::kernel::document::read_tagged(deserializer, $tag, |tagged| <$enum>::deserialize(tagged))
            }
        }

        impl serde::Serialize for $enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let written = <$enum>::serialize(self, serde_json::value::Serializer);
                $crate::kernel::document::write_tagged(serializer, $tag, written)
            }
        }
    };
}
pub(crate) use tagged;

/// What `tagged!` reads with: `read` is the derived `deserialize`.
pub fn read_tagged<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    tag: &'static str,
    read: fn(Tagged) -> Result<T, Wrong>,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    read(Tagged { value, tag }).map_err(D::Error::custom)
}

/// What `tagged!` writes with: `written` comes from the derived `serialize`.
pub fn write_tagged<S: Serializer>(
    serializer: S,
    tag: &'static str,
    written: Result<Value, serde_json::Error>,
) -> Result<S::Ok, S::Error> {
    let fields = match written.map_err(ser::Error::custom)? {
        Value::Object(variant) => with_tag(tag, variant),
        name => Map::from_iter([(tag.to_owned(), name)]),
    };
    fields.serialize(serializer)
}

/// From `{ name: { fields } }` to `{ tag: name, fields }`.
fn with_tag(tag: &str, variant: Map<String, Value>) -> Map<String, Value> {
    let mut tagged = Map::new();
    for (name, content) in variant {
        tagged.insert(tag.to_owned(), Value::String(name));
        if let Value::Object(fields) = content {
            tagged.extend(fields);
        }
    }
    tagged
}

/// Serde's view of an object with a tag: an enum, and nothing else.
pub struct Tagged {
    value: Value,
    tag: &'static str,
}

impl Tagged {
    fn variant(self) -> Result<Variant, Wrong> {
        let Value::Object(mut fields) = self.value else {
            return Err(unexpected(&self.value, &format!("an object with the field `{}`", self.tag).as_str()));
        };
        match fields.shift_remove(self.tag) {
            Some(Value::String(name)) => Ok(Variant { name, content: Value::Object(fields) }),
            Some(other) => Err(unexpected(&other, &"a word").below(self.tag)),
            None => Err(Wrong::missing_field(self.tag)),
        }
    }
}

impl<'de> Deserializer<'de> for Tagged {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_enum(self.variant()?)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
