//! How much a stage holds: more than anybody looks at, and little enough for a page whatever a link asks for.

use crate::engine::World;
use crate::model::kafka::config::PARTITIONS_MAX;
use crate::model::refusal::Refusal;

/// Topics, producers, groups and consumers together. Brokers have a limit of their own.
const PARTS_MAX: usize = 1_000;

/// Replicas of all partitions of all topics: [`PARTITIONS_MAX`] partitions, replicated four times.
const REPLICAS_MAX: u32 = 4 * PARTITIONS_MAX;

impl World {
    pub(super) fn check_room_for_a_part(&self, field: &str) -> Result<(), Refusal> {
        let parts = self.cluster.topics.len() + self.producers.len() + self.groups.len() + self.consumers.len();
        if parts < PARTS_MAX {
            return Ok(());
        }
        let message = format!("there are {parts} topics, producers, groups and consumers already, which is the most");
        Err(Refusal::new(field, message))
    }

    /// So many more partitions, in whatever topic, with so many replicas each.
    pub(super) fn check_room_for(&self, field: &str, partitions: u32, replicas: u32) -> Result<(), Refusal> {
        let topics = || self.cluster.topics.values();
        let there: u32 = topics().map(|topic| topic.partitions.len() as u32).sum();
        if there + partitions > PARTITIONS_MAX {
            let message = format!(
                "{partitions} more than the {there} that there are make more than {PARTITIONS_MAX}, which is the most of \
                 all topics together"
            );
            return Err(Refusal::new(field, message));
        }
        let there: u32 = topics().map(|topic| topic.partitions.len() as u32 * topic.config.replication_factor).sum();
        let wanted = there + partitions * replicas;
        if wanted > REPLICAS_MAX {
            let message =
                format!("all topics together would have {wanted} replicas; {REPLICAS_MAX} are the most that fit");
            return Err(Refusal::new(field, message));
        }
        Ok(())
    }
}
