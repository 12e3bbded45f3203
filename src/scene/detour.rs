//! Which wires would run behind cards, and the free lines that lead them around.
//!
//! Only cards that are in the way make a wire turn off; where no free line is found it stays as it is, and runs behind
//! them. On a stage that was laid out automatically (`view/stage/place.rs`) there always is one: gaps between columns
//! and between rows go from one end to the other.

use super::geometry::{Curve, Rect};
use super::layout::{Layout, Node};
use super::way::{Detour, Way};
use super::wire::{Strand, strands};
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::view::stage::StageView;

/// From a card's edge to the nearest line along it, and from that to the next.
const CLEAR: f64 = 18.0;
const PITCH: f64 = 7.0;
/// Lines on each side of a card.
const LINES: u32 = 4;
/// How far from a card a straight line stays in any case.
const BESIDE: f64 = 6.0;
/// How far a bend reaches to the side, for wires that turn beside one another.
const REACHES: [f64; 4] = [36.0, 44.0, 28.0, 52.0];

/// By the cards where a wire leaves and arrives: all its strands go the same way.
pub type Detours = SortedMap<(Name, Name), Detour>;

/// `layout` without any yet.
pub fn detours(view: &StageView, layout: &Layout) -> Detours {
    let mut found = Detours::new();
    for strand in strands(view, layout) {
        let (from, to) = strand.wire.ends();
        let ends = (from.clone(), to.clone());
        if found.contains_key(&ends) || !is_hidden(&strand, layout) {
            continue;
        }
        if let Some(detour) = around(&strand, layout, &found) {
            found.insert(ends, detour);
        }
    }
    found
}

/// The shortest that is free, if possible one that no other wire has.
fn around(strand: &Strand, layout: &Layout, others: &Detours) -> Option<Detour> {
    let (from, to) = (strand.way.from(), strand.way.to());
    let reach = REACHES[others.len() % REACHES.len()];
    let is_own = |y: f64| others.values().all(|other| (other.y - y).abs() >= PITCH - 1.0);
    let mut best: Option<(bool, f64, Detour)> = None;
    for y in layout.nodes.iter().flat_map(lines_beside) {
        let (is_shared, length) = (!is_own(y), (y - from.y).abs() + (y - to.y).abs());
        let is_better = best.is_none_or(|(shared, least, _)| (is_shared, length) < (shared, least));
        let detour = Detour { y, reach };
        if is_better && is_free(&Way::around(from, to, detour), layout) {
            best = Some((is_shared, length, detour));
        }
    }
    best.map(|(.., detour)| detour)
}

fn lines_beside(node: &Node) -> impl Iterator<Item = f64> {
    let Rect { y, h, .. } = node.rect;
    (0..LINES).map(|n| CLEAR + PITCH * f64::from(n)).flat_map(move |by| [y - by, y + h + by])
}

/// Whether a card covers a part of a strand that goes straight to its end. Where its ends stand closely side by side it
/// may begin and end a little behind them.
fn is_hidden(strand: &Strand, layout: &Layout) -> bool {
    let Way::Direct(curve) = &strand.way else { return false };
    let (from, to) = strand.wire.ends();
    let is_onward = curve.to.x >= curve.from.x;
    let mut others = layout.nodes.iter().filter(|node| !is_onward || (node.id != *from && node.id != *to));
    others.any(|node| covers(&node.rect, curve))
}

/// Whether no card covers any of it, nor is too close to its straight part.
fn is_free(way: &Way, layout: &Layout) -> bool {
    let Way::Around([_, along, _]) = way else { return true };
    let line = Rect::between(along.from, along.to).grown(BESIDE);
    let is_open = |rect: &Rect| !rect.overlaps(&line) && !way.pieces().iter().any(|piece| covers(rect, piece));
    layout.nodes.iter().all(|node| is_open(&node.rect))
}

