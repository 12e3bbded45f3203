//! From property names and typed texts to a command with a whole configuration.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::engine::command::Command;
use crate::kernel::{SortedMap, document};
use crate::model::Name;
use crate::model::kafka::config::{ConsumerConfig, ProducerConfig, TopicConfig};
use crate::model::workload::Workload;
use crate::ui::number;

/// Whose configuration it is, and what it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    Producer { producer: Name, config: ProducerConfig, workload: Workload },
    Group { group: Name, config: ConsumerConfig },
    Topic { topic: Name, config: TopicConfig },
}

/// A property, and why it cannot be what was typed.
type Refused = (String, String);

impl Owner {
    pub fn command(&self, typed: &SortedMap<String, String>) -> Result<Command, Refused> {
        Ok(match self {
            Owner::Producer { producer, config, workload } => Command::ConfigureProducer {
                producer: producer.clone(),
                config: edited(config, typed)?,
                workload: workload.clone(),
            },
            Owner::Group { group, config } => {
                Command::ConfigureGroup { group: group.clone(), config: edited(config, typed)? }
            }
            Owner::Topic { topic, config } => {
                Command::ConfigureTopic { topic: topic.clone(), config: edited(config, typed)? }
            }
        })
    }

    /// Can this property be changed here?
    pub fn has(&self, property: &str) -> bool {
        let fields = match self {
            Owner::Producer { config, .. } => fields_of(config),
            Owner::Group { config, .. } => fields_of(config),
            // Their number is raised elsewhere, and how many replicas there are stays.
            Owner::Topic { .. } if matches!(property, "partitions" | "replication.factor") => return false,
            Owner::Topic { config, .. } => fields_of(config),
        };
        fields.get(property).is_some_and(|value| !value.is_object())
    }

    pub fn takes_effect(&self) -> &'static str {
        match self {
            Owner::Producer { .. } => "A change restarts the producer.",
            Owner::Group { .. } => "Consumers take a change over when they restart.",
            Owner::Topic { .. } => "A change holds at once, as with kafka-configs --alter.",
        }
    }
}

fn fields_of(config: &impl Serialize) -> Value {
    document::to_value(config)
}

/// The configuration with the typed properties in place of its own. A text is read as what the property is: a number, a
/// truth value, a list, a word.
fn edited<C: Serialize + DeserializeOwned>(config: &C, typed: &SortedMap<String, String>) -> Result<C, Refused> {
    let mut fields = fields_of(config);
    for (name, text) in typed {
        let read = read_as(name, &fields[name], text).map_err(|message| (name.clone(), message))?;
        fields[name] = read;
        let tried: Result<C, _> = document::from_value(fields.clone());
        tried.map_err(|wrong| (name.clone(), in_words(text, wrong.reason)))?;
    }
    document::from_value(fields).map_err(|wrong| (wrong.path, wrong.reason))
}

/// Of a word that is none of those that there are.
fn in_words(text: &str, reason: String) -> String {
    match reason.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected ")) {
        Some((_, known)) => format!("“{}” is not {}", text.trim(), known.replace('`', "")),
        None => reason,
    }
}

fn read_as(name: &str, current: &Value, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match current {
        Value::Number(number) if number.is_f64() => number::ratio(text).map(Value::from),
        Value::Number(_) if has_no_limit(name) && number::signed(text) == Ok(-1) => Ok(Value::from(-1)),
        Value::Number(_) => number::whole(text).map(Value::from),
        Value::Bool(_) => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(format!("“{text}” is neither true nor false")),
        },
        Value::Null | Value::String(_) if text == "null" || text.is_empty() => Ok(Value::Null),
        Value::Array(_) => Ok(text.split(',').map(|item| Value::from(item.trim())).collect()),
        _ => Ok(Value::from(text)),
    }
}

/// Can it be -1, for no limit?
fn has_no_limit(name: &str) -> bool {
    matches!(name, "retention.ms" | "retention.bytes" | "max.compaction.lag.ms")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kafka::assignor::remote::RemoteAssignor;
    use crate::model::kafka::config::{Acks, CleanupPolicy, GroupProtocol, Ratio};

    fn group(typed: &[(&str, &str)]) -> Result<ConsumerConfig, Refused> {
        let typed = typed.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
        edited(&ConsumerConfig::default(), &typed)
    }

    #[test]
    fn a_property_is_read_as_what_it_is() {
        let config = group(&[
            ("session.timeout.ms", "10,000"),
            ("enable.auto.commit", "false"),
            ("partition.assignment.strategy", "roundrobin, range"),
            ("group.protocol", "consumer"),
            ("group.remote.assignor", "range"),
            ("group.instance.id", "null"),
        ])
        .unwrap();
        assert_eq!(config.session_timeout_ms, 10_000);
        assert!(!config.enable_auto_commit);
        assert_eq!(config.assignors.len(), 2);
        assert_eq!(config.protocol, GroupProtocol::Consumer);
        assert_eq!(config.remote_assignor, Some(RemoteAssignor::Range));
        assert_eq!(config.instance_id, None);
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_own_property() {
        for (name, text) in [
            ("session.timeout.ms", "soon"),
            ("max.poll.records", "-1"),
            ("max.poll.records", "5000000000"),
            ("enable.auto.commit", "maybe"),
            ("auto.offset.reset", "middle"),
            ("auto.offset.reset", ""),
            ("group.protocol", "new"),
            ("partition.assignment.strategy", "fair"),
        ] {
            assert_eq!(group(&[(name, text)]).unwrap_err().0, name, "{text}");
        }
    }

    #[test]
    fn a_topic_is_compacted_from_now_on_and_keeps_its_partitions() {
        let owner = Owner::Topic { topic: "orders".into(), config: TopicConfig::default() };
        let typed =
            [("cleanup.policy", "compact,delete"), ("min.cleanable.dirty.ratio", "0.25"), ("retention.ms", "-1")];
        let typed = typed.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
        let Ok(Command::ConfigureTopic { config, .. }) = owner.command(&typed) else { panic!("not one of a topic") };
        let expected = TopicConfig {
            cleanup_policy: CleanupPolicy::CompactDelete,
            min_cleanable_dirty_ratio: Ratio { ppm: 250_000 },
            retention_ms: -1,
            ..TopicConfig::default()
        };
        assert_eq!(config, expected);
        assert!(owner.has("segment.bytes") && !owner.has("partitions") && !owner.has("replication.factor"));
        let refused = |name: &str, text: &str| owner.command(&[(name.to_owned(), text.to_owned())].into()).unwrap_err();
        assert_eq!(refused("min.cleanable.dirty.ratio", "1.5").0, "min.cleanable.dirty.ratio");
        assert_eq!(refused("segment.bytes", "-1").1, "-1 is negative; the least is 0");
    }

    #[test]
    fn a_producers_workload_stays_as_it_is() {
        let workload = Workload { value_bytes: 77, ..Workload::default() };
        let owner = Owner::Producer {
            producer: "checkout".into(),
            config: ProducerConfig::default(),
            workload: workload.clone(),
        };
        let typed = [("acks".to_owned(), "1".to_owned())].into();
        let Ok(Command::ConfigureProducer { config, workload: kept, .. }) = owner.command(&typed) else {
            panic!("not a configuration of a producer")
        };
        assert_eq!((config.acks, kept), (Acks::Leader, workload));
    }

    #[test]
    fn durations_of_work_have_a_form_of_their_own() {
        let owner = Owner::Group { group: "inventory".into(), config: ConsumerConfig::default() };
        assert!(owner.has("session.timeout.ms"));
        assert!(!owner.has("service_time") && !owner.has("no.such.property"));
    }
}
