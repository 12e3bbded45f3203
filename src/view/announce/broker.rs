//! Brokers and replicas: who leads, who is in sync, what is lost.

use super::parts::come_or_gone;
use super::{counted, label, listed, transaction};
use crate::engine::World;
use crate::model::fact::{CleaningReason, ElectionReason, Fact, SettleReason};
use crate::model::kafka::message::BrokerId;
use crate::model::{Name, TopicPartition};

pub fn sentence(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let who = label(world, name);
    Some(match fact {
        Fact::Started => format!("{who} starts"),
        Fact::Killed => format!("{who} was killed; the controller will miss it after broker.session.timeout.ms"),
        Fact::DiskLost => format!("{who} has lost its disk, and died of it"),
        Fact::ShuttingDown => format!("{who} shuts down: others take over what it leads first"),
        Fact::ShutDown => format!("{who} has shut down"),
        Fact::Fenced { silent_for: Some(span) } => {
            format!("{who} sent no heartbeat for {span} (broker.session.timeout.ms) and is fenced")
        }
        Fact::Fenced { silent_for: None } => format!("{who} is fenced, as it asked for"),
        Fact::Unfenced => format!("{who} is in service"),
        other => return transaction::coordinator(other).or_else(|| come_or_gone("broker", &who, other)),
    })
}

pub fn partition(world: &World, partition: &TopicPartition, fact: &Fact) -> Option<String> {
    let names = |brokers: &[BrokerId]| listed(brokers.iter().map(|id| label(world, &id.name())));
    Some(match fact {
        Fact::LeaderElected { leader: None, .. } => {
            format!("{partition} has no leader: no in-sync replica is alive")
        }
        Fact::LeaderElected { leader: Some(leader), epoch, why, .. } => {
            let how = match why {
                ElectionReason::Unclean(_) => ", though it was not in sync (unclean election)",
                ElectionReason::Preferred => ", the preferred replica",
                _ => "",
            };
            format!("{} leads {partition} in epoch {epoch}{how}", label(world, &leader.name()))
        }
        Fact::IsrShrunk { isr, out } => {
            let left = counted(isr.len() as u64, "replica");
            format!("{} out of sync in {partition}; {left} left", verb(&names(out), out.len()))
        }
        Fact::IsrExpanded { joined, .. } => {
            format!("{} in sync in {partition} again", verb(&names(joined), joined.len()))
        }
        Fact::Truncated { broker, from, to } => {
            let cut = counted(from - to, "record");
            format!("{} cut {cut} off its log of {partition}, from {to} on", label(world, &broker.name()))
        }
        Fact::Cleaned { broker, from, to, removed, tombstones_removed, why, .. } => {
            let why = match why {
                CleaningReason::DirtyRatio(ppm) => format!("{} % of it was dirty", ppm / 10_000),
                CleaningReason::MaxCompactionLag => "something was dirty for max.compaction.lag.ms".into(),
            };
            let tombstones = match tombstones_removed {
                0 => String::new(),
                n => format!(", {} among them", counted(*n, "tombstone")),
            };
            let (who, gone) = (label(world, &broker.name()), counted(*removed, "record"));
            format!("{who} compacted {partition} from {from} to {to}: {gone} removed{tombstones}; {why}")
        }
        Fact::ShareSettled { group, from, to, archived, .. } if *archived > 0 => {
            let (group, records) = (label(world, group), counted(u64::from(*archived), "record"));
            let which = offsets_of(*from, *to);
            format!("{group} has given up {records} of {partition}, {which}: rejected, or delivered too often")
        }
        Fact::ShareSettled { group, member, from, to, why, released, .. } => {
            let (group, who) = (label(world, group), super::member(world, member));
            let (records, which) = (counted(u64::from(*released), "record"), offsets_of(*from, *to));
            let why = match why {
                SettleReason::LockOver => {
                    format!("{who} did not acknowledge them in time (group.share.record.lock.duration.ms)")
                }
                SettleReason::Left | SettleReason::Acknowledged => format!("{who} gave them back"),
            };
            format!("{group} has {records} of {partition} on offer again, {which}: {why}")
        }
        Fact::RecordsDeleted { log_start } => format!("the records of {partition} before {log_start} were deleted"),
        Fact::RecordsLost { records } => {
            format!("{} of {partition} were acknowledged and are lost", counted(*records, "record"))
        }
        _ => return None,
    })
}

fn verb(who: &str, count: usize) -> String {
    format!("{who} {}", if count == 1 { "is" } else { "are" })
}

/// `offset 4`, `offsets 4 to 6`.
fn offsets_of(from: u64, to: u64) -> String {
    if to - from > 1 { format!("offsets {from} to {}", to - 1) } else { format!("offset {from}") }
}
