//! All members subscribe to the same topics (`ConstrainedAssignmentBuilder`).
//!
//! With `n` partitions for `m` members everybody gets at least `n / m`, and `n % m` of them one more. Members keep what
//! they had up to that; what is left over goes round those who are short. Who keeps an extra one is decided by the order
//! of the leader's hash map.

use std::collections::{BTreeSet, VecDeque};

use super::claims::{Claims, remove_first};
use super::{Group, Part};
use crate::kernel::SortedMap;
use crate::kernel::order::sort_by_key;

pub(super) struct Constrained {
    /// By member.
    pub lists: Vec<Vec<Part>>,
    /// Partitions that somebody has to give up first, and for whom.
    pub transferred: SortedMap<Part, usize>,
}

struct Builder {
    lists: Vec<Vec<Part>>,
    transferred: SortedMap<Part, usize>,
    least: usize,
    most: usize,
    /// How many members get one more than the least.
    extras: usize,
    /// How many have got it.
    extras_given: usize,
    revoked: BTreeSet<Part>,
    disputed: BTreeSet<Part>,
    /// Below the least.
    short: Vec<usize>,
    /// At the least, and perhaps to get one more.
    at_least: VecDeque<usize>,
}

pub(super) fn assign(group: &Group, claims: Claims) -> Constrained {
    let total = group.topics.iter().map(|topic| topic.partitions as usize).sum::<usize>();
    let members = group.members.len().max(1);
    let mut builder = Builder {
        lists: vec![Vec::new(); group.members.len()],
        transferred: SortedMap::new(),
        least: total / members,
        most: total.div_ceil(members),
        extras: total % members,
        extras_given: 0,
        revoked: BTreeSet::new(),
        disputed: claims.disputed,
        short: Vec::new(),
        at_least: VecDeque::new(),
    };
    let mut owned = claims.owned;
    for &member in &group.visited {
        builder.keep(member, std::mem::take(&mut owned[member]));
    }
    let kept: BTreeSet<Part> = builder.lists.iter().flatten().copied().collect();
    builder.short.sort_unstable();
    builder.at_least.make_contiguous().sort_unstable();
    builder.deal_out(group.parts().filter(|part| !kept.contains(part)));
    Constrained { lists: builder.lists, transferred: builder.transferred }
}

impl Builder {
    /// `assignOwnedPartitions`, for one member.
    fn keep(&mut self, member: usize, mut owned: Vec<Part>) {
        sort_by_key(&mut owned, |part| (part.partition, part.topic));
        self.disputed.iter().for_each(|&part| remove_first(&mut owned, part));
        if owned.len() < self.least {
            self.lists[member] = owned;
            self.short.push(member);
            return;
        }
        let may_have_more = self.extras_given < self.extras;
        if owned.len() >= self.most && may_have_more {
            self.extras_given += 1;
            if self.extras_given == self.extras {
                self.at_least.clear();
            }
            self.revoked.extend(owned.drain(self.most..));
        } else {
            self.revoked.extend(owned.drain(self.least..));
            if may_have_more {
                self.at_least.push_back(member);
            }
        }
        self.lists[member] = owned;
    }

    /// `assignRoundRobin`.
    fn deal_out(&mut self, unassigned: impl Iterator<Item = Part>) {
        let mut turn = 0;
        for part in unassigned {
            if turn == self.short.len() {
                turn = 0;
            }
            let member = match self.short.get(turn) {
                Some(&member) => member,
                None => self.at_least.pop_front().expect("the shares add up to all partitions"),
            };
            let is_short = turn < self.short.len();
            if self.give(part, member) == self.least && is_short {
                self.short.remove(turn);
                self.at_least.push_back(member);
            } else {
                turn += 1;
            }
        }
    }

    fn give(&mut self, part: Part, member: usize) -> usize {
        self.lists[member].push(part);
        if self.revoked.contains(&part) || self.disputed.contains(&part) {
            self.transferred.insert(part, member);
        }
        self.lists[member].len()
    }
}
