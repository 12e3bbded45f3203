//! Consumer properties (Kafka's `ConsumerConfig`), shared by the members of a group.

use serde::{Deserialize, Serialize};

use super::ClusterConfig;
use crate::kernel::{Delay, Span};
use crate::model::Name;
use crate::model::kafka::assignor::Assignor;
use crate::model::kafka::assignor::remote::RemoteAssignor;
use crate::model::refusal::{Refusal, check_delay, within};

/// Where to start when a partition has no committed offset, or one that is out of range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AutoOffsetReset {
    Earliest,
    #[default]
    Latest,
    /// Fail, and leave the decision to a person.
    None,
}

/// `isolation.level`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IsolationLevel {
    /// Everything up to the high watermark, whether its transaction is decided or not, or was aborted.
    #[default]
    ReadUncommitted,
    /// Up to the last stable offset, and nothing of aborted transactions.
    ReadCommitted,
}

impl IsolationLevel {
    pub fn name(self) -> &'static str {
        match self {
            IsolationLevel::ReadUncommitted => "read_uncommitted",
            IsolationLevel::ReadCommitted => "read_committed",
        }
    }
}

/// `processing.guarantee` of Kafka Streams: how what the application does and what it commits stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessingGuarantee {
    /// Offsets are committed before the work. A crash loses what was in hand.
    AtMostOnce,
    /// Offsets are committed after the work. A crash repeats what was in hand.
    #[default]
    AtLeastOnce,
    /// Offsets are committed in the transaction that the output is written in (`exactly_once_v2`).
    #[serde(rename = "exactly_once_v2")]
    ExactlyOnce,
}

impl ProcessingGuarantee {
    pub fn name(self) -> &'static str {
        match self {
            ProcessingGuarantee::AtMostOnce => "at_most_once",
            ProcessingGuarantee::AtLeastOnce => "at_least_once",
            ProcessingGuarantee::ExactlyOnce => "exactly_once_v2",
        }
    }
}

/// `group.protocol`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupProtocol {
    /// Members join together, and one of them assigns.
    #[default]
    Classic,
    /// KIP-848: the coordinator assigns, and leads each member there by its heartbeats.
    Consumer,
    /// KIP-932: members share the records of a partition. In Kafka this is another client, `KafkaShareConsumer`.
    Share,
}

/// `share.acknowledgement.mode`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcknowledgementMode {
    /// The next `poll()` accepts what the last one returned.
    #[default]
    Implicit,
    /// The application accepts, releases or rejects every record.
    Explicit,
}

impl GroupProtocol {
    pub fn name(self) -> &'static str {
        match self {
            GroupProtocol::Classic => "classic",
            GroupProtocol::Consumer => "consumer",
            GroupProtocol::Share => "share",
        }
    }
}

/// `group.instance.id`. The members of a group share one configuration here, and in Kafka each needs an id of its own; so
/// this only says where they take it from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InstanceId {
    /// Every member is static, under its `client.id`.
    #[serde(rename = "client.id")]
    ClientId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsumerConfig {
    #[serde(rename = "group.protocol")]
    pub protocol: GroupProtocol,
    /// The coordinator's own choice if not given. For the consumer protocol only, as the next is for the classic one.
    #[serde(rename = "group.remote.assignor")]
    pub remote_assignor: Option<RemoteAssignor>,
    #[serde(rename = "partition.assignment.strategy")]
    pub assignors: Vec<Assignor>,
    /// Dynamic members if not given.
    #[serde(rename = "group.instance.id")]
    pub instance_id: Option<InstanceId>,
    #[serde(rename = "session.timeout.ms")]
    pub session_timeout_ms: u64,
    #[serde(rename = "heartbeat.interval.ms")]
    pub heartbeat_interval_ms: u64,
    #[serde(rename = "max.poll.interval.ms")]
    pub max_poll_interval_ms: u64,
    #[serde(rename = "max.poll.records")]
    pub max_poll_records: u32,
    #[serde(rename = "auto.offset.reset")]
    pub auto_offset_reset: AutoOffsetReset,
    #[serde(rename = "enable.auto.commit")]
    pub enable_auto_commit: bool,
    #[serde(rename = "auto.commit.interval.ms")]
    pub auto_commit_interval_ms: u64,
    #[serde(rename = "isolation.level")]
    pub isolation_level: IsolationLevel,
    #[serde(rename = "fetch.min.bytes")]
    pub fetch_min_bytes: u32,
    #[serde(rename = "fetch.max.wait.ms")]
    pub fetch_max_wait_ms: u64,
    #[serde(rename = "fetch.max.bytes")]
    pub fetch_max_bytes: u32,
    #[serde(rename = "max.partition.fetch.bytes")]
    pub max_partition_fetch_bytes: u32,
    #[serde(rename = "request.timeout.ms")]
    pub request_timeout_ms: u64,
    #[serde(rename = "retry.backoff.ms")]
    pub retry_backoff_ms: u64,
    #[serde(rename = "metadata.max.age.ms")]
    pub metadata_max_age_ms: u64,
    #[serde(rename = "share.auto.offset.reset")]
    pub share_auto_offset_reset: AutoOffsetReset,
    #[serde(rename = "share.acknowledgement.mode")]
    pub share_acknowledgement_mode: AcknowledgementMode,
    /// The topic that the application writes a record to for every record that it has processed; none if it only reads. Not a
    /// Kafka property: it is the code around `poll()`.
    pub output_topic: Option<Name>,
    /// Of Kafka Streams; of a plain consumer it is the order of the calls in its loop.
    #[serde(rename = "processing.guarantee")]
    pub processing_guarantee: ProcessingGuarantee,
    /// Of the producer within, for `exactly_once_v2`.
    #[serde(rename = "transaction.timeout.ms")]
    pub transaction_timeout_ms: u32,
    /// Of a hundred records, how many the application gives back. Not a Kafka property.
    pub release_percent: u32,
    /// Of the others, how many it says can never be processed. Not a Kafka property.
    pub reject_percent: u32,
    /// How long the application works on a record. Not a Kafka property: it is the code around `poll()`.
    pub service_time: Delay,
}

