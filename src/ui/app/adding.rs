//! From a part of the palette to the commands that add it, under a name that is free.

use crate::engine::command::Command;
use crate::model::Name;
use crate::model::kafka::config::TopicConfig;
use crate::model::kafka::message::BrokerId;
use crate::model::workload::{Arrivals, KeySpace, PerSecond, Workload};
use crate::ui::action::{PartKind, Place};
use crate::ui::stage::free_place;
use crate::view::stage::{GroupCard, StageView};

/// What adds a part, and what the part will be called.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    pub name: Name,
    pub commands: Vec<Command>,
}

/// A new part at `place`. A producer and a group begin with the topic that is meant, if there is no doubt which. A
/// consumer begins in the selected group, if there is one, else in a new group without a topic.
pub fn part(kind: PartKind, place: Place, view: &StageView, selected: Option<&Name>) -> Addition {
    match kind {
        PartKind::Topic => topic(place, view),
        PartKind::Broker => broker(view),
        PartKind::Producer => producer(place, view, selected),
        PartKind::Group => group(place, view, meant_topic(view, selected).into_iter().collect()),
        PartKind::Consumer => match selected_group(view, selected) {
            Some(group) => joining(&group.id, view),
            None => group(place, view, Vec::new()),
        },
    }
}

/// Brokers are numbered; the next one stands in the row of the others.
fn broker(view: &StageView) -> Addition {
    let number = view.brokers.iter().map(|broker| broker.number).max().unwrap_or(0) + 1;
    let name = BrokerId(number).name();
    Addition { commands: vec![Command::AddBroker { broker: name.clone(), rack: None }], name }
}

/// One more consumer of a group.
pub fn consumer(group: &Name, view: &StageView) -> Vec<Command> {
    joining(group, view).commands
}

/// What replays a file through a producer, or through a new one with a topic of its own.
pub fn replay(target: Option<&Name>, view: &StageView, replay: impl FnOnce(Name) -> Command) -> Vec<Command> {
    if let Some(target) = target {
        return vec![replay(target.clone())];
    }
    let made = topic(free_place(view, PartKind::Topic), view);
    let producer = free_name("producer", view);
    let add = Command::AddProducer {
        producer: producer.clone(),
        topic: Some(made.name),
        config: Default::default(),
        workload: Workload::default(),
    };
    let place = put(&producer, free_place(view, PartKind::Producer));
    made.commands.into_iter().chain([add, place, replay(producer)]).collect()
}

fn joining(group: &Name, view: &StageView) -> Addition {
    let name = free_name(group.as_str(), view);
    Addition { commands: vec![Command::AddConsumer { consumer: name.clone(), group: group.clone() }], name }
}

fn topic(place: Place, view: &StageView) -> Addition {
    let name = free_name("topic", view);
    let config = TopicConfig { partitions: 3, ..TopicConfig::default() };
    Addition { commands: vec![Command::AddTopic { topic: name.clone(), config }, put(&name, place)], name }
}

/// A slow trickle over a few keys, so that there is something to see at once.
fn producer(place: Place, view: &StageView, selected: Option<&Name>) -> Addition {
    let name = free_name("producer", view);
    let workload = Workload {
        arrivals: Arrivals::Constant { per_second: PerSecond::new(4) },
        keys: KeySpace::Uniform { prefix: "key".into(), count: 12 },
        ..Workload::default()
    };
    let topic = meant_topic(view, selected);
    let add = Command::AddProducer { producer: name.clone(), topic, config: Default::default(), workload };
    Addition { commands: vec![add, put(&name, place)], name }
}

/// A group with one consumer, since a group alone does nothing.
fn group(place: Place, view: &StageView, topics: Vec<Name>) -> Addition {
    let name = free_name("group", view);
    let consumer = Name::from(format!("{name}-1"));
    let commands = vec![
        Command::AddGroup { group: name.clone(), topics, config: Default::default() },
        put(&name, place),
        Command::AddConsumer { consumer, group: name.clone() },
    ];
    Addition { name, commands }
}

fn put(node: &Name, place: Place) -> Command {
    Command::Place { node: node.clone(), x: place.x, y: place.y }
}

/// The selected topic, or the only one.
fn meant_topic(view: &StageView, selected: Option<&Name>) -> Option<Name> {
    let chosen = view.topics.iter().find(|topic| Some(&topic.id) == selected);
    let only = || if let [only] = &view.topics[..] { Some(only) } else { None };
    chosen.or_else(only).map(|topic| topic.id.clone())
}

fn selected_group<'a>(view: &'a StageView, selected: Option<&Name>) -> Option<&'a GroupCard> {
    let selected = selected?;
    let has = |group: &&GroupCard| group.id == *selected || group.members.iter().any(|member| member.id == *selected);
    view.groups.iter().find(has)
}

/// `prefix-1`, `prefix-2`, ...: the first that no part has, by id or by label. A group's name is not free either if
/// its first consumer's is taken.
fn free_name(prefix: &str, view: &StageView) -> Name {
    let taken = names(view);
    let mut numbered = (1..).map(|n| format!("{prefix}-{n}"));
    let free = numbered.find(|name| !taken.contains(&name.as_str()) && !taken.contains(&format!("{name}-1").as_str()));
    Name::from(free.unwrap_or_default())
}

fn names(view: &StageView) -> Vec<&str> {
    let producers = view.producers.iter().map(|part| (&part.id, &part.label));
    let topics = view.topics.iter().map(|part| (&part.id, &part.label));
    let groups = view.groups.iter().map(|part| (&part.id, &part.label));
    let members = view.groups.iter().flat_map(|group| &group.members).map(|part| (&part.id, &part.label));
    let all = producers.chain(topics).chain(groups).chain(members);
    all.flat_map(|(id, label)| [id.as_str(), label.as_str()]).collect()
}
