//! One step of a member towards its target (`CurrentAssignmentBuilder`).

use std::collections::BTreeSet;

use super::super::modern::{Member, MemberState};
use crate::kernel::SortedMap;
use crate::model::TopicPartition;

/// What a step is made with.
pub(super) struct Aim<'a> {
    pub target_epoch: i32,
    pub target: &'a [TopicPartition],
    /// Who holds what; the member itself included.
    pub holders: &'a SortedMap<TopicPartition, i32>,
    /// What the member says that it owns; nothing if it does not say.
    pub owned: Option<&'a [TopicPartition]>,
}

/// The member after the step; the same if it cannot take one yet.
pub(super) fn reconcile(member: &Member, aim: &Aim) -> Member {
    match member.state {
        MemberState::Stable if member.epoch == aim.target_epoch => member.clone(),
        MemberState::Stable | MemberState::UnreleasedPartitions => advance(member, member.epoch, aim),
        MemberState::UnrevokedPartitions if still_owns(&member.pending_revocation, aim) => member.clone(),
        MemberState::UnrevokedPartitions => advance(member, member.epoch + 1, aim),
    }
}

/// Until a member says what it owns, it may own anything.
fn still_owns(revoked: &BTreeSet<TopicPartition>, aim: &Aim) -> bool {
    aim.owned.is_none_or(|owned| owned.iter().any(|partition| revoked.contains(partition)))
}

/// Gives up what is not in the target; then gets what is, and what nobody holds.
fn advance(member: &Member, epoch: i32, aim: &Aim) -> Member {
    let target: BTreeSet<&TopicPartition> = aim.target.iter().collect();
    let (mut assigned, revoked): (BTreeSet<TopicPartition>, BTreeSet<TopicPartition>) =
        member.assigned.iter().cloned().partition(|partition| target.contains(partition));
    if !revoked.is_empty() && still_owns(&revoked, aim) {
        let state = MemberState::UnrevokedPartitions;
        return moved(member, epoch, state, assigned, revoked);
    }
    let wanted = target.into_iter().filter(|partition| !assigned.contains(*partition));
    let (unreleased, free): (Vec<&TopicPartition>, Vec<&TopicPartition>) =
        wanted.partition(|partition| aim.holders.contains_key(*partition));
    assigned.extend(free.into_iter().cloned());
    let state = if unreleased.is_empty() { MemberState::Stable } else { MemberState::UnreleasedPartitions };
    moved(member, aim.target_epoch, state, assigned, BTreeSet::new())
}

fn moved(
    member: &Member,
    epoch: i32,
    state: MemberState,
    assigned: BTreeSet<TopicPartition>,
    pending_revocation: BTreeSet<TopicPartition>,
) -> Member {
    Member { state, epoch, previous_epoch: member.epoch, assigned, pending_revocation, ..member.clone() }
}
