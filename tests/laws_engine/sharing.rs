//! A share group has a record in one pair of hands at a time, offers it no more often than it may, and gets it done with.

use std::collections::BTreeMap;

use headwater::engine::{Observation, Simulation};
use headwater::model::fact::{Fact, Subject};
use headwater::model::kafka::config::GroupProtocol;
use headwater::model::{Name, TopicPartition};

use super::player::{Law, Verdict};

/// What was observed of every record that a share group has had in somebody's hands.
#[derive(Clone, Default)]
pub struct Sharing {
    hands: BTreeMap<(Name, TopicPartition), BTreeMap<u64, Record>>,
}

#[derive(Clone, Default)]
struct Record {
    /// Member ids: who has it, and who had it before.
    holder: Option<Name>,
    deliveries: u32,
    is_done: bool,
}

impl Law for Sharing {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        let limit = simulation.world().cluster.config.group_share_delivery_count_limit;
        seen.iter().try_for_each(|observation| self.observe(observation, limit))
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        let world = simulation.world();
        let groups = world.groups.iter().filter(|(_, spec)| spec.config.protocol == GroupProtocol::Share);
        for (group, topic) in groups.flat_map(|(group, spec)| spec.topics.iter().map(move |topic| (group, topic))) {
            let partitions = world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len() as u32);
            for partition in (0..partitions).map(|n| TopicPartition::new(topic, n)) {
                let end = world.leader(&partition).map(|leader| leader.high_watermark);
                let done = world.shared(group, &partition).map(|share| share.start());
                if done != end {
                    return Err(format!(
                        "all is quiet, and {group} is done with {partition} up to {done:?} of {end:?}"
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Sharing {
    fn observe(&mut self, observation: &Observation, limit: u32) -> Verdict {
        match (&observation.subject, &observation.fact) {
            (Subject::Partition(partition), Fact::RecordsAcquired { group, member, from, to, delivery_count, .. }) => {
                let records = self.hands.entry((group.clone(), partition.clone())).or_default();
                for offset in *from..*to {
                    let record = records.entry(offset).or_default();
                    record.deliveries += 1;
                    let wrong = match record {
                        Record { holder: Some(other), .. } => format!("while {other} has it"),
                        Record { is_done: true, .. } => "which is done already".into(),
                        Record { deliveries, .. } if *deliveries != *delivery_count || *deliveries > limit => {
                            format!("for the {deliveries}. time, said to be the {delivery_count}. of {limit}")
                        }
                        record => {
                            record.holder = Some(member.clone());
                            continue;
                        }
                    };
                    return Err(format!("{member} of {group} is given offset {offset} of {partition} {wrong}"));
                }
                Ok(())
            }
            (Subject::Partition(partition), Fact::ShareSettled { group, member, from, to, released, .. }) => {
                let records = self.hands.entry((group.clone(), partition.clone())).or_default();
                for (offset, record) in records.range_mut(*from..*to) {
                    if record.holder.take().as_ref() != Some(member) {
                        return Err(format!("{member} of {group} settles offset {offset} of {partition}, not its own"));
                    }
                    // Of one run, what was delivered too often is archived, and the rest is on offer again.
                    record.is_done = *released == 0 || record.deliveries >= limit;
                }
                Ok(())
            }
            (Subject::Topic(topic), Fact::Removed) => {
                self.hands.retain(|(_, partition), _| partition.topic != *topic);
                Ok(())
            }
            (Subject::Group(group), Fact::Removed) => {
                self.hands.retain(|(of, _), _| of != group);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
