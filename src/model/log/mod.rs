//! A partition's log: records in batches, batches in segments.
//!
//! In Kafka this is `UnifiedLog`, `LogSegment` and `MemoryRecords`. We model offsets, batches, rolling of segments
//! by size and by time, retention by whole segments, compaction, a raised log start, and reads by offset and by time. Left
//! out: index files, `segment.jitter.ms`, the delay before a file is gone from the disk, the bytes themselves (a generated
//! value is described by its size) and compression.

mod compaction;
mod partition_log;
mod records;
mod segment;

pub use compaction::{Cleaned, Cleaning, Dirtiness};
pub use partition_log::{OutOfRange, PartitionLog, Rolled};
pub use records::{BATCH_OVERHEAD_BYTES, Extra, RECORD_OVERHEAD_BYTES, Record, Records, Value};
pub use segment::{Batch, Kind, Outcome, Segment, Stamp};
