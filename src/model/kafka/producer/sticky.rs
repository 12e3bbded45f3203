//! Where records without a key go (`BuiltInPartitioner`): to one partition until it has had a batch's worth, then to another,
//! rather to one that has few batches waiting, and not to one whose broker takes nothing.

use crate::kernel::Chance;

#[derive(Clone, Debug, Default)]
pub struct Sticky {
    current: Option<u32>,
    /// Bytes appended to the current partition since it became that.
    produced: u64,
}

impl Sticky {
    /// The current partition; the first is drawn at random, from those that have a leader.
    pub fn partition(&mut self, choice: &Choice, chance: &mut Chance) -> u32 {
        let current = self.current.filter(|&current| current < choice.partitions);
        *self.current.insert(current.unwrap_or_else(|| choice.draw(chance)))
    }

    /// Moves on after `batch.size` bytes, if that does not leave a half-full batch behind, and after twice as many in
    /// any case.
    pub fn appended(
        &mut self,
        bytes: u64,
        batch_size: u64,
        has_incomplete_batch: bool,
        choice: &Choice,
        chance: &mut Chance,
    ) {
        self.produced += bytes;
        let is_enough = self.produced >= batch_size && !has_incomplete_batch;
        if is_enough || self.produced >= 2 * batch_size {
            self.current = Some(choice.draw(chance));
            self.produced = 0;
        }
    }
}

/// What there is to choose from.
pub struct Choice<'a> {
    pub partitions: u32,
    /// Those with a leader.
    pub available: &'a [u32],
    /// Those of them whose brokers take something, and how many batches wait for each; none before every partition has had
    /// one, or where that is not to count (`partitioner.adaptive.partitioning.enable`).
    pub loads: &'a dyn Fn() -> Option<Vec<(u32, u32)>>,
}

impl Choice<'_> {
    /// One of the partitions with a leader that takes something; if none does, of those with a leader, or of all.
    fn draw(&self, chance: &mut Chance) -> u32 {
        let count = self.available.len() as u64;
        if count == 0 {
            return chance.below(u64::from(self.partitions)) as u32;
        }
        match (self.loads)() {
            Some(loads) if !loads.is_empty() => {
                let table = weights(&loads);
                let drawn = chance.below(table.last().copied().unwrap_or(1));
                loads[table.partition_point(|&up_to| up_to <= drawn)].0
            }
            _ => self.available[chance.below(count) as usize],
        }
    }
}

/// The weights of partitions with such queues, summed up (`updatePartitionLoadStats`): the longest queue counts 1, and each
/// batch less counts 1 more.
fn weights(loads: &[(u32, u32)]) -> Vec<u64> {
    let longest = loads.iter().map(|&(_, load)| load).max().unwrap_or_default();
    let mut sum = 0;
    let summed = loads.iter().map(|&(_, load)| {
        sum += u64::from(longest + 1 - load);
        sum
    });
    summed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Partitions chosen for records of 100 bytes with a batch size of 1,000, while batches are always left incomplete.
    fn runs(records: u32, has_incomplete_batch: bool) -> Vec<(u32, u32)> {
        let (mut sticky, mut chance) = (Sticky::default(), Chance::of(3, "sticky"));
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for _ in 0..records {
            let choice = Choice { partitions: 1_000, available: &[], loads: &|| None };
            let partition = sticky.partition(&choice, &mut chance);
            match runs.last_mut() {
                Some((last, length)) if *last == partition => *length += 1,
                _ => runs.push((partition, 1)),
            }
            sticky.appended(100, 1_000, has_incomplete_batch, &choice, &mut chance);
        }
        runs
    }

    #[test]
    fn records_without_a_key_stay_with_a_partition_for_a_batch() {
        assert!(runs(50, false).iter().all(|&(_, length)| length == 10));
    }

    #[test]
    fn a_partition_without_a_leader_is_not_chosen() {
        let (mut sticky, mut chance) = (Sticky::default(), Chance::of(3, "sticky"));
        let choice = Choice { partitions: 9, available: &[4, 7], loads: &|| None };
        for _ in 0..50 {
            assert!([4, 7].contains(&sticky.partition(&choice, &mut chance)));
            sticky.appended(2_000, 1_000, false, &choice, &mut chance);
        }
    }

    #[test]
    fn a_partition_with_a_long_queue_is_chosen_less_often() {
        let loads = || Some(vec![(0, 0), (1, 3), (2, 3), (3, 1)]);
        assert_eq!(weights(&loads().unwrap_or_default()), [4, 5, 6, 9]);
        assert_eq!(weights(&[(0, 2), (1, 2)]), [1, 2], "all alike where all queues are equal");
        let choice = Choice { partitions: 4, available: &[0, 1, 2, 3], loads: &loads };
        let mut chance = Chance::of(3, "sticky");
        let mut times = [0; 4];
        (0..9_000).for_each(|_| times[choice.draw(&mut chance) as usize] += 1);
        for (times, weight) in times.into_iter().zip([4_000, 1_000, 1_000, 3_000_i32]) {
            assert!((times - weight).abs() < 200, "{times} instead of about {weight}");
        }
    }

    #[test]
    fn a_partition_whose_broker_takes_nothing_is_not_chosen_unless_all_are_like_that() {
        let drawn = |loads: Vec<(u32, u32)>| {
            let choice = Choice { partitions: 3, available: &[0, 1, 2], loads: &|| Some(loads.clone()) };
            let mut chance = Chance::of(3, "sticky");
            (0..100).map(|_| choice.draw(&mut chance)).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(drawn(vec![(0, 1), (2, 1)]), [0, 2].into());
        assert_eq!(drawn(vec![(2, 9)]), [2].into());
        assert_eq!(drawn(Vec::new()), [0, 1, 2].into());
    }

    #[test]
    fn a_half_full_batch_is_filled_before_moving_on_up_to_twice_the_batch_size() {
        assert!(runs(100, true).iter().all(|&(_, length)| length == 20));
    }
}
