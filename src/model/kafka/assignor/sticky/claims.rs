//! Who had what, as far as the members can be believed (`allSubscriptionsEqual`).

use std::collections::BTreeSet;

use super::{Group, Part, Remembers};
use crate::kernel::SortedMap;

/// What stands for a generation where there is none.
pub(super) const NO_GENERATION: i32 = -1;

pub(super) struct Claims {
    /// By member: what it had and may keep.
    pub owned: Vec<Vec<Part>>,
    /// Claimed by two members of one generation: nobody keeps these.
    pub disputed: BTreeSet<Part>,
    pub max_generation: i32,
    pub all_subscribe_alike: bool,
    pub remembers: Remembers,
}

impl Claims {
    /// Goes through the members in the order of the leader's hash map, which therefore decides between conflicting claims.
    pub fn new(group: &Group, remembers: Remembers) -> Self {
        let owned = vec![Vec::new(); group.members.len()];
        let max_generation = NO_GENERATION;
        let all_subscribe_alike = all_subscribe_alike(group);
        let mut claims = Claims { owned, disputed: BTreeSet::new(), max_generation, all_subscribe_alike, remembers };
        let mut owners = SortedMap::new();
        for &member in &group.visited {
            claims.hear(group, member, &mut owners);
        }
        claims
    }

    fn hear(&mut self, group: &Group, member: usize, owners: &mut SortedMap<Part, usize>) {
        let memory = (self.remembers)(group.members[member]);
        let generation = memory.generation.unwrap_or(NO_GENERATION);
        self.max_generation = self.max_generation.max(generation);
        for part in memory.partitions.iter().filter_map(|named| group.part(named)) {
            let Some(&other) = owners.get(&part) else {
                self.owned[member].push(part);
                owners.insert(part, member);
                continue;
            };
            // Kafka reads the other's generation from its subscription and not from its memory.
            let others_generation = group.members[other].metadata.generation;
            if generation < others_generation {
                continue;
            }
            if generation == others_generation {
                self.disputed.insert(part);
            } else {
                self.owned[member].push(part);
            }
            remove_first(&mut self.owned[other], part);
            owners.insert(part, member);
        }
    }
}

/// Kafka compares everybody with the first that subscribes to anything; who comes before that one is not compared.
fn all_subscribe_alike(group: &Group) -> bool {
    let mut visited = group.visited.iter().map(|&member| &group.members[member].metadata.topics);
    let Some(first) = visited.find(|topics| !topics.is_empty()) else { return true };
    let first: BTreeSet<_> = first.iter().collect();
    visited.all(|topics| topics.len() == first.len() && topics.iter().all(|topic| first.contains(topic)))
}

/// `List#remove(Object)`.
pub(super) fn remove_first(list: &mut Vec<Part>, part: Part) {
    if let Some(at) = list.iter().position(|it| *it == part) {
        list.remove(at);
    }
}
