//! Records, as columns.

use std::sync::Arc;

use crate::kernel::{SortedMap, Span, Time};
use crate::model::Name;
use crate::model::workload::{KeyId, Rows};

/// What Kafka's record format adds to a batch, and about what it adds to a record (attributes, deltas, lengths).
pub const BATCH_OVERHEAD_BYTES: u64 = 61;
pub const RECORD_OVERHEAD_BYTES: u64 = 9;

/// A batch's records, in columns and immutable once sealed. The log of every replica, every fetch response and every
/// checkpoint share one copy behind an `Arc`.
///
/// Columns that most batches do not need are empty: generated values are described by their size alone, and a
/// timestamp is kept only where it differs from the time of creation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    keys: Vec<KeyId>,
    value_bytes: Vec<u32>,
    /// When the application created the first one.
    base_created: Time,
    /// How much later each was created, in microseconds.
    created_after: Vec<u32>,
    /// How far ahead the clock was that stamped them, in microseconds; behind if negative.
    clock_ahead_us: i64,
    /// By index, for those that are more than a generated value.
    extras: SortedMap<u32, Extra>,
    /// The latest of their timestamps (`maxTimestamp` in Kafka's batch header); 0 without records.
    max_timestamp_us: i64,
    bytes: u64,
    /// Where the records stand that a cleaning left; none while the batch is whole.
    cleaned: Option<Box<Cleaned>>,
}

/// What a batch keeps of itself when compaction takes records out of it: its own place in the log does not change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cleaned {
    /// By record: how far its offset lies after the batch's first.
    deltas: Vec<u32>,
    /// How many offsets the batch takes (`lastOffsetDelta` + 1).
    span: u32,
    /// From when on its tombstones may go (`deleteHorizonMs`).
    delete_horizon: Option<Time>,
}

/// What a record carries beyond a key and a generated value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    pub value: Option<Value>,
    pub headers: Arc<[(Name, Name)]>,
    /// The record's own timestamp (`CreateTime`), microseconds of Unix time, where a file gave one.
    pub timestamp_us: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(Arc<str>),
    /// A row of a replayed file.
    Row(Arc<Rows>, u32),
}

/// One record on its way into a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub key: KeyId,
    pub key_bytes: u32,
    pub value_bytes: u32,
    pub created_at: Time,
    pub extra: Option<Extra>,
}

impl Record {
    /// Its own timestamp, where a file gave one.
    fn own_timestamp_us(&self) -> Option<i64> {
        self.extra.as_ref().and_then(|extra| extra.timestamp_us)
    }

    /// Its size in a batch, by estimate: exact varint lengths depend on its place.
    pub fn bytes(&self) -> u64 {
        let own = u64::from(self.key_bytes) + u64::from(self.value_bytes);
        RECORD_OVERHEAD_BYTES + own + self.extra.as_ref().map_or(0, Extra::header_bytes)
    }
}

impl Extra {
    fn header_bytes(&self) -> u64 {
        self.headers.iter().map(|(name, value)| name.as_str().len() + value.as_str().len() + 2).sum::<usize>() as u64
    }
}

impl Records {
    /// None yet; they will be stamped by a clock that is so far ahead.
    pub fn stamped_ahead(clock_ahead_us: i64) -> Self {
        Records { clock_ahead_us, ..Records::default() }
    }

    pub fn push(&mut self, record: Record) {
        let timestamp_us = record.own_timestamp_us().unwrap_or_else(|| micros(self.stamp(record.created_at)));
        if self.keys.is_empty() {
            self.base_created = record.created_at;
            self.max_timestamp_us = timestamp_us;
            self.bytes = BATCH_OVERHEAD_BYTES;
        }
        self.max_timestamp_us = self.max_timestamp_us.max(timestamp_us);
        self.bytes += record.bytes();
        let after = record.created_at.since(self.base_created).as_micros();
        self.created_after.push(u32::try_from(after).unwrap_or(u32::MAX));
        self.value_bytes.push(record.value_bytes);
        if let Some(extra) = record.extra {
            self.extras.insert(self.len(), extra);
        }
        self.keys.push(record.key);
    }

    /// The content of a control batch: an offset, and no record. In Kafka it is a record with a key of 4 bytes and a value of
    /// 6 (`EndTransactionMarker`), which no reader is given.
    pub fn control(now: Time) -> Arc<Self> {
        let bytes = BATCH_OVERHEAD_BYTES + RECORD_OVERHEAD_BYTES + 10;
        let cleaned = Some(Box::new(Cleaned { deltas: Vec::new(), span: 1, delete_horizon: None }));
        Arc::new(Records { base_created: now, bytes, cleaned, ..Records::default() })
    }

    /// Gives back what the columns reserved and do not use; sealed batches stay for long.
    pub fn seal(mut self) -> Arc<Self> {
        self.keys.shrink_to_fit();
        self.value_bytes.shrink_to_fit();
        self.created_after.shrink_to_fit();
        Arc::new(self)
    }

    /// How many records there are; not always how many offsets they take.
    pub fn len(&self) -> u32 {
        self.keys.len() as u32
    }

    /// How many offsets, and sequence numbers, the batch takes: what it was appended with.
    pub fn span(&self) -> u32 {
        self.cleaned.as_ref().map_or(self.len(), |cleaned| cleaned.span)
    }

