//! What a replica knows of the transactions in its log (`ProducerStateManager`, `TransactionIndex`), all of it read from the
//! log itself.
//!
//! A transaction is open in a partition from its first batch to its marker. Even then its outcome does not count before the
//! marker is below the high watermark: until then the last stable offset stays where the transaction begins.

use crate::kernel::SortedMap;
use crate::model::kafka::message::ProducerId;
use crate::model::log::{Batch, Kind, Outcome};

/// A transaction that was aborted: its producer's batches from `first` up to the marker are for nobody who reads
/// `read_committed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted {
    pub producer: ProducerId,
    pub first: u64,
    /// The offset of its marker.
    pub marker: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transactions {
    /// Where each producer's open transaction begins, and the epoch in which it writes.
    open: SortedMap<ProducerId, (u64, u16)>,
    /// Where ended ones begin and where their markers are, in the order of markers. Those whose marker is replicated are
    /// dropped as others come.
    ended: Vec<(u64, u64)>,
    /// In the order of markers.
    aborted: Vec<Aborted>,
    /// Of the newest marker of each producer.
    coordinator_epochs: SortedMap<ProducerId, u32>,
}

impl Transactions {
    /// A batch was appended; `high_watermark` is what is known to be replicated.
    pub fn append(&mut self, batch: &Batch, high_watermark: u64) {
        let Some(stamp) = batch.stamp else { return };
        match stamp.kind {
            Kind::Plain => {}
            Kind::Transactional => _ = self.open.entry(stamp.producer).or_insert((batch.base_offset, stamp.epoch)),
            Kind::Marker { outcome, coordinator_epoch } => {
                self.coordinator_epochs.insert(stamp.producer, coordinator_epoch);
                let Some((first, _)) = self.open.remove(&stamp.producer) else { return };
                let marker = batch.base_offset;
                self.ended.retain(|(_, marker)| *marker >= high_watermark);
                self.ended.push((first, marker));
                if outcome == Outcome::Abort {
                    self.aborted.push(Aborted { producer: stamp.producer, first, marker });
                }
            }
        }
    }

    pub fn has_open(&self, producer: ProducerId) -> bool {
        self.open.contains_key(&producer)
    }

    /// Whether the producer's transaction of this epoch is open here. One of an earlier epoch may be, whose marker is still on
    /// its way (`ProducerStateManager#hasOngoingTransaction`).
    pub fn is_open(&self, producer: ProducerId, epoch: u16) -> bool {
        self.open.get(&producer).is_some_and(|&(_, of)| of == epoch)
    }

    /// Where open transactions begin, by producer.
    pub fn open(&self) -> impl Iterator<Item = (ProducerId, u64)> {
        self.open.iter().map(|(&producer, &(first, _))| (producer, first))
    }

    /// Whether markers of this coordinator are too old: another has written since (`TRANSACTION_COORDINATOR_FENCED`).
    pub fn fences(&self, producer: ProducerId, coordinator_epoch: u32) -> bool {
        self.coordinator_epochs.get(&producer).is_some_and(|&newest| coordinator_epoch < newest)
    }

    /// The last stable offset: the first offset of the earliest transaction that is open, or whose marker is not replicated
    /// yet; the high watermark if there is none (`ProducerStateManager#firstUnstableOffset`).
    pub fn last_stable(&self, high_watermark: u64) -> u64 {
        let ended = self.ended.iter().filter(|(_, marker)| *marker >= high_watermark).map(|&(first, _)| first);
        self.open.values().map(|&(first, _)| first).chain(ended).fold(high_watermark, u64::min)
    }

    /// The aborted transactions that somebody meets who reads `from..to`, in the order in which they begin.
    pub fn aborted_within(&self, from: u64, to: u64) -> Vec<Aborted> {
        let touches = |aborted: &&Aborted| aborted.marker >= from && aborted.first < to;
        let mut found: Vec<Aborted> = self.aborted.iter().filter(touches).copied().collect();
        crate::kernel::order::sort_by_key(&mut found, |aborted| aborted.first);
        found
    }

    /// Whether the record at this offset, of this producer, was in a transaction that was aborted.
    pub fn is_aborted(&self, producer: ProducerId, offset: u64) -> bool {
        let has = |it: &Aborted| it.producer == producer && (it.first..it.marker).contains(&offset);
        self.aborted.iter().any(has)
    }

    /// The log begins later now.
    pub fn raise_start(&mut self, start: u64) {
        self.aborted.retain(|aborted| aborted.marker >= start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Time;
    use crate::model::log::{Record, Records, Stamp};
    use crate::model::workload::KeyId;

    fn batch(base_offset: u64, producer: u64, kind: Kind) -> Batch {
        let records = match kind {
            Kind::Marker { .. } => Records::control(Time::ZERO),
            _ => {
                let mut records = Records::default();
                let created_at = Time::ZERO;
                records.push(Record { key: KeyId::NONE, key_bytes: 0, value_bytes: 1, created_at, extra: None });
                records.seal()
            }
        };
        let stamp = Stamp { producer: ProducerId(producer), epoch: 0, base_sequence: 0, kind };
        Batch { base_offset, leader_epoch: 0, stamp: Some(stamp), records }
    }

    fn marker(outcome: Outcome, coordinator_epoch: u32) -> Kind {
        Kind::Marker { outcome, coordinator_epoch }
    }

    fn log(batches: &[(u64, Kind)]) -> Transactions {
        let mut transactions = Transactions::default();
        (0..)
            .zip(batches)
            .for_each(|(offset, &(producer, kind))| transactions.append(&batch(offset, producer, kind), 0));
        transactions
    }

    #[test]
    fn the_last_stable_offset_is_where_the_earliest_open_transaction_begins() {
        let open = log(&[(1, Kind::Plain), (2, Kind::Transactional), (3, Kind::Transactional), (1, Kind::Plain)]);
        assert_eq!(open.last_stable(4), 1);
        assert_eq!(open.last_stable(1), 1, "no further than the high watermark");
    }

    #[test]
    fn an_outcome_counts_once_its_marker_is_replicated() {
        let ended = log(&[(2, Kind::Transactional), (2, marker(Outcome::Commit, 0))]);
        assert_eq!(ended.last_stable(1), 0);
        assert_eq!(ended.last_stable(2), 2);
    }

    #[test]
    fn a_transaction_holds_back_what_others_committed_behind_its_beginning() {
        let mixed = log(&[
            (2, Kind::Transactional),
            (3, Kind::Transactional),
            (3, marker(Outcome::Commit, 0)),
            (2, marker(Outcome::Abort, 0)),
        ]);
        assert_eq!(mixed.last_stable(3), 0);
        assert_eq!(mixed.last_stable(4), 4);
        assert_eq!(mixed.aborted_within(0, 4), [Aborted { producer: ProducerId(2), first: 0, marker: 3 }]);
        assert_eq!(mixed.aborted_within(4, 9), []);
    }

    #[test]
    fn markers_of_a_coordinator_that_was_deposed_are_known() {
        let ended = log(&[(2, Kind::Transactional), (2, marker(Outcome::Commit, 4))]);
        assert!(ended.fences(ProducerId(2), 3));
        assert!(!ended.fences(ProducerId(2), 4));
        assert!(!ended.fences(ProducerId(3), 0));
    }
}
