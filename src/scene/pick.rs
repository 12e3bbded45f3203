//! What is under the pointer.

use super::geometry::{Point, Rect};
use super::lane::ROW_H;
use super::layout::{Layout, NodeKind};
use super::stage::Scene;
use super::wire::{Strand, WireId};
use crate::model::{Name, TopicPartition};

/// A wire is hit within this many screen pixels.
const WIRE_REACH: f64 = 8.0;
/// A flag's pennant is hit within this many stage units on either side.
const FLAG_REACH: f64 = 9.0;
/// Connecting snaps to a card within this many screen pixels.
const SNAP_REACH: f64 = 24.0;

/// A group's flag in a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagId {
    pub group: Name,
    pub partition: TopicPartition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    Flag(FlagId),
    /// A consumer's row.
    Member(Name),
    /// The lane of a partition, beside its flags.
    Lane(TopicPartition),
    /// The overview strip of a long lane.
    Strip(TopicPartition),
    /// Anywhere else on a card.
    Node(Name),
    Wire(WireId),
    Empty,
}

impl Hit {
    /// The part that a click selects.
    pub fn part(&self) -> Option<&Name> {
        match self {
            Hit::Flag(flag) => Some(&flag.group),
            Hit::Member(name) | Hit::Node(name) => Some(name),
            Hit::Lane(partition) | Hit::Strip(partition) => Some(&partition.topic),
            Hit::Wire(_) | Hit::Empty => None,
        }
    }
}

/// What lies at `at`, a point of the stage: the topmost card and what is in it, else the nearest wire.
pub fn pick(scene: &Scene, at: Point) -> Hit {
    let layout = scene.layout();
    match layout.nodes.iter().rev().find(|node| node.rect.contains(at)) {
        Some(node) => match node.kind {
            NodeKind::Producer | NodeKind::Broker => Hit::Node(node.id.clone()),
            NodeKind::Topic => in_topic(scene, &node.id, node.rect, at),
            NodeKind::Group => in_group(layout, &node.id, at),
        },
        None => wire(scene, at).map_or(Hit::Empty, Hit::Wire),
    }
}

fn in_group(layout: &Layout, group: &Name, at: Point) -> Hit {
    let mut rows = layout.members.iter().filter(|(_, row)| row.group == *group);
    match rows.find(|(_, row)| row.rect.contains(at)) {
        Some((member, _)) => Hit::Member(member.clone()),
        None => Hit::Node(group.clone()),
    }
}

fn in_topic(scene: &Scene, topic: &Name, card: Rect, at: Point) -> Hit {
    let lanes = scene.layout().lanes.iter().filter(|(partition, _)| partition.topic == *topic);
    for (partition, lane_box) in lanes {
        if lane_box.rect(card.w).contains(at) {
            if scene.strip(partition).is_some_and(|strip| strip.is_meant(at)) {
                return Hit::Strip(partition.clone());
            }
            return flag(scene, partition, at).map_or_else(|| Hit::Lane(partition.clone()), Hit::Flag);
        }
    }
    Hit::Node(topic.clone())
}

/// The flag whose pennant is nearest in this lane.
fn flag(scene: &Scene, partition: &TopicPartition, at: Point) -> Option<FlagId> {
    let lane = scene.lane(partition)?;
    let reach = |group: &Name, offset: Option<u64>| {
        let pennant = scene.flag_rect(partition, group, offset?)?;
        let distance = pennant.distance(at);
        (distance <= FLAG_REACH - ROW_H / 2.0).then_some(distance)
    };
    let near = lane.flags.iter().filter_map(|flag| {
        let distances = [reach(&flag.group, flag.committed), reach(&flag.group, flag.position)];
        let distance = distances.into_iter().flatten().min_by(f64::total_cmp)?;
        Some((distance, &flag.group))
    });
    let (_, group) = near.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(FlagId { group: group.clone(), partition: partition.clone() })
}

fn wire(scene: &Scene, at: Point) -> Option<WireId> {
    let reach = WIRE_REACH / scene.camera.zoom;
    let can_be_cut = |strand: &&Strand| !matches!(strand.wire, WireId::Output { .. });
    let near = scene.strands().iter().filter(can_be_cut).filter(|strand| strand.way.bounds().grown(reach).contains(at));
    let measured = near.map(|strand| (strand.way.distance(at), &strand.wire));
    let (distance, wire) = measured.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (distance <= reach).then(|| wire.clone())
}

