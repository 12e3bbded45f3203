//! Where parts stand that nobody has placed: producers left, topics in the middle, groups right, one below the other.

use crate::engine::{Place, World};
use crate::kernel::SortedMap;
use crate::model::Name;

const TOP: i32 = 24;
const GAP: i32 = 24;
const PRODUCERS_X: i32 = 36;
const TOPICS_X: i32 = 262;
const GROUPS_X: i32 = 760;

/// The place of every part.
pub fn places(world: &World) -> SortedMap<Name, Place> {
    let mut places = SortedMap::new();
    let mut stack = |x: i32, parts: Vec<(&Name, i32)>| {
        let mut y = TOP;
        for (name, height) in parts {
            let own = world.stage.place_of(name);
            places.insert(name.clone(), own.unwrap_or(Place { x, y }));
            if own.is_none() {
                y += height + GAP;
            }
        }
    };
    stack(PRODUCERS_X, world.producers.keys().map(|name| (name, 152)).collect());
    let lanes = |name: &Name, partitions: usize| {
        let readers = world.groups.values().filter(|spec| spec.topics.contains(name)).count();
        40 + partitions as i32 * (59 + 8 * readers.clamp(1, 6) as i32)
    };
    let topics = world.cluster.topics.iter();
    stack(TOPICS_X, topics.map(|(name, topic)| (name, lanes(name, topic.partitions.len()))).collect());
    let members = |group: &Name| 80 + 72 * world.members(group).count() as i32;
    stack(GROUPS_X, world.groups.keys().map(|name| (name, members(name))).collect());
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixture::Run;

    #[test]
    fn a_part_stands_where_it_was_placed() {
        let mut run = Run::orders();
        run.command(r#"{"type": "place", "node": "orders", "x": -7, "y": 9}"#);
        assert_eq!(places(run.world())["orders"], Place { x: -7, y: 9 });
    }

    #[test]
    fn parts_that_nobody_placed_stand_in_columns_without_covering_each_other() {
        let mut run = Run::orders();
        run.command(r#"{"type": "add_group", "group": "mail"}"#);
        let places = places(run.world());
        let (first, second) = (places["inventory"], places["mail"]);
        assert_eq!(first.x, second.x);
        assert!(second.y > first.y + 2 * 72, "below two members");
        assert!(places["checkout"].x < places["orders"].x);
    }
}
