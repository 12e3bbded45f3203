//! Assignors: who reads which partition.
//!
//! In the classic group protocol they run in the client: the group's leader gets every member's subscription and decides
//! for all ([`Assignor`]). In the consumer protocol they run in the coordinator ([`remote`]).
//!
//! In the real system the former are `RangeAssignor`, `RoundRobinAssignor`, `StickyAssignor` and `CooperativeStickyAssignor`
//! behind `AbstractPartitionAssignor`. We give the same partitions to the same members, and list them in the same order. A
//! topic that has no metadata, or no partition, is skipped silently, as there.
//!
//! Left out: racks (`client.rack`). Names compare by their bytes; Java compares UTF-16 units, which differs only beyond
//! the Basic Multilingual Plane.

mod range;
pub mod remote;
mod round_robin;
mod sticky;

use serde::{Deserialize, Serialize};

use super::java_order::{Buckets, JavaHash, iteration_order};
use crate::kernel::order::sort_by_key;
use crate::kernel::{SortedMap, later};
use crate::model::{Name, TopicPartition};

/// What one member told the leader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subscription {
    pub member_id: Name,
    /// `group.instance.id`: given, the member is static and keeps its place across restarts.
    pub instance_id: Option<Name>,
    pub metadata: Metadata,
}

/// What a member attaches to its JoinGroup (`ConsumerProtocolSubscription`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metadata {
    pub topics: Vec<Name>,
    /// What it still owns; nothing if it rebalances eagerly.
    pub owned: Vec<TopicPartition>,
    /// Its last generation; -1 if it has none.
    pub generation: i32,
    /// What the `sticky` assignor noted on the member's side when it was last assigned something.
    pub remembered: Option<LastAssignment>,
}

/// What a member was given, and in which generation: the user data of `StickyAssignor`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LastAssignment {
    pub generation: i32,
    pub partitions: Vec<TopicPartition>,
}

impl Metadata {
    /// Of a member that has had nothing so far.
    pub fn new(topics: Vec<Name>) -> Self {
        Metadata { topics, owned: Vec::new(), generation: -1, remembered: None }
    }
}

/// The leader keeps its members in a hash map under their ids.
impl JavaHash for Subscription {
    fn java_hash(&self) -> i32 {
        self.member_id.java_hash()
    }
}

/// What every member reads, in the order in which Kafka lists it. A member without partitions has an empty list.
pub type Assignment = SortedMap<Name, Vec<TopicPartition>>;

/// `partition.assignment.strategy`, under the names that the protocol uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Assignor {
    #[serde(rename = "range")]
    Range,
    #[serde(rename = "roundrobin")]
    RoundRobin,
    #[serde(rename = "sticky")]
    Sticky,
    #[serde(rename = "cooperative-sticky")]
    CooperativeSticky,
}

type Assign = fn(&SortedMap<Name, u32>, &[Subscription]) -> Assignment;

fn sticky_fetched_later(partitions: &SortedMap<Name, u32>, members: &[Subscription]) -> Assignment {
    sticky::assign(partitions, members)
}

fn cooperative_fetched_later(partitions: &SortedMap<Name, u32>, members: &[Subscription]) -> Assignment {
    sticky::cooperative::assign(partitions, members)
}

/// How members behave in a rebalance (`ConsumerPartitionAssignor.RebalanceProtocol`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RebalanceProtocol {
    /// Everybody gives everything up before it joins.
    Eager,
    /// Everybody keeps what it has until it is told to give it up.
    Cooperative,
}

impl Assignor {
    /// Divides the partitions among the members. `partitions` is the partition count of every topic the leader knows of;
    /// `members` come in the order in which the coordinator listed them to the leader, each once.
    pub fn assign(self, partitions: &SortedMap<Name, u32>, members: &[Subscription]) -> Assignment {
        match self {
            Assignor::Range => Group::new(partitions, members).assign(range::assign),
            Assignor::RoundRobin => Group::new(partitions, members).assign(round_robin::assign),
            // The opening scene has neither: whoever sets it does so by what is fetched later.
            Assignor::Sticky => later::entrance::<Assign>(sticky_fetched_later)(partitions, members),
            Assignor::CooperativeSticky => later::entrance::<Assign>(cooperative_fetched_later)(partitions, members),
        }
    }

    /// The protocols that it can be used with (`supportedProtocols`).
    pub fn supports(self, protocol: RebalanceProtocol) -> bool {
        protocol == RebalanceProtocol::Eager || self == Assignor::CooperativeSticky
    }

    pub fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
            Assignor::RoundRobin => "roundrobin",
            Assignor::Sticky => "sticky",
            Assignor::CooperativeSticky => "cooperative-sticky",
        }
    }
}

impl RebalanceProtocol {
    /// What a consumer does that is configured with these: the best that all of them support. So one with
    /// `[range, cooperative-sticky]` is eager, whichever of the two is chosen.
    pub fn of(assignors: &[Assignor]) -> Self {
        match assignors.iter().all(|assignor| assignor.supports(RebalanceProtocol::Cooperative)) {
            true => RebalanceProtocol::Cooperative,
            false => RebalanceProtocol::Eager,
        }
    }
}

/// The leader's input, sorted out: what range and round-robin start from.
struct Group<'a> {
    /// The members as the coordinator listed them.
    listed: &'a [Subscription],
    /// Static members first, by instance id; then the others by member id (`MemberInfo#compareTo`).
    members: Vec<&'a Subscription>,
    /// Every topic that somebody subscribes to and that has partitions.
    topics: SortedMap<&'a Name, SubscribedTopic>,
}

struct SubscribedTopic {
    partitions: u32,
    /// Ascending positions in `Group::members`.
    subscribers: Vec<usize>,
}

impl<'a> Group<'a> {
    fn new(partitions: &SortedMap<Name, u32>, listed: &'a [Subscription]) -> Self {
        let mut members: Vec<&Subscription> = listed.iter().collect();
        sort_by_key(&mut members, |member| (member.instance_id.is_none(), &member.instance_id, &member.member_id));
        let mut topics = SortedMap::new();
        for (position, member) in members.iter().enumerate() {
            for name in &member.metadata.topics {
                let count = partitions.get(name).copied().unwrap_or(0);
                if count > 0 {
                    topics.entry(name).or_insert_with(|| SubscribedTopic::new(count)).add_subscriber(position);
                }
            }
        }
        Group { listed, members, topics }
    }

    /// Lists in the order of the members, with their ids again.
    fn assign(&self, assignor: fn(&Self) -> Vec<Vec<TopicPartition>>) -> Assignment {
        self.members.iter().map(|member| member.member_id.clone()).zip(assignor(self)).collect()
    }
}

impl SubscribedTopic {
    fn new(partitions: u32) -> Self {
        SubscribedTopic { partitions, subscribers: Vec::new() }
    }

    /// A member that names a topic twice subscribes to it once.
    fn add_subscriber(&mut self, position: usize) {
        if self.subscribers.last() != Some(&position) {
            self.subscribers.push(position);
        }
    }

    /// The subscriber whose turn it is when it is the turn of the member at `turn`, going round at the end.
    fn first_subscriber_from(&self, turn: usize) -> usize {
        let next = self.subscribers.partition_point(|position| *position < turn);
        self.subscribers.get(next).copied().unwrap_or(self.subscribers[0])
    }
}
