//! Compaction: of every key the last value stays.
//!
//! In Kafka this is `Cleaner` (`LogCleaner.scala`) and `MemoryRecords#filterTo`. We model the two passes: a map from keys to
//! their last offsets over the dirty part, then the rewriting of everything below; tombstones, which go with a later
//! cleaning once `delete.retention.ms` has passed since the first that kept them; what was aborted, which goes at once, and
//! markers, which go when nothing of their transaction is left; batches that are kept empty; and the joining
//! of segments that have become small. Left out: the size of the map (it always has room for the whole dirty part), the
//! throttle, and the time that a cleaning takes.

use std::sync::Arc;

use super::{Batch, Kind, PartitionLog, Records, Segment, Stamp};
use crate::kernel::{Span, Time};
use crate::model::kafka::message::ProducerId;
use crate::model::workload::KeyId;

/// The clean part of a log, the part that a cleaning would reach, and the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dirtiness {
    pub clean_bytes: u64,
    pub cleanable_bytes: u64,
    /// Where the cleanable part ends: the first segment that may not be cleaned begins here.
    pub until: u64,
}

impl Dirtiness {
    /// The dirty ratio, in parts per million; 0 of an empty log.
    pub fn ppm(&self) -> u32 {
        let total = u128::from(self.clean_bytes + self.cleanable_bytes);
        (u128::from(self.cleanable_bytes) * 1_000_000).checked_div(total).unwrap_or(0) as u32
    }

    /// Whether this log is dirtier than that one, exactly.
    pub fn exceeds(&self, ppm: u32) -> bool {
        let total = u128::from(self.clean_bytes + self.cleanable_bytes);
        u128::from(self.cleanable_bytes) * 1_000_000 > total * u128::from(ppm)
    }
}

/// What a cleaning is given.
#[derive(Clone, Copy, Debug)]
pub struct Cleaning {
    pub now: Time,
    /// Where the dirty part begins.
    pub first_dirty: u64,
    /// Where it ends.
    pub until: u64,
    /// `delete.retention.ms`.
    pub delete_retention: Span,
}

/// What a cleaning did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Records that went, tombstones among them.
    pub removed: u64,
    pub tombstones_removed: u64,
    pub bytes_before: u64,
    pub bytes_after: u64,
}

impl PartitionLog {
    /// How dirty the log is; `uncleanable` is the first offset that may not be cleaned, and holds back its whole segment. The
    /// active segment is never cleaned.
    pub fn dirtiness(&self, first_dirty: u64, uncleanable: u64) -> Dirtiness {
        let is_held = |segment: &&Arc<Segment>| segment.end_offset() > uncleanable;
        let held = self.sealed.iter().find(is_held).map_or(self.active.base_offset, |segment| segment.base_offset);
        let until = held.max(first_dirty.min(self.active.base_offset));
        let bytes = |from: u64, to: u64| -> u64 {
            let within = self.sealed.iter().filter(|segment| (from..to).contains(&segment.base_offset));
            within.map(|segment| segment.bytes).sum()
        };
        Dirtiness { clean_bytes: bytes(0, first_dirty), cleanable_bytes: bytes(first_dirty, until), until }
    }

    /// The base offset of the first closed segment at or after `offset` that has something younger than `age`.
    pub fn first_younger(&self, offset: u64, now: Time, age: Span) -> Option<u64> {
        let mut dirty = self.sealed.iter().filter(|segment| segment.base_offset >= offset);
        dirty.find(|segment| segment.newest() + age > now).map(|segment| segment.base_offset)
    }

    /// When the oldest record in the closed segments from `offset` on was written (the first batch of each).
    pub fn oldest_dirty(&self, offset: u64) -> Option<Time> {
        let dirty = self.sealed.iter().filter(|segment| segment.base_offset >= offset);
        dirty.filter_map(|segment| Some(segment.batches.first()?.records.last_stamped_at())).min()
    }

    /// Rewrites the segments below `until`. `is_last` says whether a batch is the last of its producer: that one stays even if
    /// nothing is left in it, for it tells which sequence number comes next. `is_aborted` says whether its transaction was
    /// aborted: then nothing of it stays, and it makes nothing older superfluous.
    pub fn clean(
        &mut self,
        cleaning: &Cleaning,
        is_last: impl Fn(&Stamp, &Batch) -> bool,
        is_aborted: impl Fn(&Stamp, &Batch) -> bool,
    ) -> Cleaned {
        let newest = self.newest_by_key(cleaning.first_dirty, cleaning.until, &is_aborted);
        let count = self.sealed.partition_point(|segment| segment.end_offset() <= cleaning.until);
        let mut pass = Pass { cleaning, newest, is_last, is_aborted, with_data: Vec::new(), done: Cleaned::default() };
        let groups = group_by_size(&self.sealed[..count], self.segment_bytes);
        let cleaned: Vec<Arc<Segment>> = groups.into_iter().map(|group| pass.clean_group(group)).collect();
        let done = pass.done;
        self.sealed.splice(..count, cleaned);
        done
    }

