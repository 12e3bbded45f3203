//! `AbstractStickyAssignor`: as even as can be, and otherwise with as much as possible left where it was.
//!
//! Two algorithms. When all members subscribe to the same topics, everybody's share is known beforehand and one pass over
//! the members is enough ([`constrained`]). Otherwise partitions are handed to whoever has least, and then moved one by
//! one until no move makes the group more even ([`general`]).
//!
//! Two assignors use them, and differ in what a member says it had: with `sticky` it is what the last leader gave it,
//! remembered by the client, because an eager member has given everything up before it joins; with `cooperative-sticky` it
//! is what the member still owns ([`cooperative`]).
//!
//! Left out: racks; and that a leader remembers the highest generation it has ever seen from one assignment to the next.
//! What a member claims beyond a topic's last partition is ignored, since only a topic that was deleted and created again,
//! smaller, leads to it.

mod claims;
mod constrained;
pub(super) mod cooperative;
mod general;
mod movements;

use self::claims::Claims;
use super::{Assignment, Subscription};
use crate::kernel::SortedMap;
use crate::kernel::order::sort_by_key;
use crate::model::kafka::java_order::{Buckets, JavaHash, hash_of_partition, iteration_order};
use crate::model::{Name, TopicPartition};

/// What a member says that it had, and since which generation; the generation is missing if it says nothing.
struct Memory<'a> {
    partitions: &'a [TopicPartition],
    generation: Option<i32>,
}

/// Where an assignor looks for that.
type Remembers = for<'a> fn(&'a Subscription) -> Memory<'a>;

/// `StickyAssignor`.
pub(super) fn assign(partitions: &SortedMap<Name, u32>, members: &[Subscription]) -> Assignment {
    let group = Group::new(partitions, members);
    let claims = Claims::new(&group, remembered_by_client);
    let lists = match claims.all_subscribe_alike {
        true => constrained::assign(&group, claims).lists,
        false => general::assign(&group, claims),
    };
    group.name(lists)
}

/// `StickyAssignor#memberData`: the user data that the client attached.
fn remembered_by_client(member: &Subscription) -> Memory<'_> {
    match &member.metadata.remembered {
        Some(last) => Memory { partitions: &last.partitions, generation: Some(last.generation) },
        None => Memory { partitions: &[], generation: None },
    }
}

/// A partition, its topic by number: compares as the name would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    topic: usize,
    partition: u32,
    /// Of the partition with its topic's name.
    hash: i32,
}

impl JavaHash for Part {
    fn java_hash(&self) -> i32 {
        self.hash
    }
}

/// The leader's input with numbers for names. Members are numbered by id and topics by name, so that numbers compare as
/// names do.
struct Group<'a> {
    members: Vec<&'a Subscription>,
    /// The members in the order in which the leader's hash map gives them.
    visited: Vec<usize>,
    /// Every topic that somebody subscribes to and that has partitions, with the hash of its name.
    topics: Vec<Topic<'a>>,
    numbers: SortedMap<&'a Name, usize>,
}

struct Topic<'a> {
    name: &'a Name,
    hash: i32,
    partitions: u32,
}

impl<'a> Group<'a> {
    fn new(partitions: &'a SortedMap<Name, u32>, listed: &'a [Subscription]) -> Self {
        let mut members: Vec<&Subscription> = listed.iter().collect();
        sort_by_key(&mut members, |member| &member.member_id);
        let number = |id: &Name| members.partition_point(|member| member.member_id < *id);
        let visited = iteration_order(Buckets::default(), listed);
        let visited = visited.into_iter().map(|member| number(&member.member_id)).collect();
        let is_wanted = |name: &Name| listed.iter().any(|member| member.metadata.topics.contains(name));
        let wanted = partitions.iter().filter(|(name, count)| **count > 0 && is_wanted(name));
        let topics: Vec<Topic> =
            wanted.map(|(name, &partitions)| Topic { name, hash: name.java_hash(), partitions }).collect();
        let numbers = topics.iter().enumerate().map(|(number, topic)| (topic.name, number)).collect();
        Group { members, visited, topics, numbers }
    }

    /// What is meant, if there is such a partition.
    fn part(&self, named: &TopicPartition) -> Option<Part> {
        let topic = *self.numbers.get(&named.topic)?;
        (named.partition < self.topics[topic].partitions).then(|| self.nth(topic, named.partition))
    }

    fn nth(&self, topic: usize, partition: u32) -> Part {
        Part { topic, partition, hash: hash_of_partition(self.topics[topic].hash, partition) }
    }

    fn parts_of(&self, topic: usize) -> impl Iterator<Item = Part> + '_ {
        (0..self.topics[topic].partitions).map(move |partition| self.nth(topic, partition))
    }

    /// Every partition, by topic.
    fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        (0..self.topics.len()).flat_map(|topic| self.parts_of(topic))
    }

    /// The known topics that a member subscribes to, in its order.
    fn topics_of(&self, member: usize) -> impl Iterator<Item = usize> + '_ {
        self.members[member].metadata.topics.iter().filter_map(|name| self.numbers.get(name).copied())
    }

    /// Lists by member number, with the names again.
    fn name(&self, lists: Vec<Vec<Part>>) -> Assignment {
        let named = |part: Part| TopicPartition::new(self.topics[part.topic].name, part.partition);
        let lists = lists.into_iter().map(|list| list.into_iter().map(named).collect());
        self.members.iter().map(|member| member.member_id.clone()).zip(lists).collect()
    }
}
