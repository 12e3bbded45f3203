//! Where every card stands and how large it is. Cards have fixed widths and row heights, which the style sheet shares
//! with this file: nothing is ever measured in the page.

use super::detour::{Detours, detours};
use super::geometry::{Point, Rect};
use super::lane::{self, LaneBox, ROWS_MAX};
use super::way::Way;
use crate::kernel::SortedMap;
use crate::model::{Name, TopicPartition};
use crate::view::stage::{GroupCard, Place, ProducerCard, StageView, TopicCard};

pub const HEADER_H: f64 = 36.0;
const PRODUCER_W: f64 = 168.0;
const PRODUCER_H: f64 = 112.0;
/// A line more: how far a file is replayed.
const REPLAY_H: f64 = 20.0;
/// Two lines that say why nothing comes of a part.
pub const PROBLEM_H: f64 = 36.0;
const TOPIC_W: f64 = lane::LEFT + lane::WELL_W + 12.0;
const TOPIC_FOOT: f64 = 4.0;
const GROUP_W: f64 = 256.0;
const BROKER_SIZE: (f64, f64) = (136.0, 54.0);
/// A line below a group's header: the phase of a rebalance.
pub const PHASE_H: f64 = 20.0;
pub const MEMBER_H: f64 = 66.0;
const MEMBER_GAP: f64 = 6.0;
const GROUP_FOOT: f64 = 8.0;
/// What a group without members says in place of them.
const NO_MEMBERS_H: f64 = 34.0;
/// Members are inset from their card by this much.
const MEMBER_INSET: f64 = 8.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    Producer,
    Topic,
    Group,
    Broker,
}

/// A card on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: Name,
    pub kind: NodeKind,
    pub rect: Rect,
}

impl Node {
    /// Where wires leave.
    pub fn outlet(&self) -> Point {
        Point::new(self.rect.right(), self.rect.center().y)
    }

    /// Where wires arrive.
    pub fn inlet(&self) -> Point {
        match self.kind {
            NodeKind::Group => Point::new(self.rect.x, self.rect.y + HEADER_H / 2.0),
            NodeKind::Producer | NodeKind::Topic | NodeKind::Broker => Point::new(self.rect.x, self.rect.center().y),
        }
    }
}

/// A consumer's row in its group's card.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberBox {
    pub group: Name,
    pub rect: Rect,
}

/// Every card's place; worked out anew when the view or a dragged card changes, not for every frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// In painting order: what comes later lies above.
    pub nodes: Vec<Node>,
    pub members: SortedMap<Name, MemberBox>,
    pub lanes: SortedMap<TopicPartition, LaneBox>,
    /// The row of each group's flag in a topic's lanes, by (topic, group).
    rows: SortedMap<(Name, Name), u32>,
    index: SortedMap<Name, usize>,
    /// How wires go that would run behind cards.
    pub(super) detours: Detours,
}

impl Layout {
    /// `moved` says where cards stand that are being dragged.
    pub fn of(view: &StageView, moved: &SortedMap<Name, Place>) -> Layout {
        let mut layout = Layout::default();
        let place = |id: &Name, place: Place| Point::from(moved.get(id).copied().unwrap_or(place));
        for topic in &view.topics {
            layout.add_topic(topic, place(&topic.id, topic.place));
        }
        for producer in &view.producers {
            let at = place(&producer.id, producer.place);
            layout.add_node(&producer.id, NodeKind::Producer, at, producer_size(producer));
        }
        for broker in &view.brokers {
            layout.add_node(&broker.id, NodeKind::Broker, place(&broker.id, broker.place), BROKER_SIZE);
        }
        for group in &view.groups {
            layout.add_group(group, place(&group.id, group.place));
        }
        layout.detours = detours(view, &layout);
        layout
    }

    pub fn node(&self, id: &Name) -> Option<&Node> {
        self.index.get(id).map(|&at| &self.nodes[at])
    }

    /// The card of a part, or of the group that a consumer is a member of.
    pub fn card_of(&self, id: &Name) -> Option<&Node> {
        self.node(id).or_else(|| self.node(&self.members.get(id)?.group))
    }

    /// Around everything; `None` on an empty stage.
    pub fn bounds(&self) -> Option<Rect> {
        self.nodes.iter().map(|node| node.rect).reduce(|all, rect| all.union(&rect))
    }

    /// From a card's outlet to a point at the edge of another.
    pub fn way(&self, from: &Node, to: &Node, end: Point) -> Way {
        match self.detours.get(&(from.id.clone(), to.id.clone())) {
            Some(detour) => Way::around(from.outlet(), end, *detour),
            None => Way::direct(from.outlet(), end),
        }
    }

    /// Which row the flags of `group` have in the lanes of `topic`.
    pub fn row(&self, topic: &Name, group: &Name) -> u32 {
        self.rows.get(&(topic.clone(), group.clone())).copied().unwrap_or(0)
    }

    fn add_node(&mut self, id: &Name, kind: NodeKind, at: Point, size: (f64, f64)) {
        self.index.insert(id.clone(), self.nodes.len());
        self.nodes.push(Node { id: id.clone(), kind, rect: Rect::new(at.x, at.y, size.0, size.1) });
    }

