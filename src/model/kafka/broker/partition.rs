//! One replica of a partition.

use std::sync::Arc;

use super::epochs::Epochs;
use super::isr::Leadership;
use super::sequences::Sequences;
use super::transactions::Transactions;
use crate::kernel::{SortedMap, Span, Time};
use crate::model::TopicId;
use crate::model::kafka::config::IsolationLevel;
use crate::model::kafka::message::{BrokerId, ProducerId};
use crate::model::log::{Batch, PartitionLog, Records, Rolled, Stamp};

/// A replica: its log, and what its role adds.
#[derive(Clone, Debug)]
pub struct Partition {
    pub log: PartitionLog,
    /// The first offset not known to be on every in-sync replica. What is below can be read.
    pub high_watermark: u64,
    pub role: Role,
    /// The newest leader epoch that this broker knows.
    pub leader_epoch: u32,
    pub epochs: Epochs,
    /// Compaction has been as far as this (`cleaner-offset-checkpoint`).
    pub(super) cleaned_to: u64,
    /// The high watermark as it was last written to disk.
    checkpoint: u64,
    /// Which topic of this name it belongs to.
    topic_id: TopicId,
    producers: SortedMap<ProducerId, Sequences>,
    pub transactions: Transactions,
}

#[derive(Clone, Debug)]
pub enum Role {
    Leader(Leadership),
    Follower {
        /// Nobody while there is no leader, or none is known.
        leader: Option<BrokerId>,
        /// Not to fetch again before this: something went wrong.
        not_before: Time,
    },
}

impl Partition {
    pub fn new(topic_id: TopicId, segment_bytes: u64, segment_span: Span) -> Self {
        Partition {
            log: PartitionLog::new(segment_bytes, segment_span),
            high_watermark: 0,
            role: Role::Follower { leader: None, not_before: Time::ZERO },
            leader_epoch: 0,
            epochs: Epochs::default(),
            cleaned_to: 0,
            checkpoint: 0,
            topic_id,
            producers: SortedMap::new(),
            transactions: Transactions::default(),
        }
    }

    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    pub fn leadership(&self) -> Option<&Leadership> {
        if let Role::Leader(leadership) = &self.role { Some(leadership) } else { None }
    }

    pub fn is_of(&self, topic_id: TopicId) -> bool {
        self.topic_id == topic_id
    }

    /// Appends at the log end, as a leader does.
    pub fn append(&mut self, leader_epoch: u32, stamp: Option<Stamp>, records: Arc<Records>) -> Rolled {
        self.append_as_follower(Batch { base_offset: self.log.end(), leader_epoch, stamp, records })
    }

    /// Appends a batch as a follower does, in its own epoch and where it stands in the leader's log.
    pub fn append_as_follower(&mut self, batch: Batch) -> Rolled {
        if self.epochs.latest() != Some(batch.leader_epoch) {
            self.epochs.assign(batch.leader_epoch, batch.base_offset);
        }
        self.note_producer(&batch);
        self.log.append_as_follower(batch)
    }

    fn note_producer(&mut self, batch: &Batch) {
        let Some(stamp) = batch.stamp else { return };
        let sequences = self.producers.entry(stamp.producer).or_default();
        sequences.touch(batch.records.last_stamped_at());
        match batch.marker() {
            Some(_) => sequences.end_transaction(stamp.epoch, batch.base_offset),
            None => sequences.append(&stamp, batch.records.span(), batch.base_offset),
        }
        self.transactions.append(batch, self.high_watermark);
    }

    /// How far a consumer can read.
    pub fn readable_to(&self, isolation: IsolationLevel) -> u64 {
        match isolation {
            IsolationLevel::ReadUncommitted => self.high_watermark,
            IsolationLevel::ReadCommitted => self.last_stable(),
        }
    }

    /// The last stable offset.
    pub fn last_stable(&self) -> u64 {
        self.transactions.last_stable(self.high_watermark).max(self.log.start().min(self.high_watermark))
    }

    /// Whether this batch of this producer is the last that it wrote here.
    pub fn is_last_of(&self, stamp: &Stamp, batch: &Batch, now: Time) -> bool {
        self.sequences(stamp.producer, now).is_some_and(|known| known.newest() == Some(batch.base_offset))
    }

    /// What is known of a producer. It is forgotten a day after its last record, but never while its transaction is open.
    pub fn sequences(&self, producer: ProducerId, now: Time) -> Option<&Sequences> {
        let is_kept = |known: &&Sequences| self.transactions.has_open(producer) || !known.has_expired(now);
        self.producers.get(&producer).filter(is_kept)
    }

    /// Throws away everything from `end` on. What is remembered of producers is read from the log again.
    pub fn truncate(&mut self, end: u64) {
        self.log.truncate(end);
        self.epochs.truncate(end);
        self.high_watermark = self.high_watermark.min(end);
        self.checkpoint = self.checkpoint.min(end);
        self.cleaned_to = self.cleaned_to.min(end);
        self.producers.clear();
        self.transactions = Transactions::default();
        let batches: Vec<Batch> = self.log.batches_from(self.log.start()).cloned().collect();
        batches.iter().for_each(|batch| self.note_producer(batch));
    }

    /// Begins anew at `start`: the leader has nothing before that any more.
    pub fn restart_at(&mut self, start: u64) {
        self.log.restart_at(start);
        self.epochs.clear();
        self.producers.clear();
        self.transactions = Transactions::default();
        self.high_watermark = start;
        self.checkpoint = start;
        self.cleaned_to = start;
    }

    /// The log begins later now; nothing before that can be waited for.
    pub fn raise_start(&mut self, to: u64) -> bool {
        let has_moved = self.log.raise_start(to);
        self.transactions.raise_start(self.log.start());
        self.high_watermark = self.high_watermark.max(self.log.start());
        has_moved
    }

    pub fn write_checkpoint(&mut self) {
        self.checkpoint = self.high_watermark;
    }

    /// The process begins: what is on disk is there, and nobody leads as far as it knows.
    pub fn recover(&mut self) {
        self.high_watermark = self.checkpoint.max(self.log.start());
        self.role = Role::Follower { leader: None, not_before: Time::ZERO };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::{Kind, Record};
    use crate::model::workload::KeyId;

    const DAY: u64 = 24 * 60 * 60;

    fn written(kind: Kind) -> Partition {
        let mut partition = Partition::new(TopicId::default(), 1 << 30, Span::from_secs(DAY));
        let mut records = Records::default();
        let created_at = Time::from_secs(60);
        records.push(Record { key: KeyId::NONE, key_bytes: 0, value_bytes: 1, created_at, extra: None });
        let stamp = Stamp { producer: ProducerId(7), epoch: 0, base_sequence: 0, kind };
        partition.append(0, Some(stamp), records.seal());
        partition
    }

    #[test]
    fn a_producer_is_forgotten_a_day_after_its_last_record_when_the_broker_looks() {
        let partition = written(Kind::Plain);
        assert!(partition.sequences(ProducerId(7), Time::from_secs(DAY + 60)).is_some(), "it looks every ten minutes");
        assert!(partition.sequences(ProducerId(7), Time::from_secs(DAY + 600)).is_none());
    }

    #[test]
    fn a_producer_whose_transaction_is_open_is_not_forgotten() {
        let partition = written(Kind::Transactional);
        assert!(partition.sequences(ProducerId(7), Time::from_secs(2 * DAY)).is_some());
    }
}