/// Touching its edge, as every wire does at its ends, is not being covered.
fn covers(card: &Rect, curve: &Curve) -> bool {
    let (card, bounds) = (card.grown(-1.0), curve.bounds());
    // A straight wire's bounds have no height, and overlap nothing.
    card.overlaps(&bounds.grown(0.5)) && {
        let steps = ((bounds.w + bounds.h) / 12.0).max(8.0) as u32;
        (0..=steps).any(|n| card.contains(curve.at(f64::from(n) / f64::from(steps))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::Simulation;
    use crate::kernel::Time;
    use crate::model::kafka::config::ClusterConfig;
    use crate::scene::fixture::{group, lane, member, orders, topic};
    use crate::scene::wire::WireId;
    use crate::view::stage::{Place, stage};

    /// `inventory` writes to a topic that stands below `orders`, as somebody might place it.
    fn folded() -> StageView {
        let mut view = orders();
        view.groups.truncate(1);
        view.groups[0].output = Some("receipts".into());
        let mut receipts = topic("receipts", vec![lane(0, 0, 9)]);
        receipts.place = Place { x: 262, y: 520 };
        view.topics.push(receipts);
        view
    }

    fn output(layout: &Layout, view: &StageView) -> Way {
        let is_output = |strand: &Strand| matches!(strand.wire, WireId::Output { .. });
        strands(view, layout).into_iter().find(is_output).unwrap().way
    }

    #[test]
    fn a_wire_that_leads_back_goes_between_the_rows() {
        let view = folded();
        let layout = Layout::of(&view, &SortedMap::new());
        let way = output(&layout, &view);
        let (upper, lower) = (layout.node(&"orders".into()).unwrap(), layout.node(&"receipts".into()).unwrap());
        let middle = way.at(0.5);
        assert!(middle.y > upper.rect.bottom() && middle.y < lower.rect.y, "{way:?}");
    }

    #[test]
    fn a_wire_with_nothing_in_its_way_is_a_single_curve() {
        let view = orders();
        let layout = Layout::of(&view, &SortedMap::new());
        assert!(strands(&view, &layout).iter().all(|strand| matches!(strand.way, Way::Direct(_))));
    }

    #[test]
    fn wires_that_go_around_have_each_a_line_of_their_own() {
        let mut view = folded();
        let mut second = group("ledger", 1, 230, vec![member("ledger-1", &[1])]);
        second.output = Some("receipts".into());
        view.groups.push(second);
        let layout = Layout::of(&view, &SortedMap::new());
        let lines: Vec<f64> = layout.detours.values().map(|detour| detour.y).collect();
        assert!(lines.len() == 2 && (lines[0] - lines[1]).abs() >= PITCH - 1.0, "{lines:?}");
    }

    #[test]
    fn a_wire_that_finds_no_way_stays_as_it_is() {
        let mut view = folded();
        let mut wall = topic("wall", (0..40).map(|n| lane(n, 0, 9)).collect());
        wall.place = Place { x: 262 + 700, y: -900 };
        view.topics.push(wall);
        let layout = Layout::of(&view, &SortedMap::new());
        assert!(matches!(output(&layout, &view), Way::Direct(_)));
    }

    /// Topics, groups with the topics that they read and perhaps one to write to, producers with their topic.
    #[derive(Clone, Debug)]
    struct System {
        partitions: Vec<u32>,
        groups: Vec<(Vec<usize>, Option<usize>, u32)>,
        producers: Vec<usize>,
        placed: Vec<(usize, i32, i32)>,
    }

    fn any_system() -> impl Strategy<Value = System> {
        (1..7usize).prop_flat_map(|topics| {
            let group = (proptest::collection::vec(0..topics, 1..3), proptest::option::of(0..topics), 0..4u32);
            let placed = proptest::collection::vec((0..topics, -200..900i32, -100..900i32), 0..3);
            let partitions = proptest::collection::vec(1..5u32, topics..=topics);
            let producers = proptest::collection::vec(0..topics, 0..4);
            (partitions, proptest::collection::vec(group, 0..7), producers, placed)
                .prop_map(|(partitions, groups, producers, placed)| System { partitions, groups, producers, placed })
        })
    }

    impl System {
        fn stage(&self) -> StageView {
            let mut simulation = Simulation::new(1, ClusterConfig::default());
            let mut give = |json: String| {
                let command = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
                simulation.dispatch(command).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
            };
            for (t, partitions) in self.partitions.iter().enumerate() {
                give(format!(r#"{{"type":"add_topic","topic":"t{t}","config":{{"partitions":{partitions}}}}}"#));
            }
            for (p, topic) in self.producers.iter().enumerate() {
                give(format!(r#"{{"type":"add_producer","producer":"p{p}","topic":"t{topic}"}}"#));
            }
            for (g, (topics, output, members)) in self.groups.iter().enumerate() {
                let mut read: Vec<_> = topics.iter().map(|topic| format!(r#""t{topic}""#)).collect();
                read.sort();
                read.dedup();
                let output = output.filter(|topic| !topics.contains(topic));
                let output =
                    output.map_or(String::new(), |topic| format!(r#","config":{{"output_topic":"t{topic}"}}"#));
                give(format!(r#"{{"type":"add_group","group":"g{g}","topics":[{}]{output}}}"#, read.join(",")));
                for m in 0..*members {
                    give(format!(r#"{{"type":"add_consumer","consumer":"c{g}-{m}","group":"g{g}"}}"#));
                }
            }
            for (topic, x, y) in &self.placed {
                give(format!(r#"{{"type":"place","node":"t{topic}","x":{x},"y":{y}}}"#));
            }
            simulation.step_until(Time::from_secs(7), 10_000_000);
            stage(simulation.world())
        }
    }

    fn covered(layout: &Layout) -> Option<(Name, Name)> {
        let mut pairs =
            layout.nodes.iter().enumerate().flat_map(|(n, a)| layout.nodes[n + 1..].iter().map(move |b| (a, b)));
        pairs.find(|(a, b)| a.rect.overlaps(&b.rect)).map(|(a, b)| (a.id.clone(), b.id.clone()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn where_nobody_placed_anything_no_card_covers_another_nor_a_wire(mut system in any_system()) {
            system.placed.clear();
            let view = system.stage();
            let layout = Layout::of(&view, &SortedMap::new());
            prop_assert_eq!(covered(&layout), None);
            for strand in strands(&view, &layout) {
                for piece in strand.way.pieces() {
                    let mut points = (0..=400).map(|n| piece.at(f64::from(n) / 400.0));
                    let card = points.find_map(|at| layout.nodes.iter().find(|node| node.rect.grown(-1.0).contains(at)));
                    prop_assert!(card.is_none(), "{:?} runs behind {}", strand, card.unwrap().id);
                }
            }
        }

        #[test]
        fn what_a_person_placed_stays_and_what_nobody_placed_covers_it_not(system in any_system()) {
            let view = system.stage();
            let layout = Layout::of(&view, &SortedMap::new());
            let placed: Vec<Name> = system.placed.iter().map(|(topic, ..)| Name::from(format!("t{topic}"))).collect();
            for (topic, x, y) in system.placed.iter().rev().take(1) {
                let rect = layout.node(&Name::from(format!("t{topic}"))).unwrap().rect;
                prop_assert_eq!((rect.x, rect.y), (f64::from(*x), f64::from(*y)));
            }
            for (n, a) in layout.nodes.iter().enumerate() {
                let mut others = layout.nodes[n + 1..].iter().filter(|b| !(placed.contains(&a.id) && placed.contains(&b.id)));
                let other = others.find(|b| a.rect.overlaps(&b.rect));
                prop_assert!(other.is_none(), "{} and {}", a.id, other.unwrap().id);
            }
        }
    }
}
