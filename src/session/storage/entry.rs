//! What is written under a key: one line of JSON that says what it is, then the scenario's document.
//!
//! ```text
//! {"headwater":1,"name":"Orders fan-out","saved_ms":1767225600000,"cursor_us":42310000,"playing":true,"actions":5,"version":1}
//! { "version": 1, "name": "orders", ... }
//! ```
//!
//! Listing what is there reads the first lines only. The format's number goes up when an older page could not read what a
//! newer one writes; a field that an older page can do without is just added.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::document::{self, Wrong};
use crate::scenario::Scenario;
use crate::session::Course;

/// The latest format that this program knows; it reads all up to it.
pub const FORMAT: u32 = 2;

/// The format of an entry that holds all of its run. It is written where it will do, so that an older page can read it too.
pub const WHOLE: u32 = 1;

/// The first line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The format's number.
    pub headwater: u32,
    pub name: String,
    /// Milliseconds since 1970, by the clock of whoever saved it.
    pub saved_ms: u64,
    /// The moment of the run that was on show.
    #[serde(default)]
    pub cursor_us: u64,
    #[serde(default)]
    pub playing: bool,
    /// What the person did since the scenario was opened, in commands.
    #[serde(default)]
    pub actions: u32,
    /// Of an entry with a name: how often it was saved.
    #[serde(default)]
    pub version: u32,
    /// What else there is of the run: its other branches and what can be undone, a list of [`Course`]s. Only looked into
    /// when the entry is opened.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub courses: Value,
    /// Ids of rows that lie [apart](super::apart), since format 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
}

impl Label {
    /// The same of a run whose files lie apart under these ids, in the first format that knows of them.
    pub fn with_rows(self, rows: Vec<String>) -> Label {
        Label { headwater: if rows.is_empty() { WHOLE } else { FORMAT }, rows, ..self }
    }

    /// Branches of the run.
    pub fn branches(&self) -> usize {
        let is_branch = |course: &&Value| course.get("undone").is_none_or(Value::is_null);
        self.courses.as_array().map_or(1, |courses| courses.iter().filter(is_branch).count().max(1))
    }

    /// What else there is of the run; nothing if that cannot be read.
    pub fn courses(&self) -> Option<Vec<Course>> {
        if self.courses.is_null() { Some(Vec::new()) } else { document::from_value(self.courses.clone()).ok() }
    }
}

/// An entry as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub label: Label,
    pub scenario: Scenario,
}

/// Why an entry cannot be opened. It is kept all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Damaged(String),
    /// Written by a later version of the page, in a format of this number.
    Newer(u32),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Damaged(reason) => write!(f, "it is damaged ({reason})"),
            Unreadable::Newer(_) => {
                f.write_str("a newer version of Headwater saved it; reload the page to get that version")
            }
        }
    }
}

impl std::error::Error for Unreadable {}

pub fn write(label: &Label, text: &str) -> String {
    format!("{}\n{text}", document::to_value(label))
}

pub fn label(text: &str) -> Result<Label, Unreadable> {
    /// What every format has, however else it looks.
    #[derive(Deserialize)]
    struct Number {
        headwater: u32,
    }
    let line = text.lines().next().unwrap_or_default();
    let damaged = |wrong: Wrong| Unreadable::Damaged(format!("its label: {wrong}"));
    let number: Number = document::from_text(line).map_err(damaged)?;
    if number.headwater > FORMAT {
        return Err(Unreadable::Newer(number.headwater));
    }
    document::from_text(line).map_err(damaged)
}

/// The document of an entry, as text.
pub fn body(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, document)| document)
}

pub fn read(text: &str) -> Result<Entry, Unreadable> {
    let label = label(text)?;
    let scenario = Scenario::from_json(body(text)).map_err(|refusal| Unreadable::Damaged(refusal.to_string()))?;
    Ok(Entry { label, scenario })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label_of(name: &str) -> Label {
        Label {
            headwater: WHOLE,
            name: name.into(),
            saved_ms: 1_767_225_600_000,
            cursor_us: 42_310_000,
            playing: true,
            actions: 5,
            version: 1,
            courses: Value::Null,
            rows: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = write(&label_of("A \"name\"\nof two lines"), &Scenario::empty().to_json());
        let entry = read(&text).unwrap();
        assert_eq!(entry.label, label_of("A \"name\"\nof two lines"));
        assert_eq!(entry.scenario, Scenario::empty());
    }

    #[test]
    fn a_label_without_what_came_later_has_the_defaults() {
        let label = label(r#"{"headwater": 1, "name": "old", "saved_ms": 7, "colour": "of a page to come"}"#).unwrap();
        assert_eq!((label.cursor_us, label.playing, label.actions, label.version), (0, false, 0, 0));
    }

    #[test]
    fn an_entry_of_a_later_format_is_not_read_as_if_it_were_of_ours() {
        let text = r#"{"headwater": 3, "title": ["another", "shape"]}"#;
        assert_eq!(label(text), Err(Unreadable::Newer(3)));
    }

    /// What pages of each format have written into people's browsers, byte for byte. Never edited, only added to.
    const STORED: [(&str, &str, u64, u32); 2] = [
        ("v1_run", include_str!("../../../tests/stored/v1_run.txt"), 42_310_000, 3),
        ("v2_run", include_str!("../../../tests/stored/v2_run.txt"), 12_500_000, 2),
    ];

    #[test]
    fn what_every_earlier_page_stored_is_opened_and_goes_on() {
        for (name, text, cursor_us, actions) in STORED {
            let entry = read(text).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert_eq!((entry.label.cursor_us, entry.label.actions), (cursor_us, actions), "{name}");
            let mut session =
                crate::session::Session::open(&entry.scenario).unwrap_or_else(|why| panic!("{name}: {why}"));
            let at = crate::kernel::Time::from_micros(cursor_us);
            session.seek(at).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert_eq!(session.now(), at);
            assert_eq!(session.scenario().commands, entry.scenario.commands, "{name}");
        }
    }

    #[test]
    fn a_cut_entry_is_damaged_wherever_it_was_cut() {
        let text = write(&label_of("cut"), &Scenario::empty().to_json());
        let whole = text.trim_end().len();
        for end in (0..whole).filter(|end| text.is_char_boundary(*end)) {
            assert!(matches!(read(&text[..end]), Err(Unreadable::Damaged(_))), "cut at {end}");
        }
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let text = write(&label_of("odd"), r#"{"version": 1, "seed": 1, "spede": 2}"#);
        let reason = read(&text).unwrap_err().to_string();
        assert!(reason.contains("spede"), "{reason}");
    }
}
