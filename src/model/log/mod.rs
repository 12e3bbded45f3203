//! A partition's log: records in batches, batches in segments.
//!
//! In Kafka this is `UnifiedLog`, `LogSegment` and `MemoryRecords`. We model offsets, batches, size-based rolling of
//! segments and reads by offset and by time. Left out: index files, `segment.ms`, retention, compaction, the bytes
//! themselves (a generated value is described by its size) and compression.

mod partition_log;
mod records;
mod segment;

pub use partition_log::{OutOfRange, PartitionLog, Rolled};
pub use records::{BATCH_OVERHEAD_BYTES, Extra, RECORD_OVERHEAD_BYTES, Record, Records, Value};
pub use segment::{Batch, Segment};
