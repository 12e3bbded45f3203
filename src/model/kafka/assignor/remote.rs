//! The coordinator's own assignors of the consumer group protocol (KIP-848): `group.remote.assignor`.
//!
//! In the real system these are `UniformAssignor` and `RangeAssignor` of the module `group-coordinator`. Their input is
//! the last target assignment, which nobody need have reached, and their output the next one. How members get there is
//! not their business.
//!
//! Left out: racks, and regular expressions as subscriptions. Topics that do not exist are skipped: the coordinator does
//! not pass them on.

mod heterogeneous;
mod homogeneous;
mod loads;
mod range;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Assignment, Buckets, JavaHash, iteration_order};
use crate::kernel::{SortedMap, later};
use crate::model::{Name, TopicId, TopicPartition};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemoteAssignor {
    #[default]
    Uniform,
    Range,
}

/// A member, as the coordinator describes it to an assignor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberSpec {
    pub member_id: Name,
    pub instance_id: Option<Name>,
    pub topics: BTreeSet<Name>,
    /// What it was to have so far.
    pub target: Vec<TopicPartition>,
}

/// What an assignor needs to know of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    pub id: TopicId,
    pub partitions: u32,
}

/// Whether all members subscribe to the same topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionType {
    Homogeneous,
    Heterogeneous,
}

impl RemoteAssignor {
    /// Who is to read what. `topics` are those that exist; `members` come in the order in which they joined.
    pub fn assign(self, topics: &SortedMap<Name, TopicSpec>, members: &[MemberSpec]) -> Assignment {
        // No group of the opening scene has the protocol: whoever sets it does so by what is fetched later.
        type Assign = fn(RemoteAssignor, &SortedMap<Name, TopicSpec>, &[MemberSpec]) -> Assignment;
        later::entrance::<Assign>(RemoteAssignor::assign_fetched_later)(self, topics, members)
    }

    fn assign_fetched_later(self, topics: &SortedMap<Name, TopicSpec>, members: &[MemberSpec]) -> Assignment {
        let group = Group::new(topics, members);
        let owners = match (self, SubscriptionType::of(members)) {
            _ if members.is_empty() => Owners::new(),
            (RemoteAssignor::Range, _) => range::assign(&group),
            (RemoteAssignor::Uniform, SubscriptionType::Homogeneous) => homogeneous::assign(&group),
            (RemoteAssignor::Uniform, SubscriptionType::Heterogeneous) => heterogeneous::assign(&group),
        };
        group.name(&owners)
    }

    pub fn name(self) -> &'static str {
        match self {
            RemoteAssignor::Uniform => "uniform",
            RemoteAssignor::Range => "range",
        }
    }
}

impl SubscriptionType {
    /// `ModernGroup#subscriptionType`.
    pub fn of(members: &[MemberSpec]) -> Self {
        match members.windows(2).all(|pair| pair[0].topics == pair[1].topics) {
            true => SubscriptionType::Homogeneous,
            false => SubscriptionType::Heterogeneous,
        }
    }
}

/// By topic: the member that is to read each partition, by its place in `Group::members`.
type Owners = Vec<Vec<Option<usize>>>;

struct Group<'a> {
    /// In the order of the hash map that the coordinator hands over.
    members: Vec<&'a MemberSpec>,
    /// Every topic that exists, by name.
    topics: Vec<Topic<'a>>,
    numbers: SortedMap<&'a Name, usize>,
}

struct Topic<'a> {
    name: &'a Name,
    id: TopicId,
    partitions: u32,
}

/// A topic in hash tables of topic ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hashed {
    id: TopicId,
    number: usize,
}

impl JavaHash for Hashed {
    fn java_hash(&self) -> i32 {
        self.id.java_hash()
    }
}

impl JavaHash for MemberSpec {
    fn java_hash(&self) -> i32 {
        self.member_id.java_hash()
    }
}

/// What a member was to have of one topic, in the order in which Kafka goes through it.
struct Share {
    topic: usize,
    partitions: Vec<u32>,
}

impl<'a> Group<'a> {
    fn new(topics: &'a SortedMap<Name, TopicSpec>, members: &'a [MemberSpec]) -> Self {
        let members = iteration_order(Buckets::default(), members);
        let topics: Vec<Topic> =
            topics.iter().map(|(name, spec)| Topic { name, id: spec.id, partitions: spec.partitions }).collect();
        let numbers = topics.iter().enumerate().map(|(number, topic)| (topic.name, number)).collect();
        Group { members, topics, numbers }
    }

    /// The topics that a member subscribes to, as a hash set of their ids gives them that was filled from one of their
    /// names.
    fn topics_of(&self, member: usize) -> Vec<usize> {
        let names = &self.members[member].topics;
        let buckets = Buckets::for_collection_of(names.len() as u32);
        let known = iteration_order(buckets, names).into_iter().filter_map(|name| self.numbers.get(name).copied());
        let hashed = known.map(|number| Hashed { id: self.topics[number].id, number });
        iteration_order(buckets, hashed).into_iter().map(|topic| topic.number).collect()
    }

    fn subscribes(&self, member: usize, topic: usize) -> bool {
        self.members[member].topics.contains(self.topics[topic].name)
    }

    /// What a member was to have, topic by topic in the order of the map of ids; partitions in that of the set.
    fn shares_of(&self, member: usize) -> Vec<Share> {
        let mut by_topic: SortedMap<usize, Vec<u32>> = SortedMap::new();
        for TopicPartition { topic, partition } in &self.members[member].target {
            let Some(&number) = self.numbers.get(topic) else { continue };
            if *partition < self.topics[number].partitions {
                by_topic.entry(number).or_default().push(*partition);
            }
        }
        let hashed = by_topic.keys().map(|&number| Hashed { id: self.topics[number].id, number });
        let order = iteration_order(Buckets::default(), hashed);
        let share = |topic: usize| {
            let partitions = &by_topic[&topic];
            let buckets = Buckets::for_collection_of(partitions.len() as u32);
            Share { topic, partitions: iteration_order(buckets, partitions.iter().copied()) }
        };
        order.into_iter().map(|topic| share(topic.number)).collect()
    }

    fn nobody(&self) -> Owners {
        self.topics.iter().map(|topic| vec![None; topic.partitions as usize]).collect()
    }

    /// By member, with the names again; every list sorted, since Kafka gives unordered sets.
    fn name(&self, owners: &Owners) -> Assignment {
        let mut lists: Vec<Vec<TopicPartition>> = vec![Vec::new(); self.members.len()];
        for (topic, owners) in self.topics.iter().zip(owners) {
            for (partition, owner) in (0..).zip(owners) {
                if let Some(member) = owner {
                    lists[*member].push(TopicPartition::new(topic.name, partition));
                }
            }
        }
        self.members.iter().map(|member| member.member_id.clone()).zip(lists).collect()
    }
}
