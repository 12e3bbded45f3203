//! CSV after RFC 4180, and what spreadsheets make of it: the first record names the columns.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::lines::Piece;
use super::{Delimiter, MAX_ROW_BYTES};

/// Puts records together from pieces of lines. A record may span lines, by line feeds within quotes, and is numbered by its
/// first; blank lines between records are skipped.
pub(super) struct Records {
    core: Box<Reader>,
    /// The first line of the record that is being read, if one is.
    line: Option<u64>,
    /// How much of the file the record takes, quotes and delimiters included.
    record_bytes: usize,
    /// What `core` has written of the record, and how much of either is used.
    text: Vec<u8>,
    text_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
}

/// The fields of one record, unquoted.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, column: usize) -> &'a str {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[column]]
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        let record = *self;
        (0..self.len()).map(move |column| record.get(column))
    }
}

impl Records {
    pub fn new(delimiter: Delimiter) -> Self {
        let mut core = Box::new(ReaderBuilder::new().delimiter(delimiter.byte()).build());
        // The reader drops a byte order mark only if it comes in one chunk, so that is done elsewhere. It does not look for
        // one once it has read something.
        core.read_record(b"\n", &mut [0], &mut [0]);
        Records { core, line: None, record_bytes: 0, text: vec![0; 1_024], text_len: 0, ends: vec![0; 16], ends_len: 0 }
    }

    /// Calls `each` with the line and the fields of every record that becomes complete, or with what is wrong with it.
    pub fn feed<E>(
        &mut self,
        piece: Piece,
        mut each: impl FnMut(u64, Result<Record, String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut input = piece.bytes;
        loop {
            if self.line.is_none() {
                input = skip_line_ends(input);
                self.line = (!input.is_empty()).then_some(piece.line);
            }
            if input.is_empty() {
                return Ok(());
            }
            let read = self.read(input);
            input = &input[read.bytes..];
            if read.completed {
                self.complete(&mut each)?;
            }
        }
    }

    /// The file ended, and with it the last record.
    pub fn finish<E>(&mut self, mut each: impl FnMut(u64, Result<Record, String>) -> Result<(), E>) -> Result<(), E> {
        while self.line.is_some() {
            if self.read(b"").completed {
                self.complete(&mut each)?;
            }
        }
        Ok(())
    }

    /// One step of `core`, which gives up its output when the record is too long to be wanted.
    fn read(&mut self, input: &[u8]) -> Read {
        let (text, ends) = (&mut self.text[self.text_len..], &mut self.ends[self.ends_len..]);
        let (result, bytes, text_len, ends_len) = self.core.read_record(input, text, ends);
        self.record_bytes += bytes;
        self.text_len += text_len;
        self.ends_len += ends_len;
        if self.record_bytes > MAX_ROW_BYTES {
            (self.text_len, self.ends_len) = (0, 0);
        }
        match result {
            ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            ReadRecordResult::InputEmpty | ReadRecordResult::Record | ReadRecordResult::End => {}
        }
        Read { bytes, completed: matches!(result, ReadRecordResult::Record | ReadRecordResult::End) }
    }

    fn complete<E>(&mut self, each: &mut impl FnMut(u64, Result<Record, String>) -> Result<(), E>) -> Result<(), E> {
        let line = self.line.take().unwrap_or_default();
        let too_long = std::mem::take(&mut self.record_bytes) > MAX_ROW_BYTES;
        let (text_len, ends_len) = (std::mem::take(&mut self.text_len), std::mem::take(&mut self.ends_len));
        if too_long {
            return each(line, Err(format!("{} (is a quote not closed?)", super::too_long())));
        }
        each(line, record(&self.text[..text_len], &self.ends[..ends_len]))
    }
}

/// How far one step came.
struct Read {
    bytes: usize,
    completed: bool,
}

/// A field can end within a character only if the bytes are not UTF-8.
fn record<'a>(text: &'a [u8], ends: &'a [usize]) -> Result<Record<'a>, String> {
    let text = str::from_utf8(text).map_err(|_| super::not_utf8())?;
    let whole = ends.iter().all(|end| text.is_char_boundary(*end));
    if whole { Ok(Record { text, ends }) } else { Err(super::not_utf8()) }
}

fn skip_line_ends(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &bytes[blank..]
}

/// The names of the columns: each given once, none empty, so that every field of a row has a place in a JSON object.
pub(super) fn column_names(header: Record) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (place, field) in (1..).zip(header.iter()) {
        let field = field.trim();
        let plain = if field.is_empty() { format!("column_{place}") } else { field.to_owned() };
        let numbered = (2..).map(|n| format!("{plain}_{n}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !names.contains(name));
        names.extend(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::lines::Lines;
    use super::*;

    type Found = (u64, Result<Vec<String>, String>);

    fn records_of(chunks: &[&[u8]]) -> Vec<Found> {
        let mut found = Vec::new();
        let (mut lines, mut records) = (Lines::new(), Records::new(Delimiter::Comma));
        let mut collect = |line, record: Result<Record, String>| {
            found.push((line, record.map(|record| record.iter().map(str::to_owned).collect())));
            Ok::<(), ()>(())
        };
        for chunk in chunks {
            lines.feed(chunk, |piece| records.feed(piece, &mut collect)).unwrap();
        }
        lines.finish(|piece| records.feed(piece, &mut collect)).unwrap();
        records.finish(&mut collect).unwrap();
        found
    }

    fn row(line: u64, fields: &[&str]) -> Found {
        (line, Ok(fields.iter().map(|field| field.to_string()).collect()))
    }

    #[test]
    fn fields_are_unquoted() {
        assert_eq!(records_of(&[b"a,\"b,\"\"c\"\"\",\n"]), [row(1, &["a", "b,\"c\"", ""])]);
    }

    #[test]
    fn a_record_is_numbered_by_its_first_line() {
        let text = b"a,b\r\n\r\n\"1\r\n2\",x\n\n3,4";
        let expected = [row(1, &["a", "b"]), row(3, &["1\r\n2", "x"]), row(6, &["3", "4"])];
        assert_eq!(records_of(&[text]), expected);
        assert_eq!(records_of(&text.chunks(1).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn records_longer_than_the_buffers_arrive_whole() {
        let (wide, long) = (",".repeat(100), "x".repeat(5_000));
        let found = records_of(&[format!("{wide}{long}\n").as_bytes()]);
        let Ok(fields) = &found[0].1 else { panic!("{found:?}") };
        assert_eq!((fields.len(), fields[100].as_str()), (101, long.as_str()));
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_record_and_not_the_memory() {
        let mut text = b"a,b\n1,\"".to_vec();
        text.resize(3 * MAX_ROW_BYTES, b'x');
        let found = records_of(&[&text]);
        assert_eq!(found[0], row(1, &["a", "b"]));
        assert_eq!(found[1], (2, Err(format!("{} (is a quote not closed?)", super::super::too_long()))));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_character_cut_by_a_comma_is_not_utf8() {
        assert_eq!(records_of(&[b"a\xC3,\xA9b\n"]), [(1, Err(super::super::not_utf8()))]);
    }

    #[test]
    fn columns_get_names_that_are_not_taken() {
        let header = record(b"idid id_2", &[2, 5, 5, 9]).unwrap();
        assert_eq!(column_names(header), ["id", "id_2", "column_3", "id_2_2"]);
    }
}
