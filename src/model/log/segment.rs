//! Segments: the files of a log.

use std::sync::Arc;

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
    pub base_sequence: u32,
}

impl Batch {
    /// The offset after its last record.
    pub fn end_offset(&self) -> u64 {
        self.base_offset + u64::from(self.records.len())
    }

    pub fn bytes(&self) -> u64 {
        self.records.bytes()
    }

    /// The record's index in the batch, if the batch holds the offset.
    pub fn index_of(&self, offset: u64) -> Option<u32> {
        (self.base_offset..self.end_offset()).contains(&offset).then(|| (offset - self.base_offset) as u32)
    }
}

/// A run of batches, append-only. Its name on disk would be its base offset. The active segment is as cheap to copy as a
/// sealed one, however large `segment.bytes` is: its batches are shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub base_offset: u64,
    pub bytes: u64,
    pub batches: SharedList<Batch>,
}

impl Segment {
    pub fn starting_at(base_offset: u64) -> Self {
        Segment { base_offset, bytes: 0, batches: SharedList::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    pub fn end_offset(&self) -> u64 {
        self.batches.last().map_or(self.base_offset, Batch::end_offset)
    }

    /// When its newest record was created: batches need not be in the order of time.
    pub fn newest(&self) -> Time {
        self.batches.iter().map(|batch| batch.records.last_created_at()).max().unwrap_or_default()
    }

    pub fn append(&mut self, batch: Batch) {
        self.bytes += batch.bytes();
        self.batches.push(batch);
    }

    /// Drops the batches that end after `end`; replicas part between batches.
    pub fn truncate(&mut self, end: u64) {
        let kept = self.batches.partition_point(|batch| batch.end_offset() <= end);
        self.batches = self.batches.iter().take(kept).cloned().collect();
        self.bytes = self.batches.iter().map(Batch::bytes).sum();
    }

    /// The batches from the one that holds `offset` on.
    pub fn from(&self, offset: u64) -> impl Iterator<Item = &Batch> {
        self.batches.from(self.batches.partition_point(|batch| batch.end_offset() <= offset))
    }
}
