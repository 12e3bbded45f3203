//! What a group makes of its records with `exactly_once_v2` is there once for who reads `read_committed`, whatever fails; and
//! nobody can read past the last stable offset, which is never beyond the high watermark.

use std::collections::BTreeMap;

use headwater::engine::{Observation, Simulation, World};
use headwater::model::kafka::consumer::SOURCE_HEADER;
use headwater::model::log::{Batch, Kind};
use headwater::model::{Name, TopicPartition};

use super::player::{Law, Verdict};
use super::system::{PIPELINE_INPUT, PIPELINE_OUTPUT};

#[derive(Clone, Default)]
pub struct ExactlyOnce;

impl Law for ExactlyOnce {
    fn watch(&mut self, simulation: &Simulation, _: &[Observation]) -> Verdict {
        for (id, broker) in &simulation.world().brokers {
            for (name, partition) in &broker.partitions {
                let (stable, end) = (partition.last_stable(), partition.high_watermark);
                if stable > end {
                    return Err(format!("on {} {name} is stable up to {stable}, beyond {end}", id.name()));
                }
            }
        }
        Ok(())
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        let world = simulation.world();
        let mut times: BTreeMap<String, u32> = BTreeMap::new();
        for_each_committed(world, PIPELINE_OUTPUT, |_, batch, index| {
            let headers = batch.records.extra(index).into_iter().flat_map(|extra| extra.headers.iter());
            let source = headers.clone().find(|(name, _)| name.as_str() == SOURCE_HEADER);
            let source = source.map_or(String::new(), |(_, source)| source.to_string());
            *times.entry(source).or_default() += 1;
        });
        let mut verdict = Ok(());
        for_each_committed(world, PIPELINE_INPUT, |partition, batch, index| {
            let source = format!("{partition}@{}", batch.offset(index));
            match times.remove(&source) {
                Some(1) => {}
                other => {
                    verdict = Err(format!("all is quiet, and {source} is in the output {} times", other.unwrap_or(0)))
                }
            }
        });
        verdict?;
        match times.into_iter().next() {
            Some((source, _)) => Err(format!("the output has something made of {source}, which is not committed")),
            None => Ok(()),
        }
    }
}

/// Every record that somebody gets who reads `read_committed` from the beginning.
fn for_each_committed(world: &World, topic: &str, mut act: impl FnMut(&TopicPartition, &Batch, u32)) {
    let topic = Name::from(topic);
    let count = world.cluster.topics.get(&topic).map_or(0, |topic| topic.partitions.len() as u32);
    for partition in (0..count).map(|number| TopicPartition::new(&topic, number)) {
        let Some(leader) = world.leader(&partition) else { continue };
        let stable = leader.last_stable();
        for batch in leader.log.batches_from(0).take_while(|batch| batch.base_offset < stable) {
            let is_aborted = batch.stamp.is_some_and(|stamp| {
                stamp.kind == Kind::Transactional && leader.transactions.is_aborted(stamp.producer, batch.base_offset)
            });
            if !is_aborted {
                (0..batch.records.len()).for_each(|index| act(&partition, batch, index));
            }
        }
    }
}
