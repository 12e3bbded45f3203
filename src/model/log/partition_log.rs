//! The log of one replica of a partition.

use std::sync::Arc;

use super::{Batch, Records, Segment, Stamp};
use crate::kernel::Span;

/// An append-only log in segments. Offsets are given out without a gap and never change; compaction leaves holes.
///
/// Sealed segments are shared between clones, so that keeping a copy of a whole run is cheap. Only the active segment,
/// the last, is ever written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionLog {
    pub(super) sealed: Vec<Arc<Segment>>,
    pub(super) active: Segment,
    pub(super) segment_bytes: u64,
    segment_span: Span,
    /// First readable offset, where that is not a segment's first (DeleteRecords).
    floor: u64,
}

/// A read before the log start or beyond the log end: `OFFSET_OUT_OF_RANGE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

/// What an append did to the log's segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rolled {
    No,
    /// The segment was full (`segment.bytes`) or old (`segment.ms`), and the batch began a new segment at this offset.
    At(u64),
}

impl PartitionLog {
    /// `segment_bytes`, `segment_span`: `segment.bytes`, `segment.ms`.
    pub fn new(segment_bytes: u64, segment_span: Span) -> Self {
        PartitionLog { segment_bytes, segment_span, ..Default::default() }
    }

    /// From the next append on.
    pub fn configure(&mut self, segment_bytes: u64, segment_span: Span) {
        (self.segment_bytes, self.segment_span) = (segment_bytes, segment_span);
    }

    /// First readable offset.
    pub fn start(&self) -> u64 {
        self.sealed.first().map_or(self.active.base_offset, |first| first.base_offset).max(self.floor)
    }

    /// Log end offset: the next to be written.
    pub fn end(&self) -> u64 {
        self.active.end_offset()
    }

    /// Appends a batch at the log end, as a leader does.
    pub fn append(&mut self, leader_epoch: u32, stamp: Option<Stamp>, records: Arc<Records>) -> Rolled {
        self.append_as_follower(Batch { base_offset: self.end(), leader_epoch, stamp, records })
    }

    /// Appends a batch where it stands in the leader's log: at the log end or, where the leader's has a hole, after it.
    pub fn append_as_follower(&mut self, batch: Batch) -> Rolled {
        let Batch { base_offset, ref records, .. } = batch;
        let is_full = self.active.batches.first().is_some_and(|first| {
            let age = records.last_stamped_at().since(first.records.last_stamped_at());
            self.active.bytes + records.bytes() > self.segment_bytes || age > self.segment_span
        });
        if is_full {
            self.roll();
        }
        self.active.append(batch);
        if is_full { Rolled::At(base_offset) } else { Rolled::No }
    }

    /// Closes the active segment and begins a new one.
    fn roll(&mut self) {
        let next = Segment::starting_at(self.active.end_offset());
        let full = std::mem::replace(&mut self.active, next);
        self.sealed.push(Arc::new(full));
    }

    /// Raises the first readable offset, up to the log end (DeleteRecords). True if it moved.
    pub fn raise_start(&mut self, to: u64) -> bool {
        let to = to.min(self.end());
        let has_moved = to > self.start();
        self.floor = self.floor.max(to);
        has_moved
    }

    /// Deletes the oldest segments, as long as each is below `limit` (the high watermark) and `deletable` says so, given
    /// the segment and the bytes of the whole log. If every one of them goes, the active one among them, a new one is
    /// begun first; an empty one stays. Returns how many went (`UnifiedLog#deleteOldSegments`).
    pub fn delete_old_segments(&mut self, limit: u64, deletable: impl Fn(&Segment, u64) -> bool) -> u32 {
        let mut bytes: u64 = self.segments().map(|segment| segment.bytes).sum();
        let mut gone = 0;
        for segment in self.segments() {
            if segment.takes_nothing() || segment.end_offset() > limit || !deletable(segment, bytes) {
                break;
            }
            bytes -= segment.bytes;
            gone += 1;
        }
        if gone > self.sealed.len() {
            self.roll();
        }
        self.sealed.drain(..gone);
        gone as u32
    }

    /// Throws away everything from `end` on, which is where a batch ends. A log that begins later is empty afterwards.
    pub fn truncate(&mut self, end: u64) {
        if end < self.start() {
            return self.restart_at(end);
        }
        while self.active.base_offset > end
            && let Some(sealed) = self.sealed.pop()
        {
            self.active = Arc::unwrap_or_clone(sealed);
        }
        self.active.truncate(end);
    }