    /// How far the record's offset lies after the batch's first.
    pub fn delta(&self, index: u32) -> u32 {
        self.cleaned.as_ref().map_or(index, |cleaned| cleaned.deltas[index as usize])
    }

    /// The first record at or after this many offsets from the batch's first; [`Records::len`] if there is none.
    pub fn index_from(&self, delta: u32) -> u32 {
        let index = |cleaned: &Cleaned| cleaned.deltas.partition_point(|&other| other < delta) as u32;
        self.cleaned.as_deref().map_or(delta.min(self.len()), index)
    }

    /// A null value: in a compacted topic, the mark of a key's deletion.
    pub fn is_tombstone(&self, index: u32) -> bool {
        self.extra(index).is_some_and(|extra| extra.value.is_none())
    }

    /// From when on a cleaning may drop the tombstones; none before the first cleaning that kept one.
    pub fn delete_horizon(&self) -> Option<Time> {
        self.cleaned.as_ref()?.delete_horizon
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The same, to be kept until this moment at least.
    pub fn with_horizon(&self, horizon: Time) -> Arc<Records> {
        let mut records = self.clone();
        if let Some(cleaned) = &mut records.cleaned {
            cleaned.delete_horizon = Some(horizon);
        }
        Arc::new(records)
    }

    /// Size of the batch on the wire and in a segment.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn keys(&self) -> &[KeyId] {
        &self.keys
    }

    pub fn key(&self, index: u32) -> KeyId {
        self.keys[index as usize]
    }

    pub fn value_bytes(&self, index: u32) -> u32 {
        self.value_bytes[index as usize]
    }

    pub fn created_at(&self, index: u32) -> Time {
        self.base_created + Span::from_micros(u64::from(self.created_after[index as usize]))
    }

    /// `CreateTime`, in microseconds: what a file said, or else what the producer's clock showed when the record was made.
    /// Not ascending where a file's were not. The run began at 0, as Unix time did.
    pub fn timestamp_us(&self, index: u32) -> i64 {
        let own = self.extra(index).and_then(|extra| extra.timestamp_us);
        own.unwrap_or_else(|| micros(self.stamped_at(index)))
    }

    /// What the producer's clock showed when the record was made. Before the run began it shows nothing less than that.
    pub fn stamped_at(&self, index: u32) -> Time {
        self.stamp(self.created_at(index))
    }

    fn stamp(&self, created_at: Time) -> Time {
        let ahead = Span::from_micros(self.clock_ahead_us.unsigned_abs());
        if self.clock_ahead_us < 0 { created_at - ahead } else { created_at + ahead }
    }

    /// The stamp of the newest of them: a batch fills in the order of creation. It is this that segments age by: a file's
    /// own timestamps are on another clock than the run's.
    pub fn last_stamped_at(&self) -> Time {
        self.created_after.last().map_or(self.base_created, |_| self.stamped_at(self.len() - 1))
    }

    pub fn max_timestamp_us(&self) -> i64 {
        self.max_timestamp_us
    }

    pub fn extra(&self, index: u32) -> Option<&Extra> {
        self.extras.get(&index)
    }

    /// The same batch with these records only, given in ascending order of their index. Offsets, sequence numbers and
    /// timestamps stay. How long keys are is not kept one by one: those that stay count for their share of the bytes.
    pub fn retain(&self, kept: &[u32], delete_horizon: Option<Time>) -> Records {
        let pick = |column: &[u32]| -> Vec<u32> { kept.iter().map(|&index| column[index as usize]).collect() };
        let extras = (0..).zip(kept).filter_map(|(at, &index)| Some((at, self.extra(index)?.clone())));
        let own_bytes = |index: u32| self.bytes_without_key(index);
        let key_bytes = self.bytes.saturating_sub(BATCH_OVERHEAD_BYTES + (0..self.len()).map(own_bytes).sum::<u64>());
        let share = key_bytes * kept.len() as u64 / u64::from(self.len().max(1));
        Records {
            keys: kept.iter().map(|&index| self.key(index)).collect(),
            value_bytes: pick(&self.value_bytes),
            base_created: self.base_created,
            created_after: pick(&self.created_after),
            clock_ahead_us: self.clock_ahead_us,
            extras: extras.collect(),
            max_timestamp_us: kept.iter().map(|&index| self.timestamp_us(index)).max().unwrap_or_default(),
            bytes: BATCH_OVERHEAD_BYTES + kept.iter().map(|&index| own_bytes(index)).sum::<u64>() + share,
            cleaned: Some(Box::new(Cleaned {
                deltas: kept.iter().map(|&index| self.delta(index)).collect(),
                span: self.span(),
                delete_horizon,
            })),
        }
    }

    fn bytes_without_key(&self, index: u32) -> u64 {
        let headers = self.extra(index).map_or(0, Extra::header_bytes);
        RECORD_OVERHEAD_BYTES + u64::from(self.value_bytes(index)) + headers
    }

    /// Bytes of memory that these records take, columns and bookkeeping included.
    pub fn memory_bytes(&self) -> u64 {
        let columns = self.keys.capacity() * 4 + self.value_bytes.capacity() * 4 + self.created_after.capacity() * 4;
        let extras = self.extras.len() * (size_of::<Extra>() + 16);
        let cleaned = self.cleaned.as_ref().map_or(0, |cleaned| size_of::<Cleaned>() + cleaned.deltas.capacity() * 4);
        (columns + extras + cleaned + size_of::<Self>() + 16) as u64
    }
}

fn micros(time: Time) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
