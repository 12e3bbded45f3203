//! Why a group is behind: nobody reads, somebody is slow, or there is more than it can do.

use super::{Step, Term};
use crate::engine::{Owner, World};
use crate::kernel::Time;
use crate::metrics::group_lag;
use crate::model::kafka::consumer::{Consumer, Life};
use crate::model::{Name, TopicPartition};

const LAG: Term =
    Term { name: "lag", meaning: "How many records a group has still to read: log end less committed offset." };

/// What holds a group up, as far as the world shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The first step, and what can be said without asking the past.
    pub steps: Vec<Step>,
    /// Whose past explains the rest, and until when.
    pub because_of: Option<Culprit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// Something that happened to this consumer at this moment.
    Consumer(Name, Time),
    /// It was slowed down.
    Slowed(Name),
    /// It does not poll.
    Hung(Name),
    /// The group's last rebalance, or that nobody is in it.
    Group(Name),
    /// What this producer makes.
    Producer(Name),
}

/// None if there is no such group.
pub fn behind(world: &World, group: &Name) -> Option<Behind> {
    let spec = world.groups.get(group)?;
    let label = world.stage.label_of(group);
    let lag = group_lag(world, group);
    let records = format!("{lag} record{}", if lag == 1 { "" } else { "s" });
    let mut steps = vec![Step::remark(world.now, format!("{label} has {records} still to read"), Some(LAG))];
    let topics = spec.topics.iter();
    let partitions = topics.flat_map(|topic| {
        let count = world.cluster.topics.get(topic).map_or(0, |topic| topic.partitions.len() as u32);
        (0..count).map(|partition| TopicPartition::new(topic, partition)).collect::<Vec<_>>()
    });
    for partition in partitions {
        if let Some(Owner::Nobody { since, was }) = spec.ownership.owner(&partition) {
            let sentence = format!("nobody has read {partition} for {label} since {since}; before, {was} did");
            steps.push(Step::remark(world.now, sentence, None));
            return Some(Behind { steps, because_of: Some(Culprit::Consumer(was.clone(), *since)) });
        }
    }
    let because_of = lame(world, group).or_else(|| too_much(world, group, &label, &mut steps));
    Some(Behind { steps, because_of })
}

/// Somebody who hangs or was slowed down; or nobody at all.
fn lame(world: &World, group: &Name) -> Option<Culprit> {
    let mut running = world.members(group).filter(|member| member.life.has_process()).peekable();
    if running.peek().is_none() {
        return Some(Culprit::Group(group.clone()));
    }
    running.find_map(|member| match member.life {
        Life::Hung(_) => Some(Culprit::Hung(member.name.clone())),
        _ if member.slowed_percent > 100 => Some(Culprit::Slowed(member.name.clone())),
        _ => None,
    })
}

/// What its members can do at the most, to be compared with what is produced.
fn too_much(world: &World, group: &Name, label: &str, steps: &mut Vec<Step>) -> Option<Culprit> {
    let spec = world.groups.get(group)?;
    let working: Vec<&Consumer> = world.members(group).filter(|member| !member.assignment.is_empty()).collect();
    let mean = spec.config.service_time.mean();
    let members = working.len() as u64;
    if mean.as_micros() > 0 && members > 0 {
        let most = members * 1_000_000 / mean.as_micros();
        let s = if members == 1 { "" } else { "s" };
        let sentence = format!(
            "{label} takes {mean} for a record, and {members} member{s} with partitions can do {most} a second at most"
        );
        steps.push(Step::remark(world.now, sentence, Some(SERVICE_TIME)));
    }
    let feeds = |topic: &Option<Name>| topic.as_ref().is_some_and(|topic| spec.topics.contains(topic));
    let busiest = world.producers.values().filter(|producer| feeds(&producer.topic));
    busiest.max_by_key(|producer| producer.counts.created).map(|producer| Culprit::Producer(producer.name.clone()))
}

const SERVICE_TIME: Term = Term {
    name: "service time",
    meaning: "What the application does with a record; partitions limit how many work at once.",
};
