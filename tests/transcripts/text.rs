//! Observations and commands as a line each.

use std::error::Error;

use goldenscript::Command as Line;
use headwater::engine::{Command, Observation};
use headwater::kernel::Span;
use serde::Serialize;
use serde_json::{Map, Value};

use super::verbs::words;

/// `250us`, `1500ms`, `10s`.
pub fn parse_span(text: &str) -> Result<Span, Box<dyn Error>> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let us = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        _ => return Err(format!("{text} has no unit us, ms or s").into()),
    };
    Ok(Span::from_micros(number.parse::<u64>()? * us))
}

/// Which observations are wanted: of which part, and which facts.
pub struct Filter {
    subject: Option<String>,
    only: Vec<String>,
    not: Vec<String>,
}

impl Filter {
    /// `group inventory only=a/b not=c`; no words mean everybody.
    pub fn parse(line: &Line) -> Result<Self, Box<dyn Error>> {
        let mut arguments = line.consume_args();
        let mut facts = |key| -> Vec<String> {
            let listed = arguments.take_key(key).map(|facts| facts.split('/').map(String::from).collect());
            listed.unwrap_or_default()
        };
        let (only, not) = (facts("only"), facts("not"));
        let words = words(line).join(" ");
        while arguments.next_pos().is_some() {}
        arguments.reject_next()?;
        Ok(Filter { subject: (!words.is_empty()).then_some(words), only, not })
    }

    pub fn wants(&self, observation: &Observation) -> bool {
        let fields = by_name(observation);
        let fact = fields["fact"].as_str().unwrap_or_default();
        let subject = subject(&fields["subject"]);
        let is_subject =
            self.subject.as_ref().is_none_or(|wanted| subject == *wanted || subject.starts_with(&format!("{wanted} ")));
        is_subject
            && (self.only.is_empty() || self.only.iter().any(|only| only == fact))
            && !self.not.iter().any(|not| not == fact)
    }
}

/// A struct's fields in the order of their names.
fn by_name(fields: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(mut fields)) => {
            fields.sort_keys();
            fields
        }
        other => panic!("not an object: {other:?}"),
    }
}

/// `0:12.400 consumer c1: killed`.
pub fn observed(observation: &Observation) -> String {
    let fields = by_name(observation);
    let fact = fields["fact"].as_str().unwrap_or_default();
    let known = ["id", "at", "subject", "fact", "cause"];
    let rest = fields.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    let rest: Vec<String> = rest.map(|(key, value)| format!(" {key}={}", plain(value))).collect();
    format!("{} {}: {fact}{}", observation.at, subject(&fields["subject"]), rest.concat())
}

fn subject(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let parts = fields.iter().map(|(kind, name)| format!("{kind} {}", plain(name)));
            parts.collect::<Vec<_>>().join(" ")
        }
        other => plain(other),
    }
}

/// The command as its type and its fields.
pub fn spoken(command: &Command) -> String {
    let fields = by_name(command);
    let rest = fields.iter().filter(|(key, _)| !["type", "config", "workload"].contains(&key.as_str()));
    let rest: Vec<String> = rest.map(|(key, value)| format!(" {key}={}", plain(value))).collect();
    format!("command {}{}", plain(&fields["type"]), rest.concat())
}

/// JSON with less ink: `orders-0`, `[a, b]`, and members without most of their UUID.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => without_uuid(text),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => match (fields.get("topic"), fields.get("partition")) {
            (Some(topic), Some(partition)) => format!("{}-{partition}", plain(topic)),
            _ => {
                let fields = fields.iter().map(|(key, value)| format!("{key}:{}", plain(value)));
                format!("({})", fields.collect::<Vec<_>>().join(" "))
            }
        },
        other => other.to_string(),
    }
}

/// `c1-df8406a8-2ffb-a321-2074-0335c3ca494d` as `c1-df84~`: enough to tell one start of a consumer from the next.
pub fn without_uuid(text: &str) -> String {
    const UUID: usize = 36;
    let Some(start) = text.len().checked_sub(UUID).filter(|&start| text.is_char_boundary(start)) else {
        return text.to_owned();
    };
    let is_uuid = text[start..].bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    if is_uuid { format!("{}~", &text[..start + 4]) } else { text.to_owned() }
}
