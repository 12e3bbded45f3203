//! The second step: all of a file becomes rows.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::csv::{Record, Records, column_names};
use super::lines::{Lines, Piece};
use super::ndjson::{JsonLines, read_object, scalar};
use super::*;
use crate::kernel::document;

/// A file on its way in. Feed it chunks in order, then finish.
pub struct Import {
    lines: Lines,
    source: Source,
    collected: Collected,
    bytes: u64,
    /// An import that stopped stays stopped.
    stopped: Option<Stop>,
}

impl Import {
    pub fn new(reading: Reading) -> Self {
        let source = match reading.format {
            Format::Ndjson => Source::Ndjson(JsonLines::default()),
            Format::Csv(delimiter) => Source::Csv(Records::new(delimiter)),
        };
        let collected = Collected { reading, table: None, imported: Imported::default() };
        Import { lines: Lines::new(), source, collected, bytes: 0, stopped: None }
    }

    /// Reads on. What has been read when it stops is the same however the file was cut into chunks.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Stop> {
        if let Some(stop) = &self.stopped {
            return Err(stop.clone());
        }
        let fed = self.read(chunk);
        self.stopped = fed.clone().err();
        fed
    }

    /// The file ended.
    pub fn finish(mut self) -> Result<Imported, Stop> {
        self.feed(b"")?;
        let Import { lines, source, collected, .. } = &mut self;
        lines.finish(|piece| source.feed(piece, collected))?;
        source.finish(collected)?;
        Ok(self.collected.imported)
    }

    pub fn progress(&self) -> Progress {
        let Imported { rows, bad_line_count, .. } = &self.collected.imported;
        Progress { bytes: self.bytes, rows: rows.len(), bad_lines: *bad_line_count }
    }

    fn read(&mut self, chunk: &[u8]) -> Result<(), Stop> {
        let room = (MAX_FILE_BYTES - self.bytes).min(chunk.len() as u64);
        let (within, beyond) = chunk.split_at(room as usize);
        self.bytes += room;
        let Import { lines, source, collected, .. } = self;
        lines.feed(within, |piece| source.feed(piece, collected))?;
        if beyond.is_empty() { Ok(()) } else { Err(Stop::TooManyBytes) }
    }
}

/// From pieces of lines to whole lines or records.
enum Source {
    Ndjson(JsonLines),
    Csv(Records),
}

impl Source {
    fn feed(&mut self, piece: Piece, collected: &mut Collected) -> Result<(), Stop> {
        match self {
            Source::Ndjson(lines) => lines.feed(piece, |line, text| collected.take_json(line, text)),
            Source::Csv(records) => records.feed(piece, |line, record| collected.take_record(line, record)),
        }
    }

    fn finish(&mut self, collected: &mut Collected) -> Result<(), Stop> {
        match self {
            Source::Ndjson(lines) => lines.finish(|line, text| collected.take_json(line, text)),
            Source::Csv(records) => records.finish(|line, record| collected.take_record(line, record)),
        }
    }
}

/// What has come of the file so far, and how to go on.
struct Collected {
    reading: Reading,
    /// Known once a CSV file's header is read.
    table: Option<Table>,
    imported: Imported,
}

/// A row that can be kept.
struct Row<'a> {
    key: Option<Cow<'a, str>>,
    timestamp_us: Option<i64>,
    value: Cow<'a, str>,
}

impl Collected {
    fn take_json(&mut self, line: u64, text: Result<&str, String>) -> Result<(), Stop> {
        let row = text.and_then(|text| json_row(&self.reading, text));
        self.take(line, row)
    }

    fn take_record(&mut self, line: u64, record: Result<Record, String>) -> Result<(), Stop> {
        match &self.table {
            Some(table) => {
                let row = record.and_then(|record| table.row(record));
                self.take(line, row)
            }
            None => {
                let table = record.and_then(|header| Table::new(&self.reading, header));
                self.table = Some(table.map_err(|reason| Stop::BadLine(BadLine { line, reason }))?);
                Ok(())
            }
        }
    }

    fn take(&mut self, line: u64, row: Result<Row, String>) -> Result<(), Stop> {
        match row {
            Ok(row) if row.value.len() > MAX_ROW_BYTES => self.take_bad(BadLine { line, reason: too_long() }),
            Ok(_) if self.imported.rows.len() == MAX_ROWS => Err(Stop::TooManyRows),
            Ok(row) => {
                self.imported.rows.push(row.key.as_deref(), row.timestamp_us, &row.value);
                Ok(())
            }
            Err(reason) => self.take_bad(BadLine { line, reason }),
        }
    }