    /// By key: the offset after its last record in the dirty part, 0 where there is none.
    fn newest_by_key(&self, first_dirty: u64, until: u64, is_aborted: impl Fn(&Stamp, &Batch) -> bool) -> Vec<u64> {
        let mut newest = Vec::new();
        for batch in self.batches_from(first_dirty).take_while(|batch| batch.base_offset < until) {
            if batch.stamp.is_some_and(|stamp| is_aborted(&stamp, batch)) {
                continue;
            }
            for index in batch.indexes(first_dirty, until) {
                let key = batch.records.key(index);
                if key.is_some() {
                    if newest.len() <= key.index() {
                        newest.resize(key.index() + 1, 0);
                    }
                    newest[key.index()] = batch.offset(index) + 1;
                }
            }
        }
        newest
    }
}

/// Neighbours that fit into one segment (`Cleaner#groupSegmentsBySize`), measured before they are cleaned.
fn group_by_size(segments: &[Arc<Segment>], most: u64) -> Vec<&[Arc<Segment>]> {
    let mut groups = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, segment) in segments.iter().enumerate() {
        if at > from && bytes + segment.bytes > most {
            groups.push(&segments[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += segment.bytes;
    }
    if from < segments.len() {
        groups.push(&segments[from..]);
    }
    groups
}

/// One cleaning, from the beginning of the log on.
struct Pass<'a, L, A> {
    cleaning: &'a Cleaning,
    newest: Vec<u64>,
    is_last: L,
    is_aborted: A,
    /// Producers in whose transaction there is still a record, up to where the pass is (`CleanedTransactionMetadata`).
    with_data: Vec<ProducerId>,
    done: Cleaned,
}

impl<L: Fn(&Stamp, &Batch) -> bool, A: Fn(&Stamp, &Batch) -> bool> Pass<'_, L, A> {
    fn clean_group(&mut self, group: &[Arc<Segment>]) -> Arc<Segment> {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let end = last.end_offset();
        let mut changed = group.len() > 1;
        let mut kept = Vec::new();
        for batch in group.iter().flat_map(|segment| segment.batches.iter()) {
            let left = if batch.marker().is_some() { self.clean_marker(batch) } else { self.clean_batch(batch) };
            changed |= left.as_ref().is_none_or(|records| !Arc::ptr_eq(records, &batch.records));
            let is_last = || batch.stamp.is_some_and(|stamp| (self.is_last)(&stamp, batch));
            match left {
                Some(records) if batch.marker().is_some() || !records.is_empty() => {
                    kept.push(Batch { records, ..batch.clone() });
                }
                left if batch.end_offset() == self.cleaning.until || is_last() => {
                    let records = left.unwrap_or_else(|| batch.records.clone());
                    kept.push(Batch { records, ..batch.clone() });
                }
                _ => {}
            }
        }
        self.done.bytes_before += group.iter().map(|segment| segment.bytes).sum::<u64>();
        // What nothing was taken from stays shared with every copy of the run.
        let segment =
            if changed { Arc::new(Segment::cleaned(first.base_offset, end, kept.into_iter())) } else { first.clone() };
        self.done.bytes_after += segment.bytes;
        segment
    }

    /// What stays of a batch (`Cleaner#shouldRetainRecord`): what is the last of its key in the dirty part, or of a key that does
    /// not occur there; but no tombstone whose time is over, nothing without a key, and nothing that was aborted.
    fn clean_batch(&mut self, batch: &Batch) -> Option<Arc<Records>> {
        let records = &batch.records;
        let horizon = records.delete_horizon();
        let tombstones_may_go = horizon.is_some_and(|horizon| self.cleaning.now >= horizon);
        let is_aborted = batch.stamp.is_some_and(|stamp| (self.is_aborted)(&stamp, batch));
        let mut kept = Vec::new();
        let mut has_tombstones = false;
        for index in 0..records.len() {
            let key = records.key(index);
            let is_newest = batch.offset(index) + 1 >= newest_of(key, &self.newest);
            let is_tombstone = records.is_tombstone(index);
            if key.is_some() && is_newest && !is_aborted && !(is_tombstone && tombstones_may_go) {
                has_tombstones |= is_tombstone;
                kept.push(index);
            } else {
                self.done.removed += 1;
                self.done.tombstones_removed += u64::from(is_tombstone && is_newest);
            }
        }
        if let Some(Stamp { producer, kind: Kind::Transactional, .. }) = batch.stamp.filter(|_| !kept.is_empty())
            && !self.with_data.contains(&producer)
        {
            self.with_data.push(producer);
        }
        let cleaning = self.cleaning;
        let new_horizon = (has_tombstones && horizon.is_none()).then(|| cleaning.now + cleaning.delete_retention);
        if kept.len() == records.len() as usize && new_horizon.is_none() {
            return Some(records.clone());
        }
        Some(Arc::new(records.retain(&kept, horizon.or(new_horizon))))
    }

    /// A marker stays while a record of its transaction does, and then for as long as a tombstone; none if it goes.
    fn clean_marker(&mut self, batch: &Batch) -> Option<Arc<Records>> {
        let producer = batch.stamp.map(|stamp| stamp.producer);
        let had = self.with_data.len();
        self.with_data.retain(|&other| Some(other) != producer);
        let has_data = self.with_data.len() < had;
        match batch.records.delete_horizon() {
            _ if has_data => Some(batch.records.clone()),
            None => Some(batch.records.with_horizon(self.cleaning.now + self.cleaning.delete_retention)),
            Some(horizon) if self.cleaning.now < horizon => Some(batch.records.clone()),
            Some(_) => None,
        }
    }
}

