//! Brokers, elections, deleted records, settings. A broker is taken for a process that was started with its own
//! `server-N.properties`, and its disk for `/var/lib/kafka-N`.

use super::shell::{BOOTSTRAP, quoted};
use crate::engine::World;
use crate::engine::command::Election;
use crate::kernel::document;
use crate::model::Name;
use crate::model::kafka::config::TopicConfig;
use crate::view::config;

pub fn start_broker(broker: &Name) -> String {
    format!("kafka-server-start.sh -daemon server-{}.properties", number(broker))
}

pub fn stop_broker(broker: &Name) -> String {
    format!("kafka-server-stop.sh --node-id={}", number(broker))
}

pub fn kill_broker(broker: &Name) -> String {
    format!("kill -KILL $(pgrep -f server-{}.properties)", number(broker))
}

pub fn wipe_broker(broker: &Name, world: &World) -> String {
    let wipe = format!("rm -rf /var/lib/kafka-{}", number(broker));
    let runs = world.broker(broker).is_some_and(|broker| broker.life.has_process());
    if runs { format!("{} && {wipe}", kill_broker(broker)) } else { wipe }
}

fn number(broker: &Name) -> &str {
    broker.as_str().trim_start_matches("broker-")
}

/// One partition goes by its name; those of a topic stand in a file, which the shell pipes in.
pub fn elect(election: Election, topic: Option<&Name>, partition: Option<u32>, world: &World) -> String {
    let kind = match election {
        Election::Preferred => "preferred",
        Election::Unclean => "unclean",
    };
    let tool = format!("kafka-leader-election.sh {BOOTSTRAP} --election-type {kind}");
    match (topic, partition) {
        (None, _) => format!("{tool} --all-topic-partitions"),
        (Some(topic), Some(partition)) => format!("{tool} --topic {} --partition {partition}", quoted(topic)),
        (Some(topic), None) => {
            let count = world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len());
            let one = |partition| format!("{{\"topic\":{},\"partition\":{partition}}}", json(topic));
            let all = (0..count).map(one).collect::<Vec<_>>().join(",");
            let file = quoted(format!("{{\"partitions\":[{all}]}}"));
            format!("echo {file} | {tool} --path-to-json-file /dev/stdin")
        }
    }
}

pub fn delete_records(topic: &Name, partition: u32, before: Option<u64>) -> String {
    let offset = before.map_or("-1".to_owned(), |before| before.to_string());
    let one = format!("{{\"topic\":{},\"partition\":{partition},\"offset\":{offset}}}", json(topic));
    let file = quoted(format!("{{\"partitions\":[{one}],\"version\":1}}"));
    format!("echo {file} | kafka-delete-records.sh {BOOTSTRAP} --offset-json-file /dev/stdin")
}

fn json(name: &Name) -> String {
    document::to_line(name)
}

/// What is set beside the defaults, and what is set now and will not be.
pub fn configure_topic(topic: &Name, config: &TopicConfig, world: &World) -> String {
    let is_setting = |(name, _): &(String, String)| !matches!(name.as_str(), "partitions" | "replication.factor");
    let own: Vec<_> = config::settings(config).into_iter().filter(is_setting).collect();
    let now = world.cluster.topics.get(topic).map_or_else(Vec::new, |topic| config::settings(&topic.config));
    let gone = now.into_iter().filter(is_setting).map(|(name, _)| name);
    let gone: Vec<String> = gone.filter(|name| !own.iter().any(|(own, _)| own == name)).collect();
    let mut line = format!("kafka-configs.sh {BOOTSTRAP} --alter --entity-type topics --entity-name {}", quoted(topic));
    if !own.is_empty() {
        // A list stands in brackets, or its commas would end it.
        let value = |value: &String| if value.contains(',') { format!("[{value}]") } else { value.clone() };
        let set: Vec<String> = own.iter().map(|(name, set)| format!("{name}={}", value(set))).collect();
        line += &format!(" --add-config {}", quoted(set.join(",")));
    }
    if !gone.is_empty() {
        line += &format!(" --delete-config {}", gone.join(","));
    }
    line
}
