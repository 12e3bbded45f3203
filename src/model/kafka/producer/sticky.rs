//! Where records without a key go (`BuiltInPartitioner`): to one partition until it has had a batch's worth.

use crate::kernel::Chance;

#[derive(Clone, Debug, Default)]
pub struct Sticky {
    current: Option<u32>,
    /// Bytes appended to the current partition since it became that.
    produced: u64,
}

impl Sticky {
    /// The current partition; the first is drawn at random, from those that have a leader.
    pub fn partition(&mut self, partitions: u32, available: &[u32], chance: &mut Chance) -> u32 {
        let current = self.current.filter(|&current| current < partitions);
        *self.current.insert(current.unwrap_or_else(|| draw(partitions, available, chance)))
    }

    /// Moves on after `batch.size` bytes, if that does not leave a half-full batch behind, and after twice as many in
    /// any case.
    pub fn appended(
        &mut self,
        bytes: u64,
        batch_size: u64,
        has_incomplete_batch: bool,
        partitions: u32,
        available: &[u32],
        chance: &mut Chance,
    ) {
        self.produced += bytes;
        let is_enough = self.produced >= batch_size && !has_incomplete_batch;
        if is_enough || self.produced >= 2 * batch_size {
            self.current = Some(draw(partitions, available, chance));
            self.produced = 0;
        }
    }
}

/// One of the partitions with a leader; if none has one, of all.
fn draw(partitions: u32, available: &[u32], chance: &mut Chance) -> u32 {
    match available.len() as u64 {
        0 => chance.below(u64::from(partitions)) as u32,
        count => available[chance.below(count) as usize],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Partitions chosen for records of 100 bytes with a batch size of 1,000, while batches are always left incomplete.
    fn runs(records: u32, has_incomplete_batch: bool) -> Vec<(u32, u32)> {
        let (mut sticky, mut chance) = (Sticky::default(), Chance::of(3, "sticky"));
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for _ in 0..records {
            let partition = sticky.partition(1_000, &[], &mut chance);
            match runs.last_mut() {
                Some((last, length)) if *last == partition => *length += 1,
                _ => runs.push((partition, 1)),
            }
            sticky.appended(100, 1_000, has_incomplete_batch, 1_000, &[], &mut chance);
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
        for _ in 0..50 {
            assert!([4, 7].contains(&sticky.partition(9, &[4, 7], &mut chance)));
            sticky.appended(2_000, 1_000, false, 9, &[4, 7], &mut chance);
        }
    }

    #[test]
    fn a_half_full_batch_is_filled_before_moving_on_up_to_twice_the_batch_size() {
        assert!(runs(100, true).iter().all(|&(_, length)| length == 20));
    }
}
