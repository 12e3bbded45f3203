//! Topic properties.

use serde::{Deserialize, Serialize};

use crate::model::refusal::{Refusal, within};

/// More than anybody can look at, and few enough for a page to hold.
pub const PARTITIONS_MAX: u32 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TopicConfig {
    pub partitions: u32,
    #[serde(rename = "replication.factor")]
    pub replication_factor: u32,
    #[serde(rename = "segment.bytes")]
    pub segment_bytes: u64,
    #[serde(rename = "max.message.bytes")]
    pub max_message_bytes: u32,
}

impl Default for TopicConfig {
    fn default() -> Self {
        TopicConfig { partitions: 1, replication_factor: 1, segment_bytes: 1 << 30, max_message_bytes: 1_048_588 }
    }
}

impl TopicConfig {
    /// `brokers`: how many there are to place replicas on.
    pub fn validate(&self, brokers: u32) -> Result<(), Refusal> {
        within("partitions", self.partitions, 1, PARTITIONS_MAX)?;
        within("segment.bytes", self.segment_bytes, 1_024, 1 << 40)?;
        within("max.message.bytes", self.max_message_bytes, 1_024, 1 << 30)?;
        if self.replication_factor == 0 || self.replication_factor > brokers {
            let message =
                format!("must be between 1 and the number of brokers, {brokers} (INVALID_REPLICATION_FACTOR)");
            return Err(Refusal::new("replication.factor", message));
        }
        Ok(())
    }
}
