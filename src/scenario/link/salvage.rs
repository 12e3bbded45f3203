//! What can be saved of a link that cannot be read as a whole: the run as far as its commands are whole.

use super::Link;

/// Each attempt leaves more away; what fails at so many places is not worth another.
const ATTEMPTS: usize = 4;

/// What a link's text closes after its last command: the list, the scenario, the link.
const CLOSING: &str = "]}}";

/// The link up to the last command that can be read, if there is one.
pub fn salvage(text: &str) -> Option<Link> {
    let ends = ends_of_commands(text);
    let mut count = ends.len();
    for _ in 0..ATTEMPTS {
        let end = *ends.get(count.checked_sub(1)?)?;
        match Link::from_json(&format!("{}{CLOSING}", &text[..end])) {
            Ok(link) => return Some(link),
            Err(refusal) => count = place_of_command(&refusal.field)?.min(count - 1),
        }
    }
    None
}

/// `commands[3].config` is about the command at place 3.
pub fn place_of_command(field: &str) -> Option<usize> {
    let (place, _) = field.strip_prefix("commands[")?.split_once(']')?;
    place.parse().ok()
}

/// Behind each command of the scenario, a position of the text.
fn ends_of_commands(text: &str) -> Vec<usize> {
    let Some(list) = text.find(r#""commands":["#) else { return Vec::new() };
    let start = list + r#""commands":["#.len();
    let mut ends = Vec::new();
    let (mut depth, mut is_text) = (0, false);
    let mut bytes = text.bytes().enumerate().skip(start);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if is_text => drop(bytes.next()),
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    ends.push(at + 1);
                }
            }
            _ => {}
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;

    fn text() -> String {
        let scenario = catalog::find("orders").expect("the opening scene");
        crate::kernel::document::to_line(&Link::of(scenario))
    }

    #[test]
    fn of_a_text_that_is_cut_off_the_whole_commands_are_saved() {
        let text = text();
        let whole = catalog::find("orders").expect("the opening scene").commands.len();
        let cut = |share: usize| salvage(&text[..text.len() * share / 100]).map(|link| link.scenario.commands.len());
        assert_eq!(cut(100), Some(whole));
        assert!((1..whole).contains(&cut(60).expect("something")), "{:?}", cut(60));
        assert_eq!(cut(5), None, "the first command is not whole");
    }

    #[test]
    fn nothing_is_saved_from_the_first_command_that_makes_no_sense_on() {
        let text = text().replacen(r#""consumer":"inventory-2""#, r#""consumer":7"#, 1);
        let saved = salvage(&text).expect("something");
        assert_eq!(saved.scenario.commands.len(), 4, "topic, producer, group and the first consumer");
    }
}
