//! All members subscribe to the same topics (`UniformHomogeneousAssignmentBuilder`).
//!
//! With `n` partitions for `m` members everybody is to have `n / m`, and the first `n % m` one more. First is who comes
//! first in the coordinator's hash map, whatever it has so far, so that a partition may move that need not. What is free
//! fills one member after the other.

use super::{Group, Owners};

pub(super) fn assign(group: &Group) -> Owners {
    let topics = group.topics_of(0);
    let mut owners = group.nobody();
    let mut free = free_before(group, &topics);
    let total: usize = topics.iter().map(|&topic| group.topics[topic].partitions as usize).sum();
    let (least, extras) = (total / group.members.len(), total % group.members.len());
    let mut unfilled = Vec::new();
    for member in 0..group.members.len() {
        let mut quota = least + usize::from(member < extras);
        for share in group.shares_of(member).into_iter().filter(|share| topics.contains(&share.topic)) {
            let kept = share.partitions.len().min(quota);
            quota -= kept;
            let (kept, freed) = share.partitions.split_at(kept);
            kept.iter().for_each(|&partition| owners[share.topic][partition as usize] = Some(member));
            free.extend(freed.iter().map(|&partition| (share.topic, partition)));
        }
        unfilled.extend(std::iter::repeat_n(member, quota));
    }
    for ((topic, partition), member) in free.into_iter().zip(unfilled) {
        owners[topic][partition as usize] = Some(member);
    }
    owners
}

/// What nobody was to have.
fn free_before(group: &Group, topics: &[usize]) -> Vec<(usize, u32)> {
    let mut is_taken: Vec<Vec<bool>> =
        group.topics.iter().map(|topic| vec![false; topic.partitions as usize]).collect();
    for member in 0..group.members.len() {
        for share in group.shares_of(member) {
            share.partitions.iter().for_each(|&partition| is_taken[share.topic][partition as usize] = true);
        }
    }
    let partitions = |topic: usize| (0..group.topics[topic].partitions).map(move |partition| (topic, partition));
    let all = topics.iter().flat_map(|&topic| partitions(topic));
    all.filter(|&(topic, partition)| !is_taken[topic][partition as usize]).collect()
}
