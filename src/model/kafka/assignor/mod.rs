//! Client-side assignors of the classic group protocol: the group's leader gets every member's subscription and decides
//! who reads which partition.
//!
//! In the real system these are `RangeAssignor` and `RoundRobinAssignor` behind `AbstractPartitionAssignor`. We give the
//! same partitions to the same members, and list them in the same order. A topic that has no metadata, or no partition, is
//! skipped silently, as there.
//!
//! Left out: racks (`client.rack`), and the sticky and cooperative assignors. Names compare by their bytes; Java compares
//! UTF-16 units, which differs only beyond the Basic Multilingual Plane.

mod range;
mod round_robin;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::java_order::{Buckets, JavaHash, iteration_order};
use crate::model::{Name, TopicPartition};

/// What one member told the leader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subscription {
    pub member_id: Name,
    /// `group.instance.id`: given, the member is static and keeps its place across restarts.
    pub instance_id: Option<Name>,
    pub topics: Vec<Name>,
}

/// The leader keeps its members in a hash map under their ids.
impl JavaHash for Subscription {
    fn java_hash(&self) -> i32 {
        self.member_id.java_hash()
    }
}

/// What every member reads, in the order in which Kafka lists it. A member without partitions has an empty list.
pub type Assignment = BTreeMap<Name, Vec<TopicPartition>>;

/// `partition.assignment.strategy`, under the names that the protocol uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Assignor {
    #[serde(rename = "range")]
    Range,
    #[serde(rename = "roundrobin")]
    RoundRobin,
}

impl Assignor {
    /// Divides the partitions among the members. `partitions` is the partition count of every topic the leader knows of;
    /// `members` come in the order in which the coordinator listed them to the leader, each once.
    pub fn assign(self, partitions: &BTreeMap<Name, u32>, members: &[Subscription]) -> Assignment {
        let group = Group::new(partitions, members);
        let lists = match self {
            Assignor::Range => range::assign(&group),
            Assignor::RoundRobin => round_robin::assign(&group),
        };
        group.members.iter().map(|member| member.member_id.clone()).zip(lists).collect()
    }

    pub fn name(self) -> &'static str {
        match self {
            Assignor::Range => "range",
            Assignor::RoundRobin => "roundrobin",
        }
    }
}

/// The leader's input, sorted out: what both assignors start from.
struct Group<'a> {
    /// The members as the coordinator listed them.
    listed: &'a [Subscription],
    /// Static members first, by instance id; then the others by member id (`MemberInfo#compareTo`).
    members: Vec<&'a Subscription>,
    /// Every topic that somebody subscribes to and that has partitions.
    topics: BTreeMap<&'a Name, SubscribedTopic>,
}

struct SubscribedTopic {
    partitions: u32,
    /// Ascending positions in `Group::members`.
    subscribers: Vec<usize>,
}

impl<'a> Group<'a> {
    fn new(partitions: &BTreeMap<Name, u32>, listed: &'a [Subscription]) -> Self {
        let mut members: Vec<&Subscription> = listed.iter().collect();
        members.sort_by_key(|member| (member.instance_id.is_none(), &member.instance_id, &member.member_id));
        let mut topics = BTreeMap::new();
        for (position, member) in members.iter().enumerate() {
            for name in &member.topics {
                let count = partitions.get(name).copied().unwrap_or(0);
                if count > 0 {
                    topics.entry(name).or_insert_with(|| SubscribedTopic::new(count)).add_subscriber(position);
                }
            }
        }
        Group { listed, members, topics }
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
