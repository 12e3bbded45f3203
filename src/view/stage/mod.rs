//! The stage: every part with what its card says. Refreshed some ten times a second; what moves in between (cells,
//! packets) is in [`super::lane`] and [`super::packets`].

mod broker;
mod group;
mod member;
mod place;
mod producer;
mod topic;

pub use crate::engine::Place;
use crate::engine::World;
use crate::kernel::{Span, Time};
use crate::model::kafka::broker::RecordState;
use crate::model::{Name, TopicPartition};

pub use topic::{Reader, lanes};

/// Everything on the stage, as it is now.
pub fn stage(world: &World) -> StageView {
    let places = place::places(world);
    let place = |name: &Name| places.get(name).copied().unwrap_or_default();
    let ledgers = || world.groups.values().map(|spec| &spec.ledger);
    StageView {
        now: world.now,
        producers: world.producers.values().map(|one| producer::card(world, one, place(&one.name))).collect(),
        topics: world.cluster.topics.keys().map(|name| topic::card(world, name, place(name))).collect(),
        groups: world.groups.iter().map(|(name, spec)| group::card(world, name, spec, place(name))).collect(),
        brokers: world.brokers.values().map(|one| broker::card(world, one, place(&one.id.name()))).collect(),
        published: world.producers.values().map(|producer| producer.counts.created).sum(),
        processed: ledgers().map(|ledger| ledger.processed).sum(),
        duplicates: ledgers().map(|ledger| ledger.duplicates).sum(),
        lost: world.lost(),
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageView {
    /// When: what happened `since` is so long ago.
    pub now: Time,
    pub producers: Vec<ProducerCard>,
    pub topics: Vec<TopicCard>,
    pub groups: Vec<GroupCard>,
    /// In the order of their ids.
    pub brokers: Vec<BrokerCard>,
    /// Records published, over all producers (created by the application, acknowledged or not).
    pub published: u64,
    /// Records processed, over all groups.
    pub processed: u64,
    /// Of those, processed by the same group before.
    pub duplicates: u64,
    /// Acknowledged, and then gone.
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerCard {
    pub id: Name,
    pub label: String,
    pub place: Place,
    pub topic: Option<Name>,
    /// `8/s, Poisson`, `by hand`, `bursts of 100/s`, `replaying orders.ndjson`.
    pub rate: String,
    /// `key: order-0 … order-39`, `no key`.
    pub keys: String,
    pub producing: bool,
    /// Its process runs.
    pub running: bool,
    /// With a `transactional.id`.
    pub transaction: Option<TransactionView>,
    /// Records that the application has sent, in Kafka's sense: `send()` was called.
    pub sent: u64,
    pub acknowledged: u64,
    /// Records waiting in the accumulator.
    pub waiting: u64,
    /// How much of `buffer.memory` is in use, in per cent, once that is half of it.
    pub buffer_percent: Option<u64>,
    /// Rows published and in all, while a file is replayed.
    pub replay: Option<(u64, u64)>,
    /// Why nothing comes of it, in a sentence: not connected, last error.
    pub problem: Option<String>,
}

/// A producer's transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionView {
    /// `initializing`, `ready`, `in transaction`, `committing`, `aborting`, `fenced`.
    pub phase: &'static str,
    /// It can be committed or aborted by hand.
    pub is_open: bool,
    pub open_for: Option<Span>,
    pub epoch: u16,
    pub committed: u64,
    pub aborted: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicCard {
    pub id: Name,
    pub label: String,
    pub place: Place,
    pub replication: u32,
    pub lanes: Vec<LaneView>,
}

/// One partition: its offsets, and every group's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneView {
    pub partition: u32,
    /// Nobody while no replica may lead.
    pub leader: Option<u32>,
    pub leader_epoch: u32,
    pub isr: Vec<u32>,
    /// Eligible leader replicas (KIP-966).
    pub elr: Vec<u32>,
    /// In the order of the assignment.
    pub replicas: Vec<ReplicaView>,
    /// Where acknowledged records were that are gone: offsets from, to.
    pub lost: Vec<(u64, u64)>,
    pub log_start: u64,
    pub high_watermark: u64,
    /// How far can be read with `read_committed`.
    pub last_stable: u64,
    pub log_end: u64,
    /// Of a compacted topic.
    pub compaction: Option<CompactionView>,
    pub flags: Vec<FlagView>,
}

/// How clean the log is that the lane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompactionView {
    /// Before this every key occurs once; what follows is dirty.
    pub first_dirty: u64,
    /// A cleaning now would reach as far as this.
    pub cleanable_until: u64,
    pub clean_bytes: u64,
    pub cleanable_bytes: u64,
    /// What could be cleaned, of all that could be clean; parts per million.
    pub dirty_ppm: u32,
    /// `min.cleanable.dirty.ratio`.
    pub threshold_ppm: u32,
    /// When the cleaner looks next; not while its broker is down.
    pub next_check_in: Option<Span>,
}

/// One copy of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    pub broker: u32,
    pub in_sync: bool,
    /// Its process runs.
    pub alive: bool,
    pub log_end: u64,
    pub high_watermark: u64,
    /// Of a follower, as its leader sees it: how long ago it had everything. None if never, or of no leader.
    pub caught_up: Option<Span>,
}

