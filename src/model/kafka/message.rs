//! The protocol: requests of clients and replicas, and the brokers' responses.
//!
//! Names and fields are those of the Kafka protocol guide, less what we do not model: API versions, throttling,
//! authorisation, tagged fields. A request is answered once or, if it is lost, not at all.

use std::sync::Arc;

use serde::Serialize;

use super::assignor::remote::RemoteAssignor;
use super::assignor::{Assignment, Assignor, Metadata, Subscription};
use super::broker::Acquired;
use super::cluster::MetadataImage;
use super::config::{Acks, AutoOffsetReset, IsolationLevel};
use crate::kernel::{SortedMap, Span};
use crate::model::log::{Batch, Outcome, Records, Stamp};
use crate::model::{Name, TopicPartition};

/// A broker's id, `node.id`; the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BrokerId(pub u32);

impl BrokerId {
    /// As the stage and the network call it.
    pub fn name(self) -> Name {
        format!("broker-{}", self.0).into()
    }
}

/// What ties a response to its request; counted by each client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Correlation(pub u64);

/// A producer's identity for idempotence: `producer.id`. Each start of a producer gets a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerId(pub u64);

/// Who writes, and in which of its epochs: what has an older one is fenced off (`ProducerIdAndEpoch`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerIdAndEpoch {
    pub id: ProducerId,
    pub epoch: u16,
}

/// Epochs are 16 bits with a sign.
pub const EPOCH_MAX: u16 = i16::MAX as u16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    Request {
        correlation: Correlation,
        request: Request,
    },
    Response {
        correlation: Correlation,
        response: Response,
    },
    /// The controller's metadata, as every broker reads it from the metadata log.
    MetadataLog(Arc<MetadataImage>),
    /// The connection was reset: the process at the other end is gone, or was never there.
    Disconnected,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Opens a connection.
    ApiVersions,
    Metadata {
        topics: Vec<Name>,
    },
    Produce {
        /// `transactional.id`, of a producer that has one.
        transactional_id: Option<Name>,
        acks: Acks,
        /// How long the leader may wait for replication: the client's `request.timeout.ms`.
        timeout: Span,
        batches: Vec<ProduceBatch>,
    },
    Fetch(Fetch),
    ListOffsets {
        isolation: IsolationLevel,
        partitions: Vec<(TopicPartition, OffsetSpec)>,
    },
    FindCoordinator {
        /// A group, or a transactional id.
        key: Name,
    },
    JoinGroup(JoinGroup),
    SyncGroup {
        group: Name,
        generation: i32,
        member_id: Name,
        instance_id: Option<Name>,
        assignments: Assignment,
    },
    Heartbeat {
        group: Name,
        generation: i32,
        member_id: Name,
        instance_id: Option<Name>,
    },
    LeaveGroup {
        group: Name,
        member_id: Name,
        instance_id: Option<Name>,
    },
    OffsetCommit(OffsetCommit),
    OffsetFetch {
        group: Name,
        partitions: Vec<TopicPartition>,
    },
    ConsumerGroupHeartbeat(ConsumerGroupHeartbeat),
    /// In the shape of the consumer protocol's.
    ShareGroupHeartbeat(ConsumerGroupHeartbeat),
    ShareFetch(ShareFetch),
    ShareAcknowledge {
        group: Name,
        member_id: Name,
        acknowledgements: Vec<Acknowledgement>,
        /// The last of this member: what else it holds is on offer again.
        leaves: bool,
    },

    // Transactions
    InitProducerId {
        transactional_id: Name,
        /// `transaction.timeout.ms`.
        timeout: Span,
    },
    TxnOffsetCommit {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
        commit: OffsetCommit,
    },
    EndTxn {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
        outcome: Outcome,
    },
    /// Of a partition's leader, or a group's coordinator, to the transaction's: before something is first written in it.
    AddPartitionsToTxn {
        transactional_id: Name,
        producer: ProducerIdAndEpoch,
        partitions: Vec<TopicPartition>,
        /// Whose partition of `__consumer_offsets` is written to.
        group: Option<Name>,
    },
    /// Of the transaction's coordinator, to those who lead what was written to.
    WriteTxnMarkers {
        timeout: Span,
        markers: Vec<ProduceBatch>,
        /// Who wrote, and how it ends: for the offsets of these groups.
        producer: ProducerId,
        outcome: Outcome,
        groups: Vec<Name>,
    },

    // Of brokers, to the controller
    BrokerRegistration {
        broker: BrokerId,
        incarnation: u32,
        rack: Option<Name>,
        shut_down: ShutDown,
    },
    BrokerHeartbeat {
        broker: BrokerId,
        incarnation: u32,
        metadata_version: u64,
        wants_shut_down: bool,
    },
    AlterPartition(AlterPartition),
}

