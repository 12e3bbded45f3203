//! The first step: a look at the beginning of a file, and a guess how to read it.

use std::path::Path;

use super::csv::{Record, Records, column_names};
use super::lines::Lines;
use super::ndjson::{JsonLines, read_object, scalar};
use super::{Delimiter, Format, OnBadLine, Reading, parse_timestamp_us};

/// So many rows are looked at.
const ROWS: u32 = 100;
/// So many fields are listed; what has more is not a table that somebody wants to pick a key from.
const FIELDS: usize = 200;
const SAMPLES: usize = 3;
const SAMPLE_CHARS: usize = 60;

/// How a file looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sniffed {
    pub format: Format,
    /// The columns, or the fields of the JSON objects, in the order in which they first occur.
    pub fields: Vec<Field>,
    /// The field that looks most like a key.
    pub key: Option<String>,
    /// The field that looks most like a time.
    pub timestamp: Option<String>,
}

impl Sniffed {
    /// The guess, to be confirmed or changed.
    pub fn reading(&self) -> Reading {
        let Sniffed { format, key, timestamp, .. } = self.clone();
        Reading { format, key, timestamp, on_bad_line: OnBadLine::Skip }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    /// The first few different values, shortened. JSON objects and lists are shown as written.
    pub samples: Vec<String>,
}

/// Whether what is given to [`sniff`] is all of the file. If not, its last line is cut somewhere and is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Beginning,
}

/// Guesses from a file's name and its first bytes (64 KB are plenty).
pub fn sniff(file_name: &str, head: &[u8], extent: Extent) -> Sniffed {
    let format = format(file_name, head);
    let head = match extent {
        Extent::Whole => head,
        Extent::Beginning => &head[..head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1)],
    };
    let mut columns = Columns::default();
    // Enough rows are as good as all rows.
    let _ = match format {
        Format::Ndjson => columns.observe_json(head),
        Format::Csv(delimiter) => columns.observe_csv(head, delimiter),
    };
    columns.sniffed(format)
}

/// The first character decides, because names lie; the name decides where the first character leaves it open.
fn format(file_name: &str, head: &[u8]) -> Format {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let extension = Path::new(file_name).extension().unwrap_or_default().to_ascii_lowercase();
    match (text.first(), extension.to_str().unwrap_or_default()) {
        (Some(b'{' | b'['), _) | (_, "ndjson" | "jsonl" | "json") => Format::Ndjson,
        (_, "tsv" | "tab") => Format::Csv(Delimiter::Tab),
        _ => Format::Csv(delimiter(text)),
    }
}

/// The delimiter that the header has most of.
fn delimiter(text: &[u8]) -> Delimiter {
    let header = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let count = |delimiter: &Delimiter| header.iter().filter(|byte| **byte == delimiter.byte()).count();
    // Of equals the last wins, and most headers of one column are comma-separated.
    [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Comma].into_iter().max_by_key(count).unwrap_or(Delimiter::Comma)
}

/// Enough rows have been seen.
struct Enough;

#[derive(Default)]
struct Columns {
    rows: u32,
    columns: Vec<Column>,
}

/// A field and what its values have in common.
struct Column {
    field: Field,
    /// In how many rows it is a text, a number or a truth value.
    scalars: u32,
    /// In how many of them it can be read as a point in time, and in how many as one of this century.
    times: u32,
    recent_times: u32,
}

impl Columns {
    fn observe_json(&mut self, head: &[u8]) -> Result<(), Enough> {
        let (mut lines, mut json) = (Lines::new(), JsonLines::default());
        let mut each = |_, text: Result<&str, String>| self.observe_line(text.unwrap_or_default());
        lines.feed(head, |piece| json.feed(piece, &mut each))?;
        lines.finish(|piece| json.feed(piece, &mut each))?;
        json.finish(&mut each)
    }

    /// Bad lines are not looked at; reading will report them.
    fn observe_line(&mut self, text: &str) -> Result<(), Enough> {
        let Ok(fields) = read_object(text, |_| true) else { return Ok(()) };
        for (name, json) in fields.iter().take(FIELDS) {
            match (scalar(name, json), self.column(name)) {
                (Ok(Some(text)), Some(column)) => column.observe(&text),
                (Err(_), Some(column)) => column.field.add_sample(json.get()),
                _ => {}
            }
        }
        self.end_row()
    }

