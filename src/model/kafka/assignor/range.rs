//! `RangeAssignor`: topic by topic, every subscriber gets a contiguous range, and the first ones get one more.
//!
//! Topics with the same number of partitions and the same subscribers are divided alike, so that keys of one topic and
//! of another meet in the same member. The price is that the first members get the extra partition of every topic.

use super::{Buckets, Group, SubscribedTopic, iteration_order};
use crate::model::{Name, TopicPartition};

/// A list for each of the group's members, in their order.
pub(super) fn assign(group: &Group) -> Vec<Vec<TopicPartition>> {
    let mut lists = vec![Vec::new(); group.members.len()];
    for name in topics_in_kafkas_order(group) {
        divide(name, &group.topics[name], &mut lists);
    }
    lists
}

fn divide(name: &Name, topic: &SubscribedTopic, lists: &mut [Vec<TopicPartition>]) {
    let subscribers = topic.subscribers.len() as u32;
    let (each, extra) = (topic.partitions / subscribers, topic.partitions % subscribers);
    let mut first = 0;
    for (place, &member) in (0..).zip(&topic.subscribers) {
        let next = first + each + u32::from(place < extra);
        lists[member].extend((first..next).map(|partition| TopicPartition::new(name, partition)));
        first = next;
    }
}

/// Ranges do not depend on the order of the topics, the lists do. Kafka goes through three hash tables: the members, the
/// set of all topics they name (unknown ones take room in it too), and the map from a topic to its partitions.
fn topics_in_kafkas_order<'a>(group: &Group<'a>) -> Vec<&'a Name> {
    let members = iteration_order(Buckets::default(), group.listed);
    let named = iteration_order(Buckets::default(), members.into_iter().flat_map(|member| &member.metadata.topics));
    iteration_order(Buckets::default(), named.into_iter().filter(|name| group.topics.contains_key(*name)))
}