/// How the process ended that a broker was before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ShutDown {
    #[default]
    Clean,
    Unclean,
}

/// A leader proposes other in-sync replicas for one of its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPartition {
    pub broker: BrokerId,
    pub partition: TopicPartition,
    pub leader_epoch: u32,
    pub partition_epoch: u32,
    pub isr: Vec<BrokerId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProduceBatch {
    pub partition: TopicPartition,
    /// Of an idempotent producer.
    pub stamp: Option<Stamp>,
    pub records: Arc<Records>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Set for a follower: its fetch reads to the log end and confirms everything below its offset.
    pub replica: Option<BrokerId>,
    pub isolation: IsolationLevel,
    pub max_wait: Span,
    pub min_bytes: u64,
    pub max_bytes: u64,
    pub max_partition_bytes: u64,
    pub partitions: Vec<FetchPartition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchPartition {
    pub partition: TopicPartition,
    pub offset: u64,
    /// The leader epoch that the asker knows: an older or newer one than the leader's is refused.
    pub leader_epoch: u32,
    /// Of a follower: the epoch of the last batch it has, by which the leader sees whether their logs diverge.
    pub last_epoch: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OffsetSpec {
    Earliest,
    Latest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinGroup {
    pub group: Name,
    pub client_id: Name,
    /// `None` until the coordinator has handed one out.
    pub member_id: Option<Name>,
    pub session_timeout: Span,
    /// The consumer's `max.poll.interval.ms`.
    pub rebalance_timeout: Span,
    /// `group.instance.id`: given, the member is static.
    pub instance_id: Option<Name>,
    /// In order of preference.
    pub protocols: Vec<Assignor>,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetCommit {
    pub group: Name,
    /// Or the member's epoch. -1 without a member id: an administrator, or a standalone consumer.
    pub generation: i32,
    pub member_id: Option<Name>,
    pub instance_id: Option<Name>,
    pub offsets: SortedMap<TopicPartition, u64>,
}

/// The one request of the consumer group protocol. What is left out has not changed since the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerGroupHeartbeat {
    pub group: Name,
    pub client_id: Name,
    /// The client makes it up.
    pub member_id: Name,
    /// 0 to join, -1 to leave, -2 for a static member that will be back.
    pub member_epoch: i32,
    pub instance_id: Option<Name>,
    /// The consumer's `max.poll.interval.ms`.
    pub rebalance_timeout: Option<Span>,
    pub topics: Option<Vec<Name>>,
    pub assignor: Option<RemoteAssignor>,
    /// What it owns: how it says that it has given something up.
    pub owned: Option<Vec<TopicPartition>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeartbeatAnswer {
    pub member_epoch: i32,
    pub heartbeat_interval: Span,
    /// What the member may read from now on; nothing if it is as it was.
    pub assignment: Option<Vec<TopicPartition>>,
}

/// A member of a share group asks for records that nobody else works on, and says what it did with earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareFetch {
    pub group: Name,
    pub member_id: Name,
    pub max_wait: Span,
    /// Whole batches, until there are so many records.
    pub max_records: u32,
    pub max_bytes: u64,
    pub partitions: Vec<TopicPartition>,
    pub acknowledgements: Vec<Acknowledgement>,
    /// Where the group begins in a partition that it has never read.
    pub auto_offset_reset: AutoOffsetReset,
}

/// Of the records at offsets `from..to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    pub partition: TopicPartition,
    pub from: u64,
    pub to: u64,
    pub kind: AcknowledgeType,
}

/// What a member did with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AcknowledgeType {
    /// It is done.
    Accept,
    /// Somebody is to try again.
    Release,
    /// It can never be processed.
    Reject,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPartition {
    pub partition: TopicPartition,
    pub error: Option<ErrorCode>,
    pub acquired: Vec<Acquired>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    ApiVersions,
    Metadata {
        topics: SortedMap<Name, Vec<PartitionMetadata>>,
    },
    Produce {
        results: Vec<(TopicPartition, Result<Appended, ErrorCode>)>,
    },
    Fetch {
        partitions: Vec<FetchedPartition>,
    },
    ListOffsets {
        offsets: Vec<(TopicPartition, u64)>,
    },
    FindCoordinator(Result<BrokerId, ErrorCode>),
    JoinGroup(Result<Joined, JoinError>),
    SyncGroup(Result<Vec<TopicPartition>, ErrorCode>),
    Heartbeat(Result<(), ErrorCode>),
    LeaveGroup(Result<(), ErrorCode>),
    OffsetCommit(Result<(), ErrorCode>),
    OffsetFetch {
        offsets: SortedMap<TopicPartition, Option<u64>>,
        /// What a transaction that is still open may change (`UNSTABLE_OFFSET_COMMIT`): to be asked for again.
        unstable: Vec<TopicPartition>,
    },
    ConsumerGroupHeartbeat(Result<HeartbeatAnswer, ErrorCode>),
    ShareGroupHeartbeat(Result<HeartbeatAnswer, ErrorCode>),
    ShareFetch {
        partitions: Vec<SharedPartition>,
        /// Acknowledgements that came to nothing.
        refused: Vec<(TopicPartition, ErrorCode)>,
    },
    ShareAcknowledge {
        refused: Vec<(TopicPartition, ErrorCode)>,
    },
    InitProducerId(Result<ProducerIdAndEpoch, ErrorCode>),
    TxnOffsetCommit(Result<(), ErrorCode>),
    /// With the identity for the next transaction.
    EndTxn(Result<ProducerIdAndEpoch, ErrorCode>),
    AddPartitionsToTxn(Result<(), ErrorCode>),
    WriteTxnMarkers {
        results: Vec<(TopicPartition, Result<Appended, ErrorCode>)>,
        groups: Vec<(Name, Result<(), ErrorCode>)>,
    },
    /// Whatever was asked: not from this broker.
    Refused(ErrorCode),
    BrokerRegistration(Result<Arc<MetadataImage>, ErrorCode>),
    BrokerHeartbeat {
        may_shut_down: bool,
        metadata: Option<Arc<MetadataImage>>,
    },
    AlterPartition {
        partition: TopicPartition,
        result: Result<(), ErrorCode>,
    },
}

/// Who leads a partition; nobody while no replica may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionMetadata {
    pub leader: Option<BrokerId>,
    pub leader_epoch: u32,
}

/// Where a batch was appended. Kafka does not tell the epoch; we keep it for the account of what was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub base_offset: u64,
    pub leader_epoch: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedPartition {
    pub partition: TopicPartition,
    pub error: Option<ErrorCode>,
    pub leader_epoch: u32,
    pub log_start: u64,
    pub high_watermark: u64,
    pub log_end: u64,
    /// The aborted transactions among the batches, for who reads `read_committed`: whose, and where each begins.
    pub aborted: Vec<(ProducerId, u64)>,
    /// The follower's log has gone another way: the largest epoch both may have, and where it ends in the leader's log.
    pub diverging: Option<(u32, u64)>,
    pub batches: Vec<Batch>,
}

/// The answer to a completed join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    pub generation: i32,
    pub protocol: Assignor,
    pub leader: Name,
    pub member_id: Name,
    /// Every member and its subscription, in the order of joining; to the leader only.
    pub members: Vec<Subscription>,
    /// The leader need not assign anything: everybody keeps what it has.
    pub skip_assignment: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinError {
    pub code: ErrorCode,
    /// With `MEMBER_ID_REQUIRED`: the id to join with.
    pub member_id: Option<Name>,
}

/// Kafka's error codes, as far as this model can provoke them. Outcomes of the protocol, not failures of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    OffsetOutOfRange,
    UnknownTopicOrPartition,
    NotLeaderOrFollower,
    MessageTooLarge,
    OutOfOrderSequenceNumber,
    InvalidProducerEpoch,
    RequestTimedOut,
    NotCoordinator,
    CoordinatorNotAvailable,
    IllegalGeneration,
    InconsistentGroupProtocol,
    InvalidSessionTimeout,
    MemberIdRequired,
    RebalanceInProgress,
    UnknownMemberId,
    GroupIdNotFound,
    NonEmptyGroup,
    GroupMaxSizeReached,
    FencedInstanceId,
    FencedMemberEpoch,
    UnreleasedInstanceId,
    StaleMemberEpoch,
    FencedLeaderEpoch,
    UnknownLeaderEpoch,
    NotEnoughReplicas,
    NotEnoughReplicasAfterAppend,
    NetworkException,
    DuplicateBrokerRegistration,
    StaleBrokerEpoch,
    InvalidUpdateVersion,
    IneligibleReplica,
    InvalidRecord,
    InvalidRecordState,
    InvalidProducerIdMapping,
    InvalidTxnState,
    ConcurrentTransactions,
    InvalidTransactionTimeout,
    ProducerFenced,
    TransactionCoordinatorFenced,
    UnstableOffsetCommit,
}

