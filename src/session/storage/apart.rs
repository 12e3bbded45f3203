//! Rows of replayed files that are too many for an entry. They lie apart from it, as bytes under an id that is made of those
//! bytes, and the document has one row in their place, which is that id.
//!
//! Rows never change. So an id stands for the same rows in every entry and every tab, they are written once, before the
//! first entry that needs them, and nothing is ever written over.
//!
//! **Bytes.** Row after row: the lengths of value and key as `u32` (`NO_KEY` if there is none), the timestamp as `i64`
//! (`NO_TIMESTAMP` if there is none), value, key; numbers with the lowest byte first.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::engine::Command;
use crate::model::workload::Rows;
use crate::scenario::{Scenario, Timed};
use crate::session::Course;

/// Fewer rows lie in the document itself...
const ROWS_MIN: u32 = 2_000;
/// ...unless they have as many bytes of text.
const BYTES_MIN: usize = 100_000;

const NO_KEY: u32 = u32::MAX;
const NO_TIMESTAMP: i64 = i64::MIN;

/// Rows, and what they are called.
pub type Named = (String, Arc<Rows>);

/// A run whose large files have been taken out, or put in again.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    pub scenario: Scenario,
    pub courses: Vec<Course>,
}

impl Parts {
    /// Rows that do not belong into a document, each once.
    pub fn large(&self) -> Vec<Arc<Rows>> {
        let mut found: Vec<Arc<Rows>> = Vec::new();
        let all = self.courses.iter().flat_map(Course::commands).chain(&self.scenario.commands);
        for rows in all.filter_map(rows_of).filter(|rows| is_large(rows)) {
            if !found.iter().any(|known| Arc::ptr_eq(known, rows)) {
                found.push(rows.clone());
            }
        }
        found
    }

    /// Puts ids in the place of these rows.
    pub fn take_out(&mut self, taken: &[Named]) {
        self.replace(|rows| {
            let (id, _) = taken.iter().find(|(_, known)| Arc::ptr_eq(known, rows))?;
            let mut place = Rows::default();
            place.push(None, None, id);
            Some(Arc::new(place))
        });
    }

    /// Puts the rows back in the place of their ids.
    pub fn put_in(&mut self, taken: &[Named]) {
        self.replace(|rows| {
            let id = (rows.len() == 1).then(|| rows.value(0))?;
            taken.iter().find(|(known, _)| known.as_bytes() == id).map(|(_, rows)| rows.clone())
        });
    }

    fn replace(&mut self, other: impl Fn(&Arc<Rows>) -> Option<Arc<Rows>>) {
        let all = self.courses.iter_mut().flat_map(Course::commands_mut).chain(&mut self.scenario.commands);
        for timed in all {
            if let Command::Replay { rows, .. } = &mut timed.command
                && let Some(other) = other(rows)
            {
                *rows = other;
            }
        }
    }
}

fn rows_of(timed: &Timed) -> Option<&Arc<Rows>> {
    if let Command::Replay { rows, .. } = &timed.command { Some(rows) } else { None }
}

fn is_large(rows: &Rows) -> bool {
    rows.len() >= ROWS_MIN || rows.text_bytes() >= BYTES_MIN
}

/// What rows of these bytes are called.
pub fn id_of(bytes: &[u8]) -> String {
    format!("rows-{:x}-{:016x}", bytes.len(), xxh3_64(bytes))
}

pub fn to_bytes(rows: &Rows) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.text_bytes() + rows.len() as usize * 16);
    for row in 0..rows.len() {
        let (value, key) = (rows.value(row), rows.key(row));
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(key.map_or(NO_KEY, |key| key.len() as u32).to_le_bytes());
        bytes.extend(rows.timestamp_us(row).unwrap_or(NO_TIMESTAMP).to_le_bytes());
        bytes.extend(value);
        bytes.extend(key.unwrap_or_default());
    }
    bytes
}

/// The rows of this id; none if these are not its bytes.
pub fn from_bytes(id: &str, bytes: &[u8]) -> Option<Rows> {
    if id_of(bytes) != id {
        return None;
    }
    let mut rows = Rows::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let value = u32::from_le_bytes(take(&mut rest)?);
        let key = u32::from_le_bytes(take(&mut rest)?);
        let timestamp_us = i64::from_le_bytes(take(&mut rest)?);
        let value = text(&mut rest, value)?;
        let key = if key == NO_KEY { None } else { Some(text(&mut rest, key)?) };
        rows.push(key, (timestamp_us != NO_TIMESTAMP).then_some(timestamp_us), value);
    }
    Some(rows)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(*first)
}

