//! The same thing on a real cluster: a command as an operator would type it.
//!
//! Written for Kafka's own scripts and a POSIX shell, with the cluster at `localhost:9092`, and with the console's
//! consumers and producers. There is none for what only exists on the stage, nor for what an application does by
//! itself, such as `KafkaConsumer#seek`.

mod clients;
mod cluster;
mod otherwise;
mod shell;

pub use self::otherwise::otherwise;
use self::shell::{BOOTSTRAP, quoted};
use crate::engine::World;
use crate::engine::command::{Command, Scope, Target};
use crate::kernel::Time;
use crate::model::Name;
use crate::model::kafka::config::TopicConfig;
use crate::view::config;
use crate::view::date::date_time;

pub fn command_line(command: &Command, world: &World) -> Option<String> {
    Some(match command {
        Command::AddTopic { topic, config } => create_topic(topic, config),
        Command::RemoveTopic { topic } => format!("kafka-topics.sh {BOOTSTRAP} --delete --topic {}", quoted(topic)),
        Command::AddPartitions { topic, total } => {
            format!("kafka-topics.sh {BOOTSTRAP} --alter --topic {} --partitions {total}", quoted(topic))
        }
        Command::ConfigureTopic { topic, config } => cluster::configure_topic(topic, config, world),
        Command::DeleteRecords { topic, partition, before } => cluster::delete_records(topic, *partition, *before),
        Command::ElectLeaders { election, topic, partition } => {
            cluster::elect(*election, topic.as_ref(), *partition, world)
        }
        Command::AddBroker { broker, .. } | Command::RestartBroker { broker } => cluster::start_broker(broker),
        Command::ShutDownBroker { broker } => cluster::stop_broker(broker),
        Command::KillBroker { broker } => cluster::kill_broker(broker),
        Command::WipeBroker { broker } => cluster::wipe_broker(broker, world),
        Command::RemoveGroup { group } => {
            format!("kafka-consumer-groups.sh {BOOTSTRAP} --delete --group {}", quoted(group))
        }
        Command::DeleteOffsets { group, scope } => {
            let (group, topic) = (quoted(group), in_scope(scope));
            format!("kafka-consumer-groups.sh {BOOTSTRAP} --delete-offsets --group {group} --topic {topic}")
        }
        Command::ResetOffsets { group, scope, to } => reset_offsets(group, scope, *to, world.now),

        Command::Publish { .. } => clients::publish(command, world)?,
        Command::AddConsumer { consumer, group } => clients::consume(consumer, group, world)?,
        Command::Restart { consumer } => clients::consume(consumer, &world.consumers.get(consumer)?.group, world)?,
        Command::StartGroup { group } => clients::start(group, world)?,
        Command::StopGroup { group } => clients::stop(group),
        Command::Kill { consumer } => clients::signal("KILL", consumer),
        Command::Leave { consumer } | Command::RemoveConsumer { consumer } => clients::signal("TERM", consumer),
        _ => return None,
    })
}

fn create_topic(topic: &Name, config: &TopicConfig) -> String {
    let TopicConfig { partitions, replication_factor, .. } = config;
    let mut line = format!(
        "kafka-topics.sh {BOOTSTRAP} --create --topic {} --partitions {partitions} --replication-factor \
         {replication_factor}",
        quoted(topic)
    );
    let is_option = |name: &str| matches!(name, "partitions" | "replication.factor");
    for (name, value) in config::settings(config).into_iter().filter(|(name, _)| !is_option(name)) {
        line += &format!(" --config {name}={value}");
    }
    line
}

fn reset_offsets(group: &Name, scope: &Scope, to: Target, now: Time) -> String {
    let topic = in_scope(scope);
    let target = match to {
        Target::Earliest => "--to-earliest".into(),
        Target::Latest => "--to-latest".into(),
        Target::Offset { offset } => format!("--to-offset {offset}"),
        Target::ShiftBy { by } => format!("--shift-by {by}"),
        Target::Time { at_us } => moment(now, at_us),
    };
    let group = quoted(group);
    format!("kafka-consumer-groups.sh {BOOTSTRAP} --group {group} --topic {topic} --reset-offsets {target} --execute")
}

