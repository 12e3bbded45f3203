//! The log of one replica of a partition.

use std::sync::Arc;

use super::{Batch, Records, Segment};

/// An append-only log in segments; offsets are dense and never change.
///
/// Sealed segments are shared between clones, so that keeping a copy of a whole run is cheap. Only the active segment,
/// the last, is ever written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionLog {
    sealed: Vec<Arc<Segment>>,
    active: Segment,
    segment_bytes: u64,
}

/// A read before the log start or beyond the log end: `OFFSET_OUT_OF_RANGE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

/// What an append did to the log's segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rolled {
    No,
    /// The batch would have exceeded `segment.bytes` and began a new segment at this offset.
    At(u64),
}

impl PartitionLog {
    /// `segment_bytes`: `segment.bytes`.
    pub fn new(segment_bytes: u64) -> Self {
        PartitionLog { segment_bytes, ..Default::default() }
    }

    /// First readable offset.
    pub fn start(&self) -> u64 {
        self.sealed.first().map_or(self.active.base_offset, |first| first.base_offset)
    }

    /// Log end offset: the next to be written.
    pub fn end(&self) -> u64 {
        self.active.end_offset()
    }

    /// Appends a batch at the log end; a leader does so with its own epoch, a follower with that of the batch.
    pub fn append(&mut self, leader_epoch: u32, records: Arc<Records>) -> Rolled {
        let base_offset = self.end();
        let is_full = !self.active.is_empty() && self.active.bytes + records.bytes() > self.segment_bytes;
        if is_full {
            let full = std::mem::replace(&mut self.active, Segment::starting_at(base_offset));
            self.sealed.push(Arc::new(full));
        }
        self.active.append(Batch { base_offset, leader_epoch, records });
        if is_full { Rolled::At(base_offset) } else { Rolled::No }
    }

    /// Whole batches from the one that holds `from` on, while they end at or below `limit` and fit in `max_bytes`; the
    /// first is returned whatever its size, so that a reader always gets on. Reading between `limit` and the log end
    /// gives nothing.
    pub fn read(&self, from: u64, limit: u64, max_bytes: u64) -> Result<Vec<Batch>, OutOfRange> {
        if from < self.start() || from > self.end() {
            return Err(OutOfRange);
        }
        let mut bytes = 0;
        let mut found = Vec::new();
        for batch in self.batches_from(from) {
            bytes += batch.bytes();
            if batch.end_offset() > limit || (bytes > max_bytes && !found.is_empty()) {
                break;
            }
            found.push(batch.clone());
        }
        Ok(found)
    }

    /// Every batch from the one that holds `offset` on.
    pub fn batches_from(&self, offset: u64) -> impl Iterator<Item = &Batch> {
        let first = self.sealed.partition_point(|segment| segment.end_offset() <= offset);
        let sealed = self.sealed[first..].iter().map(|segment| &**segment);
        sealed.chain([&self.active]).flat_map(move |segment| segment.from(offset))
    }

    /// Bytes from `offset` to `limit`, by whole batches, counted no further than `enough`.
    pub fn bytes_available(&self, offset: u64, limit: u64, enough: u64) -> u64 {
        let mut bytes = 0;
        for batch in self.batches_from(offset) {
            if batch.end_offset() > limit || bytes >= enough {
                break;
            }
            bytes += batch.bytes();
        }
        bytes
    }

