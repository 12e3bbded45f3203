//! Members subscribe to different topics (`GeneralAssignmentBuilder`).
//!
//! Everybody keeps what it had and still subscribes to. What is left goes, the topics with the fewest subscribers first,
//! to whoever has least among those that may have it. Then partitions are moved, one by one, from members that have at
//! least two more than another that could take them, until there are none; and if that made the group no more even, all
//! these moves are taken back.

use std::collections::BTreeSet;

use super::claims::{Claims, NO_GENERATION, remove_first};
use super::movements::Movements;
use super::{Group, Part};
use crate::kernel::SortedMap;
use crate::kernel::order::sort_by_key;

struct Builder<'a> {
    group: &'a Group<'a>,
    /// By topic: who could have its partitions, in the order of the leader's hash map.
    candidates: Vec<Vec<usize>>,
    /// By topic, by member: whether it subscribes.
    subscribes: Vec<Vec<bool>>,
    /// By member.
    lists: Vec<Vec<Part>>,
    owners: SortedMap<Part, usize>,
    /// Members that may give and take, by how much they have and then by id.
    by_load: BTreeSet<(usize, usize)>,
    /// Who had a partition before the last owner, and in which generation.
    earlier: SortedMap<Part, (usize, i32)>,
    movements: Movements,
    /// Somebody had a partition of a topic that it has given up since.
    must_revoke: bool,
}

pub(super) fn assign(group: &Group, claims: Claims) -> Vec<Vec<Part>> {
    let mut builder = Builder::new(group, claims);
    let all = builder.parts_by_scarcity();
    builder.drop_unsubscribed();
    let kept: BTreeSet<Part> = builder.lists.iter().flatten().copied().collect();
    let unassigned: Vec<Part> = all.iter().filter(|part| !kept.contains(part)).copied().collect();
    builder.balance(all, unassigned);
    builder.lists
}

impl<'a> Builder<'a> {
    fn new(group: &'a Group<'a>, claims: Claims) -> Self {
        let mut candidates = vec![Vec::new(); group.topics.len()];
        let mut subscribes = vec![vec![false; group.members.len()]; group.topics.len()];
        for &member in &group.visited {
            for topic in group.topics_of(member) {
                candidates[topic].push(member);
                subscribes[topic][member] = true;
            }
        }
        let had = |member: usize| claims.owned[member].iter().map(move |part| (*part, member));
        let owners = group.visited.iter().flat_map(|&member| had(member)).collect();
        let earlier = earlier_owners(group, &claims);
        Builder {
            group,
            candidates,
            subscribes,
            lists: claims.owned,
            owners,
            by_load: BTreeSet::new(),
            earlier,
            movements: Movements::default(),
            must_revoke: false,
        }
    }

    /// Topics with few subscribers first, then by name.
    fn parts_by_scarcity(&self) -> Vec<Part> {
        let mut topics: Vec<usize> = (0..self.group.topics.len()).collect();
        sort_by_key(&mut topics, |topic| self.candidates[*topic].len());
        topics.into_iter().flat_map(|topic| self.group.parts_of(topic)).collect()
    }

    fn drop_unsubscribed(&mut self) {
        let subscribes = &self.subscribes;
        for (member, list) in self.lists.iter_mut().enumerate() {
            let had = list.len();
            list.retain(|part| subscribes[part.topic][member]);
            self.must_revoke |= list.len() < had;
        }
    }

    fn balance(&mut self, mut all: Vec<Part>, mut unassigned: Vec<Part>) {
        self.by_load = self.lists.iter().enumerate().map(|(member, list)| (list.len(), member)).collect();
        let is_first = self.lists.iter().all(Vec::is_empty);
        for &part in &unassigned {
            self.give_to_least_loaded(part);
        }
        let candidates = &self.candidates;
        let is_movable = |part: &Part| candidates[part.topic].len() >= 2;
        all.retain(is_movable);
        unassigned.retain(is_movable);
        let fixed: Vec<usize> = (0..self.lists.len()).filter(|member| self.is_fixed(*member)).collect();
        for &member in &fixed {
            self.by_load.remove(&(self.lists[member].len(), member));
        }
        let before = self.lists.clone();
        if !self.must_revoke {
            self.reassign(&unassigned);
        }
        let has_moved = self.reassign(&all);
        let unevenness = |lists: &[Vec<Part>]| unevenness(lists, &fixed);
        if !is_first && has_moved && unevenness(&self.lists) >= unevenness(&before) {
            self.lists = before;
        }
    }

