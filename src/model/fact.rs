//! What can be seen to happen.

use serde::Serialize;

use super::kafka::assignor::Assignor;
use super::kafka::coordinator::MemberState;
use super::kafka::message::{BrokerId, ErrorCode};
use super::kafka::transaction::TransactionState;
use super::log::Outcome;
use super::{Name, TopicPartition};
use crate::kernel::{Span, Time};

/// Whom a fact is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Producer(Name),
    Consumer(Name),
    Group(Name),
    Topic(Name),
    Partition(TopicPartition),
    /// The wires.
    Network,
    /// The picture on the stage: places and labels.
    Stage,
    Broker(Name),
}

/// One visible change. On the data path a fact is a batch's, never a record's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A part came to the stage, or went.
    Added,
    Removed,
    Reconfigured,
    Renamed {
        node: Name,
        label: String,
    },
    Placed {
        node: Name,
        x: i32,
        y: i32,
    },
    PartitionsAdded {
        total: u32,
    },

    // Producers
    Connected {
        topic: Option<Name>,
    },
    ProducingStarted,
    ProducingStopped,
    PublishedByHand {
        records: u32,
    },
    ReplayStarted {
        rows: u64,
    },
    ReplayEnded {
        rows: u64,
    },
    BatchSent {
        partition: TopicPartition,
        records: u32,
        bytes: u64,
    },
    BatchAcknowledged {
        partition: TopicPartition,
        base_offset: Option<u64>,
        records: u32,
    },
    BatchRetried {
        partition: TopicPartition,
        records: u32,
        error: ErrorCode,
    },
    BatchFailed {
        partition: TopicPartition,
        records: u32,
        error: ErrorCode,
    },

    // Partitions
    Appended {
        base_offset: u64,
        records: u32,
    },
    DuplicateBatchIgnored {
        base_offset: u64,
        records: u32,
    },
    HighWatermarkAdvanced {
        to: u64,
    },
    SegmentRolled {
        base_offset: u64,
    },

    // Groups, as their coordinator sees them
    StateChanged {
        from: GroupState,
        to: GroupState,
    },
    RebalanceStarted {
        reason: RebalanceReason,
    },
    InitialDelayExtended {
        until: Time,
    },
    GenerationFormed {
        generation: i32,
        members: Vec<Name>,
        leader: Name,
        protocol: Assignor,
    },
    MemberIdAssigned {
        member: Name,
    },
    MemberJoined {
        member: Name,
    },
    /// A member sent its JoinGroup again, for the next generation.
    MemberRejoined {
        member: Name,
    },
    /// A member's SyncGroup came in.
    MemberSynced {
        member: Name,
    },
    /// Who leads the group from now on; nobody if it has no members.
    LeaderChanged {
        leader: Option<Name>,
    },
    /// The join phase ended and nobody was left.
    Emptied {
        generation: i32,
    },
    MemberLeft {
        member: Name,
    },
    /// Nothing was heard of it for its session timeout.
    MemberTimedOut {
        member: Name,
        silent_for: Span,
    },
    /// It did not rejoin, or did not sync, within the rebalance timeout.
    MemberRemoved {
        member: Name,
        why: RemovalReason,
    },
    AssignmentDecided {
        generation: i32,
    },
    OffsetsCommitted {
        offsets: Vec<(TopicPartition, u64)>,
    },
    CommitRefused {
        member: Option<Name>,
        error: ErrorCode,
    },
    OffsetsReset {
        offsets: Vec<(TopicPartition, u64)>,
    },
    Subscribed {
        topic: Name,
    },
    Unsubscribed {
        topic: Name,
    },

    // Consumers
    Started,
    Killed,
    Hung,
    Unhung,
    SlowedDown {
        percent: u32,
    },
    /// `close()` was called.
    Closing,
    Closed,
    CoordinatorFound {
        broker: u32,
    },
    JoinSent,
    Assigned {
        partitions: Vec<TopicPartition>,
    },
    Revoked {
        partitions: Vec<TopicPartition>,
    },
    /// Taken away without a chance to commit (`onPartitionsLost`).
    Lost {
        partitions: Vec<TopicPartition>,
        error: ErrorCode,
    },
    RebalanceNoticed,
    /// The group's leader learns from its metadata that a topic has another number of partitions than it has assigned.
    PartitionsNoticed {
        topic: Name,
        total: u32,
    },
    MaxPollExceeded {
        after: Span,
    },
    PositionFromCommit {
        partition: TopicPartition,
        offset: u64,
    },
    PositionReset {
        partition: TopicPartition,
        offset: u64,
        why: ResetReason,
    },
    /// `auto.offset.reset=none` and nothing to start from: the application gets an exception, and this consumer ends.
    NoOffset {
        partition: TopicPartition,
    },
    Sought {
        partition: TopicPartition,
        from: u64,
        to: u64,
    },
    Polled {
        records: u32,
    },
    Processed {
        partition: TopicPartition,
        from: u64,
        to: u64,
    },
    CommitFailed {
        error: ErrorCode,
    },
    RequestTimedOut {
        api: &'static str,
    },

    // The network
    LinkCut {
        a: Name,
        b: Name,
    },
    LinkRepaired {
        a: Name,
        b: Name,
    },
    LinkHeld {
        a: Name,
        b: Name,
    },
    LinkReleased {
        a: Name,
        b: Name,
    },
    NetworkChanged,
    MessageLost {
        api: &'static str,
        from: Name,
        to: Name,
    },

    // Groups once more. New facts go to the end: a run's digest tells facts apart by their place here.
    /// A static member is back under a new member id, and has the place of the old one.
    StaticMemberReplaced {
        member: Name,
        was: Name,
    },
    /// A static member has said that it will be back.
    StaticMemberLeft {
        member: Name,
    },
    /// Offsets were committed so long ago that they are forgotten.
    OffsetsExpired {
        partitions: Vec<TopicPartition>,
    },
    /// Somebody deleted these committed offsets.
    OffsetsDeleted {
        partitions: Vec<TopicPartition>,
    },
    /// In the consumer protocol: something happened that needs another target.
    GroupEpochBumped {
        epoch: i32,
        reason: RebalanceReason,
    },
    /// The coordinator has worked out who is to read what.
    TargetAssigned {
        epoch: i32,
        /// By the name that Kafka gives it.
        assignor: &'static str,
    },
    /// A member was led on towards its target.
    MemberReconciled {
        member: Name,
        epoch: i32,
        state: MemberState,
    },
    /// A consumer learns its member epoch.
    EpochReached {
        epoch: i32,
    },

    // Brokers
    /// Its disk is gone, and its process with it.
    DiskLost,
    /// A controlled shutdown began: leadership moves first.
    ShuttingDown,
    ShutDown,
    /// The controller has not heard of it for `broker.session.timeout.ms`, or let it go: it leads nothing any more.
    Fenced {
        silent_for: Option<Span>,
    },
    /// Back in service.
    Unfenced,

    // Replication
    LeaderElected {
        leader: Option<BrokerId>,
        epoch: u32,
        isr: Vec<BrokerId>,
        why: ElectionReason,
    },
    IsrShrunk {
        isr: Vec<BrokerId>,
        out: Vec<BrokerId>,
    },
    IsrExpanded {
        isr: Vec<BrokerId>,
        joined: Vec<BrokerId>,
    },
    /// A replica threw away its log from `to` on, up to `from`, because the leader's went another way.
    Truncated {
        broker: BrokerId,
        from: u64,
        to: u64,
    },
    /// Records that a producer was told are safe are not in the leader's log, and will not come back.
    RecordsLost {
        records: u64,
    },
    /// Another broker leads the group's partition of `__consumer_offsets`; nobody if none may.
    CoordinatorMoved {
        broker: Option<BrokerId>,
    },
    /// A replica deleted its oldest segments.
    SegmentsDeleted {
        broker: BrokerId,
        segments: u32,
        log_start: u64,
        why: RetentionReason,
    },
    /// Somebody had everything before this deleted.
    RecordsDeleted {
        log_start: u64,
    },
    /// A client's connection was reset: the broker's process is gone.
    Disconnected {
        broker: BrokerId,
    },
    /// A replica was compacted; offsets `from..to` were dirty.
    Cleaned {
        broker: BrokerId,
        from: u64,
        to: u64,
        removed: u64,
        /// Of these, deletions of keys that were kept long enough.
        tombstones_removed: u64,
        bytes_before: u64,
        bytes_after: u64,
        why: CleaningReason,
    },

    // Share groups
    /// A share group reads a partition for the first time, from this offset on.
    ShareStarted {
        group: Name,
        start: u64,
    },
    /// A member has records in its hands that nobody else gets: all of `from..to` that there are.
    RecordsAcquired {
        group: Name,
        member: Name,
        from: u64,
        to: u64,
        records: u32,
        /// The so-manieth time for each of them.
        delivery_count: u32,
    },
    /// Records of `from..to` are out of a member's hands: done, on offer again, or given up.
    ShareSettled {
        group: Name,
        member: Name,
        from: u64,
        to: u64,
        why: SettleReason,
        accepted: u32,
        released: u32,
        archived: u32,
        /// Everything before is done.
        start: u64,
    },
    /// A member acknowledged what was not in its hands.
    AcknowledgeRefused {
        partition: TopicPartition,
        error: ErrorCode,
    },

    // Clients
    /// A producer's or a consumer's: from now on it runs so much fast, and is so much ahead (negative: slow, behind).
    ClockSet {
        drift_ppm: i32,
        ahead_ms: i64,
    },

    // Transactions
    /// `initTransactions()` has returned: the producer may write, in this epoch.
    ProducerIdAcquired {
        epoch: u16,
    },
    /// `beginTransaction()`.
    TransactionBegun,
    /// `commitTransaction()` or `abortTransaction()` was called.
    TransactionEnding {
        outcome: Outcome,
    },
    /// The coordinator has decided, as the producer asked.
    TransactionEnded {
        outcome: Outcome,
    },
    /// Something went wrong: the transaction can only be aborted.
    TransactionFailed {
        error: ErrorCode,
    },
    /// Another instance with the same `transactional.id` has taken over, or the transaction took too long: the producer may
    /// not write any more.
    ProducerFenced {
        error: ErrorCode,
    },
    /// The coordinator has written this down.
    TransactionStateChanged {
        transactional_id: Name,
        from: TransactionState,
        to: TransactionState,
    },
    /// It has been open for `transaction.timeout.ms`, so the coordinator aborts it.
    TransactionTimedOut {
        transactional_id: Name,
    },
    /// A marker that ends a transaction in this partition.
    MarkerWritten {
        offset: u64,
        outcome: Outcome,
    },
    /// Offsets that are committed as soon as the transaction is (`TxnOffsetCommit`).
    OffsetsPending {
        offsets: Vec<(TopicPartition, u64)>,
    },
    /// The transaction was aborted, and these offsets with it.
    PendingOffsetsDropped {
        partitions: Vec<TopicPartition>,
    },
    /// Offsets that have no record for the application: markers, what was aborted, what compaction has taken.
    ReadOver {
        partition: TopicPartition,
        from: u64,
        to: u64,
    },
    /// After an abort the application goes back to where the aborted transaction began to read.
    PositionsRestored {
        offsets: Vec<(TopicPartition, u64)>,
    },
    /// `buffer.memory` has no room for the next record: the application waits in `send()`.
    SendBlocked {
        /// In use.
        bytes: u64,
        /// For whom most of them wait.
        broker: Option<BrokerId>,
    },
    /// `send()` returns, and the application goes on.
    SendUnblocked {
        after: Span,
    },
    /// A record was not taken within `max.block.ms` (`BufferExhaustedException`).
    BufferExhausted {
        after: Span,
    },
}