    fn observe_csv(&mut self, head: &[u8], delimiter: Delimiter) -> Result<(), Enough> {
        let (mut lines, mut records) = (Lines::new(), Records::new(delimiter));
        let mut header: Option<Vec<String>> = None;
        let mut each = |_, record: Result<Record, String>| match (&header, record) {
            (Some(names), Ok(record)) if names.len() == record.len() => self.observe_record(names, record),
            (None, Ok(record)) => {
                let names = header.insert(column_names(record));
                names.iter().for_each(|name| self.observe(name, None));
                Ok(())
            }
            _ => Ok(()),
        };
        lines.feed(head, |piece| records.feed(piece, &mut each))?;
        lines.finish(|piece| records.feed(piece, &mut each))?;
        records.finish(&mut each)
    }

    fn observe_record(&mut self, names: &[String], record: Record) -> Result<(), Enough> {
        for (name, text) in names.iter().zip(record.iter()).take(FIELDS) {
            self.observe(name, Some(text).filter(|text| !text.is_empty()));
        }
        self.end_row()
    }

    fn observe(&mut self, name: &str, text: Option<&str>) {
        if let (Some(column), Some(text)) = (self.column(name), text) {
            column.observe(text);
        }
    }

    /// The column of that name, a new one if need be, unless there are too many already.
    fn column(&mut self, name: &str) -> Option<&mut Column> {
        let known = self.columns.iter().position(|column| column.field.name == name);
        let place = known.unwrap_or(self.columns.len());
        if known.is_none() && place < FIELDS {
            self.columns.push(Column::new(name));
        }
        self.columns.get_mut(place)
    }

    fn end_row(&mut self) -> Result<(), Enough> {
        self.rows += 1;
        if self.rows < ROWS { Ok(()) } else { Err(Enough) }
    }

    fn sniffed(self, format: Format) -> Sniffed {
        let complete = || self.columns.iter().filter(|column| column.scalars > 0 && column.scalars == self.rows);
        let best = |rank: &dyn Fn(&Column) -> Option<u8>| {
            let ranked = complete().filter_map(|column| Some((rank(column)?, column)));
            ranked.min_by_key(|(rank, _)| *rank).map(|(_, column)| column.field.name.clone())
        };
        let key = best(&|column| column.rank_as_key());
        let timestamp = best(&|column| column.rank_as_timestamp().filter(|_| key.as_ref() != Some(&column.field.name)));
        Sniffed { format, fields: self.columns.into_iter().map(|column| column.field).collect(), key, timestamp }
    }
}

impl Column {
    fn new(name: &str) -> Self {
        let field = Field { name: name.to_owned(), samples: Vec::new() };
        Column { field, scalars: 0, times: 0, recent_times: 0 }
    }

    fn observe(&mut self, text: &str) {
        let time_us = parse_timestamp_us(text);
        self.scalars += 1;
        self.times += u32::from(time_us.is_some());
        self.recent_times += u32::from(time_us.is_some_and(is_of_this_century));
        self.field.add_sample(text);
    }

    /// The lower, the more it looks like a key by its name. A field of another name can be chosen, but not guessed.
    fn rank_as_key(&self) -> Option<u8> {
        let name = self.field.name.to_ascii_lowercase();
        let ranks = [name == "key", name.ends_with("key"), name == "id", name.ends_with("id"), name.ends_with("name")];
        (0..).zip(ranks).find(|(_, fits)| *fits).map(|(rank, _)| rank)
    }

    /// A name that speaks of time, if every value can be read as one; else values that can hardly be anything else.
    fn rank_as_timestamp(&self) -> Option<u8> {
        let name = self.field.name.to_ascii_lowercase();
        let called_so =
            ["time", "date"].iter().any(|part| name.contains(part)) || name == "ts" || name.ends_with("_at");
        let ranks = [called_so && self.times == self.scalars, self.recent_times == self.scalars];
        (0..).zip(ranks).find(|(_, fits)| *fits).map(|(rank, _)| rank)
    }
}

fn is_of_this_century(time_us: i64) -> bool {
    const YEAR_2000_US: i64 = 946_684_800_000_000;
    const YEAR_2100_US: i64 = 4_102_444_800_000_000;
    (YEAR_2000_US..YEAR_2100_US).contains(&time_us)
}

impl Field {
    fn add_sample(&mut self, text: &str) {
        let mut sample: String = text.chars().take(SAMPLE_CHARS).collect();
        if sample.len() < text.len() {
            sample.push('…');
        }
        if self.samples.len() < SAMPLES && !self.samples.contains(&sample) {
            self.samples.push(sample);
        }
    }
}
