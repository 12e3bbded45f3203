//! Where parts may stand: the grid, and room for a new one.

use super::geometry::{Point, Rect};
use super::layout::{Layout, NodeKind};
use crate::view::stage::Place;

/// Cards snap to multiples of this.
pub const GRID: i32 = 8;
/// Kept free between cards that are placed automatically.
const GAP: f64 = 24.0;

/// Whether cards snap to the grid while they are dragged; Alt switches it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snap {
    Grid,
    Free,
}

/// The place nearest to `at`.
pub fn place(at: Point, snap: Snap) -> Place {
    let step = match snap {
        Snap::Grid => f64::from(GRID),
        Snap::Free => 1.0,
    };
    Place { x: ((at.x / step).round() * step) as i32, y: ((at.y / step).round() * step) as i32 }
}

/// A place for a new card where it covers no other: in the column of its kind, below what stands there. Producers go
/// left, topics in the middle, groups right; on an empty stage the columns are those of the opening scene.
pub fn free_place(layout: &Layout, kind: NodeKind) -> Place {
    let (column, size) = match kind {
        NodeKind::Producer => (40.0, (168.0, 148.0)),
        NodeKind::Topic => (264.0, (424.0, 340.0)),
        NodeKind::Group => (760.0, (256.0, 150.0)),
        NodeKind::Broker => (264.0, (136.0, 54.0)),
    };
    let kin = layout.nodes.iter().filter(|node| node.kind == kind);
    let last = kin.max_by(|a, b| a.rect.bottom().total_cmp(&b.rect.bottom()));
    let start = last.map_or(Point::new(column, 40.0), |node| Point::new(node.rect.x, node.rect.bottom() + GAP));
    let mut spot = Rect::new(start.x, start.y, size.0, size.1);
    // Every step goes below a card that is in the way, so there are at most as many steps as cards.
    while let Some(way) = layout.nodes.iter().find(|node| node.rect.grown(GAP - 1.0).overlaps(&spot)) {
        spot.y = way.rect.bottom() + GAP;
    }
    let up = |v: f64| (v / f64::from(GRID)).ceil() as i32 * GRID;
    Place { x: place(start, Snap::Grid).x, y: up(spot.y) }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::engine::Simulation;
    use crate::kernel::SortedMap;
    use crate::model::kafka::config::ClusterConfig;
    use crate::scene::fixture::{orders, producer};
    use crate::view::stage::stage;

    #[test]
    fn a_dragged_card_snaps_to_the_grid() {
        assert_eq!(place(Point::new(13.0, -5.0), Snap::Grid), Place { x: 16, y: -8 });
        assert_eq!(place(Point::new(13.4, -5.4), Snap::Free), Place { x: 13, y: -5 });
    }

    #[test]
    fn a_new_part_covers_no_other() {
        let mut view = orders();
        for n in 0..12 {
            let layout = Layout::of(&view, &SortedMap::new());
            let place = free_place(&layout, NodeKind::Producer);
            let mut card = producer(&format!("producer-{n}"), None);
            card.place = place;
            view.producers.push(card);
        }
        let nodes = Layout::of(&view, &SortedMap::new()).nodes;
        for (i, a) in nodes.iter().enumerate() {
            assert!(nodes[i + 1..].iter().all(|b| !a.rect.overlaps(&b.rect)), "{} is covered", a.id);
        }
    }

    /// The view stacks what nobody has placed, and can only guess how tall cards are drawn.
    #[test]
    fn parts_that_nobody_placed_cover_no_other() {
        let mut simulation = Simulation::new(1, ClusterConfig::default());
        let mut give = |json: String| {
            let command = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
            simulation.dispatch(command).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
        };
        for n in 1..=8 {
            give(format!(r#"{{"type": "add_topic", "topic": "topic-{n}", "config": {{"partitions": {}}}}}"#, 2 * n));
            give(format!(r#"{{"type": "add_producer", "producer": "producer-{n}", "topic": "topic-1"}}"#));
            let read = (n + 1) / 2;
            give(format!(r#"{{"type": "add_group", "group": "group-{n}", "topics": ["topic-{read}"]}}"#));
            let consumer = |m| format!(r#"{{"type": "add_consumer", "consumer": "c-{n}-{m}", "group": "group-{n}"}}"#);
            (0..2 * n).for_each(|m| give(consumer(m)));
        }
        let nodes = Layout::of(&stage(simulation.world()), &SortedMap::default()).nodes;
        assert_eq!(nodes.len(), 27);
        for (i, a) in nodes.iter().enumerate() {
            let covered = nodes[i + 1..].iter().find(|b| a.rect.overlaps(&b.rect));
            assert!(covered.is_none(), "{} covers {}", a.id, covered.unwrap().id);
        }
    }

    #[test]
    fn a_new_part_passes_every_card_that_is_in_its_way() {
        let mut view = orders();
        view.groups.truncate(2);
        let below = Layout::of(&view, &SortedMap::new()).node(&"checkout".into()).unwrap().rect.bottom() as i32;
        for (group, y) in view.groups.iter_mut().zip([below + 30, below + 330]) {
            group.place = Place { x: 36, y };
        }
        let layout = Layout::of(&view, &SortedMap::new());
        let place = free_place(&layout, NodeKind::Producer);
        let spot = Rect::new(f64::from(place.x), f64::from(place.y), 168.0, 148.0);
        assert!(layout.nodes.iter().all(|node| !node.rect.overlaps(&spot)), "{place:?} is taken");
        assert!(place.y > below + 330, "below both groups");
    }

    #[test]
    fn the_first_parts_of_each_kind_stand_side_by_side() {
        let layout = Layout::default();
        let kinds = [NodeKind::Producer, NodeKind::Topic, NodeKind::Group];
        let places = kinds.map(|kind| free_place(&layout, kind));
        assert!(places.windows(2).all(|pair| pair[0].x < pair[1].x && pair[0].y == pair[1].y));
    }
}
