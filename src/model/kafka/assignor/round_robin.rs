//! `RoundRobinAssignor`: all partitions of all topics in order, dealt out one by one to the members in order.
//!
//! A member that does not subscribe to the topic at hand is passed over and loses its turn, which is why groups with
//! different subscriptions can come out uneven.

use super::Group;
use crate::model::TopicPartition;

/// A list for each of the group's members, in their order.
pub(super) fn assign(group: &Group) -> Vec<Vec<TopicPartition>> {
    let mut lists = vec![Vec::new(); group.members.len()];
    let mut turn = 0;
    for (name, topic) in &group.topics {
        for partition in 0..topic.partitions {
            let member = topic.first_subscriber_from(turn);
            lists[member].push(TopicPartition::new(name, partition));
            turn = member + 1;
        }
    }
    lists
}
