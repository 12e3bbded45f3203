//! What the inspector looks at, as plain values.

use std::rc::Rc;

use super::Part;
use crate::kernel::{Delay, Time};
use crate::model::kafka::config::{ConsumerConfig, ProducerConfig, TopicConfig};
use crate::model::kafka::message::BrokerId;
use crate::model::workload::Workload;
use crate::model::{Name, TopicPartition};
use crate::session::Session;
use crate::ui::action::{Browse, BrowseFrom, InspectorTab, PartKind};
use crate::ui::app::Look;
use crate::view::clock::{ClockCard, clock};
use crate::view::config::{self, Property};
use crate::view::describe::{DescribeRow, ReplicaRow, describe, notice, replicas_on};
use crate::view::records::{RecordRow, records};
use crate::view::stage::{BrokerCard, GroupCard, LaneView, MemberCard, ProducerCard, StageView, TopicCard};

/// Records on one page of the browser.
pub const PAGE: u32 = 20;

/// The selected part. `Rc`s compare by pointer first, then by value, so an unchanged subject renders nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing is selected: all there is.
    Nothing(Rc<StageView>),
    Producer(Rc<ProducerSubject>),
    Topic(Rc<TopicSubject>),
    Group(Rc<GroupSubject>),
    Consumer(Rc<ConsumerSubject>),
    Broker(Rc<BrokerSubject>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerSubject {
    pub card: ProducerCard,
    pub config: ProducerConfig,
    pub workload: Workload,
    pub properties: Vec<Property>,
    pub clock: ClockCard,
    /// Every topic there is, to connect to.
    pub topics: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSubject {
    pub card: TopicCard,
    pub config: TopicConfig,
    pub properties: Vec<Property>,
    pub browse: Browse,
    /// Only while the browser is open.
    pub records: Vec<RecordRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSubject {
    pub card: GroupCard,
    pub rows: Vec<DescribeRow>,
    /// What the tool says before the table.
    pub notice: Option<String>,
    pub config: ConsumerConfig,
    pub properties: Vec<Property>,
    /// Every topic there is, to subscribe to.
    pub topics: Vec<Name>,
    /// The lanes of the topics that the group reads, with its own flags only.
    pub lanes: Vec<(TopicPartition, LaneView)>,
    /// A record that the group has processed more than once, the latest of a partition.
    pub repeated: Option<(TopicPartition, u64)>,
    pub now: Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerSubject {
    pub card: MemberCard,
    pub group: Name,
    pub group_label: String,
    pub hue: u32,
    pub positions: Vec<Position>,
    pub config: ConsumerConfig,
    pub clock: ClockCard,
    pub now: Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerSubject {
    pub card: BrokerCard,
    pub rows: Vec<ReplicaRow>,
    /// The cluster's: every broker has the same.
    pub properties: Vec<Property>,
}

/// Where a consumer stands in a partition that it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub partition: TopicPartition,
    pub position: Option<u64>,
    pub committed: Option<u64>,
    pub log_end: u64,
}

impl Subject {
    pub fn of(session: &Session, view: &Rc<StageView>, selected: Option<&Name>, look: &Look) -> Subject {
        let found = selected.and_then(|name| {
            producer(session, view, name)
                .or_else(|| topic(session, view, name, look))
                .or_else(|| group(session, view, name))
                .or_else(|| consumer(session, view, name))
                .or_else(|| broker(session, view, name))
        });
        found.unwrap_or_else(|| Subject::Nothing(view.clone()))
    }

    pub fn part(&self) -> Option<Part> {
        let part =
            |id: &Name, label: &str, kind, hue| Some(Part { id: id.clone(), label: label.to_owned(), kind, hue });
        match self {
            Subject::Nothing(_) => None,
            Subject::Producer(subject) => part(&subject.card.id, &subject.card.label, PartKind::Producer, None),
            Subject::Topic(subject) => part(&subject.card.id, &subject.card.label, PartKind::Topic, None),
            Subject::Group(subject) => {
                part(&subject.card.id, &subject.card.label, PartKind::Group, Some(subject.card.hue))
            }
            Subject::Consumer(subject) => {
                part(&subject.card.id, &subject.card.label, PartKind::Consumer, Some(subject.hue))
            }
            Subject::Broker(subject) => part(&subject.card.id, &subject.card.label, PartKind::Broker, None),
        }
    }
}

fn topics(view: &StageView) -> Vec<Name> {
    view.topics.iter().map(|topic| topic.id.clone()).collect()
}

fn producer(session: &Session, view: &StageView, name: &Name) -> Option<Subject> {
    let card = view.producers.iter().find(|card| card.id == *name)?.clone();
    let producer = session.world().producers.get(name)?;
    Some(Subject::Producer(Rc::new(ProducerSubject {
        card,
        config: producer.config.clone(),
        workload: producer.workload.clone(),
        properties: config::producer(session.world(), name),
        clock: clock(session.world(), name),
        topics: topics(view),
    })))
}

fn topic(session: &Session, view: &StageView, name: &Name, look: &Look) -> Option<Subject> {
    let card = view.topics.iter().find(|card| card.id == *name)?.clone();
    let records = if look.tab == InspectorTab::Records { page(session, &card, look.browse) } else { Vec::new() };
    let properties = config::topic(session.world(), name);
    let config = session.world().cluster.topics.get(name)?.config.clone();
    Some(Subject::Topic(Rc::new(TopicSubject { card, config, properties, browse: look.browse, records })))
}

fn page(session: &Session, card: &TopicCard, browse: Browse) -> Vec<RecordRow> {
    let Some(lane) = card.lanes.iter().find(|lane| lane.partition == browse.partition) else { return Vec::new() };
    let from = match browse.from {
        BrowseFrom::End => lane.log_end.saturating_sub(u64::from(PAGE)).max(lane.log_start),
        BrowseFrom::Offset(offset) => offset.max(lane.log_start),
    };
    records(session.world(), &TopicPartition::new(&card.id, lane.partition), from, PAGE)
}

fn group(session: &Session, view: &StageView, name: &Name) -> Option<Subject> {
    let card = view.groups.iter().find(|card| card.id == *name)?.clone();
    let world = session.world();
    let coverage = world.groups.get(name)?.ledger.coverage();
    let repeated = coverage.iter().find_map(|(partition, of)| Some((partition.clone(), of.last_repeated()?)));
    Some(Subject::Group(Rc::new(GroupSubject {
        rows: describe(world, name),
        notice: notice(world, name),
        config: world.groups.get(name)?.config.clone(),
        properties: config::group(world, name),
        topics: topics(view),
        lanes: lanes(view, &card),
        repeated,
        now: session.now(),
        card,
    })))
}

fn lanes(view: &StageView, group: &GroupCard) -> Vec<(TopicPartition, LaneView)> {
    let read = view.topics.iter().filter(|topic| group.topics.contains(&topic.id));
    let lane = |topic: &TopicCard, lane: &LaneView| {
        let flags = lane.flags.iter().filter(|flag| flag.group == group.id).cloned().collect();
        (TopicPartition::new(&topic.id, lane.partition), LaneView { flags, ..lane.clone() })
    };
    read.flat_map(|topic| topic.lanes.iter().map(move |found| lane(topic, found))).collect()
}

fn consumer(session: &Session, view: &StageView, name: &Name) -> Option<Subject> {
    let has = |group: &&GroupCard| group.members.iter().any(|member| member.id == *name);
    let group = view.groups.iter().find(has)?;
    let card = group.members.iter().find(|member| member.id == *name)?.clone();
    Some(Subject::Consumer(Rc::new(ConsumerSubject {
        positions: card.assigned.iter().filter_map(|partition| position(view, group, partition)).collect(),
        card,
        group: group.id.clone(),
        group_label: group.label.clone(),
        hue: group.hue,
        config: session.world().groups.get(&group.id)?.config.clone(),
        clock: clock(session.world(), name),
        now: session.now(),
    })))
}

fn broker(session: &Session, view: &StageView, name: &Name) -> Option<Subject> {
    let card = view.brokers.iter().find(|card| card.id == *name)?.clone();
    let world = session.world();
    let rows = replicas_on(world, BrokerId(card.number));
    Some(Subject::Broker(Rc::new(BrokerSubject { card, rows, properties: config::cluster(world) })))
}

fn position(view: &StageView, group: &GroupCard, partition: &TopicPartition) -> Option<Position> {
    let topic = view.topics.iter().find(|topic| topic.id == partition.topic)?;
    let lane = topic.lanes.iter().find(|lane| lane.partition == partition.partition)?;
    let flag = lane.flags.iter().find(|flag| flag.group == group.id);
    Some(Position {
        partition: partition.clone(),
        position: flag.and_then(|flag| flag.position),
        committed: flag.and_then(|flag| flag.committed),
        log_end: lane.log_end,
    })
}

/// `5 ms`, `2 to 8 ms`, `5 ms on average`: how long something takes, in a few words.
pub fn delay_text(delay: &Delay) -> String {
    match delay {
        Delay::Constant { us } => us.to_string(),
        Delay::Uniform { min_us, max_us } => format!("{min_us} to {max_us}"),
        Delay::Exponential { mean_us, .. } => format!("{mean_us} on average"),
    }
}