fn text<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a str> {
    let (first, others) = rest.split_at_checked(length as usize)?;
    *rest = others;
    std::str::from_utf8(first).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Session;

    fn some_rows(count: u32) -> Rows {
        let mut rows = Rows::default();
        for row in 0..count {
            let key = format!("key-{}", row % 7);
            let key = (row % 3 > 0).then_some(if row % 5 == 0 { "" } else { &key });
            rows.push(key, (row % 2 > 0).then_some(i64::from(row) - 9), &format!("{{\"n\":{row},\"ö\":\"🌊\"}}"));
        }
        rows
    }

    fn replay(rows: Arc<Rows>) -> Command {
        let mut command: Command = serde_json::from_str(
            r#"{"type":"replay","producer":"p","pace":{"kind":"rate","per_second":1000},"rows":[]}"#,
        )
        .expect("a command");
        if let Command::Replay { rows: empty, .. } = &mut command {
            *empty = rows;
        }
        command
    }

    #[test]
    fn rows_come_out_of_their_bytes_as_they_went_in() {
        for count in [0, 1, 2, 1_000] {
            let bytes = to_bytes(&some_rows(count));
            assert_eq!(from_bytes(&id_of(&bytes), &bytes), Some(some_rows(count)), "{count} rows");
        }
    }

    #[test]
    fn the_bytes_of_a_page_before_are_read() {
        let bytes =
            b"\x05\0\0\0\x01\0\0\0\xf9\xff\xff\xff\xff\xff\xff\xfffirstk\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\x80";
        assert_eq!(id_of(bytes), "rows-26-6eaf5c8f54f499b1");
        let rows = from_bytes("rows-26-6eaf5c8f54f499b1", bytes).expect("rows");
        let row = |row| (rows.key(row), rows.timestamp_us(row), rows.value(row));
        assert_eq!(
            (rows.len(), row(0), row(1)),
            (2, (Some(&b"k"[..]), Some(-7), &b"first"[..]), (None, None, &b""[..]))
        );
    }

    #[test]
    fn bytes_that_were_damaged_are_no_rows() {
        let bytes = to_bytes(&some_rows(20));
        let id = id_of(&bytes);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(from_bytes(&id, &changed), None, "byte {at}");
            assert_eq!(from_bytes(&id, &bytes[..at]), None, "cut at {at}");
            // Nor does anything go wrong that only looks sound.
            let _ = from_bytes(&id_of(&changed), &changed);
            let _ = from_bytes(&id_of(&bytes[..at]), &bytes[..at]);
        }
    }

    #[test]
    fn a_large_file_is_taken_out_of_every_course_of_a_run_and_put_in_again() {
        let mut scenario = Scenario::empty();
        for command in [r#"{"type":"add_topic","topic":"t"}"#, r#"{"type":"add_producer","producer":"p","topic":"t"}"#]
        {
            let command = serde_json::from_str(command).expect("a command");
            scenario.commands.push(Timed { at_us: 0, command });
        }
        let mut session = Session::begin(&scenario).expect("it begins");
        session.seek(crate::kernel::Time::from_secs(2)).expect("a moment");
        session.seek(crate::kernel::Time::from_secs(1)).expect("a moment");
        let (small, large) = (Arc::new(some_rows(3)), Arc::new(some_rows(ROWS_MIN)));
        session.dispatch(replay(small)).expect("it replays");
        session.dispatch(replay(large.clone())).expect("it replays");
        session.switch_to(crate::session::BranchId(0)).expect("the branch that was left");

        let whole = Parts { scenario: session.scenario(), courses: session.courses() };
        assert!(matches!(&whole.large()[..], [only] if Arc::ptr_eq(only, &large)));
        let named = [("rows-1-2".to_owned(), large)];
        let mut parts = whole.clone();
        parts.take_out(&named);
        assert_eq!(parts.large(), []);
        let text = crate::kernel::document::to_line(&parts.courses);
        assert!(text.len() < 2_000 && text.contains("rows-1-2"), "{text}");
        parts.put_in(&named);
        assert_eq!(parts, whole);
    }
}