impl ErrorCode {
    /// As the protocol guide and every log file write it.
    pub fn name(self) -> &'static str {
        match self {
            ErrorCode::OffsetOutOfRange => "OFFSET_OUT_OF_RANGE",
            ErrorCode::UnknownTopicOrPartition => "UNKNOWN_TOPIC_OR_PARTITION",
            ErrorCode::NotLeaderOrFollower => "NOT_LEADER_OR_FOLLOWER",
            ErrorCode::FencedLeaderEpoch => "FENCED_LEADER_EPOCH",
            ErrorCode::UnknownLeaderEpoch => "UNKNOWN_LEADER_EPOCH",
            ErrorCode::NotEnoughReplicas => "NOT_ENOUGH_REPLICAS",
            ErrorCode::NotEnoughReplicasAfterAppend => "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
            ErrorCode::NetworkException => "NETWORK_EXCEPTION",
            ErrorCode::MessageTooLarge => "MESSAGE_TOO_LARGE",
            ErrorCode::OutOfOrderSequenceNumber => "OUT_OF_ORDER_SEQUENCE_NUMBER",
            ErrorCode::InvalidProducerEpoch => "INVALID_PRODUCER_EPOCH",
            ErrorCode::InvalidProducerIdMapping => "INVALID_PRODUCER_ID_MAPPING",
            ErrorCode::InvalidTxnState => "INVALID_TXN_STATE",
            ErrorCode::ConcurrentTransactions => "CONCURRENT_TRANSACTIONS",
            ErrorCode::InvalidTransactionTimeout => "INVALID_TRANSACTION_TIMEOUT",
            ErrorCode::ProducerFenced => "PRODUCER_FENCED",
            ErrorCode::TransactionCoordinatorFenced => "TRANSACTION_COORDINATOR_FENCED",
            ErrorCode::UnstableOffsetCommit => "UNSTABLE_OFFSET_COMMIT",
            ErrorCode::RequestTimedOut => "REQUEST_TIMED_OUT",
            ErrorCode::NotCoordinator => "NOT_COORDINATOR",
            ErrorCode::CoordinatorNotAvailable => "COORDINATOR_NOT_AVAILABLE",
            ErrorCode::IllegalGeneration => "ILLEGAL_GENERATION",
            ErrorCode::InconsistentGroupProtocol => "INCONSISTENT_GROUP_PROTOCOL",
            ErrorCode::InvalidSessionTimeout => "INVALID_SESSION_TIMEOUT",
            ErrorCode::MemberIdRequired => "MEMBER_ID_REQUIRED",
            ErrorCode::RebalanceInProgress => "REBALANCE_IN_PROGRESS",
            ErrorCode::UnknownMemberId => "UNKNOWN_MEMBER_ID",
            ErrorCode::GroupIdNotFound => "GROUP_ID_NOT_FOUND",
            ErrorCode::NonEmptyGroup => "NON_EMPTY_GROUP",
            ErrorCode::GroupMaxSizeReached => "GROUP_MAX_SIZE_REACHED",
            ErrorCode::FencedInstanceId => "FENCED_INSTANCE_ID",
            ErrorCode::FencedMemberEpoch => "FENCED_MEMBER_EPOCH",
            ErrorCode::UnreleasedInstanceId => "UNRELEASED_INSTANCE_ID",
            ErrorCode::StaleMemberEpoch => "STALE_MEMBER_EPOCH",
            ErrorCode::DuplicateBrokerRegistration => "DUPLICATE_BROKER_REGISTRATION",
            ErrorCode::StaleBrokerEpoch => "STALE_BROKER_EPOCH",
            ErrorCode::InvalidUpdateVersion => "INVALID_UPDATE_VERSION",
            ErrorCode::IneligibleReplica => "INELIGIBLE_REPLICA",
            ErrorCode::InvalidRecord => "INVALID_RECORD",
            ErrorCode::InvalidRecordState => "INVALID_RECORD_STATE",
        }
    }
}

