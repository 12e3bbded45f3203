//! With at-least-once settings nothing acknowledged goes unprocessed, once all is quiet.

use std::collections::BTreeMap;

use headwater::engine::{Observation, Simulation, World};
use headwater::model::TopicPartition;
use headwater::model::fact::{Fact, Subject};

use super::player::{Law, Verdict};

/// What producers were told is safe.
#[derive(Clone, Default)]
pub struct Delivery {
    /// By partition and base offset: where the batch ends.
    acknowledged: BTreeMap<TopicPartition, BTreeMap<u64, u64>>,
}

impl Law for Delivery {
    fn watch(&mut self, _: &Simulation, seen: &[Observation]) -> Verdict {
        seen.iter().try_for_each(|observation| match (&observation.subject, &observation.fact) {
            (_, Fact::BatchAcknowledged { partition, base_offset: Some(base_offset), records }) => {
                self.acknowledge(partition, *base_offset, base_offset + u64::from(*records))
            }
            (Subject::Topic(topic), Fact::Removed) => {
                self.acknowledged.retain(|partition, _| partition.topic != *topic);
                Ok(())
            }
            _ => Ok(()),
        })
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        let world = simulation.world();
        for (group, spec) in &world.groups {
            let read = self.acknowledged.iter().filter(|(partition, _)| spec.topics.contains(&partition.topic));
            for (partition, batches) in read {
                let mut offsets = batches.iter().flat_map(|(from, to)| *from..*to);
                let is_missed = |offset: &u64| spec.ledger.times(partition, *offset) == 0;
                if let Some(missed) =
                    offsets.find(|offset| is_missed(offset) && !is_compacted_away(world, partition, *offset))
                {
                    return Err(format!(
                        "all is quiet, and {group} has never processed offset {missed} of {partition}"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether compaction took the record: a later one of its key is to be processed.
pub fn is_compacted_away(world: &World, partition: &TopicPartition, offset: u64) -> bool {
    let topic = world.cluster.topics.get(&partition.topic);
    let compacts = topic.is_some_and(|topic| topic.config.cleanup_policy.compacts());
    let batch = world.leader(partition).and_then(|leader| leader.log.batches_from(offset).next());
    compacts && batch.is_some_and(|batch| batch.index_of(offset).is_none())
}

impl Delivery {
    /// Two batches that are said to lie at one place are one batch lost.
    fn acknowledge(&mut self, partition: &TopicPartition, from: u64, to: u64) -> Verdict {
        let batches = self.acknowledged.entry(partition.clone()).or_default();
        if let Some((other, end)) = batches.range(..to).next_back()
            && *end > from
        {
            return Err(format!(
                "two batches were acknowledged in {partition}, from {other} to {end} and {from} to {to}"
            ));
        }
        batches.insert(from, to);
        Ok(())
    }
}
