//! Lines that were entered before, for the arrow keys.

/// As many as are worth keeping.
const LINES_MAX: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    lines: Vec<String>,
    /// Which line is shown, while somebody goes through them.
    at: Option<usize>,
    /// What was being typed before that.
    draft: String,
}

impl History {
    /// As [`History::text`] wrote it.
    pub fn from_text(text: &str) -> Self {
        let mut history = History::default();
        text.lines().for_each(|line| history.push(line));
        history
    }

    /// A line each.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Takes up what was entered; the same line twice running counts once.
    pub fn push(&mut self, line: &str) {
        (self.at, self.draft) = (None, String::new());
        if line.trim().is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        self.lines.push(line.to_owned());
        let surplus = self.lines.len().saturating_sub(LINES_MAX);
        self.lines.drain(..surplus);
    }

    /// The line before the one that is shown; `typed` is kept for the way back.
    pub fn older(&mut self, typed: &str) -> Option<&str> {
        let at = match self.at {
            Some(at) => at.checked_sub(1)?,
            None => {
                typed.clone_into(&mut self.draft);
                self.lines.len().checked_sub(1)?
            }
        };
        self.at = Some(at);
        Some(&self.lines[at])
    }

    /// The line after it, in the end what was being typed.
    pub fn newer(&mut self) -> Option<&str> {
        let next = self.at? + 1;
        self.at = (next < self.lines.len()).then_some(next);
        Some(self.at.map_or(&self.draft, |at| &self.lines[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_through_the_lines_and_back_to_what_was_typed() {
        let mut history = History::from_text("one\ntwo\ntwo\n\nthree");
        assert_eq!(history.older("dra"), Some("three"));
        assert_eq!(history.older("three"), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
        assert_eq!(history.newer(), Some("three"));
        assert_eq!(history.newer(), Some("dra"));
        assert_eq!(history.newer(), None);
        assert_eq!(history.text(), "one\ntwo\nthree");
    }

    #[test]
    fn only_so_many_lines_are_kept() {
        let mut history = History::default();
        (0..LINES_MAX + 1).for_each(|n| history.push(&n.to_string()));
        assert_eq!(history.lines()[0], "1");
    }
}
