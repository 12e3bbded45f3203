//! A line as a shell takes it apart: words, and the marks between them.

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// With the quotes and backslashes that held it together taken away.
    Word(String),
    /// `$(...)`: the line inside.
    Substitution(String),
    Mark(Mark),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `|`
    Pipe,
    /// `;`
    Then,
    /// `&&`
    AndThen,
    /// `>`
    Into,
    /// `>>`
    Onto,
    /// `<`
    From,
    /// `<<<`
    HereString,
    /// `<<`
    HereDocument,
}

/// The longest first: `<<` begins with `<`.
const MARKS: [(&str, Mark); 8] = [
    ("<<<", Mark::HereString),
    ("<<", Mark::HereDocument),
    ("<", Mark::From),
    (">>", Mark::Onto),
    (">", Mark::Into),
    ("&&", Mark::AndThen),
    ("|", Mark::Pipe),
    (";", Mark::Then),
];

/// What is wrong with a line is said in a sentence.
pub fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader { rest: line, tokens: Vec::new(), word: None };
    while reader.advance()? {}
    reader.end_word();
    Ok(reader.tokens)
}

struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// The word that is being read; an empty one in quotes is a word too.
    word: Option<String>,
}

impl Reader<'_> {
    /// False at the end.
    fn advance(&mut self) -> Result<bool, String> {
        let Some(c) = self.rest.chars().next() else { return Ok(false) };
        match c {
            ' ' | '\t' => {
                self.skip(1);
                self.end_word();
            }
            '#' if self.word.is_none() => self.rest = "",
            '\'' => self.single_quoted()?,
            '"' => self.double_quoted()?,
            '\\' => self.escaped(),
            '$' => self.dollar()?,
            '`' | '(' | ')' | '&' if !self.rest.starts_with("&&") => {
                return Err(format!("syntax error near {c}: put what contains it in single quotes"));
            }
            _ => match MARKS.iter().find(|(text, _)| self.rest.starts_with(text)) {
                Some((text, mark)) => {
                    self.skip(text.len());
                    self.end_word();
                    self.tokens.push(Token::Mark(*mark));
                }
                None => self.take(c),
            },
        }
        Ok(true)
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn take(&mut self, c: char) {
        self.skip(c.len_utf8());
        self.word.get_or_insert_default().push(c);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.tokens.push(Token::Word(word));
        }
    }

    fn single_quoted(&mut self) -> Result<(), String> {
        let end = self.rest[1..].find('\'').ok_or("a single quote is not closed")?;
        self.word.get_or_insert_default().push_str(&self.rest[1..=end]);
        self.skip(end + 2);
        Ok(())
    }

    fn double_quoted(&mut self) -> Result<(), String> {
        self.skip(1);
        self.word.get_or_insert_default();
        loop {
            let c = self.rest.chars().next().ok_or("a double quote is not closed")?;
            match c {
                '"' => {
                    self.skip(1);
                    return Ok(());
                }
                '\\' if self.rest[1..].starts_with(['"', '\\', '$', '`']) => self.escaped(),
                '$' => return Err(no_variables()),
                c => self.take(c),
            }
        }
    }

    fn escaped(&mut self) {
        self.skip(1);
        if let Some(c) = self.rest.chars().next() {
            self.take(c);
        }
    }

    fn dollar(&mut self) -> Result<(), String> {
        let inner = self.rest.strip_prefix("$(").ok_or_else(no_variables)?;
        let end = closing(inner).ok_or("$( is not closed")?;
        self.end_word();
        self.tokens.push(Token::Substitution(inner[..end].trim().to_owned()));
        self.rest = &inner[end + 1..];
        Ok(())
    }
}

fn no_variables() -> String {
    "there are no variables here: put what contains a $ in single quotes".into()
}

/// Where the bracket closes that was open, quotes heeded.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted && depth == 0 => return Some(at),
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let word = |token| match token {
            Token::Word(word) => word,
            other => panic!("{other:?} is no word"),
        };
        tokens(line).unwrap().into_iter().map(word).collect()
    }

    #[test]
    fn quotes_hold_a_word_together_and_are_taken_away() {
        assert_eq!(words("a  b\tc"), ["a", "b", "c"]);
        assert_eq!(words("'two words' \"two more\" ''"), ["two words", "two more", ""]);
        assert_eq!(words(r#"'it'\''s' "say \"hi\"" a\ b"#), ["it's", "say \"hi\"", "a b"]);
        assert_eq!(words("--topic='$x' # a comment"), ["--topic=$x"]);
        assert_eq!(words("a#b"), ["a#b"], "a comment begins where a word would");
    }

    #[test]
    fn marks_stand_between_words_with_or_without_spaces() {
        let marks = |line: &str| -> Vec<Mark> {
            let mark = |token| if let Token::Mark(mark) = token { Some(mark) } else { None };
            tokens(line).unwrap().into_iter().filter_map(mark).collect()
        };
        assert_eq!(marks("echo a|b > c >>d"), [Mark::Pipe, Mark::Into, Mark::Onto]);
        assert_eq!(
            marks("a <b <<c <<< d ; e && f"),
            [Mark::From, Mark::HereDocument, Mark::HereString, Mark::Then, Mark::AndThen]
        );
        assert_eq!(marks("'a | b'"), []);
    }

    #[test]
    fn a_substitution_is_the_line_inside() {
        let line = tokens("kill -9 $(pgrep -f 'client.id=a( |$)')").unwrap();
        assert_eq!(line[2], Token::Substitution("pgrep -f 'client.id=a( |$)'".into()));
    }

    #[test]
    fn what_the_shell_would_read_more_into_is_refused_with_a_way_out() {
        for line in ["'open", "\"open", "$HOME", "\"$HOME\"", "`date`", "a &", "$(open"] {
            let message = tokens(line).unwrap_err();
            assert!(message.contains("closed") || message.contains("single quotes"), "{line}: {message}");
        }
    }
}
