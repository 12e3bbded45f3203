//! How far a group is behind.

use crate::engine::World;
use crate::model::{Name, TopicPartition};

/// How many records a group has still to read, by its commits and, before the first, by its positions.
pub fn group_lag(world: &World, group: &Name) -> u64 {
    let Some(spec) = world.groups.get(group) else { return 0 };
    let partitions = spec.topics.iter().flat_map(|topic| {
        let count = world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len() as u32);
        (0..count).map(move |partition| TopicPartition::new(topic, partition))
    });
    let lag = |partition: TopicPartition| {
        let end = world.shown_replica(&partition)?.high_watermark;
        let committed = world.group(group).and_then(|group| group.committed(&partition));
        let position = || world.members(group).find_map(|member| member.assignment.get(&partition)?.next);
        Some(end.saturating_sub(committed.or_else(position)?))
    };
    partitions.filter_map(lag).sum()
}
