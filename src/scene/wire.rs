//! The wires between cards, each a bundle of strands.
//!
//! A producer's wire has a strand to every lane of its topic; a subscription has one to every member that reads the
//! topic, so that a partition's move shows. Whole wires are selected and cut, not strands.

use super::geometry::Point;
use super::lane::LaneBox;
use super::layout::{Layout, Node};
use super::way::Way;
use crate::model::{Name, TopicPartition};
use crate::view::packets::Route;
use crate::view::stage::{GroupCard, Life, MemberCard, ProducerCard, StageView};

/// Strands to single lanes beyond this many lanes would only be a smear: then there is one, to the card.
const LANE_STRANDS_MAX: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireId {
    Publishing {
        producer: Name,
        topic: Name,
    },
    Subscription {
        topic: Name,
        group: Name,
    },
    /// From a group to the topic that its consumers write to. It is set in the group's configuration, and not cut by hand.
    Output {
        group: Name,
        topic: Name,
    },
}

/// What runs along a strand, as far as its looks go.
impl WireId {
    /// The parts where it leaves and arrives.
    pub fn ends(&self) -> (&Name, &Name) {
        match self {
            WireId::Publishing { producer, topic } => (producer, topic),
            WireId::Subscription { topic, group } => (topic, group),
            WireId::Output { group, topic } => (group, topic),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Running,
    /// Drawn dashed: a paused producer, a consumer that reads nothing, a dead one that still holds its partitions.
    Stopped,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Strand {
    pub wire: WireId,
    pub way: Way,
    /// The group's hue; a producer's wire has none.
    pub hue: Option<u32>,
    pub flow: Flow,
}

/// All strands, in the order of the cards.
pub fn strands(view: &StageView, layout: &Layout) -> Vec<Strand> {
    let mut all = Vec::new();
    for producer in &view.producers {
        publishing(producer, layout, &mut all);
    }
    for group in &view.groups {
        for topic in &group.topics {
            subscription(topic, group, layout, &mut all);
        }
        output(group, layout, &mut all);
    }
    all
}

fn publishing(producer: &ProducerCard, layout: &Layout, all: &mut Vec<Strand>) {
    let Some(topic) = &producer.topic else { return };
    let (Some(from), Some(to)) = (layout.node(&producer.id), layout.node(topic)) else { return };
    let wire = WireId::Publishing { producer: producer.id.clone(), topic: topic.clone() };
    let flow = if producer.producing { Flow::Running } else { Flow::Stopped };
    let lanes: Vec<_> = lanes_of(topic, layout).collect();
    if lanes.is_empty() || lanes.len() > LANE_STRANDS_MAX {
        all.push(Strand { wire, way: layout.way(from, to, to.inlet()), hue: None, flow });
        return;
    }
    for lane in lanes {
        all.push(Strand { wire: wire.clone(), way: layout.way(from, to, lane.inlet()), hue: None, flow });
    }
}

fn lanes_of<'a>(topic: &'a Name, layout: &'a Layout) -> impl Iterator<Item = &'a LaneBox> {
    layout
        .lanes
        .range_from(&TopicPartition::new(topic, 0))
        .take_while(move |(at, _)| at.topic == *topic)
        .map(|(_, b)| b)
}

fn subscription(topic: &Name, group: &GroupCard, layout: &Layout, all: &mut Vec<Strand>) {
    let (Some(from), Some(to)) = (layout.node(topic), layout.node(&group.id)) else { return };
    let wire = WireId::Subscription { topic: topic.clone(), group: group.id.clone() };
    let hue = Some(group.hue);
    let before = all.len();
    for member in group.members.iter().filter(|member| reads(member, topic)) {
        let Some(way) = to_member(from, &member.id, layout) else { continue };
        let flow = if member.life == Life::Running { Flow::Running } else { Flow::Stopped };
        all.push(Strand { wire: wire.clone(), way, hue, flow });
    }
    if all.len() == before {
        all.push(Strand { wire, way: layout.way(from, to, to.inlet()), hue, flow: Flow::Stopped });
    }
}

/// One strand, whatever the number of lanes: they belong to no single member.
fn output(group: &GroupCard, layout: &Layout, all: &mut Vec<Strand>) {
    let Some(topic) = &group.output else { return };
    let (Some(from), Some(to)) = (layout.node(&group.id), layout.node(topic)) else { return };
    let wire = WireId::Output { group: group.id.clone(), topic: topic.clone() };
    let is_alive = group.members.iter().any(|member| member.life == Life::Running);
    let flow = if is_alive { Flow::Running } else { Flow::Stopped };
    all.push(Strand { wire, way: layout.way(from, to, to.inlet()), hue: Some(group.hue), flow });
}

/// Whether the consumer has partitions of the topic, or the coordinator still counts them as its.
fn reads(member: &MemberCard, topic: &Name) -> bool {
    member.assigned.iter().chain(&member.held).any(|partition| partition.topic == *topic)
}

/// To the edge of the group's card, beside the member's row: the card covers whatever would go further.
fn to_member(topic: &Node, member: &Name, layout: &Layout) -> Option<Way> {
    let row = layout.members.get(member)?;
    let card = layout.node(&row.group)?;
    Some(layout.way(topic, card, Point::new(card.rect.x, row.rect.center().y)))
}

/// The way that a packet flies; `None` if its ends are not on the stage.
pub fn route(route: &Route, view: &StageView, layout: &Layout) -> Option<Way> {
    match route {
        Route::ProducerToLane { producer, partition } => {
            let lane = layout.lanes.get(partition)?;
            // A consumer that writes does so from its group's card.
            let card = layout.members.get(producer).map_or(producer, |row| &row.group);
            Some(layout.way(layout.node(card)?, layout.node(&partition.topic)?, lane.inlet()))
        }
        Route::LaneToConsumer { partition, consumer } => to_member(layout.node(&partition.topic)?, consumer, layout),
        Route::FromClient { client } => from_client(client, view, layout),
        Route::ToClient { client } => from_client(client, view, layout).map(Way::reversed),
    }
}

/// From a producer or a consumer to the topic that it uses.
fn from_client(client: &Name, view: &StageView, layout: &Layout) -> Option<Way> {
    if let Some(member) = layout.members.get(client) {
        let group = view.groups.iter().find(|group| group.id == member.group)?;
        let topic = layout.node(group.topics.first()?)?;
        return to_member(topic, client, layout).map(Way::reversed);
    }
    let producer = view.producers.iter().find(|producer| producer.id == *client)?;
    let topic = layout.node(producer.topic.as_ref()?)?;
    Some(layout.way(layout.node(client)?, topic, topic.inlet()))
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::kernel::SortedMap;
    use crate::scene::fixture::{orders, producer};

    fn wired(view: &StageView) -> (Layout, Vec<Strand>) {
        let layout = Layout::of(view, &SortedMap::new());
        let strands = strands(view, &layout);
        (layout, strands)
    }

    fn of_group<'a>(strands: &'a [Strand], name: &str) -> Vec<&'a Strand> {
        let wire = WireId::Subscription { topic: "orders".into(), group: name.into() };
        strands.iter().filter(|strand| strand.wire == wire).collect()
    }

    #[test]
    fn a_producer_is_wired_to_every_lane_of_its_topic() {
        let (layout, strands) = wired(&orders());
        let inlets: Vec<_> = layout.lanes.values().map(LaneBox::inlet).collect();
        let ends: Vec<_> = strands.iter().filter(|s| s.hue.is_none()).map(|s| s.way.to()).collect();
        assert_eq!(ends, inlets);
    }

    #[test]
    fn a_producer_without_a_topic_has_no_wire() {
        let mut view = orders();
        view.producers = vec![producer("checkout", None)];
        assert!(wired(&view).1.iter().all(|strand| strand.hue.is_some()));
    }

    #[test]
    fn a_group_that_writes_has_a_wire_to_its_output() {
        let mut view = orders();
        view.groups[0].output = Some("orders".into());
        let (_, strands) = wired(&view);
        let wire = WireId::Output { group: view.groups[0].id.clone(), topic: "orders".into() };
        assert_eq!(strands.iter().filter(|strand| strand.wire == wire).count(), 1);
    }

    #[test]
    fn a_subscription_reaches_each_member_that_reads_and_is_dashed_to_a_dead_one() {
        let strands = wired(&orders()).1;
        let flows: Vec<_> = of_group(&strands, "inventory").iter().map(|strand| strand.flow).collect();
        assert_eq!(flows, [Flow::Running, Flow::Stopped]);
    }

    #[test]
    fn a_group_whose_members_read_nothing_keeps_its_wire() {
        let mut view = orders();
        view.groups[1].members.clear();
        let (layout, strands) = wired(&view);
        let wire = of_group(&strands, "notification");
        assert_eq!((wire.len(), wire[0].flow), (1, Flow::Stopped));
        assert_eq!(wire[0].way.to(), layout.node(&"notification".into()).unwrap().inlet());
    }

    #[test]
    fn fetched_records_fly_along_the_wire_to_their_consumer() {
        let view = orders();
        let (layout, strands) = wired(&view);
        let partition = TopicPartition::new(&"orders".into(), 1);
        let way = Route::LaneToConsumer { partition, consumer: "fraud-1".into() };
        assert_eq!(route(&way, &view, &layout), Some(of_group(&strands, "fraud")[0].way));
    }

    #[test]
    fn an_answer_flies_the_way_of_its_request_back() {
        let view = orders();
        let layout = Layout::of(&view, &SortedMap::new());
        let to = route(&Route::ToClient { client: "fraud-1".into() }, &view, &layout).unwrap();
        let from = route(&Route::FromClient { client: "fraud-1".into() }, &view, &layout).unwrap();
        assert_eq!((to.from(), to.to()), (from.to(), from.from()));
        assert_eq!(route(&Route::FromClient { client: "nobody".into() }, &view, &layout), None);
    }
}
