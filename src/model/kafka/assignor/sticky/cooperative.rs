//! `CooperativeStickyAssignor`: sticky, and nobody is given what somebody else still reads.
//!
//! A partition that is to move is left out of the assignment. Its old owner sees that it has lost it, gives it up and
//! joins again; the rebalance that this causes hands it to the new one.

use std::collections::BTreeSet;

use super::claims::{Claims, remove_first};
use super::{Group, Memory, Part, constrained, general};
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::kafka::assignor::{Assignment, Subscription};

pub(in super::super) fn assign(partitions: &SortedMap<Name, u32>, members: &[Subscription]) -> Assignment {
    let group = Group::new(partitions, members);
    let claims = Claims::new(&group, still_owned);
    let (mut lists, transferred) = match claims.all_subscribe_alike {
        true => {
            let constrained = constrained::assign(&group, claims);
            (constrained.lists, constrained.transferred)
        }
        false => {
            let lists = general::assign(&group, claims);
            let transferred = transferred(&group, &lists);
            (lists, transferred)
        }
    };
    transferred.into_iter().for_each(|(part, member)| remove_first(&mut lists[member], part));
    group.name(lists)
}

/// `CooperativeStickyAssignor#memberData`, with the generation that clients send since version 2 of the subscription.
fn still_owned(member: &Subscription) -> Memory<'_> {
    Memory { partitions: &member.metadata.owned, generation: Some(member.metadata.generation) }
}

/// What somebody gets that somebody else has to give up (`computePartitionsTransferringOwnership`).
fn transferred(group: &Group, lists: &[Vec<Part>]) -> SortedMap<Part, usize> {
    let mut added = SortedMap::new();
    let mut revoked = BTreeSet::new();
    for (member, list) in lists.iter().enumerate() {
        let owned: BTreeSet<Part> =
            group.members[member].metadata.owned.iter().filter_map(|named| group.part(named)).collect();
        let assigned: BTreeSet<Part> = list.iter().copied().collect();
        added.extend(assigned.difference(&owned).map(|part| (*part, member)));
        revoked.extend(owned.difference(&assigned).copied());
    }
    added.retain(|part, _| revoked.contains(part));
    added
}