    /// The first record, in the order of offsets, whose timestamp is at or after this (`UnifiedLog#fetchOffsetByTimestamp`).
    /// Timestamps need not ascend: what comes after it may be older.
    pub fn offset_at(&self, timestamp_us: i64) -> Option<u64> {
        let batch = self.batches_from(self.start()).find(|batch| batch.records.max_timestamp_us() >= timestamp_us)?;
        let index = (0..batch.records.len()).find(|&index| batch.records.timestamp_us(index) >= timestamp_us)?;
        Some(batch.base_offset + u64::from(index))
    }

    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.sealed.iter().map(|segment| &**segment).chain([&self.active])
    }

    /// Bytes of memory that the log's own structure takes, the records not counted: replicas share those.
    pub fn memory_bytes(&self) -> u64 {
        let batches: u64 = self.segments().map(|segment| segment.batches.memory_bytes()).sum();
        batches + ((self.sealed.len() + 1) * size_of::<Segment>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Time;
    use crate::model::log::{Extra, Record};
    use crate::model::workload::KeyId;

    fn batch(records: u32, created_ms: u64) -> Arc<Records> {
        let mut columns = Records::default();
        for n in 0..records {
            columns.push(Record {
                key: KeyId::NONE,
                key_bytes: 0,
                value_bytes: 100,
                created_at: Time::from_millis(created_ms + u64::from(n)),
                extra: None,
            });
        }
        columns.seal()
    }

    fn log_of(batches: &[u32]) -> PartitionLog {
        let mut log = PartitionLog::new(1_000);
        for (n, &records) in batches.iter().enumerate() {
            log.append(0, batch(records, n as u64 * 10));
        }
        log
    }

    fn bases(log: &PartitionLog, from: u64, limit: u64, max_bytes: u64) -> Vec<u64> {
        log.read(from, limit, max_bytes).unwrap().iter().map(|batch| batch.base_offset).collect()
    }

    #[test]
    fn offsets_are_dense_across_batches_and_segments() {
        let log = log_of(&[3, 5, 2, 8]);
        assert_eq!((log.start(), log.end()), (0, 18));
        assert_eq!(log.segments().map(|segment| segment.base_offset).collect::<Vec<_>>(), [0, 8, 10]);
        assert_eq!(bases(&log, 0, 18, u64::MAX), [0, 3, 8, 10]);
    }

    #[test]
    fn a_read_begins_with_the_batch_that_holds_the_offset_and_ends_at_the_limit() {
        let log = log_of(&[3, 5, 2, 8]);
        assert_eq!(bases(&log, 4, 10, u64::MAX), [3, 8]);
        assert!(bases(&log, 10, 10, u64::MAX).is_empty());
    }

    #[test]
    fn a_batch_larger_than_the_limit_in_bytes_is_returned_alone() {
        let log = log_of(&[3, 5]);
        assert_eq!(bases(&log, 0, 8, 1), [0]);
    }

    #[test]
    fn a_read_outside_the_log_is_out_of_range_and_one_at_its_end_is_empty() {
        let log = log_of(&[3]);
        assert_eq!(log.read(4, 4, 1_000), Err(OutOfRange));
        assert_eq!(log.read(3, 3, 1_000), Ok(vec![]));
    }

    #[test]
    fn an_offset_by_time_is_that_of_the_first_record_at_or_after_it() {
        let log = log_of(&[3, 5]);
        let at = |ms: i64| log.offset_at(ms * 1_000);
        assert_eq!((at(0), at(2), at(3), at(12), at(15)), (Some(0), Some(2), Some(3), Some(5), None));
    }

    #[test]
    fn a_files_own_timestamps_count_and_need_not_ascend() {
        let mut log = PartitionLog::new(1_000);
        for stamps in [[50, 20], [40, 90], [10, 60]] {
            let mut columns = Records::default();
            for timestamp_us in stamps {
                let extra = Some(Extra { timestamp_us: Some(timestamp_us), ..Extra::default() });
                let (key, created_at) = (KeyId::NONE, Time::from_secs(7));
                columns.push(Record { key, key_bytes: 0, value_bytes: 0, created_at, extra });
            }
            log.append(0, columns.seal());
        }
        let at = |timestamp_us| log.offset_at(timestamp_us);
        assert_eq!((at(5), at(30), at(50)), (Some(0), Some(0), Some(0)), "the first that is late enough");
        assert_eq!((at(51), at(60), at(90), at(91)), (Some(3), Some(3), Some(3), None), "not the nearest");
    }

    #[test]
    fn a_clone_shares_its_sealed_segments() {
        let log = log_of(&[8, 8, 8]);
        let copy = log.clone();
        assert!(log.sealed.iter().zip(&copy.sealed).all(|(a, b)| Arc::ptr_eq(a, b)));
    }
}
