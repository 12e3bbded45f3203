//! Where parts stand that nobody has placed: producers left, topics in the middle, groups right, one below the other; and
//! brokers in rows below the topics.

use crate::engine::{Place, World};
use crate::kernel::SortedMap;
use crate::model::Name;

const TOP: i32 = 24;
const GAP: i32 = 24;
const PRODUCERS_X: i32 = 36;
const TOPICS_X: i32 = 262;
const GROUPS_X: i32 = 760;

/// From one broker to the next: three are as wide as a topic.
const BROKER_PITCH: i32 = 148;
const BROKER_ROW: i32 = 72;

/// The place of every part.
pub fn places(world: &World) -> SortedMap<Name, Place> {
    let mut places = SortedMap::new();
    stack(world, &mut places, PRODUCERS_X, world.producers.keys().map(|name| (name, 152)).collect());
    let topics = world.cluster.topics.keys().map(|name| (name, topic_height(world, name)));
    stack(world, &mut places, TOPICS_X, topics.collect());
    let members = |group: &Name| 80 + 72 * world.members(group).count() as i32;
    stack(world, &mut places, GROUPS_X, world.groups.keys().map(|name| (name, members(name))).collect());
    place_brokers(world, &mut places);
    places
}

fn stack(world: &World, places: &mut SortedMap<Name, Place>, x: i32, parts: Vec<(&Name, i32)>) {
    let mut y = TOP;
    for (name, height) in parts {
        let own = world.stage.place_of(name);
        places.insert(name.clone(), own.unwrap_or(Place { x, y }));
        if own.is_none() {
            y += height + GAP;
        }
    }
}

/// In rows of three, or of six if there are many, below the lowest topic.
fn place_brokers(world: &World, places: &mut SortedMap<Name, Place>) {
    let bottoms =
        world.cluster.topics.keys().map(|topic| (places[topic].x, places[topic].y + topic_height(world, topic)));
    let (left, bottom) = bottoms.max_by_key(|(_, bottom)| *bottom).unwrap_or((TOPICS_X, TOP - GAP));
    let per_row = if world.brokers.len() > 6 { 6 } else { 3 };
    for (n, id) in (0..).zip(world.brokers.keys()) {
        let place = Place { x: left + n % per_row * BROKER_PITCH, y: bottom + GAP + n / per_row * BROKER_ROW };
        let name = id.name();
        places.insert(name.clone(), world.stage.place_of(&name).unwrap_or(place));
    }
}

/// A header, and lanes with a row for the flag of every group that reads: as the stage lays a topic's card out.
fn topic_height(world: &World, topic: &Name) -> i32 {
    let readers = world.groups.values().filter(|spec| spec.topics.contains(topic)).count().clamp(1, 6) as i32;
    let lanes = world.cluster.topics[topic].partitions.len() as i32;
    40 + lanes * (59 + 8 * readers)
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
