//! What a command does, in a few words: "kill inventory-2". For the tooltips of undo and redo, for the names of branches,
//! and for the root of every chain of causes.

use crate::engine::Command;
use crate::engine::command::{Election, Scope, Switch, Target};
use crate::kernel::Time;
use crate::model::Name;
use crate::model::kafka::config::GroupProtocol;
use crate::view::clock::clock_words;

/// The command as an order to somebody, by the ids of the parts, without a full stop.
pub fn deed(command: &Command) -> String {
    use Command as C;
    match command {
        C::AddTopic { topic, config } => format!("add the topic {topic} with {}", partitions(config.partitions)),
        C::RemoveTopic { topic } => format!("remove the topic {topic}"),
        C::ConfigureTopic { topic, .. } => format!("configure {topic}"),
        C::AddPartitions { topic, total } => format!("give {topic} {}", partitions(*total)),

        C::AddProducer { producer, .. } => format!("add the producer {producer}"),
        C::RemoveProducer { producer } => format!("remove the producer {producer}"),
        C::ConfigureProducer { producer, .. } => format!("configure {producer}"),
        C::Connect { producer, topic: Some(topic) } => format!("connect {producer} to {topic}"),
        C::Connect { producer, topic: None } => format!("disconnect {producer}"),
        C::Publish { producer, count, .. } => format!("publish {} by hand through {producer}", records(*count)),
        C::Replay { producer, rows, .. } => format!("replay {} through {producer}", records(rows.len())),
        C::SetProducing { producer, producing: Switch::On } => format!("let {producer} produce"),
        C::SetProducing { producer, producing: Switch::Off } => format!("stop what {producer} produces"),
        C::EndTransaction { producer, outcome } => format!("{} the transaction of {producer}", outcome.name()),

        C::AddGroup { group, config, .. } => add_group(group, config.protocol),
        C::RemoveGroup { group } => format!("remove the group {group}"),
        C::ConfigureGroup { group, .. } => format!("configure {group}"),
        C::Subscribe { group, topic } => format!("subscribe {group} to {topic}"),
        C::Unsubscribe { group, topic } => format!("take {topic} from {group}"),
        C::Seek { group, scope, to } => format!("move {group} in {} to {}", place(scope), target(*to)),
        C::ResetOffsets { group, scope, to } => {
            format!("reset the offsets of {group} in {} to {}", place(scope), target(*to))
        }
        C::DeleteOffsets { group, scope } => format!("delete the offsets of {group} in {}", place(scope)),
        C::StopGroup { group } => format!("stop {group}"),
        C::StartGroup { group } => format!("start {group}"),

        C::AddConsumer { consumer, group } => format!("add {consumer} to {group}"),
        C::RemoveConsumer { consumer } => format!("remove {consumer}"),
        C::Kill { consumer: client } | C::KillProducer { producer: client } => format!("kill {client}"),
        C::Hang { consumer } => format!("hang {consumer}"),
        C::Unhang { consumer } => format!("let {consumer} go on"),
        C::SlowDown { consumer, percent } => format!("set the service time of {consumer} to {percent} %"),
        C::SetClock { client, drift_ppm: 0, ahead_ms: 0 } => format!("set the clock of {client} right"),
        C::SetClock { client, drift_ppm, ahead_ms } => {
            format!("let the clock of {client} be wrong: it {}", clock_words(*drift_ppm, *ahead_ms))
        }
        C::Leave { consumer } => format!("let {consumer} leave"),
        C::Restart { consumer: client } | C::RestartProducer { producer: client } => format!("restart {client}"),

        C::AddBroker { broker, .. } => format!("add {broker}"),
        C::KillBroker { broker } => format!("kill {broker}"),
        C::WipeBroker { broker } => format!("destroy the disk of {broker}"),
        C::ShutDownBroker { broker } => format!("shut {broker} down"),
        C::RestartBroker { broker } => format!("restart {broker}"),
        C::DeleteRecords { topic, partition, before: Some(before) } => {
            format!("delete the records of {topic}-{partition} before {before}")
        }
        C::DeleteRecords { topic, partition, before: None } => format!("delete the records of {topic}-{partition}"),
        C::ElectLeaders { election, topic, .. } => {
            let how = if *election == Election::Unclean { "any replica" } else { "preferred replicas" };
            format!("elect {how} to lead{}", topic.as_ref().map_or(String::new(), |topic| format!(" {topic}")))
        }

        C::Partition { a, b } => format!("cut the network between {a} and {b}"),
        C::Repair { a, b } => format!("repair the network between {a} and {b}"),
        C::Hold { a, b } => format!("hold the messages between {a} and {b}"),
        C::Release { a, b } => format!("release the messages between {a} and {b}"),
        C::SetNetwork { .. } => "change the network's latency and loss".into(),

        C::Rename { node, label } => format!("call {node} {label}"),
        C::Place { node, .. } => format!("move {node} on the stage"),
    }
}

fn add_group(group: &Name, protocol: GroupProtocol) -> String {
    match protocol {
        GroupProtocol::Classic => format!("add the consumer group {group}"),
        other => format!("add the group {group}, which speaks {}", other.name()),
    }
}

/// Several commands of one gesture: the first that is more than a place on the stage, and how many others.
pub fn deeds<'a>(commands: impl IntoIterator<Item = &'a Command>) -> String {
    let mut told: Vec<&Command> = commands.into_iter().collect();
    let is_place = |command: &&Command| matches!(command, Command::Place { .. });
    if !told.iter().all(is_place) {
        told.retain(|command| !is_place(command));
    }
    match &told[..] {
        [] => String::new(),
        [only] => deed(only),
        [first, more @ ..] => format!("{} and {} more", deed(first), more.len()),
    }
}

fn partitions(count: u32) -> String {
    format!("{count} partition{}", if count == 1 { "" } else { "s" })
}

fn records(count: u32) -> String {
    format!("{count} record{}", if count == 1 { "" } else { "s" })
}

fn place(scope: &Scope) -> String {
    scope.partition.map_or_else(|| scope.topic.to_string(), |partition| format!("{}-{partition}", scope.topic))
}

fn target(target: Target) -> String {
    match target {
        Target::Earliest => "the beginning".into(),
        Target::Latest => "the end".into(),
        Target::Offset { offset } => format!("offset {offset}"),
        Target::ShiftBy { by } if by < 0 => format!("{} back", by.unsigned_abs()),
        Target::ShiftBy { by } => format!("{by} on"),
        Target::Time { at_us } => Time::from_micros(at_us).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(json: &str) -> Command {
        serde_json::from_str(json).expect("a command")
    }

    #[test]
    fn a_rewind_says_where_to() {
        let rewind =
            r#"{"type": "seek", "group": "g", "topic": "t", "partition": 2, "to": {"kind": "shift_by", "by": -7}}"#;
        assert_eq!(deed(&command(rewind)), "move g in t-2 to 7 back");
    }

    #[test]
    fn a_gesture_is_told_by_what_it_does_and_not_by_where_things_stand() {
        let commands = [
            command(r#"{"type": "add_group", "group": "g"}"#),
            command(r#"{"type": "add_consumer", "consumer": "g-1", "group": "g"}"#),
            command(r#"{"type": "place", "node": "g", "x": 1, "y": 2}"#),
        ];
        assert_eq!(deeds(&commands), "add the consumer group g and 1 more");
        assert_eq!(deeds(&commands[2..]), "move g on the stage");
    }
}
