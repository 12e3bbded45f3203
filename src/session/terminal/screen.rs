//! What was typed and what was printed.

/// Older lines are dropped: a page is not made for more.
const LINES_MAX: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A person's own line, with its prompt.
    Typed,
    /// Standard output.
    Out,
    /// Standard error.
    Error,
    /// The playground's own words, and commands for what was done with the mouse.
    Note,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Counts on, whatever is dropped: for keys of lists.
    pub number: u64,
    pub ink: Ink,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    lines: Vec<Printed>,
    printed: u64,
}

impl Screen {
    pub fn lines(&self) -> &[Printed] {
        &self.lines
    }

    /// Any number of lines; a last line break does not begin another.
    pub fn print(&mut self, ink: Ink, text: &str) {
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.lines.push(Printed { number: self.printed, ink, text: line.to_owned() });
            self.printed += 1;
        }
        let surplus = self.lines.len().saturating_sub(LINES_MAX);
        self.lines.drain(..surplus);
    }

    pub fn clear(&mut self) {
        self.lines.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_keeps_its_last_lines() {
        let mut screen = Screen::default();
        (0..LINES_MAX + 5).for_each(|n| screen.print(Ink::Out, &n.to_string()));
        assert_eq!(screen.lines().len(), LINES_MAX);
        assert_eq!((screen.lines()[0].text.as_str(), screen.lines()[0].number), ("5", 5));
    }
}
