//! `RangeAssignor` of the coordinator: every topic's subscribers get consecutive partitions, the first ones one more.
//!
//! It does not look at what anybody has. Members come in the same order for every topic, static ones first, so that topics
//! with the same subscribers and the same number of partitions are divided alike.

use super::{Group, Owners};
use crate::kernel::order::sort_by_key;

pub(super) fn assign(group: &Group) -> Owners {
    let mut members: Vec<usize> = (0..group.members.len()).collect();
    sort_by_key(&mut members, |&member| {
        let spec = group.members[member];
        (spec.instance_id.is_none(), &spec.instance_id, &spec.member_id)
    });
    let mut owners = group.nobody();
    for (topic, owners) in owners.iter_mut().enumerate() {
        let subscribers: Vec<usize> =
            members.iter().copied().filter(|member| group.subscribes(*member, topic)).collect();
        divide(owners, &subscribers);
    }
    owners
}

fn divide(owners: &mut [Option<usize>], subscribers: &[usize]) {
    if subscribers.is_empty() {
        return;
    }
    let (each, extra) = (owners.len() / subscribers.len(), owners.len() % subscribers.len());
    let mut first = 0;
    for (place, &member) in subscribers.iter().enumerate() {
        let next = first + each + usize::from(place < extra);
        owners[first..next].fill(Some(member));
        first = next;
    }
}
