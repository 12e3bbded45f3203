//! Kafka's own tools, a file each. Texts and columns are those of Kafka 4.0, read in its sources.
//!
//! A tool reads its options, looks at the world and prints, or gives commands through [`Desk::act`]. Left out of all of
//! them: authentication (`--command-config`), the usage text behind every mistake (`--help` prints it), stack traces.

mod configs;
mod console_consumer;
mod console_producer;
mod delete_records;
mod groups;
mod leader_election;
mod processes;
mod topic_config;
mod topics;

pub use console_consumer::Following;
pub use console_producer::Producing;
pub use processes::kill;
pub use topic_config::names as topic_setting_names;

use super::desk::{Desk, Ran};
use super::options::{Args, Opt, Takes, parse};
use crate::engine::World;
use crate::kernel::Time;
use crate::model::kafka::message::BrokerId;
use crate::model::refusal::Refusal;
use crate::model::{Name, TopicPartition};
use crate::view::date::date_time;

#[derive(Debug)]
pub struct Tool {
    /// Without `.sh`.
    pub name: &'static str,
    pub about: &'static str,
    pub options: &'static [Opt],
    run: fn(&Args, &mut Desk) -> Ran,
}

pub const TOOLS: [&Tool; 9] = [
    &topics::TOOL,
    &console_producer::TOOL,
    &console_consumer::TOOL,
    &groups::TOOL,
    &configs::TOOL,
    &leader_election::TOOL,
    &delete_records::TOOL,
    &processes::START,
    &processes::STOP,
];

/// What Kafka has beside them, so that nobody takes it for a mistake in typing.
const MISSING: [&str; 24] = [
    "connect-distributed",
    "connect-standalone",
    "kafka-acls",
    "kafka-broker-api-versions",
    "kafka-client-metrics",
    "kafka-cluster",
    "kafka-console-share-consumer",
    "kafka-consumer-perf-test",
    "kafka-dump-log",
    "kafka-features",
    "kafka-get-offsets",
    "kafka-groups",
    "kafka-jmx",
    "kafka-log-dirs",
    "kafka-metadata-quorum",
    "kafka-metadata-shell",
    "kafka-producer-perf-test",
    "kafka-reassign-partitions",
    "kafka-replica-verification",
    "kafka-share-groups",
    "kafka-storage",
    "kafka-streams-application-reset",
    "kafka-transactions",
    "kafka-verifiable-producer",
];

pub fn find(name: &str) -> Option<&'static Tool> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(".sh").unwrap_or(name);
    TOOLS.into_iter().find(|tool| tool.name == name)
}

/// Kafka has a tool of this name, and the playground has not.
pub fn is_missing(name: &str) -> bool {
    MISSING.contains(&name.strip_suffix(".sh").unwrap_or(name))
}

impl Tool {
    pub fn run(&self, words: &[String], desk: &mut Desk) -> Ran {
        if words.iter().any(|word| word == "--help") {
            desk.say(self.usage());
            return Ok(());
        }
        if words.iter().any(|word| word == "--version") {
            desk.say("4.0.0");
            return Ok(());
        }
        let args = parse(self.name, self.options, words)?;
        (self.run)(&args, desk)
    }

    pub fn option(&self, name: &str) -> Option<&'static Opt> {
        self.options.iter().find(|option| option.name == name)
    }

    fn usage(&self) -> String {
        let mut text = format!("{}\n\nOption                                   Description\n", self.about);
        for Opt { name, takes, doc } in self.options {
            let option = match takes {
                Takes::Nothing => format!("--{name}"),
                Takes::Maybe(what) => format!("--{name} [{}]", what.word()),
                Takes::One(what) => format!("--{name} <{}>", what.word()),
                Takes::Absent => continue,
            };
            text += &format!("{option:<40} {doc}\n");
        }
        let absent = self.options.iter().filter(|option| matches!(option.takes, Takes::Absent));
        let absent: Vec<String> = absent.map(|option| format!("--{}", option.name)).collect();
        if !absent.is_empty() {
            text += &format!("Not here, though the real tool has it: {}\n", absent.join(", "));
        }
        text
    }
}

/// What a broker answers with is an exception in the tool.
fn exception(class: &str, message: impl std::fmt::Display) -> String {
    format!("org.apache.kafka.common.errors.{class}: {message}")
}

/// The message without the exception's class, as `Throwable#getMessage` gives it.
fn message_of(error: &str) -> &str {
    let of_class = error.strip_prefix("org.apache.kafka.").and_then(|error| error.split_once(": "));
    of_class.map_or(error, |(_, message)| message)
}

/// A refusal of the playground's own, where Kafka has no words for it.
fn refused(refusal: Refusal) -> String {
    refusal.to_string()
}

/// As the tools' log4j writes a warning, in virtual time.
fn warning(now: Time, message: &str, class: &str) -> String {
    let at = date_time(i64::try_from(now.as_micros()).unwrap_or(i64::MAX)).replace('.', ",");
    format!("[{at}] WARN {message} ({class})")
}

/// Who leads a partition and runs: only that replica can be asked about the log.
fn live_leader<'a>(world: &'a World, partition: &TopicPartition) -> Option<&'a crate::model::kafka::broker::Partition> {
    let leader = world.brokers.get(&world.cluster.leader(partition)?)?;
    leader.life.has_process().then(|| leader.replica(partition))?
}

fn partitions_of(world: &World, topic: &Name) -> Option<u32> {
    Some(world.cluster.topics.get(topic)?.partitions.len() as u32)
}

fn ids(brokers: &[BrokerId]) -> String {
    brokers.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(",")
}

/// Does a name match what `--topic` takes for several: names divided by commas or bars, with `.*` for anything?
fn matches(patterns: &str, name: &str) -> bool {
    patterns.split([',', '|']).any(|pattern| matches_one(pattern.trim().trim_matches(['"', '\'']), name))
}

fn matches_one(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split(".*");
    let Some(mut rest) = name.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_known_with_and_without_its_ending_and_wherever_it_lies() {
        for name in ["kafka-topics", "kafka-topics.sh", "bin/kafka-topics.sh", "/opt/kafka/bin/kafka-topics.sh"] {
            assert_eq!(find(name).map(|tool| tool.name), Some("kafka-topics"), "{name}");
        }
        assert!(find("kafka-topic").is_none() && is_missing("kafka-acls.sh") && !is_missing("kafka-topics"));
    }

    #[test]
    fn topics_are_named_one_by_one_or_by_what_their_names_have_in_common() {
        assert!(matches("orders", "orders") && matches("a,orders", "orders") && matches("a|orders", "orders"));
        assert!(matches("or.*", "orders") && matches(".*", "x") && matches("o.*d.*s", "orders"));
        assert!(!matches("order", "orders") && !matches("x.*", "orders") && !matches("o.*x.*", "orders"));
    }

    #[test]
    fn every_option_of_every_tool_is_explained() {
        for tool in TOOLS {
            for option in tool.options {
                assert!(!option.doc.is_empty(), "{} --{}", tool.name, option.name);
            }
            assert!(tool.usage().contains("--bootstrap-server") || tool.name.starts_with("kafka-server"));
        }
    }
}
