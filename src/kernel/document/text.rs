//! JSON text. Laid out by `serde_json`; but numbers with a fraction are written by the standard library, which is in the page
//! anyway: `serde_json`'s own way is faster and brings tables that weigh 6 KB.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

pub fn pretty(value: &Value) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Pretty(PrettyFormatter::new()));
    value.serialize(&mut serializer).expect("a tree is written to memory");
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Without a blank.
pub fn compact(value: &Value) -> String {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Compact)).expect("a tree is written to memory");
    String::from_utf8(text).expect("JSON is UTF-8")
}

struct Compact;

impl Formatter for Compact {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:?}")
    }
}

struct Pretty(PrettyFormatter<'static>);

/// Methods that the layout decides.
macro_rules! laid_out {
    ($($method:ident($($argument:ident: $type:ty)?))*) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)?) -> io::Result<()> {
            self.0.$method(writer $(, $argument)?)
        })*
    };
}

impl Formatter for Pretty {
    /// With a point or an exponent, so that it is read as a number with a fraction again: `1.0`.
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:?}")
    }

    laid_out! {
        begin_array() end_array() begin_array_value(is_first: bool) end_array_value()
        begin_object() end_object() begin_object_key(is_first: bool) begin_object_value() end_object_value()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_what_serde_json_would_write() {
        let value = json!({"a": [], "b": [1, -2, 0.5, 1.0], "c": {"d": null, "\"": "\u{1}"}, "e": {}});
        assert_eq!(pretty(&value), serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(compact(&value), serde_json::to_string(&value).unwrap());
    }

    #[test]
    fn numbers_of_any_size_are_read_as_they_were_written() {
        let value = json!([0.1, 1e21, 5e-324, -1.7976931348623157e308]);
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value)).unwrap(), value);
    }
}