impl Message {
    /// The API's name in the protocol guide, the same for a request and its response.
    pub fn api(&self) -> &'static str {
        match self {
            Message::Request { request, .. } => request.api(),
            Message::Response { response, .. } => response.api(),
            Message::MetadataLog(_) => "MetadataLog",
            Message::Disconnected => "Disconnected",
        }
    }
}

impl Request {
    pub fn api(&self) -> &'static str {
        match self {
            Request::ApiVersions => "ApiVersions",
            Request::Metadata { .. } => "Metadata",
            Request::Produce { .. } => "Produce",
            Request::Fetch(_) => "Fetch",
            Request::ListOffsets { .. } => "ListOffsets",
            Request::FindCoordinator { .. } => "FindCoordinator",
            Request::JoinGroup(_) => "JoinGroup",
            Request::SyncGroup { .. } => "SyncGroup",
            Request::Heartbeat { .. } => "Heartbeat",
            Request::LeaveGroup { .. } => "LeaveGroup",
            Request::OffsetCommit(_) => "OffsetCommit",
            Request::OffsetFetch { .. } => "OffsetFetch",
            Request::ConsumerGroupHeartbeat(_) => "ConsumerGroupHeartbeat",
            Request::ShareGroupHeartbeat(_) => "ShareGroupHeartbeat",
            Request::ShareFetch(_) => "ShareFetch",
            Request::ShareAcknowledge { .. } => "ShareAcknowledge",
            Request::InitProducerId { .. } => "InitProducerId",
            Request::TxnOffsetCommit { .. } => "TxnOffsetCommit",
            Request::EndTxn { .. } => "EndTxn",
            Request::AddPartitionsToTxn { .. } => "AddPartitionsToTxn",
            Request::WriteTxnMarkers { .. } => "WriteTxnMarkers",
            Request::BrokerRegistration { .. } => "BrokerRegistration",
            Request::BrokerHeartbeat { .. } => "BrokerHeartbeat",
            Request::AlterPartition(_) => "AlterPartition",
        }
    }
}

