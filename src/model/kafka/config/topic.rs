//! Topic properties.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::kernel::Span;
use crate::model::refusal::{Refusal, within};

/// More than anybody can look at, and few enough for a page to hold.
pub const PARTITIONS_MAX: u32 = 10_000;

const DAY_MS: u64 = 24 * 3_600_000;
const WEEK_MS: u64 = 7 * DAY_MS;

/// What becomes of old segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanupPolicy {
    /// Retention by time and size deletes them.
    #[default]
    Delete,
    /// Compaction leaves the last value of every key; retention takes nothing.
    Compact,
    /// Both.
    #[serde(rename = "compact,delete", alias = "delete,compact")]
    CompactDelete,
}

impl CleanupPolicy {
    pub fn compacts(self) -> bool {
        self != CleanupPolicy::Delete
    }

    pub fn deletes(self) -> bool {
        self != CleanupPolicy::Compact
    }
}

/// A part of one, in millionths, so that it is an integer below the surface and a plain number on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio {
    pub ppm: u32,
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.ppm) / 1_000_000.0)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ratio = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&ratio) {
            return Err(D::Error::custom(format!("a ratio is between 0 and 1, not {ratio}")));
        }
        Ok(Ratio { ppm: libm::round(ratio * 1_000_000.0) as u32 })
    }
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
    #[serde(rename = "min.cleanable.dirty.ratio")]
    pub min_cleanable_dirty_ratio: Ratio,
    #[serde(rename = "min.compaction.lag.ms")]
    pub min_compaction_lag_ms: u64,
    /// Kafka's default is without limit, the largest 64-bit number; here it is -1.
    #[serde(rename = "max.compaction.lag.ms")]
    pub max_compaction_lag_ms: i64,
    #[serde(rename = "delete.retention.ms")]
    pub delete_retention_ms: u64,
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
            min_cleanable_dirty_ratio: Ratio { ppm: 500_000 },
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: -1,
            delete_retention_ms: DAY_MS,
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
        within("min.compaction.lag.ms", self.min_compaction_lag_ms, 0, 1 << 53)?;
        within("max.compaction.lag.ms", self.max_compaction_lag_ms, -1, 1 << 53)?;
        within("delete.retention.ms", self.delete_retention_ms, 0, 1 << 53)?;
        within("max.message.bytes", self.max_message_bytes, 1_024, 1 << 30)?;
        if self.max_compaction_lag().is_some_and(|most| most < Span::from_millis(self.min_compaction_lag_ms)) {
            let message = "must be at least min.compaction.lag.ms, or -1 for no limit";
            return Err(Refusal::new("max.compaction.lag.ms", message));
        }
        if self.replication_factor == 0 || self.replication_factor > brokers {
            let message =
                format!("must be between 1 and the number of brokers, {brokers} (INVALID_REPLICATION_FACTOR)");
            return Err(Refusal::new("replication.factor", message));
        }
        Ok(())
    }

    /// How long a record may stay unclean; without limit if none.
    pub fn max_compaction_lag(&self) -> Option<Span> {
        u64::try_from(self.max_compaction_lag_ms).ok().map(Span::from_millis)
    }

    /// How old an active segment may become: in a compacted topic no older than what has to be cleaned by then
    /// (`LogConfig#maxSegmentMs`).
    pub fn segment_span(&self) -> Span {
        let own = Span::from_millis(self.segment_ms);
        let lag = self.max_compaction_lag().filter(|lag| self.cleanup_policy.compacts() && *lag > Span::ZERO);
        lag.map_or(own, |lag| own.min(lag))
    }
}