/// The card that a wire being drawn would end at: the one under the pointer, else the nearest close by.
pub fn snap_target(scene: &Scene, at: Point, from: &Name) -> Option<Name> {
    let reach = SNAP_REACH / scene.camera.zoom;
    let others = scene.layout().nodes.iter().rev().filter(|node| node.id != *from);
    let near = others.map(|node| (node.rect.distance(at), &node.id)).filter(|(distance, _)| *distance <= reach);
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
}

/// Every card that a marquee touches.
pub fn within(scene: &Scene, marquee: &Rect) -> Vec<Name> {
    scene.layout().nodes.iter().filter(|node| node.rect.overlaps(marquee)).map(|node| node.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::scene;

    fn center(scene: &Scene, part: &str) -> Point {
        scene.layout().node(&part.into()).unwrap().rect.center()
    }

    #[test]
    fn a_card_is_picked_before_the_wire_beneath_it() {
        let scene = scene();
        assert_eq!(pick(&scene, center(&scene, "checkout")), Hit::Node("checkout".into()));
        let strand = &scene.strands()[0];
        assert_eq!(pick(&scene, strand.way.at(0.5)), Hit::Wire(strand.wire.clone()));
        assert_eq!(pick(&scene, Point::new(-500.0, -500.0)), Hit::Empty);
    }

    #[test]
    fn a_wire_is_easier_to_hit_than_to_see() {
        let scene = scene();
        let middle = scene.strands()[0].way.at(0.5);
        assert!(matches!(pick(&scene, middle - Point::new(0.0, 6.0)), Hit::Wire(_)));
        assert_eq!(pick(&scene, middle - Point::new(0.0, 40.0)), Hit::Empty);
    }

    #[test]
    fn a_consumer_is_picked_inside_its_groups_card() {
        let scene = scene();
        let row = scene.layout().members["inventory-2"].rect;
        assert_eq!(pick(&scene, row.center()), Hit::Member("inventory-2".into()));
        let header = Point::new(row.x, scene.layout().node(&"inventory".into()).unwrap().rect.y + 4.0);
        assert_eq!(pick(&scene, header), Hit::Node("inventory".into()));
    }

    #[test]
    fn each_of_several_flags_can_be_picked_and_the_lane_beside_them() {
        let scene = scene();
        let partition = TopicPartition::new(&"orders".into(), 1);
        for group in ["inventory", "notification", "analytics", "fraud"] {
            let committed = scene.lane(&partition).unwrap().flags.iter().find(|f| f.group.as_str() == group).unwrap();
            let pennant = scene.flag_rect(&partition, &group.into(), committed.committed.unwrap()).unwrap();
            let flag = FlagId { group: group.into(), partition: partition.clone() };
            assert_eq!(pick(&scene, pennant.center()), Hit::Flag(flag));
        }
        let well = scene.layout().lanes[&partition].well();
        assert_eq!(pick(&scene, Point::new(well.x + 30.0, well.y + 8.0)), Hit::Lane(partition));
    }

    #[test]
    fn a_wire_snaps_to_a_card_close_by_but_not_to_its_own() {
        let scene = scene();
        let card = scene.layout().node(&"orders".into()).unwrap().rect;
        let beside = Point::new(card.x - 15.0, card.y - 15.0);
        assert_eq!(snap_target(&scene, beside, &"checkout".into()), Some("orders".into()));
        assert_eq!(snap_target(&scene, card.center(), &"orders".into()), None);
    }

    #[test]
    fn a_marquee_takes_every_card_that_it_touches() {
        let scene = scene();
        let all = scene.layout().bounds().unwrap();
        assert_eq!(within(&scene, &all).len(), 6);
        let checkout = scene.layout().node(&"checkout".into()).unwrap().rect;
        assert_eq!(within(&scene, &Rect::new(checkout.x - 5.0, checkout.y - 5.0, 10.0, 10.0)), ["checkout".into()]);
    }
}
