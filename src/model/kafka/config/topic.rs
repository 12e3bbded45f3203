//! Topic properties.

use serde::{Deserialize, Serialize};

use crate::model::refusal::{Refusal, within};

/// More than anybody can look at, and few enough for a page to hold.
pub const PARTITIONS_MAX: u32 = 10_000;

const WEEK_MS: u64 = 7 * 24 * 3_600_000;

/// What becomes of old segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanupPolicy {
    /// Retention by time and size deletes them.
    #[default]
    Delete,
    /// Retention leaves them alone. Compaction itself is not modelled yet.
    Compact,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TopicConfig {
    pub partitions: u32,
    #[serde(rename = "replication.factor")]
    pub replication_factor: u32,
    #[serde(rename = "min.insync.replicas")]
    pub min_insync_replicas: u32,
    #[serde(rename = "unclean.leader.election.enable")]
    pub unclean_leader_election_enable: bool,
    #[serde(rename = "segment.bytes")]
    pub segment_bytes: u64,
    #[serde(rename = "segment.ms")]
    pub segment_ms: u64,
    #[serde(rename = "cleanup.policy")]
    pub cleanup_policy: CleanupPolicy,
    /// -1: without limit.
    #[serde(rename = "retention.ms")]
    pub retention_ms: i64,
    /// A partition; -1: without limit.
    #[serde(rename = "retention.bytes")]
    pub retention_bytes: i64,
    #[serde(rename = "max.message.bytes")]
    pub max_message_bytes: u32,
}

impl Default for TopicConfig {
    fn default() -> Self {
        TopicConfig {
            partitions: 1,
            replication_factor: 1,
            min_insync_replicas: 1,
            unclean_leader_election_enable: false,
            segment_bytes: 1 << 30,
            segment_ms: WEEK_MS,
            cleanup_policy: CleanupPolicy::Delete,
            retention_ms: WEEK_MS as i64,
            retention_bytes: -1,
            max_message_bytes: 1_048_588,
        }
    }
}

impl TopicConfig {
    /// `brokers`: how many there are to place replicas on.
    pub fn validate(&self, brokers: u32) -> Result<(), Refusal> {
        within("partitions", self.partitions, 1, PARTITIONS_MAX)?;
        within("min.insync.replicas", self.min_insync_replicas, 1, 100)?;
        within("segment.bytes", self.segment_bytes, 1_024, 1 << 40)?;
        within("segment.ms", self.segment_ms, 1, 1 << 53)?;
        within("retention.ms", self.retention_ms, -1, 1 << 53)?;
        within("retention.bytes", self.retention_bytes, -1, 1 << 53)?;
        within("max.message.bytes", self.max_message_bytes, 1_024, 1 << 30)?;
        if self.replication_factor == 0 || self.replication_factor > brokers {
            let message =
                format!("must be between 1 and the number of brokers, {brokers} (INVALID_REPLICATION_FACTOR)");
            return Err(Refusal::new("replication.factor", message));
        }
        Ok(())
    }
}
