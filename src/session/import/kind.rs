//! What somebody handed over: a scenario, records to replay, or a link. Told from the first bytes, since names lie.

use super::Extent;
use super::locate::skip_string;
use crate::scenario::link::link_in;

/// What a file or a pasted text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// A scenario's document.
    Scenario,
    /// Rows to replay.
    Records,
    /// A share link, the fragment of one, or a few words around one.
    Link,
    /// One JSON object that could be either; somebody has to say.
    Unclear,
    Nothing,
}

/// Looks at the beginning of a file. 64 KB are plenty: a document names itself in its first lines.
pub fn contents(file_name: &str, head: &[u8], extent: Extent) -> Contents {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii();
    match text.first() {
        None => Contents::Nothing,
        Some(b'{') => object(file_name, text, extent),
        Some(_) if is_link(file_name, text, extent) => Contents::Link,
        Some(_) => Contents::Records,
    }
}

/// What is called a table is one: a link may stand in a row of it.
fn is_link(file_name: &str, text: &[u8], extent: Extent) -> bool {
    let is_address = [&b"http://"[..], b"https://", b"#"].iter().any(|start| text.starts_with(start));
    if is_address && text.contains(&b'#') && !text.iter().any(u8::is_ascii_whitespace) {
        return true;
    }
    let is_short = extent == Extent::Whole && !is_called(file_name, &["csv", "tsv", "ndjson", "jsonl"]);
    is_short && std::str::from_utf8(text).is_ok_and(|text| link_in(text).is_some())
}

fn is_called(file_name: &str, extensions: &[&str]) -> bool {
    let found = file_name.rsplit_once('.').map(|(_, found)| found);
    found.is_some_and(|found| extensions.iter().any(|extension| found.eq_ignore_ascii_case(extension)))
}

/// A document has a version and a seed, which no row of a table of events has by accident; records are several objects.
fn object(file_name: &str, text: &[u8], extent: Extent) -> Contents {
    let first = First::read(text);
    let has = |key: &str| first.keys.iter().any(|found| found == key);
    let is_document = has("version") && ["seed", "commands", "cluster"].iter().any(|key| has(key));
    let is_table = is_called(file_name, &["ndjson", "jsonl"]);
    match first.end {
        // More follows the first object: lines of objects.
        Some(end) if !text[end..].trim_ascii().is_empty() => Contents::Records,
        _ if is_document => Contents::Scenario,
        _ if is_table => Contents::Records,
        // An object longer than the look at it: no row is.
        None if extent == Extent::Beginning => Contents::Scenario,
        _ => Contents::Unclear,
    }
}

/// The keys of the first object of a JSON text, and where it ends, if it ends in what was read.
#[derive(Debug, Default, PartialEq, Eq)]
struct First {
    keys: Vec<String>,
    end: Option<usize>,
}

impl First {
    /// Follows brackets and strings, and is content with anything in between: what is wrong in there is for the reader of
    /// the document to say.
    fn read(text: &[u8]) -> First {
        let mut first = First::default();
        let (mut depth, mut at) = (0, 0);
        while let Some(byte) = text.get(at) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        first.end = Some(at + 1);
                        break;
                    }
                }
                b'"' => {
                    let end = skip_string(text, at);
                    let is_key = text.get(end..).is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b':'));
                    if depth == 1 && is_key {
                        first.keys.push(String::from_utf8_lossy(&text[at + 1..end - 1]).into_owned());
                    }
                    at = end - 1;
                }
                _ => {}
            }
            at += 1;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::link::{Link, encode};
    use crate::scenario::{Scenario, catalog};

    fn whole(name: &str, text: &str) -> Contents {
        contents(name, text.as_bytes(), Extent::Whole)
    }

    #[test]
    fn every_scenario_is_told_to_be_one_whatever_it_is_called() {
        for scenario in catalog::all().into_iter().chain([Scenario::empty()]) {
            for name in ["run.json", "run.ndjson", "", "pasted text"] {
                assert_eq!(whole(name, &scenario.to_json()), Contents::Scenario);
            }
        }
        assert_eq!(whole("minimal.json", r#"{"seed": 1, "version": 1}"#), Contents::Scenario);
    }

    #[test]
    fn lines_of_objects_and_tables_are_records() {
        assert_eq!(whole("orders.ndjson", "{\"order\": 1}\n{\"order\": 2}\n"), Contents::Records);
        assert_eq!(
            whole("orders.json", "{\"version\": 1, \"seed\": 2}\n{\"version\": 2, \"seed\": 3}"),
            Contents::Records
        );
        assert_eq!(whole("orders.csv", "order,version\n1,2\n"), Contents::Records);
        assert_eq!(whole("one.jsonl", "{\"order\": 1}"), Contents::Records);
    }

    #[test]
    fn a_lone_object_that_says_nothing_of_itself_is_asked_about() {
        assert_eq!(whole("thing.json", r#"{"order": 1, "version": 3}"#), Contents::Unclear);
        assert_eq!(whole("pasted text", "{"), Contents::Unclear);
    }

    #[test]
    fn what_a_document_holds_inside_is_not_taken_for_what_it_is() {
        let nested = r#"{"order": {"version": 1, "seed": 1}, "text": "\"version\": {", "list": ["seed"]}"#;
        assert_eq!(whole("thing.json", nested), Contents::Unclear);
    }

    #[test]
    fn a_link_is_one_word_with_a_fragment_or_one_that_opens_among_others() {
        let link = encode(&Link::of(Scenario::empty())).expect("short enough");
        let mail = format!("Press play: https://example.org/play/#{link} -- it breaks at 0:40.");
        assert_eq!(whole("pasted text", &mail), Contents::Link);
        assert_eq!(whole("links.csv", &format!("id,url\n1,https://example.org/play/#{link}\n")), Contents::Records);
        assert_eq!(whole("pasted text", " https://example.org/play/#1abc \n"), Contents::Link);
        assert_eq!(whole("pasted text", "#1abc"), Contents::Link);
        assert_eq!(whole("pasted text", "https://example.org/ has\n# a fragment"), Contents::Records);
        assert_eq!(whole("pasted text", " \n"), Contents::Nothing);
    }

    #[test]
    fn a_long_document_is_told_from_its_beginning() {
        let text = Scenario::empty().to_json();
        assert_eq!(contents("x.json", &text.as_bytes()[..text.len() / 2], Extent::Beginning), Contents::Scenario);
    }

    #[test]
    fn a_text_cut_anywhere_is_told_without_a_panic() {
        let text = r#"{"version": 1, "na\"me": "ü\\", "seed": [1, {"a": "b"}]}"#.as_bytes();
        for end in 0..text.len() {
            contents("x.json", &text[..end], Extent::Whole);
        }
    }
}
