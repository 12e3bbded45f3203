//! Moments that stand out.

use crate::engine::{Observation, ObservationId, World};
use crate::kernel::Time;
use crate::model::fact::{Fact, SettleReason, Subject};
use crate::model::{Name, TopicPartition};

/// Something worth a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Time,
    pub kind: MarkKind,
    /// "inventory-2 killed".
    pub label: String,
    /// The part that it is about.
    pub node: Option<Name>,
    /// What was observed, for asking why.
    pub observation: ObservationId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Somebody did something.
    Command,
    /// Something was broken.
    Fault,
    /// A group formed a new generation.
    Rebalance,
    /// Somebody was given up.
    Timeout,
    /// A partition got another leader.
    Election,
    /// A log lost its oldest segments, or was compacted.
    Retention,
    /// Records were given up.
    Loss,
}

impl MarkKind {
    pub const ALL: [MarkKind; 7] = [
        MarkKind::Command,
        MarkKind::Fault,
        MarkKind::Rebalance,
        MarkKind::Timeout,
        MarkKind::Election,
        MarkKind::Retention,
        MarkKind::Loss,
    ];

    /// As a button names it: "next rebalance".
    pub fn name(self) -> &'static str {
        match self {
            MarkKind::Command => "command",
            MarkKind::Fault => "fault",
            MarkKind::Rebalance => "rebalance",
            MarkKind::Timeout => "timeout",
            MarkKind::Election => "election",
            MarkKind::Retention => "retention",
            MarkKind::Loss => "loss",
        }
    }
}

/// Which way along the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Next,
    Previous,
}

/// The mark that an observation leaves, if any: kind, words and part. A fact that deserves one has a line here.
pub fn mark(observation: &Observation, world: &World) -> Option<Mark> {
    let (kind, text, node) = match &observation.subject {
        Subject::Consumer(name) => {
            let (kind, text) = of_consumer(&observation.fact)?;
            (kind, text.into(), Some(name))
        }
        Subject::Group(name) => {
            let (kind, text) = of_group(&observation.fact)?;
            (kind, text, Some(name))
        }
        Subject::Producer(name) => {
            let (kind, text) = of_producer(&observation.fact)?;
            (kind, text.into(), Some(name))
        }
        Subject::Topic(name) => {
            let (kind, text) = of_topic(&observation.fact)?;
            (kind, text, Some(name))
        }
        Subject::Network => {
            let (kind, text) = of_network(&observation.fact, world)?;
            (kind, text, None)
        }
        Subject::Broker(name) => {
            if let Fact::TransactionTimedOut { transactional_id } = &observation.fact {
                let label = format!("transaction of {transactional_id} timed out");
                let (at, kind, node) = (observation.at, MarkKind::Timeout, Some(name.clone()));
                return Some(Mark { at, kind, label, node, observation: observation.id });
            }
            let (kind, text) = of_broker(&observation.fact)?;
            (kind, text.into(), Some(name))
        }
        Subject::Partition(partition) => {
            let (kind, text) = of_partition(partition, &observation.fact)?;
            return Some(Mark {
                at: observation.at,
                kind,
                label: text,
                node: Some(partition.topic.clone()),
                observation: observation.id,
            });
        }
        Subject::Stage => return None,
    };
    let label = node.map_or(text.clone(), |node| format!("{} {text}", world.stage.label_of(node)));
    Some(Mark { at: observation.at, kind, label, node: node.cloned(), observation: observation.id })
}

fn of_consumer(fact: &Fact) -> Option<(MarkKind, &'static str)> {
    Some(match fact {
        Fact::Killed => (MarkKind::Fault, "killed"),
        Fact::Hung => (MarkKind::Fault, "hangs"),
        Fact::SlowedDown { .. } => (MarkKind::Fault, "slower"),
        Fact::ClockSet { .. } => of_clock(fact)?,
        Fact::MaxPollExceeded { .. } => (MarkKind::Timeout, "max.poll exceeded"),
        Fact::Closing => (MarkKind::Command, "leaves"),
        Fact::Unhung => (MarkKind::Command, "goes on"),
        Fact::Sought { .. } => (MarkKind::Command, "seeks"),
        Fact::Started => (MarkKind::Command, "starts"),
        other => return of_transaction(other),
    })
}

/// Of a producer, or of a consumer that writes. That a transaction is committed is nothing special.
fn of_transaction(fact: &Fact) -> Option<(MarkKind, &'static str)> {
    Some(match fact {
        Fact::TransactionFailed { .. } => (MarkKind::Fault, "has to abort"),
        Fact::ProducerFenced { .. } => (MarkKind::Timeout, "fenced off"),
        _ => return None,
    })
}

fn of_clock(fact: &Fact) -> Option<(MarkKind, &'static str)> {
    match fact {
        Fact::ClockSet { drift_ppm: 0, ahead_ms: 0 } => Some((MarkKind::Command, "clock is right")),
        Fact::ClockSet { .. } => Some((MarkKind::Fault, "clock is wrong")),
        _ => None,
    }
}

