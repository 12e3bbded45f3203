//! Every visible change has an observation, and following causes ends at a command.

use std::collections::BTreeMap;
use std::mem;

use headwater::engine::{Cause, Observation, Simulation, World};
use headwater::kernel::{SortedMap, Time};
use headwater::model::fact::Subject;
use headwater::model::kafka::consumer::{Application, Consumer};
use headwater::model::kafka::coordinator::Group;
use headwater::model::kafka::producer::Producer;
use headwater::model::{Name, TopicPartition};

use super::player::{Law, Verdict};

#[derive(Default)]
pub struct Causes {
    /// When each observation was made.
    made_at: Vec<Time>,
    shown: BTreeMap<Shown, String>,
}

/// A part; or what a group has committed in a partition.
type Shown = (Subject, Option<TopicPartition>);

impl Law for Causes {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        seen.iter().try_for_each(|observation| self.has_cause(simulation, observation))?;
        let before = mem::replace(&mut self.shown, shown(simulation.world()));
        let world = simulation.world();
        let is_seen = |shown: &Shown| seen.iter().any(|observation| is_about(world, &observation.subject, shown));
        let subjects = before.keys().chain(self.shown.keys());
        let mut changed = subjects.filter(|subject| before.get(subject) != self.shown.get(subject));
        match changed.find(|subject| !is_seen(subject)) {
            None => Ok(()),
            Some(subject) => Err(format!(
                "at {} {subject:?} changed unseen, from\n  {}\nto\n  {}\nwhile there was seen {seen:#?}",
                simulation.now(),
                before.get(subject).map_or("nothing", String::as_str),
                self.shown.get(subject).map_or("nothing", String::as_str),
            )),
        }
    }
}

impl Causes {
    /// Causes come before what they bring about, so following them ends; and only a command has none.
    fn has_cause(&mut self, simulation: &Simulation, observation: &Observation) -> Verdict {
        if observation.id.0 != self.made_at.len() as u64 {
            return Err(format!("{observation:?} is the one after {} others", self.made_at.len()));
        }
        let caused_at = match observation.cause {
            Cause::Observation(cause) => self.made_at.get(cause.0 as usize).copied(),
            Cause::Command(command) => simulation.commands().get(command.0 as usize).map(|command| command.at),
        };
        self.made_at.push(observation.at);
        match caused_at {
            Some(at) if at <= observation.at => Ok(()),
            _ => Err(format!("{observation:?} has no cause before it")),
        }
    }
}

/// What is new of a partition may be said of its topic, as that its offsets are gone with it; and what all members do
/// with their group's subscription of the group.
fn is_about(world: &World, observed: &Subject, (subject, partition): &Shown) -> bool {
    match (observed, subject) {
        (Subject::Topic(topic), Subject::Partition(partition)) => partition.topic == *topic,
        // It begins with what is on its disk.
        (Subject::Broker(_), Subject::Partition(_)) => true,
        (Subject::Topic(topic), Subject::Group(_)) => partition.as_ref().is_some_and(|it| it.topic == *topic),
        (Subject::Group(group), Subject::Consumer(name)) => {
            world.consumers.get(name).is_some_and(|consumer| consumer.group == *group)
        }
        (observed, subject) => observed == subject,
    }
}

/// All parts as they are shown, but for three things: clocks, which move by themselves; single records, which are
/// observed by the batch and by the poll; and what a client waits for, which the packets on the wires show.
fn shown(world: &World) -> BTreeMap<Shown, String> {
    let mut shown = BTreeMap::new();
    for (name, topic) in &world.cluster.topics {
        shown.insert((Subject::Topic(name.clone()), None), format!("{} partitions", topic.partitions.len()));
        for partition in (0..topic.partitions.len() as u32).map(|n| TopicPartition::new(name, n)) {
            let ends = world.leader(&partition).map(|it| (it.log.start(), it.high_watermark, it.log.end()));
            shown.insert((Subject::Partition(partition), None), format!("log start, high watermark, log end {ends:?}"));
        }
    }
    for (name, spec) in &world.groups {
        let subject = Subject::Group(name.clone());
        let coordinated = world.group(name);
        let committed = coordinated.map_or_else(SortedMap::new, Group::committed_all);
        shown.extend(
            committed.into_iter().map(|(it, offset)| ((subject.clone(), Some(it)), format!("committed {offset}"))),
        );
        shown.insert((subject, None), format!("reads {:?}, {:?}", spec.topics, coordinated.map(group)));
    }
    shown.extend(world.consumers.iter().map(|(name, it)| ((Subject::Consumer(name.clone()), None), consumer(it))));
    shown.extend(world.producers.iter().map(|(name, it)| ((Subject::Producer(name.clone()), None), producer(it))));
    shown
}

fn group(group: &Group) -> String {
    let members: Vec<_> = group.members().into_iter().map(|member| (member.id, member.assignment)).collect();
    let leader = group.leader().map(|member| member.id.clone());
    let phase = (group.state(), group.generation(), group.assignor(), leader);
    format!("{phase:?}, members {members:?}")
}

fn consumer(consumer: &Consumer) -> String {
    let Consumer { life, slowed_percent, assignment, application, problem, .. } = consumer;
    let positions: Vec<(&TopicPartition, Option<u64>)> = assignment.iter().map(|(name, it)| (name, it.next)).collect();
    let works = matches!(application, Application::Working(_));
    format!("{life:?} at {slowed_percent} %, works {works}, reads {positions:?}, problem {problem:?}")
}

fn producer(producer: &Producer) -> String {
    let topic: Option<&Name> = producer.topic.as_ref();
    let (counts, replays) = (producer.counts, producer.replay.is_some());
    let (acknowledged, failed) = (counts.acknowledged, counts.failed);
    let produces = producer.producing;
    format!("to {topic:?}, produces {produces}, {acknowledged} acknowledged, {failed} failed, replays {replays}")
}
