//! The account of what was acknowledged, and of what is gone of it.
//!
//! An observer: nothing in the model reads it. A record is known by its partition, its offset and the leader epoch that it
//! was written in, for an offset alone says little: after a loss it is given out again. A record is lost if the log of its
//! partition's leader has something else at its offset, or nothing.

use super::World;
use crate::kernel::SortedMap;
use crate::model::actor::AcknowledgedRecords;
use crate::model::kafka::broker::Partition;
use crate::model::kafka::message::BrokerId;
use crate::model::{Name, TopicPartition};

/// Offsets `from..to`.
pub type Range = (u64, u64);

/// How far producers were told that their records are safe.
#[derive(Clone, Debug, Default)]
pub struct Acknowledged {
    partitions: SortedMap<TopicPartition, Account>,
}

#[derive(Clone, Debug, Default)]
struct Account {
    /// By leader epoch: ascending, apart from one another.
    ranges: SortedMap<u32, Vec<Range>>,
    /// Acknowledged by the producer itself (`acks=0`) and never written anywhere.
    never_written: u64,
    /// How many losses were reported so far.
    reported: u64,
}

impl Acknowledged {
    pub fn add(&mut self, records: &AcknowledgedRecords) {
        if !self.partitions.contains_key(&records.partition) {
            self.partitions.insert(records.partition.clone(), Account::default());
        }
        let Some(account) = self.partitions.get_mut(&records.partition) else { return };
        insert(account.ranges.entry(records.leader_epoch).or_default(), (records.from, records.to));
    }

    pub fn add_never_written(&mut self, partition: &TopicPartition, records: u64) {
        self.partitions.entry(partition.clone()).or_default().never_written += records;
    }

    /// Whoever deletes a topic does not lose its records.
    pub fn forget(&mut self, topic: &Name) {
        self.partitions.retain(|partition, _| partition.topic != *topic);
    }
}

/// Adds a range to an ascending list. Acknowledgements come nearly in order, so that it is the last that grows.
fn insert(ranges: &mut Vec<Range>, (from, to): Range) {
    let at = ranges.partition_point(|range| range.1 < from);
    match ranges.get_mut(at) {
        Some(range) if range.0 <= to => {
            *range = (range.0.min(from), range.1.max(to));
            let grown = ranges[at];
            let touched = ranges[at + 1..].iter().take_while(|range| range.0 <= grown.1).count();
            if touched > 0 {
                ranges[at].1 = ranges[at + touched].1.max(grown.1);
                ranges.drain(at + 1..=at + touched);
            }
        }
        _ => ranges.insert(at, (from, to)),
    }
}

impl World {
    /// Records that were acknowledged and are gone.
    pub fn lost(&self) -> u64 {
        self.acknowledged.partitions.keys().map(|partition| self.lost_in(partition)).sum()
    }

    fn lost_in(&self, partition: &TopicPartition) -> u64 {
        let never_written = self.acknowledged.partitions.get(partition).map_or(0, |account| account.never_written);
        never_written + count(&self.lost_ranges(partition))
    }

    /// Where acknowledged records of a partition were that are gone, ascending. While nobody leads, or the
    /// leader's disk is gone, what any replica still has is only out of reach.
    pub fn lost_ranges(&self, partition: &TopicPartition) -> Vec<Range> {
        let Some(account) = self.acknowledged.partitions.get(partition) else { return Vec::new() };
        let Some(replicas) = self.cluster.replicas(partition) else { return Vec::new() };
        let lost_on = |broker| account.lost(self.brokers.get(broker).and_then(|broker| broker.replica(partition)));
        let is_on_disk = |leader: &BrokerId| self.brokers.get(leader)?.partitions.get(partition);
        match replicas.leader.filter(|leader| is_on_disk(leader).is_some()) {
            Some(leader) => lost_on(&leader),
            None => replicas.brokers.iter().map(lost_on).min_by_key(|ranges| count(ranges)).unwrap_or_default(),
        }
    }

