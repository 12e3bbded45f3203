//! The cells of one partition's lane, read anew for every frame.

use crate::model::TopicPartition;

/// One record, as its cell shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub offset: u64,
    /// Which hue its key has: the key's number; `None` without a key.
    pub key: Option<u32>,
    /// Above the high watermark: written by the leader, not yet by every in-sync replica, not yet readable.
    pub uncommitted: bool,
    /// The most often that any one group processed it; 2 and more is shown as `×2`.
    pub times_processed: u32,
}

/// What the lane of `partition` shows from offset `from` on, at most `count` cells, ascending.
pub type LaneKey = TopicPartition;