fn newest_of(key: KeyId, newest: &[u64]) -> u64 {
    if key.is_some() { newest.get(key.index()).copied().unwrap_or(0) } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::SortedMap;
    use crate::model::log::{Extra, Record};
    use crate::model::workload::Keys;

    /// Offset, key, creation time in microseconds (no two alike), whether its value is null.
    type Row = (u64, KeyId, u64, bool);

    fn rows(log: &PartitionLog, from: u64) -> Vec<Row> {
        let rows = |batch: &Batch| {
            let row = |index| {
                let records = &batch.records;
                (
                    batch.offset(index),
                    records.key(index),
                    records.created_at(index).as_micros(),
                    records.is_tombstone(index),
                )
            };
            batch.indexes(from, batch.end_offset()).map(row).collect::<Vec<_>>()
        };
        log.batches_from(from).flat_map(rows).collect()
    }

    /// By key, what somebody knows last who reads from `from` on; a key that was deleted is not known.
    fn table(log: &PartitionLog, from: u64) -> SortedMap<KeyId, u64> {
        let mut table = SortedMap::new();
        for (_, key, value, is_tombstone) in rows(log, from) {
            let _ = if is_tombstone { table.remove(&key) } else { table.insert(key, value) };
        }
        table
    }

    fn append(log: &mut PartitionLog, batch: &[(u8, bool)], keys: &mut Keys, written: &mut u64) {
        let mut columns = Records::default();
        for &(key, is_tombstone) in batch {
            *written += 1;
            let extra = is_tombstone.then(Extra::default);
            let (key, created_at) = (keys.intern(&[key]), Time::from_micros(*written));
            columns.push(Record { key, key_bytes: 1, value_bytes: 100, created_at, extra });
        }
        log.append(0, None, columns.seal());
    }

    proptest! {
        /// Batches and cleanings in turn, some cleanings so late that tombstones go.
        #[test]
        fn a_cleaning_changes_no_offset_and_nothing_that_anybody_knows_in_the_end(
            steps in prop::collection::vec((prop::collection::vec((0u8..6, prop::bool::weighted(0.2)), 1..6), 0u8..4), 1..40),
        ) {
            let (mut log, mut whole) = (PartitionLog::new(1_000, Span::from_secs(60)), PartitionLog::new(1_000, Span::from_secs(60)));
            let (mut keys, mut written, mut first_dirty) = (Keys::default(), 0, 0);
            for (n, (batch, cleans)) in steps.iter().enumerate() {
                let mut again = written;
                append(&mut whole, batch, &mut keys, &mut again);
                append(&mut log, batch, &mut keys, &mut written);
                if *cleans > 0 {
                    continue;
                }
                let until = log.dirtiness(first_dirty, log.end()).until;
                let now = Time::from_secs(n as u64);
                let done = log.clean(&Cleaning { now, first_dirty, until, delete_retention: Span::from_secs(5) }, |_, _| false, |_, _| false);
                first_dirty = until;
                prop_assert!(done.bytes_after <= done.bytes_before);
                let mut keys_seen: Vec<KeyId> = rows(&log, 0).iter().filter(|row| row.0 < until).map(|row| row.1).collect();
                let count = keys_seen.len();
                keys_seen.sort_unstable();
                keys_seen.dedup();
                prop_assert_eq!(keys_seen.len(), count, "in the clean part every key occurs once");
            }
            prop_assert_eq!((log.start(), log.end()), (whole.start(), whole.end()));
            let (left, all) = (rows(&log, 0), rows(&whole, 0));
            prop_assert!(left.iter().all(|row| all.contains(row)), "what is left is what was written, where it was written");
            prop_assert!(left.windows(2).all(|pair| pair[0].0 < pair[1].0));
            for from in 0..=whole.end() {
                prop_assert_eq!(table(&log, from), table(&whole, from), "from {}", from);
            }
            let mut ends = log.segments().zip(log.segments().skip(1));
            prop_assert!(ends.all(|(one, next)| one.end_offset() == next.base_offset));
        }
    }

    #[test]
    fn what_nothing_is_taken_from_stays_shared() {
        let mut log = PartitionLog::new(200, Span::from_secs(60));
        let (mut keys, mut written) = (Keys::default(), 0);
        for key in 0..4 {
            append(&mut log, &[(key, false)], &mut keys, &mut written);
        }
        let copy = log.clone();
        let cleaning = Cleaning { now: Time::ZERO, first_dirty: 0, until: 3, delete_retention: Span::ZERO };
        assert_eq!(log.clean(&cleaning, |_, _| false, |_, _| false).removed, 0);
        assert!(log.sealed.iter().zip(&copy.sealed).all(|(one, other)| Arc::ptr_eq(one, other)));
    }
}