impl Default for ConsumerConfig {
    fn default() -> Self {
        ConsumerConfig {
            protocol: GroupProtocol::Classic,
            remote_assignor: None,
            assignors: vec![Assignor::Range, Assignor::CooperativeSticky],
            instance_id: None,
            session_timeout_ms: 45_000,
            heartbeat_interval_ms: 3_000,
            max_poll_interval_ms: 300_000,
            max_poll_records: 500,
            auto_offset_reset: AutoOffsetReset::Latest,
            enable_auto_commit: true,
            auto_commit_interval_ms: 5_000,
            isolation_level: IsolationLevel::ReadUncommitted,
            fetch_min_bytes: 1,
            fetch_max_wait_ms: 500,
            fetch_max_bytes: 52_428_800,
            max_partition_fetch_bytes: 1_048_576,
            request_timeout_ms: 30_000,
            retry_backoff_ms: 100,
            metadata_max_age_ms: 300_000,
            share_auto_offset_reset: AutoOffsetReset::Latest,
            share_acknowledgement_mode: AcknowledgementMode::Implicit,
            output_topic: None,
            processing_guarantee: ProcessingGuarantee::AtLeastOnce,
            transaction_timeout_ms: 60_000,
            release_percent: 0,
            reject_percent: 0,
            service_time: Delay::Constant { us: Span::ZERO },
        }
    }
}

impl ConsumerConfig {
    pub fn validate(&self, cluster: &ClusterConfig) -> Result<(), Refusal> {
        let (least, most) = (cluster.group_min_session_timeout_ms, cluster.group_max_session_timeout_ms);
        within("session.timeout.ms", self.session_timeout_ms, least, most)?;
        within("max.poll.interval.ms", self.max_poll_interval_ms, 1, 86_400_000)?;
        within("max.poll.records", self.max_poll_records, 1, 1_000_000)?;
        within("auto.commit.interval.ms", self.auto_commit_interval_ms, 1, 86_400_000)?;
        within("fetch.max.wait.ms", self.fetch_max_wait_ms, 1, 60_000)?;
        within("fetch.max.bytes", self.fetch_max_bytes, 1_024, 1 << 30)?;
        within("max.partition.fetch.bytes", self.max_partition_fetch_bytes, 1_024, 1 << 30)?;
        within("request.timeout.ms", self.request_timeout_ms, self.fetch_max_wait_ms + 1, 3_600_000)?;
        within("retry.backoff.ms", self.retry_backoff_ms, 1, 3_600_000)?;
        within("metadata.max.age.ms", self.metadata_max_age_ms, 1, 86_400_000)?;
        within("transaction.timeout.ms", self.transaction_timeout_ms, 1, 86_400_000)?;
        within("release_percent", self.release_percent, 0, 100)?;
        within("reject_percent", self.reject_percent, 0, 100)?;
        check_delay("service_time", &self.service_time)?;
        if self.share_auto_offset_reset == AutoOffsetReset::None {
            return Err(Refusal::new("share.auto.offset.reset", "must be earliest or latest"));
        }
        if self.heartbeat_interval_ms == 0 || self.heartbeat_interval_ms >= self.session_timeout_ms {
            let message = "must be at least 1 and lower than session.timeout.ms";
            return Err(Refusal::new("heartbeat.interval.ms", message));
        }
        self.validate_guarantee()?;
        if self.assignors.is_empty() {
            return Err(Refusal::new("partition.assignment.strategy", "name at least one assignor"));
        }
        Ok(())
    }

    fn validate_guarantee(&self) -> Result<(), Refusal> {
        let shares = self.protocol == GroupProtocol::Share;
        if shares && self.output_topic.is_some() {
            return Err(Refusal::new("output_topic", "a share group writes no output here"));
        }
        match self.processing_guarantee {
            ProcessingGuarantee::AtLeastOnce => Ok(()),
            _ if shares => {
                Err(Refusal::new("processing.guarantee", "must be at_least_once: a share group commits no offsets"))
            }
            ProcessingGuarantee::ExactlyOnce if self.output_topic.is_none() => {
                let message = "exactly_once_v2 needs an output_topic: the offsets are committed in its transactions";
                Err(Refusal::new("processing.guarantee", message))
            }
            _ => Ok(()),
        }
    }
}
