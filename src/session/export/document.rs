//! A run's document, written a piece at a time: with the rows of a replayed file in it, it may be tens of megabytes.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::Command;
use crate::model::workload::Rows;
use crate::scenario::Scenario;

/// Fewer rows than this are written with everything else.
const MANY: u32 = 1_000;

/// Of rows, a few milliseconds of work.
const PIECE: u32 = 2_000;

#[derive(Clone, Debug)]
pub struct DocumentExport {
    parts: VecDeque<Part>,
    written: u32,
    rows: u32,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Rows(Arc<Rows>, u32),
}

impl DocumentExport {
    pub fn new(scenario: &Scenario) -> Self {
        let mut bare = scenario.clone();
        let mut taken = Vec::new();
        for timed in &mut bare.commands {
            if let Command::Replay { rows, .. } = &mut timed.command
                && rows.len() >= MANY
            {
                taken.push(std::mem::replace(rows, Arc::new(placeholder(taken.len()))));
            }
        }
        let rows = taken.iter().map(|rows| rows.len()).sum();
        let parts = spliced(&bare.to_json(), &taken).unwrap_or_else(|| vec![Part::Text(scenario.to_json())]);
        DocumentExport { parts: parts.into(), written: 0, rows }
    }

    /// What comes next of the text; none once it is whole.
    pub fn next_piece(&mut self) -> Option<String> {
        let (rows, from) = match self.parts.pop_front()? {
            Part::Text(text) => return Some(text),
            Part::Rows(rows, from) => (rows, from),
        };
        let to = rows.len().min(from + PIECE);
        let mut piece = rows.lines(from..to);
        self.written += to - from;
        if to < rows.len() {
            piece += ",\n";
            self.parts.push_front(Part::Rows(rows, to));
        }
        Some(piece)
    }

    /// Of large files.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    pub fn per_mille(&self) -> u32 {
        (u64::from(self.written) * 1_000 / u64::from(self.rows.max(1))) as u32
    }
}

/// What stands in a text for rows. A byte that nobody types, and JSON escapes.
fn marker(n: usize) -> String {
    format!("\u{1}rows {n}\u{1}")
}

fn placeholder(n: usize) -> Rows {
    let mut rows = Rows::default();
    rows.push(None, None, &marker(n));
    rows
}

/// None if somebody did type that.
fn spliced(text: &str, taken: &[Arc<Rows>]) -> Option<Vec<Part>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    for (n, rows) in taken.iter().enumerate() {
        let marker = format!("\\u0001rows {n}\\u0001");
        if text.matches(&marker).count() != 1 {
            return None;
        }
        let at = rest.find(&marker)?;
        let begins = rest[..at].rfind('[')? + 1;
        let ends = at + rest[at..].find(']')?;
        parts.push(Part::Text(format!("{}\n", &rest[..begins])));
        parts.push(Part::Rows(rows.clone(), 0));
        rest = &rest[ends..];
    }
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::command::Pace;
    use crate::scenario::{Timed, catalog};

    fn replay(count: u32, at_us: u64) -> Timed {
        let mut rows = Rows::default();
        (0..count).for_each(|n| rows.push((n % 3 > 0).then_some("k"), None, &format!("[{n}] \"\u{1}rows\"")));
        let pace = Pace::Original { percent: 100 };
        Timed { at_us, command: Command::Replay { producer: "checkout".into(), rows: Arc::new(rows), pace } }
    }

    fn written(scenario: &Scenario) -> (String, usize) {
        let mut export = DocumentExport::new(scenario);
        let pieces: Vec<String> = std::iter::from_fn(|| export.next_piece()).collect();
        assert!(export.per_mille() == 1_000 || pieces.len() == 1);
        (pieces.concat(), pieces.len())
    }

    #[test]
    fn the_pieces_are_the_document_whatever_the_rows_are() {
        let mut scenario = catalog::find("orders").expect("the opening scene");
        assert_eq!(written(&scenario), (scenario.to_json(), 1));
        for (count, at_us) in [(7, 16_000_000), (5_000, 17_000_000), (1_000, 18_000_000)] {
            scenario.commands.push(replay(count, at_us));
        }
        let (text, pieces) = written(&scenario);
        assert_eq!(pieces, 7);
        assert_eq!(Scenario::from_json(&text), Ok(scenario));
    }

    #[test]
    fn a_title_that_looks_like_what_stands_for_rows_does_no_harm() {
        let mut scenario = Scenario { title: marker(0), ..Scenario::empty() };
        scenario.commands.push(replay(2_000, 0));
        assert_eq!(Scenario::from_json(&written(&scenario).0), Ok(scenario));
    }
}
