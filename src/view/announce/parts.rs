//! Producers and topics, and what all parts have in common.

use super::{counted, label, transaction};
use crate::engine::World;
use crate::model::Name;
use crate::model::fact::Fact;
use crate::view::clock::clock_words;

pub fn producer(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let who = label(world, name);
    Some(match fact {
        Fact::Reconfigured => format!("{who} restarts with another configuration"),
        Fact::Connected { topic: Some(topic) } => format!("{who} publishes to {}", label(world, topic)),
        Fact::Connected { topic: None } => format!("{who} is connected to no topic any more"),
        Fact::ProducingStarted => format!("{who} produces again"),
        Fact::ProducingStopped => format!("{who} has stopped producing"),
        Fact::PublishedByHand { records } => {
            format!("{who} publishes {} by hand", counted(u64::from(*records), "record"))
        }
        Fact::ReplayStarted { rows } => format!("{who} begins to publish a file of {}", counted(*rows, "record")),
        Fact::ReplayEnded { rows } => format!("{who} has published the file, {}", counted(*rows, "record")),
        Fact::BatchFailed { partition, records, error } => {
            let records = counted(u64::from(*records), "record");
            format!("{who} gave up on {records} for {partition} ({})", error.name())
        }
        Fact::BufferExhausted { after } => {
            format!("{who} gave up on a record: no buffer memory was free for {after} (BufferExhaustedException)")
        }
        Fact::Killed => {
            let left_open = world.producers.get(name).and_then(|it| it.config.transactional_id.as_ref());
            let left_open = left_open.map(|_| "; what it left open is aborted after transaction.timeout.ms");
            format!("{who} was killed{}", left_open.unwrap_or_default())
        }
        Fact::Started => format!("{who} starts"),
        other => return transaction::client(world, name, other).or_else(|| come_or_gone("producer", &who, other)),
    })
}

pub fn topic(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let what = label(world, name);
    match fact {
        Fact::PartitionsAdded { total } => Some(format!("{what} has {total} partitions now")),
        Fact::Reconfigured => Some(format!("{what} has another configuration")),
        other => come_or_gone("topic", &what, other),
    }
}

/// A part is on the stage, or has gone from it; or its clock was set.
pub fn come_or_gone(kind: &str, label: &str, fact: &Fact) -> Option<String> {
    match fact {
        Fact::Added => Some(format!("{label} was added, a {kind}")),
        Fact::ClockSet { drift_ppm, ahead_ms } => {
            Some(format!("the clock of {label} {}", clock_words(*drift_ppm, *ahead_ms)))
        }
        Fact::Removed => Some(format!("{label} was removed")),
        _ => None,
    }
}

pub fn renamed(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Renamed { node, label } => Some(format!("{node} is called {label} now")),
        _ => None,
    }
}