/// Why records are out of the hands of a share group's member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettleReason {
    /// It said what it did with them.
    Acknowledged,
    /// It did not say so within `group.share.record.lock.duration.ms`.
    LockOver,
    /// It left.
    Left,
}

/// Why a log was cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CleaningReason {
    /// The dirty part was more than `min.cleanable.dirty.ratio`: so many millionths.
    DirtyRatio(u32),
    /// Something in it was older than `max.compaction.lag.ms`.
    MaxCompactionLag,
}

/// Why segments went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionReason {
    /// Everything in them was deleted (DeleteRecords).
    LogStart,
    /// `retention.bytes`.
    Size,
    /// `retention.ms`.
    Time,
}

/// Why the controller chose a leader, and by which broker's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ElectionReason {
    BrokerFenced(BrokerId),
    BrokerUnfenced(BrokerId),
    ControlledShutdown(BrokerId),
    /// The first of the assignment leads again.
    Preferred,
    /// A replica leads that was not in sync: what it lacks is lost.
    Unclean(BrokerId),
}

/// `ClassicGroupState` and `ConsumerGroupState`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum GroupState {
    #[default]
    Empty,
    PreparingRebalance,
    CompletingRebalance,
    Stable,
    Dead,
    /// In the consumer protocol: the target is behind the group.
    Assigning,
    /// In the consumer protocol: a member is behind the target.
    Reconciling,
}

impl GroupState {
    /// As `kafka-consumer-groups --describe --state` prints it.
    pub fn name(self) -> &'static str {
        match self {
            GroupState::Empty => "Empty",
            GroupState::PreparingRebalance => "PreparingRebalance",
            GroupState::CompletingRebalance => "CompletingRebalance",
            GroupState::Stable => "Stable",
            GroupState::Dead => "Dead",
            GroupState::Assigning => "Assigning",
            GroupState::Reconciling => "Reconciling",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RebalanceReason {
    MemberJoined(Name),
    MemberLeft(Name),
    SessionTimeout(Name),
    LeaderRejoined(Name),
    SubscriptionChanged(Name),
    SyncTimeout,
    StaticMemberReplaced(Name),
    RevocationTimeout(Name),
    TopicsChanged,
    /// It owns something else than before, or comes from another generation.
    MemberRejoined(Name),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    DidNotRejoin,
    DidNotSync,
    NeverUsedItsId,
    /// Within its rebalance timeout, what it was to give up.
    DidNotRevoke,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetReason {
    NoCommittedOffset,
    OutOfRange,
}