    /// Losses of a partition that were not reported before.
    pub(super) fn new_losses(&mut self, partition: &TopicPartition) -> u64 {
        let lost = self.lost_in(partition);
        let Some(account) = self.acknowledged.partitions.get_mut(partition) else { return 0 };
        let new = lost.saturating_sub(account.reported);
        account.reported += new;
        new
    }
}

impl Account {
    /// What a replica does not have.
    fn lost(&self, replica: Option<&Partition>) -> Vec<Range> {
        let mut lost = Vec::new();
        for (epoch, ranges) in &self.ranges {
            let (from, to) = replica.map_or((0, 0), |replica| extent(replica, *epoch));
            // What is below the log start was deleted on purpose.
            let start = replica.map_or(0, |replica| replica.log.start());
            for &range in ranges {
                let before = (range.0.max(start), range.1.min(from));
                let after = (range.0.max(to).max(start), range.1);
                lost.extend([before, after].into_iter().filter(|(from, to)| from < to));
            }
        }
        let mut merged = Vec::new();
        lost.into_iter().for_each(|range| insert(&mut merged, range));
        merged
    }
}

/// Where the records of an epoch are in a replica's log; nowhere if it has none.
fn extent(replica: &Partition, epoch: u32) -> Range {
    let starts = replica.epochs.starts();
    let Some(at) = starts.iter().position(|(known, _)| *known == epoch) else { return (0, 0) };
    (starts[at].1, starts.get(at + 1).map_or(replica.log.end(), |next| next.1))
}

fn count(ranges: &[Range]) -> u64 {
    ranges.iter().map(|(from, to)| to - from).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kernel::Time;
    use crate::model::log::{Record, Records};
    use crate::model::workload::KeyId;

    fn account(ranges: &[(u32, u64, u64)]) -> Account {
        let mut acknowledged = Acknowledged::default();
        let partition = TopicPartition::new(&"orders".into(), 0);
        for &(leader_epoch, from, to) in ranges {
            acknowledged.add(&AcknowledgedRecords { partition: partition.clone(), leader_epoch, from, to });
        }
        acknowledged.partitions.remove(&partition).unwrap()
    }

    /// A replica with so many records of each epoch.
    fn replica(epochs: &[(u32, u32)]) -> Partition {
        let mut replica = Partition::new(Default::default(), 1 << 30, crate::kernel::Span::from_secs(1));
        for &(epoch, records) in epochs {
            let mut columns = Records::default();
            for _ in 0..records {
                let (key, created_at) = (KeyId::NONE, Time::ZERO);
                columns.push(Record { key, key_bytes: 0, value_bytes: 1, created_at, extra: None });
            }
            replica.append(epoch, None, Arc::new(columns));
        }
        replica
    }

    #[test]
    fn acknowledgements_out_of_order_are_one_range_in_the_end() {
        assert_eq!(account(&[(0, 4, 6), (0, 0, 2), (0, 2, 4), (0, 9, 10)]).ranges[&0], [(0, 6), (9, 10)]);
        assert_eq!(account(&[(0, 0, 2), (0, 4, 6), (0, 8, 9), (0, 1, 8)]).ranges[&0], [(0, 9)]);
    }

    #[test]
    fn records_beyond_the_log_end_are_lost() {
        assert_eq!(account(&[(0, 0, 10)]).lost(Some(&replica(&[(0, 7)]))), [(7, 10)]);
        assert_eq!(account(&[(0, 0, 10)]).lost(None), [(0, 10)], "there is no log at all");
    }

    #[test]
    fn a_record_is_lost_where_another_of_a_later_epoch_has_its_offset() {
        let account = account(&[(0, 0, 10), (1, 7, 12)]);
        assert_eq!(account.lost(Some(&replica(&[(0, 7), (1, 5)]))), [(7, 10)]);
        assert_eq!(account.lost(Some(&replica(&[(0, 12)]))), [(7, 12)], "what the second leader had");
    }
}
