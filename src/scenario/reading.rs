//! Reading what anybody may have written: within limits, and a refusal names the place.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::VERSION;
use super::limits::{self, COMMANDS_MAX};
use crate::kernel::document::{self, Wrong};
use crate::model::refusal::Refusal;

/// A text as a tree. Where it is not JSON, the refusal names line and column.
pub fn parse(text: &str) -> Result<Value, Refusal> {
    limits::check(text)?;
    serde_json::from_str(text).map_err(|error| Refusal::new("scenario", error.to_string()))
}

/// Reads a tree. A refusal names the path of the field that is wrong.
pub fn read<T: DeserializeOwned>(tree: Value) -> Result<T, Refusal> {
    document::from_value(tree).map_err(refusal)
}

/// What is wrong may be quoted in full, and be as long as it likes.
const MESSAGE_MAX: usize = 400;

/// A reason that begins with a field goes on where the path ends.
fn refusal(wrong: Wrong) -> Refusal {
    let Wrong { mut path, mut reason } = wrong;
    while let Some((field, rest)) = reason.split_once(": ").filter(|(field, _)| is_field(field)) {
        path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        reason = rest.to_owned();
    }
    let field = if path.is_empty() { "scenario".to_owned() } else { shortened(path) };
    Refusal::new(field, shortened(reason))
}

fn is_field(words: &str) -> bool {
    !words.is_empty() && !words.contains([' ', '`', '"'])
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MESSAGE_MAX) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Refuses a version that this program does not know, before the fields that it does not know either.
pub fn check_version(document: &Value) -> Result<(), Refusal> {
    // Whatever else is wrong with it, reading it says better.
    document.get("version").and_then(Value::as_u64).map_or(Ok(()), known)
}

/// Refuses more commands than anybody gives, before they are read.
pub fn check_commands(document: &Value) -> Result<(), Refusal> {
    let count = document.get("commands").and_then(Value::as_array).map_or(0, Vec::len);
    if count > COMMANDS_MAX {
        return Err(Refusal::new("commands", format!("{count} are more than {COMMANDS_MAX}, which is the most")));
    }
    Ok(())
}

pub fn known(version: u64) -> Result<(), Refusal> {
    if version == 0 {
        return Err(Refusal::new("version", "there is no version 0; the first is 1"));
    }
    if version > u64::from(VERSION) {
        let message = format!("this is version {version}; this program reads up to {VERSION}");
        return Err(Refusal::new("version", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn refused(rest: &str) -> (String, String) {
        let text = format!("{{ \"version\": 1, \"seed\": 1, {rest} }}");
        let Refusal { field, message } = Scenario::from_json(&text).expect_err("something is wrong");
        (field, message)
    }

    #[test]
    fn a_refusal_names_the_path_of_the_field() {
        let commands = r#""commands": [{ "type": "kill", "consumer": "c" }, { "type": "add_producer", "producer": "p",
            "config": { "linger_ms": 5 } }]"#;
        let (field, message) = refused(commands);
        assert_eq!(field, "commands[1].config.linger_ms");
        assert!(message.starts_with("unknown field `linger_ms`, expected one of `acks`"), "{message}");
        assert_eq!(refused(r#""cluster": { "brokers": "many" }"#).0, "cluster.brokers");
        assert_eq!(refused(r#""cluster": { "brokers": 0 }"#).0, "cluster.brokers");
        assert_eq!(refused(r#""titel": "Mine""#).0, "titel");
    }

    #[test]
    fn more_commands_than_anybody_gives_are_refused_before_they_are_read() {
        let many = vec!["{}"; COMMANDS_MAX + 1].join(",");
        let (field, message) = refused(&format!("\"commands\": [{many}]"));
        assert_eq!((field.as_str(), message.as_str()), ("commands", "10001 are more than 10000, which is the most"));
    }

    #[test]
    fn a_version_to_come_is_named_before_the_fields_it_brings() {
        let text = r#"{ "version": 3, "weather": "fine" }"#;
        let refusal = Scenario::from_json(text).expect_err("another version");
        assert_eq!(refusal.to_string(), "version: this is version 3; this program reads up to 1");
    }

    #[test]
    fn a_command_that_comes_before_the_one_above_it_is_refused() {
        let commands = r#""commands": [{ "at_us": 9, "type": "kill", "consumer": "c" },
            { "at_us": 8, "type": "kill", "consumer": "d" }]"#;
        let (field, message) = refused(commands);
        assert_eq!((field.as_str(), message.as_str()), ("commands[1].at_us", "8 comes before the command above, at 9"));
    }

    #[test]
    fn what_is_quoted_is_shortened() {
        let (_, message) = refused(&format!("\"{}\": 1", "x".repeat(100_000)));
        assert!(message.chars().count() <= MESSAGE_MAX + 1, "{message}");
    }
}