    fn take_bad(&mut self, bad: BadLine) -> Result<(), Stop> {
        if self.reading.on_bad_line == OnBadLine::Stop {
            return Err(Stop::BadLine(bad));
        }
        self.imported.bad_line_count += 1;
        if self.imported.bad_lines.len() < MAX_BAD_LINES {
            self.imported.bad_lines.push(bad);
        }
        Ok(())
    }
}

/// The line is the value; its key and time are looked up in it.
fn json_row<'a>(reading: &Reading, text: &'a str) -> Result<Row<'a>, String> {
    let wanted = |name: &str| reading.key.as_deref() == Some(name) || reading.timestamp.as_deref() == Some(name);
    let fields = read_object(text, wanted)?;
    let key = match &reading.key {
        Some(name) => scalar(name, find(&fields, name)?)?,
        None => None,
    };
    let timestamp_us = match &reading.timestamp {
        Some(name) => Some(timestamp(name, scalar(name, find(&fields, name)?)?.as_deref().unwrap_or("null"))?),
        None => None,
    };
    Ok(Row { key, timestamp_us, value: text.into() })
}

/// Of a field given twice, JSON readers keep the last.
fn find<'a>(fields: &[(String, &'a RawValue)], name: &str) -> Result<&'a RawValue, String> {
    let field = fields.iter().rev().find(|(field, _)| field == name);
    field.map(|(_, json)| *json).ok_or_else(|| format!("no field \"{name}\""))
}

fn timestamp(name: &str, text: &str) -> Result<i64, String> {
    const SHOWN: usize = 40;
    let shown = || text.chars().take(SHOWN).collect::<String>();
    parse_timestamp_us(text).ok_or_else(|| format!("field \"{name}\" is not a timestamp: {}", shown()))
}

/// A CSV file's columns.
struct Table {
    /// For each column the JSON in front of its value: the comma, its name, the colon.
    labels: Vec<String>,
    key: Option<usize>,
    timestamp: Option<(usize, String)>,
}

impl Table {
    fn new(reading: &Reading, header: Record) -> Result<Self, String> {
        let names = column_names(header);
        let place = |name: &String| {
            names.iter().position(|column| column == name).ok_or_else(|| format!("no column \"{name}\""))
        };
        let key = reading.key.as_ref().map(place).transpose()?;
        let timestamp =
            reading.timestamp.as_ref().map(|name| Ok::<_, String>((place(name)?, name.clone()))).transpose()?;
        Ok(Table { labels: labels(&names), key, timestamp })
    }

    /// An empty cell means no key: unlike a JSON string, it cannot say that it means an empty one.
    fn row<'a>(&self, record: Record<'a>) -> Result<Row<'a>, String> {
        if record.len() != self.labels.len() {
            return Err(format!("{} fields, where the header has {}", record.len(), self.labels.len()));
        }
        let key = self.key.map(|column| record.get(column)).filter(|key| !key.is_empty());
        let timestamp_us = match &self.timestamp {
            Some((column, name)) => Some(timestamp(name, record.get(*column))?),
            None => None,
        };
        Ok(Row { key: key.map(Cow::Borrowed), timestamp_us, value: self.json(record).into() })
    }

    /// Every value is a string: whether `007` is a number is for the reader of the record to say.
    fn json(&self, record: Record) -> String {
        let mut json = String::from("{");
        for (label, value) in self.labels.iter().zip(record.iter()) {
            json.push_str(label);
            push_quoted(&mut json, value);
        }
        json.push('}');
        json
    }
}

fn labels(names: &[String]) -> Vec<String> {
    let label = |(column, name): (usize, &String)| {
        let mut label = String::from(if column == 0 { "" } else { "," });
        push_quoted(&mut label, name);
        label + ":"
    };
    names.iter().enumerate().map(label).collect()
}

/// Most cells need no escapes, and are copied once.
fn push_quoted(json: &mut String, text: &str) {
    let plain = text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
    if plain {
        json.extend(["\"", text, "\""]);
    } else {
        json.push_str(&document::to_text(&text));
    }
}