    fn add_topic(&mut self, topic: &TopicCard, at: Point) {
        self.add_node(&topic.id, NodeKind::Topic, at, topic_size(topic));
        let rows = rows_of(topic);
        for (row, group) in readers(topic).into_iter().enumerate() {
            self.rows.insert((topic.id.clone(), group.clone()), row as u32 % ROWS_MAX);
        }
        for (i, lane) in topic.lanes.iter().enumerate() {
            let y = at.y + HEADER_H + i as f64 * lane::height(rows);
            let lane_box = LaneBox { partition: lane.partition, x: at.x, y, rows };
            self.lanes.insert(TopicPartition::new(&topic.id, lane.partition), lane_box);
        }
    }

    fn add_group(&mut self, group: &GroupCard, at: Point) {
        self.add_node(&group.id, NodeKind::Group, at, group_size(group));
        let mut y = at.y + members_top(group);
        for member in &group.members {
            let rect = Rect::new(at.x + MEMBER_INSET, y, GROUP_W - 2.0 * MEMBER_INSET, MEMBER_H);
            self.members.insert(member.id.clone(), MemberBox { group: group.id.clone(), rect });
            y += MEMBER_H + MEMBER_GAP;
        }
    }
}

/// The groups with a flag in any of the topic's lanes, in the order in which they first appear.
fn readers(topic: &TopicCard) -> Vec<&Name> {
    let mut groups: Vec<&Name> = Vec::new();
    for flag in topic.lanes.iter().flat_map(|lane| &lane.flags) {
        if !groups.contains(&&flag.group) {
            groups.push(&flag.group);
        }
    }
    groups
}

fn rows_of(topic: &TopicCard) -> u32 {
    (readers(topic).len() as u32).clamp(1, ROWS_MAX)
}

pub fn producer_size(producer: &ProducerCard) -> (f64, f64) {
    let replay = if producer.replay.is_some() { REPLAY_H } else { 0.0 };
    let problem = if producer.problem.is_some() { PROBLEM_H } else { 0.0 };
    (PRODUCER_W, PRODUCER_H + replay + problem)
}

pub fn topic_size(topic: &TopicCard) -> (f64, f64) {
    (TOPIC_W, HEADER_H + topic.lanes.len() as f64 * lane::height(rows_of(topic)) + TOPIC_FOOT)
}

pub fn group_size(group: &GroupCard) -> (f64, f64) {
    let members = match group.members.len() as f64 {
        0.0 => NO_MEMBERS_H,
        n => n * MEMBER_H + (n - 1.0) * MEMBER_GAP,
    };
    (GROUP_W, members_top(group) + members + GROUP_FOOT)
}

/// From the card's top to its first member.
fn members_top(group: &GroupCard) -> f64 {
    let phase = if group.phase.is_some() { PHASE_H } else { 0.0 };
    let problem = if group.problem.is_some() { PROBLEM_H } else { 0.0 };
    HEADER_H + phase + problem
}

/// Where a consumer's first button is in its row: what hints point at.
pub fn first_deed(row: &Rect) -> Rect {
    Rect::new(row.right() - 44.0, row.bottom() - 23.0, 36.0, 18.0)
}

pub fn session_fuse(row: &Rect) -> Rect {
    Rect::new(row.x + 9.0, row.y + 26.0, row.w / 2.0 - 13.0, 15.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::fixture::orders;

    fn laid_out() -> Layout {
        Layout::of(&orders(), &SortedMap::new())
    }

    #[test]
    fn every_part_has_a_card_and_every_consumer_a_row_inside_its_group() {
        let (view, layout) = (orders(), laid_out());
        assert_eq!(
            layout.nodes.len(),
            view.producers.len() + view.topics.len() + view.groups.len() + view.brokers.len()
        );
        for group in &view.groups {
            let card = layout.node(&group.id).unwrap().rect;
            for member in &group.members {
                let row = layout.members[&member.id].rect;
                assert!(
                    card.contains(Point::new(row.x, row.y)) && card.contains(Point::new(row.right(), row.bottom()))
                );
            }
        }
    }

    #[test]
    fn lanes_lie_inside_their_card_one_below_the_other() {
        let layout = laid_out();
        let card = layout.node(&"orders".into()).unwrap().rect;
        let lanes: Vec<_> = layout.lanes.values().map(|lane| lane.rect(card.w)).collect();
        assert!(lanes.windows(2).all(|pair| pair[0].bottom() <= pair[1].y));
        assert!(lanes[0].y >= card.y + HEADER_H && lanes[2].bottom() <= card.bottom());
    }

    #[test]
    fn a_card_that_is_dragged_takes_its_lanes_along() {
        let before = laid_out();
        let place = Place { x: 1_000, y: 500 };
        let after = Layout::of(&orders(), &SortedMap::from([("orders".into(), place)]));
        let lane = TopicPartition::new(&"orders".into(), 1);
        let by = after.node(&"orders".into()).unwrap().rect.x - before.node(&"orders".into()).unwrap().rect.x;
        assert_eq!(after.lanes[&lane].x - before.lanes[&lane].x, by);
        assert_eq!(after.node(&"checkout".into()), before.node(&"checkout".into()));
    }

    #[test]
    fn each_group_has_a_row_of_its_own_for_its_flags() {
        let layout = laid_out();
        let topic = Name::from("orders");
        let rows: Vec<_> =
            ["inventory", "notification", "analytics", "fraud"].map(|g| layout.row(&topic, &g.into())).into();
        assert_eq!(rows, [0, 1, 2, 3]);
    }

    #[test]
    fn the_bounds_hold_every_card() {
        let layout = laid_out();
        let bounds = layout.bounds().unwrap();
        assert!(layout.nodes.iter().all(|node| bounds.union(&node.rect) == bounds));
        assert_eq!(Layout::default().bounds(), None);
    }
}
