//! One replica of a partition.

use super::sequences::Sequences;
use crate::kernel::SortedMap;
use crate::model::kafka::cluster::Replicas;
use crate::model::kafka::message::{BrokerId, ProducerId};
use crate::model::log::PartitionLog;

/// A replica: its log, and what its role adds.
#[derive(Clone, Debug)]
pub struct Partition {
    pub log: PartitionLog,
    /// The first offset not known to be on every in-sync replica. What is below can be read.
    pub high_watermark: u64,
    pub role: Role,
}

#[derive(Clone, Debug)]
pub enum Role {
    Leader {
        /// The log end of each follower, as its last fetch told.
        follower_ends: SortedMap<BrokerId, u64>,
        producers: SortedMap<ProducerId, Sequences>,
    },
    Follower {
        leader: BrokerId,
    },
}

impl Partition {
    pub fn new(broker: BrokerId, replicas: &Replicas, segment_bytes: u64) -> Self {
        let leader = replicas.leader();
        let role = if leader == broker {
            let followers = replicas.brokers.iter().filter(|&&replica| replica != broker);
            Role::Leader { follower_ends: followers.map(|&id| (id, 0)).collect(), producers: SortedMap::new() }
        } else {
            Role::Follower { leader }
        };
        Partition { log: PartitionLog::new(segment_bytes), high_watermark: 0, role }
    }

    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    /// A follower's fetch from `offset` confirms everything below.
    pub fn confirm(&mut self, follower: BrokerId, offset: u64) {
        if let Role::Leader { follower_ends, .. } = &mut self.role {
            follower_ends.insert(follower, offset);
        }
    }

    /// Moves the leader's high watermark up to the lowest log end of all replicas (`Partition#maybeIncrementLeaderHW`).
    /// True if it moved.
    pub fn advance_high_watermark(&mut self) -> bool {
        let Role::Leader { follower_ends, .. } = &self.role else { return false };
        let lowest = follower_ends.values().copied().fold(self.log.end(), u64::min);
        let has_moved = lowest > self.high_watermark;
        self.high_watermark = self.high_watermark.max(lowest);
        has_moved
    }
}