impl Response {
    pub fn api(&self) -> &'static str {
        match self {
            Response::ApiVersions => "ApiVersions",
            Response::Metadata { .. } => "Metadata",
            Response::Produce { .. } => "Produce",
            Response::Fetch { .. } => "Fetch",
            Response::ListOffsets { .. } => "ListOffsets",
            Response::FindCoordinator(_) => "FindCoordinator",
            Response::JoinGroup(_) => "JoinGroup",
            Response::SyncGroup(_) => "SyncGroup",
            Response::Heartbeat(_) => "Heartbeat",
            Response::LeaveGroup(_) => "LeaveGroup",
            Response::OffsetCommit(_) => "OffsetCommit",
            Response::OffsetFetch { .. } => "OffsetFetch",
            Response::ConsumerGroupHeartbeat(_) => "ConsumerGroupHeartbeat",
            Response::ShareGroupHeartbeat(_) => "ShareGroupHeartbeat",
            Response::ShareFetch { .. } => "ShareFetch",
            Response::ShareAcknowledge { .. } => "ShareAcknowledge",
            Response::InitProducerId(_) => "InitProducerId",
            Response::TxnOffsetCommit(_) => "TxnOffsetCommit",
            Response::EndTxn(_) => "EndTxn",
            Response::AddPartitionsToTxn(_) => "AddPartitionsToTxn",
            Response::WriteTxnMarkers { .. } => "WriteTxnMarkers",
            Response::Refused(_) => "Refused",
            Response::BrokerRegistration(_) => "BrokerRegistration",
            Response::BrokerHeartbeat { .. } => "BrokerHeartbeat",
            Response::AlterPartition { .. } => "AlterPartition",
        }
    }
}
