//! At most one live owner of a partition per group and generation.

use std::collections::BTreeMap;

use headwater::engine::{Observation, Simulation, World};
use headwater::model::fact::{Fact, Subject};
use headwater::model::kafka::consumer::Consumer;
use headwater::model::{Name, TopicPartition};

use super::player::{Law, Verdict};

type Claim = (Name, i32, TopicPartition);

/// Who ever had which partition in which generation; and at each moment, who believes that it has.
#[derive(Clone, Default)]
pub struct OneOwner {
    given: BTreeMap<Claim, Name>,
}

impl Law for OneOwner {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        let world = simulation.world();
        for observation in seen {
            let (Subject::Consumer(name), Fact::Assigned { partitions }) = (&observation.subject, &observation.fact)
            else {
                continue;
            };
            let Some(consumer) = world.consumers.get(name) else { continue };
            partitions.iter().try_for_each(|partition| self.give(consumer, partition))?;
        }
        if seen.is_empty() { Ok(()) } else { nobody_shares(world) }
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        simulation.world().groups.keys().try_for_each(|group| everything_is_owned(simulation.world(), group))
    }
}

impl OneOwner {
    fn give(&mut self, consumer: &Consumer, partition: &TopicPartition) -> Verdict {
        let Some(generation) = consumer.membership.generation else {
            return Err(format!("{} was given {partition} in no generation at all", consumer.name));
        };
        let claim = (consumer.group.clone(), generation, partition.clone());
        match self.given.insert(claim, consumer.name.clone()) {
            Some(other) if other != consumer.name => Err(format!(
                "{partition} was given to {other} and to {}, both in generation {generation} of {}",
                consumer.name, consumer.group
            )),
            _ => Ok(()),
        }
    }
}

/// Who was let into a generation and has not heard yet what it reads there still reads what it read in the last: a
/// cooperative member whose answers were lost may do so for a moment after another has taken over, in Kafka too.
fn nobody_shares(world: &World) -> Verdict {
    let mut owners: BTreeMap<Claim, &Name> = BTreeMap::new();
    let is_settled = |consumer: &&Consumer| consumer.life.has_process() && consumer.membership.is_stable();
    for consumer in world.consumers.values().filter(is_settled) {
        let Some(generation) = consumer.membership.generation else { continue };
        for partition in consumer.assignment.keys() {
            let claim = (consumer.group.clone(), generation, partition.clone());
            if let Some(other) = owners.insert(claim, &consumer.name) {
                let name = &consumer.name;
                return Err(format!("{other} and {name} both own {partition} in generation {generation}"));
            }
        }
    }
    Ok(())
}

/// Once all is quiet there is exactly one: the law would be easy to keep by giving nobody anything.
fn everything_is_owned(world: &World, group: &Name) -> Verdict {
    for topic in &world.groups[group].topics {
        let count = world.cluster.topics[topic].partitions.len() as u32;
        for partition in (0..count).map(|partition| TopicPartition::new(topic, partition)) {
            let owners = world.members(group).filter(|consumer| consumer.assignment.contains_key(&partition)).count();
            if owners != 1 {
                return Err(format!("all is quiet, and {owners} members of {group} read {partition}"));
            }
        }
    }
    Ok(())
}
