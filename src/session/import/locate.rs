//! The line of a JSON text on which a field stands. Readers name a field by its path; people look for it by its line.

/// Counted from 1: the line of what `path` names (`commands[3].consumer`), or of as much of the way there as exists.
pub fn line_of(text: &str, path: &str) -> usize {
    let bytes = text.as_bytes();
    let mut here = skip_blank(bytes, 0);
    let mut found = here;
    for step in steps(path) {
        let Some((at, value)) = enter(bytes, here, &step) else { break };
        (found, here) = (at, value);
    }
    bytes[..found.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    let step = |part: &'_ str| part.strip_suffix(']').and_then(|index| index.parse().ok()).map(Step::Item);
    parts.map(|part| step(part).unwrap_or(Step::Field(part))).collect()
}

/// From the value at `from` one step further in: where that begins (a field, at its name), and where its value does.
fn enter(text: &[u8], from: usize, step: &Step) -> Option<(usize, usize)> {
    let is_object = match (text.get(from)?, step) {
        (b'{', Step::Field(_)) => true,
        (b'[', Step::Item(_)) => false,
        _ => return None,
    };
    let mut at = skip_blank(text, from + 1);
    let mut count = 0;
    while !matches!(text.get(at)?, b'}' | b']') {
        let start = at;
        let mut is_it = *step == Step::Item(count);
        if is_object {
            let end = skip_string(text, at);
            is_it =
                text.get(start + 1..end - 1).is_some_and(|name| *step == Step::Field(&String::from_utf8_lossy(name)));
            at = skip_blank(text, skip_blank(text, end) + 1);
        }
        if is_it {
            return Some((start, at));
        }
        at = skip_blank(text, skip_value(text, at));
        if text.get(at) == Some(&b',') {
            at = skip_blank(text, at + 1);
        }
        count += 1;
    }
    None
}

fn skip_blank(text: &[u8], from: usize) -> usize {
    let blank = text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace());
    from + blank.count()
}

/// Behind the string that begins at `from`, or behind the end of the text.
pub fn skip_string(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len().max(from + 2)
}

/// Behind the value that begins at `from`; never at `from` itself.
fn skip_value(text: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_u32);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = skip_string(text, at) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => break,
            _ => {}
        }
        at += 1;
    }
    at.max(from + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "version": 1,
  "odd \" name": {"version": 7},
  "commands": [
    {"type": "kill", "consumer": "a"},
    {
      "type": "seek",
      "scope": {
        "topic": "orders"
      }
    }
  ],
  "seed": 3
}"#;

    #[test]
    fn a_field_is_found_by_its_path() {
        let lines = ["version", "commands", "commands[0].consumer", "commands[1]", "commands[1].scope.topic", "seed"];
        assert_eq!(lines.map(|path| line_of(TEXT, path)), [2, 4, 5, 6, 9, 13]);
    }

    #[test]
    fn of_a_field_that_is_missing_its_surroundings_are_found() {
        assert_eq!(line_of(TEXT, "commands[1].to"), 6);
        assert_eq!(line_of(TEXT, "commands[7].to"), 4);
        assert_eq!(line_of(TEXT, "scenario"), 1);
        assert_eq!(line_of(TEXT, ""), 1);
    }

    #[test]
    fn a_text_cut_anywhere_is_searched_to_its_end() {
        for end in 0..TEXT.len() {
            let line = line_of(&TEXT[..end], "commands[1].scope.topic");
            assert!(line <= 9);
        }
    }
}
