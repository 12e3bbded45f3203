//! Where parts stand that nobody has placed: producers left, topics in the middle, groups right, one below the other; and
//! brokers in rows below the topics.
//!
//! A topic that a group writes to comes after that group, in the next row, as reading goes on in the next line. Rows stand
//! in the same columns, so that between columns, as between rows, there is a gap from one end of the stage to the other:
//! that is where wires go (`scene/detour.rs`). Where steps are many or tall, two or three stand in a row.

use crate::engine::{Place, World};
use crate::kernel::SortedMap;
use crate::model::{Name, TopicPartition};

const TOP: i32 = 24;
const GAP: i32 = 24;
/// Between rows: wires lead back there.
const CHANNEL: i32 = 64;
const PRODUCERS_X: i32 = 36;
const TOPICS_X: i32 = 262;
const GROUPS_X: i32 = 760;
/// Wires are hard to follow over more.
const IN_A_ROW_MAX: usize = 3;
/// From the topics of one step to those of the next in the same row.
const STEP: i32 = 818;

const PRODUCER_W: i32 = 168;
const TOPIC_W: i32 = 432;
const GROUP_W: i32 = 256;
/// From one broker to the next: three are as wide as a topic.
const BROKER_PITCH: i32 = 148;
const BROKER_ROW: i32 = 72;
const BROKER: (i32, i32) = (136, 54);

/// Where a card is, as far as is known without drawing it.
#[derive(Clone, Copy, Default)]
struct Spot {
    x: i32,
    y: i32,
    w: i32,
    h: i32,
}

struct Part<'a> {
    name: &'a Name,
    /// How many groups what it holds has come through.
    step: usize,
    /// In its step: from the left.
    column: usize,
    size: (i32, i32),
}

/// The place of every part.
pub fn places(world: &World) -> SortedMap<Name, Place> {
    let parts = parts(world);
    let (mut places, mut taken) = (SortedMap::new(), Vec::new());
    let sizes = parts.iter().map(|part| (part.name.clone(), part.size));
    for (name, (w, h)) in sizes.chain(world.brokers.keys().map(|id| (id.name(), BROKER))) {
        if let Some(Place { x, y }) = world.stage.place_of(&name) {
            places.insert(name, Place { x, y });
            taken.push(Spot { x, y, w, h });
        }
    }
    place_parts(&parts, &mut places, &mut taken);
    place_brokers(world, &mut places, &taken);
    places
}

fn parts(world: &World) -> Vec<Part<'_>> {
    let steps = steps(world);
    let step = |topic: &Name| steps.get(topic).copied().unwrap_or(0);
    let producers = world.producers.iter().map(|(name, producer)| {
        let step = producer.topic.as_ref().map_or(0, step);
        Part { name, step, column: 0, size: (PRODUCER_W, 152) }
    });
    let topics = world.cluster.topics.keys().map(|name| {
        let size = (TOPIC_W, topic_height(world, name));
        Part { name, step: step(name), column: 1, size }
    });
    let groups = world.groups.iter().map(|(name, spec)| {
        let members = world.members(name).count().max(1) as i32;
        let step = spec.topics.iter().map(step).max().unwrap_or(0);
        Part { name, step, column: 2, size: (GROUP_W, 80 + 72 * members) }
    });
    producers.chain(topics).chain(groups).collect()
}

/// A topic that a group writes to is a step after those that the group reads. In a loop there is no first step: counting
/// ends after as many rounds as there are topics, and what lies between counts no more.
fn steps(world: &World) -> SortedMap<Name, usize> {
    let mut steps: SortedMap<Name, usize> = world.cluster.topics.keys().map(|name| (name.clone(), 0)).collect();
    for _ in 0..steps.len() {
        for spec in world.groups.values() {
            let next = spec.topics.iter().filter_map(|topic| steps.get(topic)).max().map_or(0, |step| step + 1);
            if let Some(step) = spec.config.output_topic.as_ref().and_then(|output| steps.get_mut(output)) {
                *step = next.max(*step);
            }
        }
    }
    let furthest = steps.values().copied().max().unwrap_or(0);
    let reached: Vec<bool> = (0..=furthest).map(|n| steps.values().any(|step| *step == n)).collect();
    steps.values_mut().for_each(|step| *step = reached[..*step].iter().filter(|is_reached| **is_reached).count());
    steps
}

