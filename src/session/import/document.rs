//! A scenario's document from a file or the clipboard, and what to tell whoever wrote it when it cannot be read.

use super::locate::line_of;
use crate::scenario::Scenario;

/// The longest document, 64 MB: the longest file of records, written out as a scenario.
pub const MAX_DOCUMENT_BYTES: u64 = 64 * 1_024 * 1_024;

/// So much of the line in question is shown.
const EXCERPT_CHARS: usize = 100;

/// Why a document is not opened, and where in it to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file, or `pasted text`.
    pub file: String,
    /// The JSON path of the field, such as `commands[3].consumer`; `scenario` for the document as a whole.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
    /// That line, shortened.
    pub excerpt: Option<String>,
}

impl Unread {
    /// `orders.json, line 12: commands[3].consumer: missing field`.
    pub fn sentence(&self) -> String {
        format!("{}, line {}: {}: {}", self.file, self.line, self.path, self.reason)
    }
}

pub fn read_document(file: &str, bytes: &[u8]) -> Result<Scenario, Unread> {
    let unread = |path: &str, line: usize, reason: String, excerpt| {
        Err(Unread { file: file.into(), path: path.into(), line, reason, excerpt })
    };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            return unread("scenario", line, "is not UTF-8 text".into(), None);
        }
    };
    match Scenario::from_json(text) {
        Ok(scenario) => Ok(scenario),
        Err(refusal) => {
            let (reason, line) = split_place(&refusal.message);
            let line = line.unwrap_or_else(|| line_of(text, &refusal.field));
            let excerpt = text.lines().nth(line - 1).map(shortened);
            unread(&refusal.field, line, reason.into(), excerpt)
        }
    }
}

/// Takes the place off the end of a message of the JSON reader's: `... at line 12 column 5`.
fn split_place(message: &str) -> (&str, Option<usize>) {
    let Some((reason, place)) = message.rsplit_once(" at line ") else { return (message, None) };
    let line = place.split_once(" column ").and_then(|(line, _)| line.parse().ok());
    if line.is_some_and(|line| line > 0) { (reason, line) } else { (message, None) }
}

fn shortened(line: &str) -> String {
    let line = line.trim();
    let cut: String = line.chars().take(EXCERPT_CHARS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(text: &str) -> Unread {
        read_document("run.json", text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_document_with_a_byte_order_mark_is_a_document() {
        let text = format!("\u{feff}{}", Scenario::empty().to_json());
        assert_eq!(read_document("run.json", text.as_bytes()), Ok(Scenario::empty()));
    }

    #[test]
    fn a_misspelt_field_is_named_with_file_path_and_line() {
        let unread = unread("{\n  \"version\": 1,\n  \"seed\": 1,\n  \"sped\": 2\n}");
        assert_eq!((unread.path.as_str(), unread.line), ("sped", 4));
        assert_eq!(unread.excerpt.as_deref(), Some("\"sped\": 2"));
        assert!(unread.sentence().starts_with("run.json, line 4: sped: unknown field"), "{}", unread.sentence());
    }

    #[test]
    fn a_wrong_command_is_named_by_its_place_in_the_list() {
        let unread =
            unread("{\n\"version\": 1,\n\"seed\": 1,\n\"commands\": [\n{\"type\": \"kill\"},\n{\"type\": \"kil\"}\n]}");
        assert!(unread.path.starts_with("commands[0]"), "{}", unread.sentence());
        assert_eq!(unread.line, 5, "{}", unread.sentence());
    }

    #[test]
    fn a_document_that_ends_too_early_says_where() {
        let unread = unread("{\n\"version\": 1,");
        assert_eq!(unread.line, 2);
    }

    #[test]
    fn a_value_that_makes_no_sense_is_named_by_its_place() {
        let unread = unread("{\n\"seed\": 1,\n\"version\": 7}");
        assert_eq!((unread.path.as_str(), unread.line), ("version", 3));
    }

    #[test]
    fn text_in_another_encoding_is_refused_with_its_line() {
        let unread = read_document("run.json", b"{\n\"title\": \"caf\xe9\"}").unwrap_err();
        assert_eq!(unread.sentence(), "run.json, line 2: scenario: is not UTF-8 text");
    }
}
