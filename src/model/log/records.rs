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
    /// By index, for those that are more than a generated value.
    extras: SortedMap<u32, Extra>,
    /// The latest of their timestamps (`maxTimestamp` in Kafka's batch header); 0 without records.
    max_timestamp_us: i64,
    bytes: u64,
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
    /// `CreateTime`: its own, or else when it was made. The run began at 0, as Unix time did.
    fn timestamp_us(&self) -> i64 {
        let own = self.extra.as_ref().and_then(|extra| extra.timestamp_us);
        own.unwrap_or_else(|| micros(self.created_at))
    }

    /// Its size in a batch, by estimate: exact varint lengths depend on its place.
    pub fn bytes(&self) -> u64 {
        let headers = self.extra.iter().flat_map(|extra| extra.headers.iter());
        let headers = headers.map(|(name, value)| name.as_str().len() + value.as_str().len() + 2).sum::<usize>();
        RECORD_OVERHEAD_BYTES + u64::from(self.key_bytes) + u64::from(self.value_bytes) + headers as u64
    }
}

impl Records {
    pub fn push(&mut self, record: Record) {
        let timestamp_us = record.timestamp_us();
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

    /// Gives back what the columns reserved and do not use; sealed batches stay for long.
    pub fn seal(mut self) -> Arc<Self> {
        self.keys.shrink_to_fit();
        self.value_bytes.shrink_to_fit();
        self.created_after.shrink_to_fit();
        Arc::new(self)
    }

    pub fn len(&self) -> u32 {
        self.keys.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
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

    /// `CreateTime`, in microseconds: what a file said, or else when the record was made. Not ascending where a file's
    /// were not.
    pub fn timestamp_us(&self, index: u32) -> i64 {
        let own = self.extra(index).and_then(|extra| extra.timestamp_us);
        own.unwrap_or_else(|| micros(self.created_at(index)))
    }

    /// When the newest of them was created: a batch fills in the order of creation. It is this that segments age by: a
    /// file's own timestamps are on another clock than the run's.
    pub fn last_created_at(&self) -> Time {
        self.created_after.last().map_or(self.base_created, |_| self.created_at(self.len() - 1))
    }

    pub fn max_timestamp_us(&self) -> i64 {
        self.max_timestamp_us
    }

    pub fn extra(&self, index: u32) -> Option<&Extra> {
        self.extras.get(&index)
    }

    /// Bytes of memory that these records take, columns and bookkeeping included.
    pub fn memory_bytes(&self) -> u64 {
        let columns = self.keys.capacity() * 4 + self.value_bytes.capacity() * 4 + self.created_after.capacity() * 4;
        let extras = self.extras.len() * (size_of::<Extra>() + 16);
        (columns + extras + size_of::<Self>() + 16) as u64
    }
}

fn micros(time: Time) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
