//! What moves between two refreshes of the stage.

use crate::kernel::Time;
use crate::model::{Name, TopicPartition};
use crate::view::lane::Cell;
use crate::view::packets::PacketView;
use crate::view::stage::LaneView;

/// Read anew for every frame, for what is visible only. The world is one; tests and demonstrations write their own.
pub trait Motion {
    fn now(&self) -> Time;
    /// The partitions of a topic, with their offsets and everybody's flags.
    fn lanes(&self, topic: &Name) -> Vec<LaneView>;
    /// At most `count` cells from offset `from` on, ascending.
    fn cells(&self, partition: &TopicPartition, from: u64, count: u32) -> Vec<Cell>;
    fn packets(&self) -> Vec<PacketView>;
}
