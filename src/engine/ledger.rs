//! What each group has processed: how often, and in which order.

use crate::kernel::{SortedMap, Time};
use crate::model::actor::ProcessedRecords;
use crate::model::{Name, TopicPartition};

/// The account of one group. An observer: nothing in the model reads it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub processed: u64,
    /// Processed by this group before.
    pub duplicates: u64,
    /// Records processed for the first time after a later one of the same topic with the same key.
    pub out_of_order: u64,
    coverage: SortedMap<TopicPartition, Coverage>,
    /// By topic and key number: when the newest record processed so far was created.
    newest: SortedMap<Name, Vec<Time>>,
}

impl Ledger {
    pub fn add(&mut self, records: &ProcessedRecords) {
        let ProcessedRecords { partition, from, to, .. } = records;
        if !self.coverage.contains_key(partition) {
            self.coverage.insert(partition.clone(), Coverage::default());
        }
        let Some(coverage) = self.coverage.get_mut(partition) else { return };
        let fresh = coverage.add(*from, *to);
        let first_time: u64 = fresh.iter().map(|(from, to)| records.batch.count(*from, *to)).sum();
        self.processed += records.count();
        self.duplicates += records.count() - first_time;
        fresh.into_iter().for_each(|(from, to)| self.check_order(records, from, to));
    }

    fn check_order(&mut self, records: &ProcessedRecords, from: u64, to: u64) {
        let batch = &records.batch;
        let topic = &records.partition.topic;
        if !self.newest.contains_key(topic) {
            self.newest.insert(topic.clone(), Vec::new());
        }
        let Some(newest) = self.newest.get_mut(topic) else { return };
        for index in batch.indexes(from, to) {
            let key = batch.records.key(index);
            if !key.is_some() {
                continue;
            }
            if newest.len() <= key.index() {
                newest.resize(key.index() + 1, Time::ZERO);
            }
            let (created, newest) = (batch.records.created_at(index), &mut newest[key.index()]);
            if created < *newest {
                self.out_of_order += 1;
            }
            *newest = created.max(*newest);
        }
    }

    /// How often the group has processed the record at this offset.
    pub fn times(&self, partition: &TopicPartition, offset: u64) -> u32 {
        self.coverage.get(partition).map_or(0, |coverage| coverage.times(offset))
    }

    /// The topic was deleted: another of its name begins at offset 0 again. What was counted stays counted.
    pub fn forget(&mut self, topic: &Name) {
        self.coverage.retain(|partition, _| partition.topic != *topic);
        self.newest.remove(topic);
    }

    /// Bytes of memory that the account takes.
    pub fn memory_bytes(&self) -> u64 {
        let steps: usize = self.coverage.values().map(|coverage| coverage.steps.capacity()).sum();
        let partitions = self.coverage.len() * size_of::<(TopicPartition, Coverage)>();
        let keys: usize = self.newest.values().map(Vec::capacity).sum();
        (steps * size_of::<(u64, u32)>() + partitions + keys * size_of::<Time>()) as u64
    }

    pub fn coverage(&self) -> &SortedMap<TopicPartition, Coverage> {
        &self.coverage
    }
}

/// How often each offset of a partition was processed: steps, from one offset to the next, ascending. In the usual case,
/// everything once, there is a single step however long the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// `(from, times)`: offsets from `from` on, up to the next step. The last step has 0 times.
    steps: Vec<(u64, u32)>,
}

impl Coverage {
    /// Counts `from..to` once more; returns the ranges that are processed for the first time.
    fn add(&mut self, from: u64, to: u64) -> Vec<(u64, u64)> {
        if self.append(from, to) {
            return vec![(from, to)];
        }
        self.cut(from);
        self.cut(to);
        let mut fresh = Vec::new();
        for n in 0..self.steps.len() {
            let (at, times) = self.steps[n];
            if at < from || at >= to {
                continue;
            }
            if times == 0 {
                fresh.push((at, self.steps.get(n + 1).map_or(to, |next| next.0)));
            }
            self.steps[n].1 += 1;
        }
        self.steps.dedup_by_key(|step| step.1);
        fresh
    }

    /// The usual case: the records after those processed last. True if it was that.
    fn append(&mut self, from: u64, to: u64) -> bool {
        if self.steps.is_empty() {
            self.steps = vec![(from, 1), (to, 0)];
            return true;
        }
        let [.., (_, times), (end, _)] = self.steps.as_mut_slice() else { return false };
        let follows = *times == 1 && *end == from;
        if follows {
            *end = to;
        }
        follows
    }

    /// Makes a step begin at this offset.
    fn cut(&mut self, offset: u64) {
        let next = self.steps.partition_point(|step| step.0 <= offset);
        let times = if next == 0 { 0 } else { self.steps[next - 1].1 };
        if next == 0 || self.steps[next - 1].0 != offset {
            self.steps.insert(next, (offset, times));
        }
    }

    /// The beginning of the last stretch that was processed more than once.
    pub fn last_repeated(&self) -> Option<u64> {
        self.steps.iter().rev().find(|(_, times)| *times > 1).map(|(from, _)| *from)
    }

    pub fn times(&self, offset: u64) -> u32 {
        let next = self.steps.partition_point(|step| step.0 <= offset);
        if next == 0 { 0 } else { self.steps[next - 1].1 }
    }

    pub fn steps(&self) -> &[(u64, u32)] {
        &self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(coverage: &Coverage, until: u64) -> Vec<u32> {
        (0..until).map(|offset| coverage.times(offset)).collect()
    }

    #[test]
    fn records_processed_once_are_one_step() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.add(0, 3), [(0, 3)]);
        assert_eq!(coverage.add(3, 5), [(3, 5)]);
        assert_eq!(coverage.steps(), [(0, 1), (5, 0)]);
    }

    #[test]
    fn a_replay_counts_twice_where_it_overlaps_and_is_fresh_where_it_goes_beyond() {
        let mut coverage = Coverage::default();
        coverage.add(0, 5);
        assert_eq!(coverage.add(3, 8), [(5, 8)]);
        assert_eq!(times(&coverage, 9), [1, 1, 1, 2, 2, 1, 1, 1, 0]);
    }

    #[test]
    fn gaps_are_filled_as_fresh() {
        let mut coverage = Coverage::default();
        coverage.add(4, 6);
        assert_eq!(coverage.add(0, 8), [(0, 4), (6, 8)]);
        assert_eq!(times(&coverage, 9), [1, 1, 1, 1, 2, 2, 1, 1, 0]);
    }

    proptest::proptest! {
        #[test]
        fn coverage_counts_as_an_array_would(ranges in proptest::collection::vec((0u64..30, 0u64..10), 0..40)) {
            let (mut coverage, mut array) = (Coverage::default(), [0u32; 41]);
            for (from, length) in ranges {
                let to = from + length + 1;
                let fresh: u64 = coverage.add(from, to).iter().map(|(from, to)| to - from).sum();
                let expected = (from..to).filter(|&offset| array[offset as usize] == 0).count() as u64;
                proptest::prop_assert_eq!(fresh, expected);
                (from..to).for_each(|offset| array[offset as usize] += 1);
            }
            proptest::prop_assert_eq!(times(&coverage, 41), array.to_vec());
        }
    }
}
