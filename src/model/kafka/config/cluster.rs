//! The brokers and the wires between everybody.

use serde::{Deserialize, Serialize};

use crate::kernel::{Delay, Link, Ppm, Span};
use crate::model::Name;
use crate::model::refusal::{Refusal, check_delay, within};

/// More than anybody can look at.
pub const BROKERS_MAX: u32 = 100;

/// Broker properties, and the network that all clients share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterConfig {
    /// How many brokers there are; they are numbered from 1.
    pub brokers: u32,
    /// Their racks (`broker.rack`), dealt out in turn; none if empty.
    pub racks: Vec<Name>,
    #[serde(rename = "broker.heartbeat.interval.ms")]
    pub broker_heartbeat_interval_ms: u64,
    #[serde(rename = "broker.session.timeout.ms")]
    pub broker_session_timeout_ms: u64,
    #[serde(rename = "replica.lag.time.max.ms")]
    pub replica_lag_time_max_ms: u64,
    #[serde(rename = "log.retention.check.interval.ms")]
    pub log_retention_check_interval_ms: u64,
    #[serde(rename = "log.cleaner.backoff.ms")]
    pub log_cleaner_backoff_ms: u64,
    #[serde(rename = "leader.imbalance.check.interval.seconds")]
    pub leader_imbalance_check_interval_s: u64,
    #[serde(rename = "eligible.leader.replicas.version")]
    pub eligible_leader_replicas_version: u32,
    #[serde(rename = "group.initial.rebalance.delay.ms")]
    pub group_initial_rebalance_delay_ms: u64,
    #[serde(rename = "group.min.session.timeout.ms")]
    pub group_min_session_timeout_ms: u64,
    #[serde(rename = "group.max.session.timeout.ms")]
    pub group_max_session_timeout_ms: u64,
    #[serde(rename = "group.max.size")]
    pub group_max_size: u32,
    #[serde(rename = "group.consumer.session.timeout.ms")]
    pub group_consumer_session_timeout_ms: u64,
    #[serde(rename = "group.consumer.heartbeat.interval.ms")]
    pub group_consumer_heartbeat_interval_ms: u64,
    #[serde(rename = "group.consumer.max.size")]
    pub group_consumer_max_size: u32,
    #[serde(rename = "group.share.session.timeout.ms")]
    pub group_share_session_timeout_ms: u64,
    #[serde(rename = "group.share.heartbeat.interval.ms")]
    pub group_share_heartbeat_interval_ms: u64,
    #[serde(rename = "group.share.max.size")]
    pub group_share_max_size: u32,
    #[serde(rename = "group.share.record.lock.duration.ms")]
    pub group_share_record_lock_duration_ms: u64,
    #[serde(rename = "group.share.delivery.count.limit")]
    pub group_share_delivery_count_limit: u32,
    #[serde(rename = "group.share.partition.max.record.locks")]
    pub group_share_partition_max_record_locks: u32,
    #[serde(rename = "offsets.retention.minutes")]
    pub offsets_retention_minutes: u64,
    #[serde(rename = "offsets.retention.check.interval.ms")]
    pub offsets_retention_check_interval_ms: u64,
    #[serde(rename = "offsets.topic.num.partitions")]
    pub offsets_topic_num_partitions: u32,
    #[serde(rename = "replica.fetch.wait.max.ms")]
    pub replica_fetch_wait_max_ms: u64,
    /// One way between a client and a broker.
    pub client_latency: Delay,
    /// One way between two brokers.
    pub broker_latency: Delay,
    /// Of a message between a client and a broker, in parts per million.
    pub loss_ppm: Ppm,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        let between = |min, max| Delay::Uniform { min_us: Span::from_micros(min), max_us: Span::from_micros(max) };
        ClusterConfig {
            brokers: 3,
            racks: Vec::new(),
            broker_heartbeat_interval_ms: 2_000,
            broker_session_timeout_ms: 9_000,
            replica_lag_time_max_ms: 30_000,
            log_retention_check_interval_ms: 300_000,
            log_cleaner_backoff_ms: 15_000,
            leader_imbalance_check_interval_s: 300,
            eligible_leader_replicas_version: 0,
            group_initial_rebalance_delay_ms: 3_000,
            group_min_session_timeout_ms: 6_000,
            group_max_session_timeout_ms: 1_800_000,
            group_max_size: i32::MAX as u32,
            group_consumer_session_timeout_ms: 45_000,
            group_consumer_heartbeat_interval_ms: 5_000,
            group_consumer_max_size: i32::MAX as u32,
            group_share_session_timeout_ms: 45_000,
            group_share_heartbeat_interval_ms: 5_000,
            group_share_max_size: 200,
            group_share_record_lock_duration_ms: 30_000,
            group_share_delivery_count_limit: 5,
            group_share_partition_max_record_locks: 200,
            offsets_retention_minutes: 10_080,
            offsets_retention_check_interval_ms: 600_000,
            offsets_topic_num_partitions: 50,
            replica_fetch_wait_max_ms: 500,
            client_latency: between(500, 1_500),
            broker_latency: between(200, 600),
            loss_ppm: Ppm(0),
        }
    }
}