    fn give_to_least_loaded(&mut self, part: Part) {
        let subscribers = &self.subscribes[part.topic];
        let Some(&(load, member)) = self.by_load.iter().find(|(_, member)| subscribers[*member]) else { return };
        self.by_load.remove(&(load, member));
        self.lists[member].push(part);
        self.owners.insert(part, member);
        self.by_load.insert((load + 1, member));
    }

    /// Has everything that it could have, and nobody else could have any of it.
    fn is_fixed(&self, member: usize) -> bool {
        let most: usize = self.group.topics_of(member).map(|topic| self.group.topics[topic].partitions as usize).sum();
        let list = &self.lists[member];
        list.len() >= most && list.iter().all(|part| self.candidates[part.topic].len() < 2)
    }

    /// Moves partitions until no move helps. Says whether any was moved.
    fn reassign(&mut self, parts: &[Part]) -> bool {
        let mut has_moved = false;
        loop {
            let mut moved_one = false;
            for &part in parts {
                if self.is_balanced() {
                    break;
                }
                moved_one |= self.improve(part);
            }
            has_moved |= moved_one;
            if !moved_one {
                return has_moved;
            }
        }
    }

    /// Moves one partition, if somebody else has at least two fewer: back to who had it before, else to the least loaded.
    fn improve(&mut self, part: Part) -> bool {
        let Some(&owner) = self.owners.get(&part) else { return false };
        let load = self.lists[owner].len();
        let has_fewer = |member: usize| load > self.lists[member].len() + 1;
        if let Some(&(earlier, _)) = self.earlier.get(&part)
            && has_fewer(earlier)
            && self.by_load.contains(&(self.lists[earlier].len(), earlier))
        {
            self.move_or_better(part, earlier);
            return true;
        }
        if !self.candidates[part.topic].iter().any(|&member| has_fewer(member)) {
            return false;
        }
        let subscribers = &self.subscribes[part.topic];
        let least = self.by_load.iter().find(|(_, member)| subscribers[*member]).map(|(_, member)| *member);
        least.is_some_and(|member| {
            self.move_or_better(part, member);
            true
        })
    }

    fn move_or_better(&mut self, part: Part, to: usize) {
        let part = self.movements.better_than(part, self.owners[&part], to);
        let from = self.owners[&part];
        self.by_load.remove(&(self.lists[from].len(), from));
        self.by_load.remove(&(self.lists[to].len(), to));
        self.movements.record(part, from, to);
        remove_first(&mut self.lists[from], part);
        self.lists[to].push(part);
        self.owners.insert(part, to);
        self.by_load.insert((self.lists[to].len(), to));
        self.by_load.insert((self.lists[from].len(), from));
    }

    /// Whether no member could take a partition from one that has at least two more.
    fn is_balanced(&self) -> bool {
        let (Some((least, _)), Some((most, _))) = (self.by_load.first(), self.by_load.last()) else { return true };
        if least + 1 >= *most {
            return true;
        }
        let mut heaviest_owner = vec![0; self.group.topics.len()];
        for &(load, member) in &self.by_load {
            self.lists[member].iter().for_each(|part| heaviest_owner[part.topic] = load);
        }
        let can_take = |load: usize, member| self.group.topics_of(member).any(|topic| load + 1 < heaviest_owner[topic]);
        !self.by_load.iter().any(|&(load, member)| can_take(load, member))
    }
}

/// What members claim of generations before the last (`prepopulateCurrentAssignments`).
fn earlier_owners(group: &Group, claims: &Claims) -> SortedMap<Part, (usize, i32)> {
    let mut earlier: SortedMap<Part, (usize, i32)> = SortedMap::new();
    for &member in &group.visited {
        let memory = (claims.remembers)(group.members[member]);
        let generation = memory.generation.unwrap_or(NO_GENERATION);
        if generation >= claims.max_generation {
            continue;
        }
        for part in memory.partitions.iter().filter_map(|named| group.part(named)) {
            let known = earlier.entry(part).or_insert((member, generation));
            if generation > known.1 {
                *known = (member, generation);
            }
        }
    }
    earlier
}

/// The differences between all pairs of members, summed up: lower is more even (`getBalanceScore`).
fn unevenness(lists: &[Vec<Part>], fixed: &[usize]) -> usize {
    let loads: Vec<usize> =
        lists.iter().enumerate().filter(|(member, _)| !fixed.contains(member)).map(|(_, list)| list.len()).collect();
    let others = |at: usize| loads[at + 1..].iter();
    (0..loads.len()).map(|at| others(at).map(|other| loads[at].abs_diff(*other)).sum::<usize>()).sum()
}
