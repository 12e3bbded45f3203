//! What a partition's leader remembers of a producer, to tell a retry from news (`ProducerStateEntry`,
//! `ProducerAppendInfo`), and for how long.

use std::collections::VecDeque;

use crate::kernel::{Span, Time};
use crate::model::log::Stamp;

/// How many batches are remembered (`ProducerStateEntry#NUM_BATCHES_TO_RETAIN`).
const BATCHES_KEPT: usize = 5;

/// `producer.id.expiration.ms`.
const EXPIRATION: Span = Span::from_secs(24 * 60 * 60);

/// `producer.id.expiration.check.interval.ms`.
const EXPIRATION_CHECK: Span = Span::from_secs(10 * 60);

/// The last batches of one producer in one partition, all of its newest epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequences {
    epoch: u16,
    batches: VecDeque<Appended>,
    /// Where the marker is that was written last, while nothing was written after it.
    marker: Option<u64>,
    /// The time of its newest record.
    last_at: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Appended {
    first: u32,
    last: u32,
    base_offset: u64,
}

/// Where a batch stands in its producer's sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Next,
    /// One of the last five, appended already at this offset.
    Duplicate {
        base_offset: u64,
    },
    OutOfOrder,
    /// Of an epoch before the newest.
    StaleEpoch,
}

impl Sequences {
    /// Sequence numbers start at 0 in every epoch, count records, and wrap round after `i32::MAX`
    /// (`UnifiedLog#analyzeAndValidateProducerState`).
    pub fn place(&self, stamp: &Stamp, records: u32) -> Place {
        let (first, last) = (stamp.base_sequence, advance(stamp.base_sequence, records - 1));
        if stamp.epoch < self.epoch {
            return Place::StaleEpoch;
        }
        if stamp.epoch > self.epoch {
            return if first == 0 { Place::Next } else { Place::OutOfOrder };
        }
        let same = self.batches.iter().find(|batch| (batch.first, batch.last) == (first, last));
        if let Some(batch) = same {
            return Place::Duplicate { base_offset: batch.base_offset };
        }
        match self.batches.back() {
            Some(newest) if advance(newest.last, 1) != first => Place::OutOfOrder,
            None if first != 0 => Place::OutOfOrder,
            _ => Place::Next,
        }
    }

    /// Where the newest batch is, or, where that tells nothing any more, the newest marker: it has the newest epoch.
    pub fn newest(&self) -> Option<u64> {
        self.batches.back().map(|batch| batch.base_offset).or(self.marker)
    }

    /// Whether it has been silent for so long that it was forgotten when the broker last looked.
    pub fn has_expired(&self, now: Time) -> bool {
        let checks = now.as_micros() / EXPIRATION_CHECK.as_micros();
        let checked_at = Time::from_micros(checks * EXPIRATION_CHECK.as_micros());
        checked_at.since(self.last_at) >= EXPIRATION
    }

    /// Something of it was written that is of this time.
    pub fn touch(&mut self, at: Time) {
        self.last_at = self.last_at.max(at);
    }

    pub fn epoch(&self) -> u16 {
        self.epoch
    }

    /// A marker came with this epoch, which is the producer's next one: what it still sends in the last one is too late.
    pub fn end_transaction(&mut self, epoch: u16, offset: u64) {
        self.begin_epoch(epoch);
        self.marker = Some(offset);
    }

    fn begin_epoch(&mut self, epoch: u16) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.batches.clear();
        }
    }

    /// Followers check nothing: what the leader has taken is in order.
    pub fn append(&mut self, stamp: &Stamp, records: u32, base_offset: u64) {
        self.begin_epoch(stamp.epoch);
        self.marker = None;
        if self.batches.len() == BATCHES_KEPT {
            self.batches.pop_front();
        }
        let (first, last) = (stamp.base_sequence, advance(stamp.base_sequence, records - 1));
        self.batches.push_back(Appended { first, last, base_offset });
    }
}

/// The sequence number `by` further on, in the 31 bits that Kafka gives it.
pub fn advance(sequence: u32, by: u32) -> u32 {
    ((u64::from(sequence) + u64::from(by)) % (1 << 31)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kafka::message::ProducerId;
    use crate::model::log::Kind;

    fn stamp(epoch: u16, base_sequence: u32) -> Stamp {
        Stamp { producer: ProducerId(7), epoch, base_sequence, kind: Kind::Plain }
    }

    fn after(batches: &[(u32, u32)]) -> Sequences {
        let mut sequences = Sequences::default();
        for &(first, records) in batches {
            sequences.append(&stamp(0, first), records, u64::from(first) + 100);
        }
        sequences
    }

    #[test]
    fn a_batch_that_was_appended_is_known_again_with_its_first_offset() {
        let sequences = after(&[(0, 3), (3, 2)]);
        assert_eq!(sequences.place(&stamp(0, 0), 3), Place::Duplicate { base_offset: 100 });
        assert_eq!(sequences.place(&stamp(0, 5), 1), Place::Next);
    }

    #[test]
    fn a_gap_and_a_partly_known_batch_are_out_of_order() {
        let sequences = after(&[(0, 3)]);
        assert_eq!(sequences.place(&stamp(0, 4), 1), Place::OutOfOrder);
        assert_eq!(sequences.place(&stamp(0, 0), 4), Place::OutOfOrder);
    }

    #[test]
    fn a_duplicate_of_the_sixth_last_batch_looks_out_of_order() {
        let sequences = after(&[(0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]);
        assert_eq!(sequences.place(&stamp(0, 0), 1), Place::OutOfOrder);
        assert_eq!(sequences.place(&stamp(0, 1), 1), Place::Duplicate { base_offset: 101 });
    }

    #[test]
    fn sequence_numbers_wrap_round_to_zero() {
        let sequences = after(&[(i32::MAX as u32, 1)]);
        assert_eq!(sequences.place(&stamp(0, 0), 1), Place::Next);
    }

    #[test]
    fn a_newer_epoch_begins_at_zero_and_fences_the_older_one() {
        let mut sequences = after(&[(0, 3)]);
        assert_eq!(sequences.place(&stamp(1, 3), 1), Place::OutOfOrder);
        assert_eq!(sequences.place(&stamp(1, 0), 3), Place::Next, "no duplicate: it is of another epoch");
        sequences.append(&stamp(1, 0), 3, 103);
        assert_eq!(sequences.place(&stamp(0, 3), 1), Place::StaleEpoch);
    }
}
