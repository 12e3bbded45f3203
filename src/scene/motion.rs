//! What moves between two refreshes of the stage.

use crate::engine::World;
use crate::kernel::Time;
use crate::model::{Name, TopicPartition};
use crate::view::lane::{self, Cell};
use crate::view::packets::{self, PacketView};
use crate::view::stage::{self, LaneView};

/// Read anew for every frame, for what is visible only. The world is one; tests write their own.
pub trait Motion {
    fn now(&self) -> Time;
    /// The partitions of a topic, with their offsets and everybody's flags.
    fn lanes(&self, topic: &Name) -> Vec<LaneView>;
    /// At most `count` cells from offset `from` on, ascending.
    fn cells(&self, partition: &TopicPartition, from: u64, count: u32) -> Vec<Cell>;
    fn packets(&self) -> Vec<PacketView>;
}

impl Motion for World {
    fn now(&self) -> Time {
        self.now
    }

    fn lanes(&self, topic: &Name) -> Vec<LaneView> {
        stage::lanes(self, topic)
    }

    fn cells(&self, partition: &TopicPartition, from: u64, count: u32) -> Vec<Cell> {
        lane::cells(self, partition, from, count)
    }

    fn packets(&self) -> Vec<PacketView> {
        packets::packets(self)
    }
}