/// Where a group stands in a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagView {
    pub group: Name,
    pub group_label: String,
    /// Index into the palette of group hues.
    pub hue: u32,
    /// The next offset to read after a restart; `None` before the first commit.
    pub committed: Option<u64>,
    /// The next offset that the live owner's poll returns; `None` without an owner.
    pub position: Option<u64>,
    pub owner: Option<Name>,
    /// High watermark less committed (less position before the first commit).
    pub lag: Option<u64>,
    /// How long no live member has read it, while the group has members or had.
    pub unread_for: Option<Span>,
    /// How long nobody read it when it changed hands last.
    pub gap: Option<Span>,
    /// Of a share group: what is in flight between its start and its end, which stand as `committed` and `position`.
    pub in_flight: Vec<InFlightView>,
}

/// A record in flight in a share group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlightView {
    pub offset: u64,
    pub state: RecordState,
    pub delivery_count: u32,
    /// In whose hands, and for how long at most.
    pub held: Option<(Name, Span)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerCard {
    /// `broker-1`.
    pub id: Name,
    pub number: u32,
    pub label: String,
    pub place: Place,
    pub rack: Option<String>,
    pub state: BrokerState,
    /// As the controller has it.
    pub leads: Vec<TopicPartition>,
    /// The rest of its replicas.
    pub follows: Vec<TopicPartition>,
    /// Of those it has a replica of and is not in sync with.
    pub behind: u32,
    /// The groups that it coordinates.
    pub coordinates: Vec<Name>,
    /// The transactional ids that it coordinates, and in which state each is.
    pub transactions: Vec<(Name, &'static str)>,
    /// At the controller: burns while no heartbeat comes (`broker.session.timeout.ms`). Only while it burns for long.
    pub session: Option<Fuse>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerState {
    InService,
    /// Others take over what it leads, then it ends.
    ShuttingDown,
    /// Its process runs, and the controller does not count on it.
    Fenced,
    /// Its process died, at this moment.
    Dead(Time),
    /// It was shut down in good order.
    Stopped(Time),
}

impl BrokerState {
    pub fn name(self) -> &'static str {
        match self {
            BrokerState::InService => "in service",
            BrokerState::ShuttingDown => "shutting down",
            BrokerState::Fenced => "fenced",
            BrokerState::Dead(_) => "dead",
            BrokerState::Stopped(_) => "stopped",
        }
    }

    pub fn is_alive(self) -> bool {
        !matches!(self, BrokerState::Dead(_) | BrokerState::Stopped(_))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCard {
    pub id: Name,
    pub label: String,
    pub place: Place,
    pub hue: u32,
    pub topics: Vec<Name>,
    /// Where its consumers write what they make of their records.
    pub output: Option<Name>,
    /// `at_most_once`, `at_least_once`, `exactly_once_v2`.
    pub guarantee: &'static str,
    /// `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Assigning`, `Reconciling`, `Stable`, `Dead`.
    pub state: &'static str,
    /// What goes on in a learner's words: `waiting for 1 of 2 members to rejoin`, `2.1 s of the initial delay left`.
    pub phase: Option<String>,
    /// Or the group's epoch.
    pub generation: i32,
    /// `classic` or `consumer`.
    pub protocol: &'static str,
    pub assignor: Option<&'static str>,
    /// The member that leads the group, and works out the assignment.
    pub leader: Option<Name>,
    pub members: Vec<MemberCard>,
    pub lag: u64,
    pub processed: u64,
    pub duplicates: u64,
    pub problem: Option<String>,
}

impl GroupCard {
    /// What the protocol counts: `generation` or `epoch`.
    pub fn counts(&self) -> &'static str {
        if self.protocol == "classic" { "generation" } else { "epoch" }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEpoch {
    pub epoch: i32,
    /// `has to give partitions up`, `waits for partitions of others`, or nothing if it is where it is to be.
    pub waits: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberCard {
    pub id: Name,
    pub label: String,
    pub life: Life,
    /// `finding the coordinator`, `revoking`, `joining`, `syncing`, `stable`, or what it waits for on its way to its target;
    /// nothing while it does not run.
    pub phase: &'static str,
    /// What it reads, as it believes itself.
    pub assigned: Vec<TopicPartition>,
    /// What the coordinator still counts as its: the same while all is well, more after a kill.
    pub held: Vec<TopicPartition>,
    /// In the consumer protocol, as the coordinator has it: the member's epoch, and what it waits for.
    pub epoch: Option<MemberEpoch>,
    /// Records processed in the last second of virtual time.
    pub rate: u64,
    /// At the coordinator: burns while no heartbeat comes (`session.timeout.ms`).
    pub session: Option<Fuse>,
    /// In the client: burns while `poll()` is not called (`max.poll.interval.ms`).
    pub poll: Option<Fuse>,
    /// The record being processed right now.
    pub in_hand: Option<InHand>,
    /// Fetched and not yet returned by `poll()`.
    pub buffered: u64,
    /// Service time in percent of normal.
    pub slowed_percent: u32,
    pub has_wrong_clock: bool,
    pub problem: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Running,
    /// Since when.
    Killed(Time),
    Hung(Time),
    /// Left by itself (`close()`), or pushed out by its own heartbeat thread.
    Left(Time),
}

/// Time left of a timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuse {
    pub left: Span,
    pub of: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InHand {
    pub partition: TopicPartition,
    pub offset: u64,
    /// The key as text, lossy where it is not UTF-8.
    pub key: Option<String>,
}
