//! What somebody has at hand: a scenario's document, or real events as NDJSON or CSV. [`contents`] tells them apart and
//! [`read_document`] reads the first; the rest is about the second.
//!
//! Two steps. [`sniff()`] looks at the beginning of the file and proposes a [`Reading`]: which format, which field is the
//! key, which the time. [`Import`] reads the whole file that way, in chunks of any size. It does no IO and never runs on its
//! own: whoever feeds it decides how much work a frame does (a chunk of 64 KB takes about a millisecond), shows the
//! [`Progress`], and gives up by dropping it.
//!
//! A row's value is what a producer would send: the line itself, or a CSV row as a JSON object of strings. Lines that
//! cannot be read are reported by number and reason; the same bytes give the same rows however they were cut.
//!
//! Left out: JSON documents that are one large list, encodings other than UTF-8, compressed files.

mod csv;
mod document;
mod kind;
mod lines;
mod locate;
mod ndjson;
mod reader;
mod sniff;
mod timestamp;

use std::fmt;

pub use document::{MAX_DOCUMENT_BYTES, Unread, read_document};
pub use kind::{Contents, contents};
pub use reader::Import;
pub use sniff::{Extent, Field, Sniffed, sniff};
pub use timestamp::parse_timestamp_us;

use crate::model::workload::Rows;

/// A row may be as large as a producer's request by default (`max.request.size`).
pub const MAX_ROW_BYTES: usize = 1_048_576;
/// The largest file, 50 MB.
pub const MAX_FILE_BYTES: u64 = 50 * 1_024 * 1_024;
pub const MAX_ROWS: u32 = 500_000;
/// So many bad lines are kept to be shown. All are counted.
pub const MAX_BAD_LINES: usize = 1_000;

/// How to read a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub format: Format,
    /// The field or column that becomes the record's key. Without one, records have no key.
    pub key: Option<String>,
    /// The field or column that says when the record was made.
    pub timestamp: Option<String>,
    pub on_bad_line: OnBadLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Columns, named by the first line.
    Csv(Delimiter),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Comma,
    /// What spreadsheets write where the comma is the decimal sign.
    Semicolon,
    Tab,
}

impl Delimiter {
    fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBadLine {
    Skip,
    Stop,
}

/// What a file gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub rows: Rows,
    /// The first of the lines that were skipped, and why.
    pub bad_lines: Vec<BadLine>,
    /// How many were skipped in all.
    pub bad_line_count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1; for a CSV record of several lines, its first.
    pub line: u64,
    pub reason: String,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub bytes: u64,
    pub rows: u32,
    pub bad_lines: u64,
}

/// Why an import ended before its file did. No rows come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Bad lines are not to be skipped, or this one is the header, without which nothing can be read.
    BadLine(BadLine),
    TooManyRows,
    TooManyBytes,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::BadLine(bad) => bad.fmt(f),
            Stop::TooManyRows => f.write_str("the file has more than 500,000 rows"),
            Stop::TooManyBytes => f.write_str("the file is larger than 50 MB"),
        }
    }
}

impl std::error::Error for Stop {}

fn too_long() -> String {
    "longer than 1,048,576 bytes, a producer's max.request.size".into()
}

fn not_utf8() -> String {
    "not UTF-8 text".into()
}
