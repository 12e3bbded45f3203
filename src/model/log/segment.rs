//! Segments: the files of a log.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Records;
use crate::kernel::{SharedList, Time};
use crate::model::kafka::message::ProducerId;

/// A batch at its place in a log. Cloning it shares the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub base_offset: u64,
    pub leader_epoch: u32,
    /// Of an idempotent producer.
    pub stamp: Option<Stamp>,
    pub records: Arc<Records>,
}

/// Who produced a batch, and where it stands in that producer's sequence: how every replica tells a retry from news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub producer: ProducerId,
    pub epoch: u16,
    pub base_sequence: u32,
    pub kind: Kind,
}

/// What a producer's batch is to transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It belongs to none.
    #[default]
    Plain,
    Transactional,
    /// A control batch: a marker that ends the producer's transaction in this partition. It takes an offset, and no
    /// application ever gets it: like an offset that compaction has emptied, it has no record.
    Marker {
        outcome: Outcome,
        /// The leader epoch of the coordinator's partition of `__transaction_state`, by which markers of one that was deposed
        /// are known.
        coordinator_epoch: u32,
    },
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Commit,
    Abort,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Commit => "commit",
            Outcome::Abort => "abort",
        }
    }
}

impl Batch {
    /// The offset after the last that it takes, whether a record is there still or was cleaned away.
    pub fn end_offset(&self) -> u64 {
        self.base_offset + u64::from(self.records.span())
    }

    /// The offset of the record with this index.
    pub fn offset(&self, index: u32) -> u64 {
        self.base_offset + u64::from(self.records.delta(index))
    }

    pub fn bytes(&self) -> u64 {
        self.records.bytes()
    }

    /// How the transaction ends that this marker ends; none if it is no control batch.
    pub fn marker(&self) -> Option<Outcome> {
        match self.stamp?.kind {
            Kind::Marker { outcome, .. } => Some(outcome),
            Kind::Plain | Kind::Transactional => None,
        }
    }

    /// The same place in the log, with nothing to read: what a reader gets of an aborted transaction.
    pub fn emptied(&self) -> Batch {
        Batch { records: Arc::new(self.records.retain(&[], None)), ..self.clone() }
    }

    /// The record's index in the batch, if the batch has a record at the offset.
    pub fn index_of(&self, offset: u64) -> Option<u32> {
        self.indexes(offset, offset + 1).next()
    }

    /// The indexes of the records at offsets `from..to`.
    pub fn indexes(&self, from: u64, to: u64) -> std::ops::Range<u32> {
        let index = |offset: u64| {
            let delta = offset.saturating_sub(self.base_offset).min(u64::from(self.records.span()));
            self.records.index_from(delta as u32)
        };
        index(from)..index(to)
    }

    /// How many records lie at offsets `from..to`.
    pub fn count(&self, from: u64, to: u64) -> u64 {
        self.indexes(from, to).len() as u64
    }
}

/// A run of batches, append-only. Its name on disk would be its base offset. The active segment is as cheap to copy as a
/// sealed one, however large `segment.bytes` is: its batches are shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub base_offset: u64,
    /// Where the next begins; its last batches may have been cleaned away.
    end_offset: u64,
    pub bytes: u64,
    pub batches: SharedList<Batch>,
}

impl Segment {
    pub fn starting_at(base_offset: u64) -> Self {
        Segment { base_offset, end_offset: base_offset, bytes: 0, batches: SharedList::default() }
    }

    /// One that takes the offsets up to `end_offset`, with what a cleaning left.
    pub fn cleaned(base_offset: u64, end_offset: u64, batches: impl Iterator<Item = Batch>) -> Self {
        let mut segment = Segment::starting_at(base_offset);
        batches.for_each(|batch| segment.append(batch));
        segment.end_offset = end_offset;
        segment
    }

    /// Whether nothing was ever written to it.
    pub fn takes_nothing(&self) -> bool {
        self.end_offset == self.base_offset
    }

    pub fn end_offset(&self) -> u64 {
        self.end_offset
    }

    /// When its newest record was created: batches need not be in the order of time.
    pub fn newest(&self) -> Time {
        self.batches.iter().map(|batch| batch.records.last_stamped_at()).max().unwrap_or_default()
    }

    pub fn append(&mut self, batch: Batch) {
        self.bytes += batch.bytes();
        self.end_offset = batch.end_offset();
        self.batches.push(batch);
    }

    /// Drops the batches that end after `end`; replicas part between batches.
    pub fn truncate(&mut self, end: u64) {
        let kept = self.batches.partition_point(|batch| batch.end_offset() <= end);
        let end = self.batches.get(kept).map_or(end, |cut| cut.base_offset.min(end)).min(self.end_offset);
        self.batches = self.batches.iter().take(kept).cloned().collect();
        self.bytes = self.batches.iter().map(Batch::bytes).sum();
        self.end_offset = end;
    }

    /// The batches from the one that holds `offset` on.
    pub fn from(&self, offset: u64) -> impl Iterator<Item = &Batch> {
        self.batches.from(self.batches.partition_point(|batch| batch.end_offset() <= offset))
    }
}
