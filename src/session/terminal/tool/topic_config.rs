//! A topic's configuration from `name=value` and back.

use serde_json::Value;

use super::exception;
use crate::kernel::document;
use crate::model::kafka::config::TopicConfig;
use crate::model::refusal::Refusal;

/// Known to Kafka and not modelled here.
const ELSEWHERE: [&str; 17] = [
    "compression.type",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.zstd.level",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "preallocate",
    "remote.storage.enable",
    "segment.index.bytes",
    "segment.jitter.ms",
    "message.timestamp.type",
];

/// Is it one of a topic's, and not how many partitions or replicas it has?
pub fn is_setting(name: &str) -> bool {
    !matches!(name, "partitions" | "replication.factor")
}

/// Every name that can be set here.
pub fn names() -> Vec<String> {
    let Value::Object(fields) = document::to_value(&TopicConfig::default()) else { return Vec::new() };
    fields.into_iter().map(|(name, _)| name).filter(|name| is_setting(name)).collect()
}

/// The configuration with these set; `None` puts a name back to its default.
pub fn with(config: &TopicConfig, changes: &[(String, Option<String>)]) -> Result<TopicConfig, String> {
    let (mut fields, default) = (document::to_value(config), document::to_value(&TopicConfig::default()));
    for (name, value) in changes {
        if ELSEWHERE.contains(&name.as_str()) && default.get(name).is_none() {
            return Err(format!("{name} is a setting of Kafka's topics that this playground has not"));
        }
        let known = default.get(name).filter(|_| is_setting(name));
        let known = known
            .ok_or_else(|| exception("InvalidConfigurationException", format!("Unknown topic config name: {name}")))?;
        fields[name.as_str()] = match value {
            None => known.clone(),
            Some(value) => typed(name, value, known)?,
        };
    }
    document::from_value(fields).map_err(|wrong| exception("InvalidConfigurationException", wrong))
}

/// The text as a value of the kind that the setting has.
pub fn typed(name: &str, text: &str, like: &Value) -> Result<Value, String> {
    let wrong = |kind: &str| {
        let message = format!("Invalid value {text} for configuration {name}: {kind}");
        exception("InvalidConfigurationException", message)
    };
    Ok(match like {
        Value::Number(_) => match document::from_text::<Value>(text) {
            Ok(number @ Value::Number(_)) => number,
            _ => {
                return Err(wrong(if like.is_f64() {
                    "Not a number of type DOUBLE"
                } else {
                    "Not a number of type LONG"
                }));
            }
        },
        Value::Bool(_) => match text {
            "true" => true.into(),
            "false" => false.into(),
            _ => return Err(wrong("Expected value to be either true or false")),
        },
        Value::Array(_) => text.split(',').map(str::trim).collect(),
        _ => text.into(),
    })
}

/// `a=1,b=[x,y]` as `--add-config` takes it.
pub fn pairs(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let wrong = || "Invalid entity config: all configs to be added must be in the format \"key=val\".".to_owned();
    let mut pairs = Vec::new();
    for pair in outside_brackets(text) {
        let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
        let value = value.trim();
        let value = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')).unwrap_or(value);
        pairs.push((name.trim().to_owned(), Some(value.to_owned())));
    }
    Ok(pairs)
}

/// Pieces between commas that stand in no brackets.
fn outside_brackets(text: &str) -> Vec<&str> {
    let (mut pieces, mut from, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                pieces.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[from..]);
    pieces
}

/// As the broker would say it.
pub fn invalid(refusal: Refusal) -> String {
    let Refusal { field, message } = refusal;
    exception("InvalidConfigurationException", format!("Invalid value for configuration {field}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<TopicConfig, String> {
        with(&TopicConfig::default(), &[(name.into(), Some(value.into()))])
    }

    #[test]
    fn a_setting_is_read_as_what_it_is() {
        assert_eq!(set("retention.ms", "-1").unwrap().retention_ms, -1);
        assert_eq!(set("segment.bytes", "4096").unwrap().segment_bytes, 4_096);
        assert!(set("unclean.leader.election.enable", "true").unwrap().unclean_leader_election_enable);
        assert_eq!(
            document::to_value(&set("min.cleanable.dirty.ratio", "0.1").unwrap())["min.cleanable.dirty.ratio"],
            0.1
        );
        assert_eq!(
            document::to_value(&set("cleanup.policy", "compact,delete").unwrap())["cleanup.policy"],
            "compact,delete"
        );
        let back = with(&set("retention.ms", "5").unwrap(), &[("retention.ms".into(), None)]).unwrap();
        assert_eq!(back, TopicConfig::default());
    }

    #[test]
    fn a_setting_that_is_wrong_or_unknown_is_refused_in_kafkas_words() {
        assert!(
            set("retention.ms", "soon")
                .unwrap_err()
                .ends_with("for configuration retention.ms: Not a number of type LONG")
        );
        assert!(set("retention", "1").unwrap_err().ends_with("Unknown topic config name: retention"));
        assert!(set("partitions", "1").unwrap_err().ends_with("Unknown topic config name: partitions"));
        assert!(set("compression.type", "gzip").unwrap_err().contains("this playground has not"));
    }

    #[test]
    fn settings_stand_between_commas_and_lists_in_brackets() {
        let pair = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        assert_eq!(pairs("a=1, b=[x,y],c="), Ok(vec![pair("a", "1"), pair("b", "x,y"), pair("c", "")]));
        assert!(pairs("a").unwrap_err().contains("key=val"));
    }
}
