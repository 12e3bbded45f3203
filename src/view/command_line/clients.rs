//! Producers and consumers: the console ones, which come with every Kafka. A consumer is told its `client.id`, so that
//! its process can be found by it.

use super::shell::{BOOTSTRAP, quoted};
use crate::engine::World;
use crate::engine::command::Command;
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::kafka::assignor::Assignor;
use crate::model::kafka::config::{ConsumerConfig, IsolationLevel};
use crate::view::config;

/// What is an option, or no property of a `KafkaConsumer`.
const NO_PROPERTIES: [&str; 3] = ["isolation.level", "processing.guarantee", "transaction.timeout.ms"];

/// How the console producer is told that a value is null.
const NULL: &str = "NULL";

/// The console consumer, with what the group's configuration has beside the defaults; none for one that writes.
pub fn consume(consumer: &Name, group: &Name, world: &World) -> Option<String> {
    let spec = world.groups.get(group).filter(|spec| spec.config.output_topic.is_none())?;
    let topics = match &spec.topics[..] {
        [] => return None,
        [topic] => format!("--topic {}", quoted(topic)),
        several => format!("--include {}", quoted(several.iter().map(Name::as_str).collect::<Vec<_>>().join("|"))),
    };
    let mut line = format!("kafka-console-consumer.sh {BOOTSTRAP} {topics} --group {}", quoted(group));
    // The tool sets this one after the properties, to what its own option says.
    if spec.config.isolation_level == IsolationLevel::ReadCommitted {
        line += " --isolation-level read_committed";
    }
    let own = [format!("client.id={consumer}")].into_iter().chain(settings(consumer, &spec.config));
    own.for_each(|setting| line += &format!(" --consumer-property {}", quoted(setting)));
    Some(line)
}

/// Those that do not run, a line each.
pub fn start(group: &Name, world: &World) -> Option<String> {
    let asleep = world.members(group).filter(|consumer| !consumer.life.has_process());
    let lines: Vec<String> = asleep.filter_map(|consumer| consume(&consumer.name, group, world)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Every process that was started with this group.
pub fn stop(group: &Name) -> String {
    let pattern: String = group.as_str().chars().flat_map(escaped).collect();
    format!("kill -TERM $(pgrep -f {})", quoted(format!("group {pattern}( |$)")))
}

fn settings(consumer: &Name, config: &ConsumerConfig) -> Vec<String> {
    let setting = |(name, value): (String, String)| match name.as_str() {
        "partition.assignment.strategy" => format!("{name}={}", class_names(&config.assignors)),
        // Each member has an id of its own, and here it is its client id.
        "group.instance.id" => format!("{name}={consumer}"),
        _ => format!("{name}={value}"),
    };
    let is_elsewhere = |name: &str| NO_PROPERTIES.contains(&name);
    config::settings(config).into_iter().filter(|(name, _)| !is_elsewhere(name)).map(setting).collect()
}

/// The property takes classes; the short names are those of the protocol.
fn class_names(assignors: &[Assignor]) -> String {
    let class = |assignor: &Assignor| match assignor {
        Assignor::Range => "org.apache.kafka.clients.consumer.RangeAssignor",
        Assignor::RoundRobin => "org.apache.kafka.clients.consumer.RoundRobinAssignor",
        Assignor::Sticky => "org.apache.kafka.clients.consumer.StickyAssignor",
        Assignor::CooperativeSticky => "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
    };
    assignors.iter().map(class).collect::<Vec<_>>().join(",")
}

/// Ends the process that was started with this client id; not one whose id only begins with it.
pub fn signal(signal: &str, consumer: &Name) -> String {
    let pattern: String = consumer.as_str().chars().flat_map(escaped).collect();
    format!("kill -{signal} $(pgrep -f {})", quoted(format!("client.id={pattern}( |$)")))
}

/// For a regular expression.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let is_special = r"\.+*?()|[]{}^$".contains(c);
    is_special.then_some('\\').into_iter().chain([c])
}

/// A line into the console producer. It cannot be told a partition, takes tabs and line breaks for its own, and makes no
/// transactions.
pub fn publish(command: &Command, world: &World) -> Option<String> {
    let Command::Publish { producer, key, value, headers, partition: None, count } = command else { return None };
    let producer = world.producers.get(producer).filter(|producer| producer.config.transactional_id.is_none())?;
    let topic = producer.topic.as_ref()?;
    let mut fields = Vec::new();
    let mut options = String::new();
    if !headers.is_empty() {
        fields.push(pairs(headers));
        options += " --property parse.headers=true";
    }
    if let Some(key) = key {
        fields.push(key.clone());
        options += " --property parse.key=true";
    }
    if value.is_none() {
        options += &format!(" --property null.marker={NULL}");
    }
    fields.push(value.clone().unwrap_or_else(|| NULL.into()));
    if fields.iter().any(|field| field.contains(['\t', '\n'])) {
        return None;
    }
    let print = repeated(&print(&fields), *count);
    Some(format!("{print} | kafka-console-producer.sh {BOOTSTRAP} --topic {}{options}", quoted(topic)))
}

/// `a:1,b:2`
fn pairs(headers: &SortedMap<String, String>) -> String {
    headers.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join(",")
}

/// One line with tabs between the fields, as the console producer reads them.
fn print(fields: &[String]) -> String {
    let format = vec!["%s"; fields.len()].join(r"\t");
    let words: Vec<String> = fields.iter().map(quoted).collect();
    format!(r"printf '{format}\n' {}", words.join(" "))
}

fn repeated(line: &str, count: u32) -> String {
    if count == 1 { line.to_owned() } else { format!("for n in $(seq {count}); do {line}; done") }
}