/// Where a stage is as wide as on most screens, to its height: rows are filled so that more of it can be read.
const SHAPE: (i32, i32) = (3, 2);

fn place_parts(parts: &[Part], places: &mut SortedMap<Name, Place>, taken: &mut Vec<Spot>) {
    let open: Vec<&Part> = parts.iter().filter(|part| !places.contains_key(part.name)).collect();
    let spots = best(&open, taken);
    for (part, Spot { x, y, .. }) in open.iter().zip(&spots) {
        places.insert(part.name.clone(), Place { x: *x, y: *y });
    }
    taken.extend(spots);
}

/// One step in each row, as lines are read, unless with more of them everything is shown larger by a tenth at least.
fn best(parts: &[&Part], taken: &[Spot]) -> Vec<Spot> {
    let most = parts.iter().map(|part| part.step + 1).max().unwrap_or(1).min(IN_A_ROW_MAX);
    let mut best = arrange(parts, taken, 1);
    for in_a_row in 2..=most {
        let other = arrange(parts, taken, in_a_row);
        if extent(&other) * 11 < extent(&best) * 10 {
            best = other;
        }
    }
    best
}

/// The height of a screen that shows them all.
fn extent(spots: &[Spot]) -> i32 {
    let right = spots.iter().map(|spot| spot.x + spot.w).max().unwrap_or(0);
    let bottom = spots.iter().map(|spot| spot.y + spot.h).max().unwrap_or(0);
    bottom.max(right * SHAPE.1 / SHAPE.0)
}

/// With so many steps in each row, none over what is `taken`.
fn arrange(parts: &[&Part], taken: &[Spot], in_a_row: usize) -> Vec<Spot> {
    let mut spots = vec![Spot::default(); parts.len()];
    let mut top = TOP;
    let rows = parts.iter().map(|part| part.step / in_a_row + 1).max().unwrap_or(0);
    for row in 0..rows {
        let mut columns = vec![top; 3 * in_a_row];
        for (part, spot) in parts.iter().zip(&mut spots).filter(|(part, _)| part.step / in_a_row == row) {
            // Producers all stand at the left.
            let step = if part.column == 0 { 0 } else { part.step % in_a_row };
            let y = &mut columns[3 * step + part.column];
            let x = [PRODUCERS_X, TOPICS_X, GROUPS_X][part.column] + STEP * step as i32;
            *spot = below_others(Spot { x, y: *y, w: part.size.0, h: part.size.1 }, taken);
            *y = spot.y + spot.h + GAP;
        }
        let bottom = columns.into_iter().max().unwrap_or(top);
        top = if bottom > top { bottom - GAP + CHANNEL } else { top };
    }
    spots
}

/// The next spot downwards that covers nothing. Every step goes below a card, so there are at most as many as cards.
fn below_others(mut spot: Spot, taken: &[Spot]) -> Spot {
    let is_near = |from: i32, length: i32, to: i32, other: i32| from < to + other + GAP && to < from + length + GAP;
    let is_in_the_way = |spot: &Spot, other: &&Spot| {
        is_near(spot.x, spot.w, other.x, other.w) && is_near(spot.y, spot.h, other.y, other.h)
    };
    while let Some(other) = taken.iter().find(|other| is_in_the_way(&spot, other)) {
        spot.y = other.y + other.h + GAP;
    }
    spot
}

