//! NDJSON (JSON Lines): one JSON object a line.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::MAX_ROW_BYTES;
use super::lines::Piece;

/// Puts lines together again that came in pieces, and holds no more of them than a line may have.
#[derive(Debug, Default)]
pub(super) struct JsonLines {
    line: u64,
    held: Vec<u8>,
    too_long: bool,
}

impl JsonLines {
    /// Calls `each` with the number and the text of every complete line that is not blank, or with what is wrong with it.
    pub fn feed<E>(
        &mut self,
        piece: Piece,
        each: impl FnOnce(u64, Result<&str, String>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.line = piece.line;
        if piece.ends_line() && self.held.is_empty() && !self.too_long {
            return Self::complete(self.line, piece.bytes, each);
        }
        self.hold(piece.bytes);
        if piece.ends_line() { self.finish(each) } else { Ok(()) }
    }

    /// The line that is held is complete: the file ended, or its last piece came.
    pub fn finish<E>(&mut self, each: impl FnOnce(u64, Result<&str, String>) -> Result<(), E>) -> Result<(), E> {
        let JsonLines { line, held, too_long } = std::mem::take(self);
        if too_long { each(line, Err(super::too_long())) } else { Self::complete(line, &held, each) }
    }

    fn hold(&mut self, bytes: &[u8]) {
        self.too_long |= self.held.len() + bytes.len() > MAX_ROW_BYTES + b"\r\n".len();
        if self.too_long {
            self.held = Vec::new();
        } else {
            self.held.extend_from_slice(bytes);
        }
    }

    fn complete<E>(
        line: u64,
        bytes: &[u8],
        each: impl FnOnce(u64, Result<&str, String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        match str::from_utf8(bytes) {
            _ if bytes.len() > MAX_ROW_BYTES => each(line, Err(super::too_long())),
            Err(_) => each(line, Err(super::not_utf8())),
            Ok(text) if text.trim_ascii().is_empty() => Ok(()),
            Ok(text) => each(line, Ok(text)),
        }
    }
}

/// The fields that `wanted` picks by name, in their order, with their JSON as written: going through numbers would
/// lose digits of long ids. What is not picked is checked and thrown away.
pub(super) fn read_object(text: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, &RawValue)>, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let fields = json.deserialize_map(Fields { wanted }).and_then(|fields| json.end().map(|()| fields));
    fields.map_err(|error| reason(text, &error))
}

fn reason(text: &str, error: &serde_json::Error) -> String {
    match text.trim_ascii_start().bytes().next() {
        Some(b'{') => {}
        Some(b'[') => return "a JSON list, where each line should be an object".into(),
        _ if serde_json::from_str::<IgnoredAny>(text).is_ok() => return "not a JSON object".into(),
        _ => {}
    }
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    format!("malformed JSON at column {}: {what}", error.column())
}

/// The text of a string, or a number or truth value as written. Nothing for `null`.
pub(super) fn scalar<'a>(name: &str, json: &'a RawValue) -> Result<Option<Cow<'a, str>>, String> {
    let json = json.get();
    match json.as_bytes()[0] {
        b'n' => Ok(None),
        b'"' => match serde_json::from_str(json) {
            Ok(Text(text)) => Ok(Some(text)),
            Err(error) => Err(format!("field \"{name}\": {error}")),
        },
        b'{' | b'[' => Err(format!("field \"{name}\" is an object or a list")),
        _ => Ok(Some(json.into())),
    }
}

/// Borrowed unless it has escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Fields<W> {
    wanted: W,
}

impl<'de, W: Fn(&str) -> bool> Visitor<'de> for Fields<W> {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some(name) = object.next_key_seed(FieldName { wanted: &self.wanted })? {
            match name {
                Some(name) => fields.push((name, object.next_value()?)),
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

/// Reads a field's name, and copies it only if it is wanted.
struct FieldName<'w, W> {
    wanted: &'w W,
}

impl<'de, W: Fn(&str) -> bool> DeserializeSeed<'de> for FieldName<'_, W> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<W: Fn(&str) -> bool> Visitor<'_> for FieldName<'_, W> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.wanted)(name).then(|| name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(text: &str) -> Result<Vec<(String, String)>, String> {
        let fields = read_object(text, |name| name != "skipped")?;
        Ok(fields.into_iter().map(|(name, json)| (name, json.get().to_owned())).collect())
    }

    #[test]
    fn wanted_fields_come_in_the_order_of_the_line_and_as_written() {
        let fields = fields_of(r#" {"b": 1.50, "skipped": [1, {}], "a": {"x": 12345678901234567890123}} "#).unwrap();
        assert_eq!(fields, [("b".into(), "1.50".into()), ("a".into(), r#"{"x": 12345678901234567890123}"#.into())]);
    }

    #[test]
    fn the_reason_names_the_column_where_the_json_breaks() {
        assert_eq!(fields_of(r#"{"a": 1,}"#).unwrap_err(), "malformed JSON at column 9: trailing comma");
        assert_eq!(fields_of(r#"{"a": 1} x"#).unwrap_err(), "malformed JSON at column 10: trailing characters");
        assert_eq!(fields_of("oops").unwrap_err(), "malformed JSON at column 1: expected value");
        assert_eq!(fields_of(r#"{"skipped": "#).unwrap_err(), "malformed JSON at column 12: EOF while parsing a value");
    }

    #[test]
    fn json_that_is_not_an_object_is_called_by_its_name() {
        assert_eq!(fields_of("17").unwrap_err(), "not a JSON object");
        assert_eq!(fields_of("[{}]").unwrap_err(), "a JSON list, where each line should be an object");
    }

    #[test]
    fn a_scalar_is_a_strings_text_or_a_number_as_written() {
        fn scalar_of(json: &str) -> Result<Option<Cow<'_, str>>, String> {
            scalar("id", serde_json::from_str(json).unwrap())
        }
        assert_eq!(scalar_of(r#""a\u00e9""#), Ok(Some("aé".into())));
        assert_eq!(scalar_of("1.50"), Ok(Some("1.50".into())));
        assert_eq!(scalar_of("true"), Ok(Some("true".into())));
        assert_eq!(scalar_of("null"), Ok(None));
        assert_eq!(scalar_of("{}"), Err("field \"id\" is an object or a list".into()));
    }

    #[test]
    fn a_deeply_nested_line_is_refused_or_read_but_never_overflows_the_stack() {
        let nested = format!(r#"{{"skipped": {}}}"#, "[".repeat(1_000_000));
        assert!(fields_of(&nested).is_err());
    }
}
