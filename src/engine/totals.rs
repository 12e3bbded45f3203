//! Sums over the whole run, of parts that have left the stage too.

use super::{Ledger, World};
use crate::kernel::SortedMap;
use crate::model::TopicPartition;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::producer::Counts;

/// Records, counted where they pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Made by applications, sent or not.
    pub produced: u64,
    pub acknowledged: u64,
    /// By consumers, over all groups.
    pub processed: u64,
    pub duplicates: u64,
    pub out_of_order: u64,
}

impl Totals {
    pub fn add_producer(&mut self, counts: &Counts) {
        self.produced += counts.created;
        self.acknowledged += counts.acknowledged;
    }

    pub fn add_group(&mut self, ledger: &Ledger) {
        self.processed += ledger.processed;
        self.duplicates += ledger.duplicates;
        self.out_of_order += ledger.out_of_order;
    }
}

/// How far producers were told that their records are safe. An observer: nothing in the model reads it.
#[derive(Clone, Debug, Default)]
pub struct Acknowledged {
    ends: SortedMap<TopicPartition, u64>,
}

impl Acknowledged {
    pub fn observe(&mut self, subject: &Subject, fact: &Fact) {
        match (subject, fact) {
            (_, Fact::BatchAcknowledged { partition, base_offset: Some(base_offset), records }) => {
                let end = base_offset + u64::from(*records);
                match self.ends.get_mut(partition) {
                    Some(known) => *known = end.max(*known),
                    None => drop(self.ends.insert(partition.clone(), end)),
                }
            }
            // Whoever deletes a topic does not lose its records.
            (Subject::Topic(topic), Fact::Removed) => self.ends.retain(|partition, _| partition.topic != *topic),
            _ => {}
        }
    }
}

impl World {
    pub fn totals(&self) -> Totals {
        let mut totals = self.departed;
        self.producers.values().for_each(|producer| totals.add_producer(&producer.counts));
        self.groups.values().for_each(|spec| totals.add_group(&spec.ledger));
        totals
    }

    /// Records that were acknowledged with an offset which their partition's leader does not have any more.
    pub fn lost(&self) -> u64 {
        let beyond = |(partition, end): (&TopicPartition, &u64)| {
            end.saturating_sub(self.leader(partition).map_or(0, |leader| leader.log.end()))
        };
        self.acknowledged.ends.iter().map(beyond).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kafka::config::ClusterConfig;

    fn acknowledged(base_offset: u64, records: u32) -> Fact {
        let partition = TopicPartition::new(&"orders".into(), 0);
        Fact::BatchAcknowledged { partition, base_offset: Some(base_offset), records }
    }

    #[test]
    fn acknowledged_records_beyond_the_log_end_are_lost() {
        let mut world = World::new(1, ClusterConfig::default());
        let producer = Subject::Producer("checkout".into());
        world.acknowledged.observe(&producer, &acknowledged(3, 4));
        world.acknowledged.observe(&producer, &acknowledged(0, 3));
        assert_eq!(world.lost(), 7, "there is no log at all");
    }

    #[test]
    fn records_of_a_deleted_topic_are_not_lost() {
        let mut world = World::new(1, ClusterConfig::default());
        world.acknowledged.observe(&Subject::Producer("checkout".into()), &acknowledged(0, 3));
        world.acknowledged.observe(&Subject::Topic("orders".into()), &Fact::Removed);
        assert_eq!(world.lost(), 0);
    }
}
