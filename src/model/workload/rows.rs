//! Records read from a file, to be published as they are.
//!
//! Rows are made once and then shared, never edited. All text lies in one buffer with offsets into it, so half a million
//! rows are a handful of allocations and cost 12 bytes each beside their text (28 with timestamps).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kernel::document;

/// Keys, values and times of imported records, in the order of the file. Written as a list of
/// `{"key", "timestamp_us", "value"}`, without what a row does not have.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Each row's value, directly followed by its key.
    text: String,
    ends: Vec<Ends>,
    /// As long as `ends`, or shorter when the last rows have no timestamp; so it is empty when none has.
    timestamps_us: Vec<Option<i64>>,
}

/// Where a row's value and its key end in the text. The row starts where the one before ends.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    value: u32,
    key: Option<u32>,
}

impl Ends {
    fn row(self) -> u32 {
        self.key.unwrap_or(self.value)
    }
}

impl Rows {
    pub fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// What all keys and values take, in bytes.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Nothing when the record has no key; an empty key is a key.
    pub fn key(&self, row: u32) -> Option<&[u8]> {
        self.key_text(row).map(str::as_bytes)
    }

    pub fn value(&self, row: u32) -> &[u8] {
        self.value_text(row).as_bytes()
    }

    /// Microseconds since 1970-01-01 00:00 UTC.
    pub fn timestamp_us(&self, row: u32) -> Option<i64> {
        self.timestamps_us.get(row as usize).copied().flatten()
    }

    /// Adds a row at the end. All rows together hold less than 4 GB of text; whoever reads files sets a bound far below.
    pub fn push(&mut self, key: Option<&str>, timestamp_us: Option<i64>, value: &str) {
        let value = self.append(value);
        let key = key.map(|key| self.append(key));
        if timestamp_us.is_some() {
            self.timestamps_us.resize(self.ends.len(), None);
            self.timestamps_us.push(timestamp_us);
        }
        self.ends.push(Ends { value, key });
    }

    /// These rows as JSON, one a line, without brackets around them.
    pub fn lines(&self, rows: Range<u32>) -> String {
        rows.map(|row| document::to_line(&self.row(row))).collect::<Vec<_>>().join(",\n")
    }

    fn append(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        u32::try_from(self.text.len()).expect("rows hold less than 4 GB")
    }

    fn key_text(&self, row: u32) -> Option<&str> {
        let Ends { value, key } = self.ends[row as usize];
        key.map(|key| &self.text[value as usize..key as usize])
    }

    fn value_text(&self, row: u32) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before as usize].row());
        &self.text[start as usize..self.ends[row as usize].value as usize]
    }

    fn row(&self, row: u32) -> Row<'_> {
        Row {
            key: self.key_text(row).map(Cow::Borrowed),
            timestamp_us: self.timestamp_us(row),
            value: Cow::Borrowed(self.value_text(row)),
        }
    }
}

/// Half a million rows would drown what a failing test has to say.
impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: u32 = 10;
        write!(f, "{} rows ", self.len())?;
        f.debug_list().entries((0..self.len().min(SHOWN)).map(|row| self.row(row))).finish()
    }
}

/// A row on its way to or from a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp_us: Option<i64>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.len()).map(|row| self.row(row)))
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowsVisitor)
    }
}

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Rows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows, A::Error> {
        let mut rows = Rows::default();
        while let Some(Row { key, timestamp_us, value }) = list.next_element()? {
            rows.push(key.as_deref(), timestamp_us, &value);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_rows() -> Rows {
        let mut rows = Rows::default();
        rows.push(None, None, "first");
        rows.push(Some("k"), Some(-7), "second \"quoted\"");
        rows.push(Some(""), None, "");
        rows
    }

    #[test]
    fn rows_give_back_what_was_pushed() {
        let rows = some_rows();
        assert_eq!(rows.len(), 3);
        let row = |row| (rows.key(row), rows.timestamp_us(row), rows.value(row));
        assert_eq!(row(0), (None, None, &b"first"[..]));
        assert_eq!(row(1), (Some(&b"k"[..]), Some(-7), &b"second \"quoted\""[..]));
        assert_eq!(row(2), (Some(&b""[..]), None, &b""[..]), "an empty key is not the same as no key");
    }

    #[test]
    fn rows_survive_being_written_and_read_as_json() {
        let json = serde_json::to_string(&some_rows()).unwrap();
        assert_eq!(
            json,
            r#"[{"value":"first"},{"key":"k","timestamp_us":-7,"value":"second \"quoted\""},{"key":"","value":""}]"#
        );
        assert_eq!(serde_json::from_str::<Rows>(&json).unwrap(), some_rows());
    }

    #[test]
    fn rows_that_differ_in_one_field_are_not_equal() {
        let with = |key, timestamp_us, value| {
            let mut rows = Rows::default();
            rows.push(key, timestamp_us, value);
            rows
        };
        let rows = with(Some("k"), Some(1), "v");
        for other in [with(None, Some(1), "v"), with(Some("k"), None, "v"), with(Some("v"), Some(1), "k")] {
            assert_ne!(rows, other);
        }
    }
}