/// In rows of three, or of six if there are many, below the lowest topic.
fn place_brokers(world: &World, places: &mut SortedMap<Name, Place>, taken: &[Spot]) {
    let bottoms =
        world.cluster.topics.keys().map(|topic| (places[topic].x, places[topic].y + topic_height(world, topic)));
    let (x, bottom) = bottoms.max_by_key(|(_, bottom)| *bottom).unwrap_or((TOPICS_X, TOP - GAP));
    let in_a_row = if world.brokers.len() > 6 { 6 } else { 3 };
    let mut row = Spot { x, y: bottom + GAP, w: in_a_row * BROKER_PITCH - (BROKER_PITCH - BROKER.0), h: BROKER.1 };
    for (n, name) in (0..).zip(world.brokers.keys().map(|id| id.name())) {
        if n % in_a_row == 0 {
            row = below_others(Spot { y: row.y + if n > 0 { BROKER_ROW } else { 0 }, ..row }, taken);
        }
        if !places.contains_key(&name) {
            places.insert(name, Place { x: x + n % in_a_row * BROKER_PITCH, y: row.y });
        }
    }
}

/// A header, and lanes with a row for the flag of every group that reads or has read: as the stage lays a topic's card out.
fn topic_height(world: &World, topic: &Name) -> i32 {
    let lanes = world.cluster.topics[topic].partitions.len() as i32;
    let has_read = |name: &Name| {
        let committed = |lane| world.group(name)?.committed(&TopicPartition::new(topic, lane as u32));
        (0..lanes).any(|lane| committed(lane).is_some())
    };
    let readers = world.groups.iter().filter(|(name, spec)| spec.topics.contains(topic) || has_read(name));
    40 + lanes * (59 + 8 * readers.count().clamp(1, 6) as i32)
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

    /// A run of topics `t0` ... with a group between each two.
    fn chain(topics: usize) -> Run {
        let mut run = Run::orders();
        for n in 0..topics {
            run.command(&format!(r#"{{"type": "add_topic", "topic": "t{n}"}}"#));
        }
        for n in 1..topics {
            let config = format!(r#"{{"output_topic": "t{n}"}}"#);
            let read = n - 1;
            run.command(&format!(
                r#"{{"type": "add_group", "group": "g{n}", "topics": ["t{read}"], "config": {config}}}"#
            ));
        }
        run
    }

    #[test]
    fn a_topic_that_a_group_writes_to_stands_in_the_row_below_it() {
        let places = places(chain(3).world());
        let (read, group, written) = (places["t0"], places["g1"], places["t1"]);
        assert!(read.x < group.x && written.x == read.x && written.y > group.y);
        assert!(places["t2"].y > places["g2"].y && places["g2"].y > places["g1"].y);
    }

    #[test]
    fn of_a_long_chain_two_steps_stand_in_a_row() {
        let places = places(chain(8).world());
        assert!(places["t1"].x > places["g1"].x && places["t1"].y <= places["t0"].y);
        assert!(places["t2"].x == places["t0"].x && places["t2"].y > places["t1"].y);
    }

    #[test]
    fn a_loop_has_no_first_step_and_still_a_place_for_everybody() {
        let mut run = chain(2);
        run.command(r#"{"type": "add_group", "group": "back", "topics": ["t1"], "config": {"output_topic": "t0"}}"#);
        let places = places(run.world());
        assert!(places["t0"] != places["t1"] && places["g1"] != places["back"]);
    }

    #[test]
    fn who_stands_where_somebody_placed_another_goes_below() {
        let mut run = Run::orders();
        run.command(r#"{"type": "add_topic", "topic": "more"}"#);
        run.command(r#"{"type": "place", "node": "orders", "x": 262, "y": 24}"#);
        let places = places(run.world());
        assert_eq!(places["orders"], Place { x: 262, y: 24 });
        assert!(places["more"].y > 24 + 3 * 67, "{:?}", places["more"]);
    }
}