fn of_broker(fact: &Fact) -> Option<(MarkKind, &'static str)> {
    Some(match fact {
        Fact::Killed => (MarkKind::Fault, "killed"),
        Fact::DiskLost => (MarkKind::Fault, "lost its disk"),
        Fact::Fenced { silent_for: Some(_) } => (MarkKind::Timeout, "fenced"),
        Fact::ShuttingDown => (MarkKind::Command, "shuts down"),
        Fact::Started => (MarkKind::Command, "starts"),
        _ => return None,
    })
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn of_partition(partition: &TopicPartition, fact: &Fact) -> Option<(MarkKind, String)> {
    Some(match fact {
        Fact::LeaderElected { leader: Some(leader), .. } => {
            (MarkKind::Election, format!("{} leads {partition}", leader.name()))
        }
        Fact::LeaderElected { leader: None, .. } => (MarkKind::Election, format!("{partition} has no leader")),
        Fact::SegmentsDeleted { log_start, .. } => (MarkKind::Retention, format!("{partition} begins at {log_start}")),
        Fact::Cleaned { removed, .. } if *removed > 0 => {
            (MarkKind::Retention, format!("{partition} compacted: {removed} record{} fewer", plural(*removed)))
        }
        Fact::ShareSettled { archived, .. } if *archived > 0 => {
            (MarkKind::Loss, format!("{partition} gave up {archived} record{}", plural(u64::from(*archived))))
        }
        Fact::ShareSettled { why: SettleReason::LockOver, released, .. } => {
            let plural = plural(u64::from(*released));
            (MarkKind::Timeout, format!("{partition}: lock over, {released} record{plural} on offer again"))
        }
        Fact::RecordsDeleted { log_start } => (MarkKind::Command, format!("{partition} deleted before {log_start}")),
        Fact::RecordsLost { records } => {
            (MarkKind::Loss, format!("{partition} lost {records} record{}", plural(*records)))
        }
        _ => return None,
    })
}

fn of_group(fact: &Fact) -> Option<(MarkKind, String)> {
    Some(match fact {
        Fact::GenerationFormed { generation, .. } => (MarkKind::Rebalance, format!("generation {generation}")),
        Fact::TargetAssigned { epoch, .. } => (MarkKind::Rebalance, format!("epoch {epoch}")),
        Fact::MemberTimedOut { .. } => (MarkKind::Timeout, "session timeout".into()),
        Fact::OffsetsReset { .. } => (MarkKind::Command, "offsets reset".into()),
        Fact::OffsetsDeleted { .. } => (MarkKind::Command, "offsets deleted".into()),
        Fact::Reconfigured => (MarkKind::Command, "configured".into()),
        Fact::Subscribed { topic } => (MarkKind::Command, format!("subscribes to {topic}")),
        Fact::Unsubscribed { topic } => (MarkKind::Command, format!("leaves {topic}")),
        _ => return None,
    })
}

fn of_producer(fact: &Fact) -> Option<(MarkKind, &'static str)> {
    Some(match fact {
        Fact::PublishedByHand { .. } => (MarkKind::Command, "published"),
        Fact::ReplayStarted { .. } => (MarkKind::Command, "replays a file"),
        Fact::Reconfigured => (MarkKind::Command, "configured"),
        Fact::ProducingStarted => (MarkKind::Command, "produces"),
        Fact::ProducingStopped => (MarkKind::Command, "paused"),
        Fact::ClockSet { .. } => of_clock(fact)?,
        Fact::BatchFailed { .. } | Fact::BufferExhausted { .. } => (MarkKind::Loss, "gave up records"),
        Fact::Killed => (MarkKind::Fault, "killed"),
        Fact::Started => (MarkKind::Command, "starts"),
        other => return of_transaction(other),
    })
}

fn of_topic(fact: &Fact) -> Option<(MarkKind, String)> {
    Some(match fact {
        Fact::PartitionsAdded { total } => (MarkKind::Command, format!("{total} partitions")),
        Fact::Removed => (MarkKind::Command, "removed".into()),
        _ => return None,
    })
}

fn of_network(fact: &Fact, world: &World) -> Option<(MarkKind, String)> {
    let between = |a, b| format!("{} and {}", world.stage.label_of(a), world.stage.label_of(b));
    Some(match fact {
        Fact::LinkCut { a, b } => (MarkKind::Fault, format!("{} cut off", between(a, b))),
        Fact::LinkHeld { a, b } => (MarkKind::Fault, format!("{} held", between(a, b))),
        Fact::LinkRepaired { a, b } => (MarkKind::Command, format!("{} repaired", between(a, b))),
        Fact::LinkReleased { a, b } => (MarkKind::Command, format!("{} released", between(a, b))),
        Fact::NetworkChanged => (MarkKind::Command, "network changed".into()),
        _ => return None,
    })
}