    /// Throws away everything and begins anew at `start`.
    pub fn restart_at(&mut self, start: u64) {
        self.sealed.clear();
        self.active = Segment::starting_at(start);
        self.floor = 0;
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
        let is_late_enough =
            |batch: &Batch| !batch.records.is_empty() && batch.records.max_timestamp_us() >= timestamp_us;
        let batch = self.batches_from(self.start()).find(|batch| is_late_enough(batch))?;
        let index = (0..batch.records.len()).find(|&index| batch.records.timestamp_us(index) >= timestamp_us)?;
        Some(batch.offset(index))
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
        let mut log = PartitionLog::new(1_000, Span::from_secs(3_600));
        for (n, &records) in batches.iter().enumerate() {
            log.append(0, None, batch(records, n as u64 * 10));
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
        let mut log = PartitionLog::new(1_000, Span::from_secs(3_600));
        for stamps in [[50, 20], [40, 90], [10, 60]] {
            let mut columns = Records::default();
            for timestamp_us in stamps {
                let extra = Some(Extra { timestamp_us: Some(timestamp_us), ..Extra::default() });
                let (key, created_at) = (KeyId::NONE, Time::from_secs(7));
                columns.push(Record { key, key_bytes: 0, value_bytes: 0, created_at, extra });
            }
            log.append(0, None, columns.seal());
        }
        let at = |timestamp_us| log.offset_at(timestamp_us);
        assert_eq!((at(5), at(30), at(50)), (Some(0), Some(0), Some(0)), "the first that is late enough");
        assert_eq!((at(51), at(60), at(90), at(91)), (Some(3), Some(3), Some(3), None), "not the nearest");
    }

    #[test]
    fn a_batch_rolls_when_the_first_of_the_segment_is_too_old() {
        let mut log = PartitionLog::new(1 << 30, Span::from_millis(50));
        for created_ms in [0, 40, 50, 51, 90, 200] {
            log.append(0, None, batch(1, created_ms));
        }
        assert_eq!(log.segments().map(|segment| segment.base_offset).collect::<Vec<_>>(), [0, 3, 5]);
    }

    #[test]
    fn old_segments_go_from_the_oldest_on_and_only_below_the_high_watermark() {
        let mut log = log_of(&[8, 8, 8]);
        assert_eq!(log.delete_old_segments(8, |_, _| true), 1);
        assert_eq!((log.start(), log.end()), (8, 24));
        assert_eq!(
            log.delete_old_segments(24, |segment, _| segment.base_offset != 8),
            0,
            "the first that stays ends it"
        );
        assert_eq!(log.delete_old_segments(24, |_, _| true), 2, "the active one too");
        assert_eq!((log.start(), log.end()), (24, 24));
        assert_eq!(log.delete_old_segments(24, |_, _| true), 0, "an empty one stays");
    }

    #[test]
    fn a_start_that_was_raised_is_the_first_readable_offset() {
        let mut log = log_of(&[8, 8, 8]);
        assert!(log.raise_start(10) && !log.raise_start(9));
        assert_eq!((log.start(), log.read(9, 24, 1)), (10, Err(OutOfRange)));
        assert_eq!(log.delete_old_segments(24, |segment, _| segment.end_offset() <= 10), 1);
        assert_eq!(log.start(), 10);
    }

    #[test]
    fn a_log_that_is_truncated_goes_on_from_there() {
        let mut log = log_of(&[3, 5, 2, 8]);
        log.truncate(8);
        assert_eq!((log.start(), log.end()), (0, 8));
        log.append(1, None, batch(2, 90));
        assert_eq!(bases(&log, 0, 10, u64::MAX), [0, 3, 8]);
        log.truncate(0);
        assert_eq!((log.start(), log.end()), (0, 0));
        log.restart_at(40);
        assert_eq!((log.start(), log.end()), (40, 40));
    }

    #[test]
    fn a_clone_shares_its_sealed_segments() {
        let log = log_of(&[8, 8, 8]);
        let copy = log.clone();
        assert!(log.sealed.iter().zip(&copy.sealed).all(|(a, b)| Arc::ptr_eq(a, b)));
    }
}