/// `orders`, or `orders:1` of one partition.
fn in_scope(scope: &Scope) -> String {
    let partition = scope.partition.map_or(String::new(), |partition| format!(":{partition}"));
    quoted(format!("{}{partition}", scope.topic))
}

/// Virtual time has no date, so that a moment of the run is so long ago; what lies beyond is the date of a file's record.
fn moment(now: Time, at_us: u64) -> String {
    let at = Time::from_micros(at_us);
    if at <= now {
        return format!("--by-duration {}", ago(now, at));
    }
    format!("--to-datetime {}", date_time(i64::try_from(at_us).unwrap_or(i64::MAX)).replace(' ', "T"))
}

/// How long ago, as `java.time.Duration` reads it.
fn ago(now: Time, then: Time) -> String {
    let ms = now.since(then).as_millis();
    match ms % 1_000 {
        0 => format!("PT{}S", ms / 1_000),
        fraction => format!("PT{}.{fraction:03}S", ms / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    /// The line for a command, 20 s into the run.
    fn line(json: &str) -> Option<String> {
        let mut run = Run::orders();
        run.until_secs(20);
        let command = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        command_line(&command, run.world())
    }

    fn reset(scope: &str, to: &str) -> String {
        let json =
            format!(r#"{{"type": "reset_offsets", "group": "inventory", "topic": "orders"{scope}, "to": {to}}}"#);
        let line = line(&json).unwrap();
        let prefix = "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group inventory --topic ";
        line.strip_prefix(prefix).unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    #[test]
    fn topics_are_made_grown_and_deleted_with_kafka_topics() {
        assert_eq!(
            line(r#"{"type": "add_topic", "topic": "mail", "config": {"partitions": 6, "replication.factor": 3}}"#)
                .unwrap(),
            "kafka-topics.sh --bootstrap-server localhost:9092 --create --topic mail --partitions 6 --replication-factor 3"
        );
        let configured = line(r#"{"type": "add_topic", "topic": "mail", "config": {"segment.bytes": 65536}}"#).unwrap();
        assert!(configured.ends_with(" --config segment.bytes=65536"), "{configured}");
        assert_eq!(
            line(r#"{"type": "add_partitions", "topic": "orders", "total": 9}"#).unwrap(),
            "kafka-topics.sh --bootstrap-server localhost:9092 --alter --topic orders --partitions 9"
        );
    }

    #[test]
    fn a_rewind_is_a_reset_of_offsets() {
        assert_eq!(reset("", r#"{"kind": "earliest"}"#), "orders --reset-offsets --to-earliest --execute");
        assert_eq!(reset("", r#"{"kind": "latest"}"#), "orders --reset-offsets --to-latest --execute");
        let one = r#", "partition": 1"#;
        assert_eq!(
            reset(one, r#"{"kind": "offset", "offset": 3}"#),
            "orders:1 --reset-offsets --to-offset 3 --execute"
        );
        assert_eq!(reset("", r#"{"kind": "shift_by", "by": -10}"#), "orders --reset-offsets --shift-by -10 --execute");
    }

    #[test]
    fn a_moment_of_virtual_time_is_so_long_ago() {
        let by_duration = |at_us| reset("", &format!(r#"{{"kind": "time", "at_us": {at_us}}}"#));
        assert_eq!(by_duration(5_000_000), "orders --reset-offsets --by-duration PT15S --execute");
        assert_eq!(by_duration(19_950_000), "orders --reset-offsets --by-duration PT0.050S --execute");
    }

    #[test]
    fn the_date_of_a_record_from_a_file_is_a_date() {
        let line = reset("", r#"{"kind": "time", "at_us": 1772366430500000}"#);
        assert_eq!(line, "orders --reset-offsets --to-datetime 2026-03-01T12:00:30.500 --execute");
    }

    #[test]
    fn a_consumer_is_the_console_consumer_with_the_groups_configuration() {
        assert_eq!(
            line(r#"{"type": "add_consumer", "consumer": "inventory-3", "group": "inventory"}"#).unwrap(),
            "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --group inventory \
             --consumer-property client.id=inventory-3 --consumer-property auto.offset.reset=earliest \
             --consumer-property session.timeout.ms=10000"
        );
    }

    #[test]
    fn an_assignor_goes_by_its_class_on_the_command_line() {
        let mut run = Run::orders();
        let config = r#"{"partition.assignment.strategy": ["roundrobin"]}"#;
        run.command(&format!(r#"{{"type": "add_group", "group": "mail", "topics": ["orders"], "config": {config}}}"#));
        let command = Command::AddConsumer { consumer: "m".into(), group: "mail".into() };
        let line = command_line(&command, run.world()).unwrap();
        let class = "org.apache.kafka.clients.consumer.RoundRobinAssignor";
        assert!(line.ends_with(&format!("--consumer-property partition.assignment.strategy={class}")), "{line}");
    }

    #[test]
    fn a_console_consumer_reads_what_is_committed_by_its_own_option_and_writes_nothing() {
        let mut run = Run::orders();
        run.command(r#"{"type": "add_topic", "topic": "receipts"}"#);
        let mut line = |group: &str, config: &str| {
            run.command(&format!(
                r#"{{"type": "add_group", "group": "{group}", "topics": ["orders"], "config": {config}}}"#
            ));
            command_line(&Command::AddConsumer { consumer: "m".into(), group: group.into() }, run.world())
        };
        assert_eq!(
            line("mail", r#"{"isolation.level": "read_committed"}"#).unwrap(),
            "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --group mail --isolation-level \
             read_committed --consumer-property client.id=m"
        );
        assert_eq!(line("billing", r#"{"output_topic": "receipts"}"#), None);
    }

    #[test]
    fn an_end_of_a_process_is_a_signal() {
        let kill = line(r#"{"type": "kill", "consumer": "inventory-2"}"#).unwrap();
        assert_eq!(kill, "kill -KILL $(pgrep -f 'client.id=inventory-2( |$)')");
        let leave = line(r#"{"type": "leave", "consumer": "inventory-2"}"#).unwrap();
        assert_eq!(leave, "kill -TERM $(pgrep -f 'client.id=inventory-2( |$)')");
    }

    #[test]
    fn a_record_by_hand_is_piped_to_the_console_producer() {
        let publish = |fields: &str| line(&format!(r#"{{"type": "publish", "producer": "checkout"{fields}}}"#));
        let to = "kafka-console-producer.sh --bootstrap-server localhost:9092 --topic orders";
        assert_eq!(publish(r#", "value": "boots""#).unwrap(), format!("printf '%s\\n' boots | {to}"));
        assert_eq!(
            publish(r#", "key": "order-7", "value": "it's $5""#).unwrap(),
            format!("printf '%s\\t%s\\n' order-7 'it'\\''s $5' | {to} --property parse.key=true")
        );
        assert_eq!(
            publish(r#", "key": "k", "value": "v", "headers": {"a": "1", "b": "2"}"#).unwrap(),
            format!(
                "printf '%s\\t%s\\t%s\\n' a:1,b:2 k v | {to} --property parse.headers=true --property parse.key=true"
            )
        );
        assert_eq!(
            publish(r#", "key": "k""#).unwrap(),
            format!("printf '%s\\t%s\\n' k NULL | {to} --property parse.key=true --property null.marker=NULL")
        );
        assert_eq!(
            publish(r#", "value": "v", "count": 50"#).unwrap(),
            format!("for n in $(seq 50); do printf '%s\\n' v; done | {to}")
        );
    }

    #[test]
    fn what_only_the_stage_or_an_application_does_has_no_command() {
        for json in [
            r#"{"type": "place", "node": "orders", "x": 1, "y": 2}"#,
            r#"{"type": "rename", "node": "orders", "label": "Orders"}"#,
            r#"{"type": "hang", "consumer": "inventory-1"}"#,
            r#"{"type": "start_group", "group": "inventory"}"#,
            r#"{"type": "seek", "group": "inventory", "topic": "orders", "to": {"kind": "earliest"}}"#,
            r#"{"type": "publish", "producer": "checkout", "value": "v", "partition": 1}"#,
            r#"{"type": "publish", "producer": "checkout", "value": "two\nlines"}"#,
            r#"{"type": "publish", "producer": "nobody", "value": "v"}"#,
            r#"{"type": "restart", "consumer": "nobody"}"#,
        ] {
            assert_eq!(line(json), None, "{json}");
        }
    }
}