impl ClusterConfig {
    pub fn validate(&self) -> Result<(), Refusal> {
        within("group.max.size", self.group_max_size, 1, i32::MAX as u32)?;
        within("group.consumer.max.size", self.group_consumer_max_size, 1, i32::MAX as u32)?;
        within("group.consumer.session.timeout.ms", self.group_consumer_session_timeout_ms, 1, 1_800_000)?;
        within("group.share.session.timeout.ms", self.group_share_session_timeout_ms, 1, 1_800_000)?;
        within("group.share.max.size", self.group_share_max_size, 1, 1_000)?;
        within("group.share.record.lock.duration.ms", self.group_share_record_lock_duration_ms, 1_000, 3_600_000)?;
        within("group.share.delivery.count.limit", self.group_share_delivery_count_limit, 2, 10)?;
        within("group.share.partition.max.record.locks", self.group_share_partition_max_record_locks, 100, 10_000)?;
        within("offsets.retention.minutes", self.offsets_retention_minutes, 1, 5_256_000)?;
        within("offsets.retention.check.interval.ms", self.offsets_retention_check_interval_ms, 1, 86_400_000)?;
        let (heartbeat, session) = (self.group_consumer_heartbeat_interval_ms, self.group_consumer_session_timeout_ms);
        if heartbeat == 0 || heartbeat >= session {
            let message = "must be at least 1 and lower than group.consumer.session.timeout.ms";
            return Err(Refusal::new("group.consumer.heartbeat.interval.ms", message));
        }
        let (heartbeat, session) = (self.group_share_heartbeat_interval_ms, self.group_share_session_timeout_ms);
        if heartbeat == 0 || heartbeat >= session {
            let message = "must be at least 1 and lower than group.share.session.timeout.ms";
            return Err(Refusal::new("group.share.heartbeat.interval.ms", message));
        }
        within("brokers", self.brokers, 1, BROKERS_MAX)?;
        within("broker.heartbeat.interval.ms", self.broker_heartbeat_interval_ms, 100, 600_000)?;
        within("broker.session.timeout.ms", self.broker_session_timeout_ms, 500, 3_600_000)?;
        within("replica.lag.time.max.ms", self.replica_lag_time_max_ms, 100, 3_600_000)?;
        within("log.retention.check.interval.ms", self.log_retention_check_interval_ms, 1, 86_400_000)?;
        within("log.cleaner.backoff.ms", self.log_cleaner_backoff_ms, 100, 86_400_000)?;
        within("leader.imbalance.check.interval.seconds", self.leader_imbalance_check_interval_s, 1, 86_400)?;
        within("eligible.leader.replicas.version", self.eligible_leader_replicas_version, 0, 1)?;
        within("offsets.topic.num.partitions", self.offsets_topic_num_partitions, 1, 10_000)?;
        check_delay("client_latency", &self.client_latency)?;
        check_delay("broker_latency", &self.broker_latency)?;
        within("loss_ppm", self.loss_ppm.0, 0, 1_000_000)?;
        within("replica.fetch.wait.max.ms", self.replica_fetch_wait_max_ms, 1, 60_000)
    }

    /// The rack of the broker with this id, if brokers have racks.
    pub fn rack_of(&self, broker: u32) -> Option<Name> {
        let racks = self.racks.len() as u32;
        (racks > 0).then(|| self.racks[((broker - 1) % racks) as usize].clone())
    }

    pub fn client_link(&self) -> Link {
        Link { latency: self.client_latency, loss: self.loss_ppm }
    }

    pub fn broker_link(&self) -> Link {
        Link { latency: self.broker_latency, loss: Ppm(0) }
    }
}
