//! Order within a partition: as written by each producer, as read by each consumer, and the same on every replica.

use std::collections::BTreeMap;

use headwater::engine::{Observation, Simulation, World};
use headwater::kernel::Time;
use headwater::model::fact::{Fact, Subject};
use headwater::model::log::{Batch, PartitionLog};
use headwater::model::workload::KeyId;
use headwater::model::{Name, TopicPartition};

use super::delivery::is_compacted_away;
use super::player::{Law, Verdict};

#[derive(Default)]
pub struct Order {
    ends: BTreeMap<TopicPartition, u64>,
    /// When the newest record was made that a producer has in a partition.
    newest: BTreeMap<(TopicPartition, Name), Time>,
    reading: BTreeMap<(Name, TopicPartition), Reading>,
}

/// Where a consumer may go on in a partition.
#[derive(Clone, Debug, Default)]
struct Reading {
    /// After what it processed last.
    next: Option<u64>,
    /// Or, once the records in its hands are done, where it was sent meanwhile: more than once, perhaps.
    sought: Vec<u64>,
}

impl Reading {
    fn at(offset: u64) -> Self {
        Reading { next: Some(offset), sought: Vec::new() }
    }

    /// Whether it may have processed these.
    fn takes(&mut self, from: u64, to: u64) -> bool {
        let sought = self.sought.iter().position(|sought| *sought == from);
        let may = self.next == Some(from) || sought.is_some();
        if self.next != Some(from)
            && let Some(sought) = sought
        {
            self.sought.drain(..=sought);
        }
        self.next = Some(to);
        may
    }
}

impl Law for Order {
    fn watch(&mut self, simulation: &Simulation, seen: &[Observation]) -> Verdict {
        let world = simulation.world();
        seen.iter().try_for_each(|observation| match (&observation.subject, &observation.fact) {
            (Subject::Partition(partition), Fact::Appended { base_offset, records }) => {
                self.append(world, partition, *base_offset, *records)
            }
            (Subject::Topic(topic), Fact::Removed) => {
                self.ends.retain(|partition, _| partition.topic != *topic);
                Ok(())
            }
            (Subject::Consumer(name), fact) => self.consume(world, name, fact),
            _ => Ok(()),
        })
    }

    fn at_rest(&mut self, simulation: &Simulation) -> Verdict {
        let world = simulation.world();
        let replicas = world.brokers.values().flat_map(|broker| &broker.partitions);
        for (name, replica) in replicas {
            let Some(leader) = world.leader(name) else { continue };
            let compacts = world.cluster.topics[&name.topic].config.cleanup_policy.compacts();
            if if compacts { !agree(&leader.log, &replica.log) } else { leader.log != replica.log } {
                return Err(format!("all is quiet, and the replicas of {name} differ"));
            }
        }
        Ok(())
    }
}

/// Replicas are compacted each by itself: where both have a record it is the same, and they end at the same offset.
fn agree(one: &PartitionLog, other: &PartitionLog) -> bool {
    let records = |log: &PartitionLog| -> BTreeMap<u64, (KeyId, Time)> {
        let of_batch = |batch: &Batch| {
            let record = |index| (batch.offset(index), (batch.records.key(index), batch.records.created_at(index)));
            (0..batch.records.len()).map(record).collect::<Vec<_>>()
        };
        log.batches_from(log.start()).flat_map(of_batch).collect()
    };
    let (mine, others) = (records(one), records(other));
    let agrees = |(offset, record): (&u64, &(KeyId, Time))| others.get(offset).is_none_or(|other| other == record);
    one.end() == other.end() && mine.iter().all(agrees)
}

impl Order {
    fn append(&mut self, world: &World, partition: &TopicPartition, base_offset: u64, records: u32) -> Verdict {
        let end = self.ends.entry(partition.clone()).or_default();
        if base_offset != *end {
            return Err(format!("{partition} ended at {end}, and the next batch is at {base_offset}"));
        }
        *end = base_offset + u64::from(records);
        let Some(batch) = world.leader(partition).and_then(|leader| leader.log.batches_from(base_offset).next()) else {
            return Err(format!("nothing is at {base_offset} of {partition}, where a batch was appended"));
        };
        for index in 0..batch.records.len() {
            let Some(producer) = maker(world, batch.records.key(index)) else { continue };
            let created = batch.records.created_at(index);
            let newest = self.newest.entry((partition.clone(), producer.clone())).or_default();
            if created < *newest && keeps_order(world, &producer) {
                return Err(format!(
                    "{partition} has at offset {} a record that {producer} made at {created}, behind one of {newest}",
                    base_offset + u64::from(index)
                ));
            }
            *newest = created.max(*newest);
        }
        Ok(())
    }

    fn reading(&mut self, consumer: &Name, partition: &TopicPartition) -> &mut Reading {
        self.reading.entry((consumer.clone(), partition.clone())).or_default()
    }

    fn consume(&mut self, world: &World, consumer: &Name, fact: &Fact) -> Verdict {
        match fact {
            Fact::PositionFromCommit { partition, offset } | Fact::PositionReset { partition, offset, .. } => {
                *self.reading(consumer, partition) = Reading::at(*offset);
            }
            Fact::Sought { partition, to, .. } => self.reading(consumer, partition).sought.push(*to),
            // Over what compaction took, from wherever it was.
            Fact::ReadOver { partition, from, to } => {
                let reading = self.reading(consumer, partition);
                let at_from = reading.next.iter_mut().chain(&mut reading.sought).filter(|offset| **offset == *from);
                at_from.for_each(|offset| *offset = *to);
            }
            Fact::Processed { partition, from, to } => {
                let reading = self.reading(consumer, partition);
                let before = reading.clone();
                let is_hole = |next: &u64| (*next..*from).all(|offset| is_compacted_away(world, partition, offset));
                let lies_over_holes = |offset: &&mut u64| **offset < *from && is_hole(offset);
                let places = reading.next.iter_mut().chain(&mut reading.sought);
                places.filter(lies_over_holes).for_each(|offset| *offset = *from);
                if !reading.takes(*from, *to) {
                    return Err(format!("{consumer} processed {partition} from {from} to {to}, not from {before:?}"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Keys are their producer's name, a slash, and more.
fn maker(world: &World, key: headwater::model::workload::KeyId) -> Option<Name> {
    let key = str::from_utf8(world.keys.bytes(key)?).ok()?;
    key.split('/').next().map(Name::from)
}

/// An idempotent producer keeps the order of what it retries; unless it gave up on something, and began anew.
fn keeps_order(world: &World, producer: &Name) -> bool {
    let producer = world.producers.get(producer);
    producer.is_some_and(|producer| producer.config.enable_idempotence && producer.counts.failed == 0)
}
