//! The same deeds, done to our consumers.

use headwater::engine::{Command, Observation, Simulation};
use headwater::kernel::Time;
use headwater::model::TopicPartition;
use headwater::model::fact::{Fact, Subject};
use serde_json::{Map, Value, json};

use super::trace::{Callback, Deed, FirstRead, Kind, Trace, Verb};

const BROKERS: [&str; 3] = ["broker-1", "broker-2", "broker-3"];

/// What our members say in place of the recorded ones.
pub fn play(recorded: &Trace) -> Trace {
    let cluster = serde_json::from_value(Value::Object(recorded.brokers.clone())).expect("properties of brokers");
    let mut simulation = Simulation::new(1, cluster);
    for command in stage(recorded) {
        give(&mut simulation, command);
    }
    let mut seen = Vec::new();
    for deed in &recorded.steps {
        seen.extend(run_until(&mut simulation, deed.at_ms));
        for command in commands(deed, recorded) {
            give(&mut simulation, command);
        }
    }
    seen.extend(run_until(&mut simulation, recorded.ended_ms));
    let callbacks = seen.iter().filter_map(|it| callback(recorded, it)).collect();
    Trace { client: "ours".into(), callbacks, positions: first_reads(&seen), ..recorded.clone() }
}

fn stage(recorded: &Trace) -> [Value; 3] {
    let topic = json!({ "partitions": recorded.partitions, "replication.factor": 3 });
    [
        json!({ "type": "add_topic", "topic": "orders", "config": topic }),
        json!({ "type": "add_producer", "producer": "p", "topic": "orders" }),
        json!({ "type": "add_group", "group": "g", "topics": ["orders"], "config": settings(recorded) }),
    ]
}

/// Ours take lists where librdkafka takes commas.
fn settings(recorded: &Trace) -> Map<String, Value> {
    let mut settings = recorded.settings.clone();
    if let Some(Value::String(names)) = settings.get("partition.assignment.strategy") {
        let names: Vec<&str> = names.split(',').collect();
        let names = json!(names);
        settings.insert("partition.assignment.strategy".into(), names);
    }
    settings.insert("auto.offset.reset".into(), "earliest".into());
    settings
}

fn commands(deed: &Deed, recorded: &Trace) -> Vec<Value> {
    let member = &deed.member;
    let to = |verb: &str| vec![json!({ "type": verb, "consumer": member })];
    let links = |verb: &str| BROKERS.map(|broker| json!({ "type": verb, "a": member, "b": broker })).to_vec();
    match deed.verb {
        Verb::Produce => (0..recorded.partitions)
            .map(|partition| json!({ "type": "publish", "producer": "p", "partition": partition, "count": deed.count }))
            .collect(),
        Verb::Start => vec![json!({ "type": "add_consumer", "consumer": member, "group": "g" })],
        Verb::Close => to("leave"),
        Verb::Kill => to("kill"),
        Verb::Hang => to("hang"),
        Verb::Unhang => to("unhang"),
        // A process that the operating system has stopped says and hears nothing.
        Verb::Freeze => links("partition"),
        Verb::Thaw => links("repair"),
    }
}

fn give(simulation: &mut Simulation, command: Value) {
    let command: Command = serde_json::from_value(command).expect("a command");
    simulation.dispatch(command).expect("nothing out of place is done");
}

fn run_until(simulation: &mut Simulation, at_ms: u64) -> Vec<Observation> {
    simulation.step_until(Time::from_millis(at_ms), u64::MAX);
    simulation.take_observations()
}

fn callback(recorded: &Trace, observation: &Observation) -> Option<Callback> {
    let Subject::Consumer(member) = &observation.subject else { return None };
    let (kind, partitions) = match &observation.fact {
        Fact::Assigned { partitions } => (Kind::Assign, partitions),
        Fact::Revoked { partitions } => (Kind::Revoke, partitions),
        Fact::Lost { partitions, .. } => (Kind::Lost, partitions),
        _ => return None,
    };
    let is_eager = recorded.settings.get("partition.assignment.strategy").is_some_and(|it| it == "range");
    Some(Callback {
        at_ms: observation.at.as_millis(),
        member: member.to_string(),
        kind,
        incremental: !is_eager,
        partitions: partitions.iter().map(|partition| partition.partition).collect(),
    })
}

fn first_reads(seen: &[Observation]) -> Vec<FirstRead> {
    let mut awaited: Vec<(String, TopicPartition)> = Vec::new();
    let mut reads = Vec::new();
    for observation in seen {
        let Subject::Consumer(member) = &observation.subject else { continue };
        let member = member.to_string();
        match &observation.fact {
            Fact::Assigned { partitions } => awaited.extend(partitions.iter().map(|it| (member.clone(), it.clone()))),
            Fact::Revoked { .. } | Fact::Lost { .. } => awaited.retain(|(whose, _)| *whose != member),
            Fact::Processed { partition, from, .. } => {
                let is_it = |it: &(String, TopicPartition)| it.0 == member && it.1 == *partition;
                if let Some(at) = awaited.iter().position(is_it) {
                    awaited.remove(at);
                    let at_ms = observation.at.as_millis();
                    reads.push(FirstRead { at_ms, member, partition: partition.partition, offset: *from });
                }
            }
            _ => {}
        }
    }
    reads
}
