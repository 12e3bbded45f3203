//! The life of one record, put together from what was observed of batches.

use std::collections::VecDeque;

use super::{Order, Question, Step, Why};
use crate::engine::{Cause, Observation, ObservationId, World};
use crate::kernel::order::sort_by_key;
use crate::kernel::{SortedMap, Time};
use crate::model::fact::{Fact, Subject};
use crate::model::log::Kind;
use crate::model::{Name, TopicPartition};
use crate::view::records::{RecordRow, records};

/// Batches on their way that may turn out to be the one.
const SENT_MAX: usize = 64;

/// Steps of a life; a record that is read over and over has no more told of it.
const STEPS_MAX: usize = 100;

/// A fold over observations that picks out those of one record.
#[derive(Clone, Debug)]
pub struct Life {
    partition: TopicPartition,
    offset: u64,
    /// When it was made, as far as that is known.
    created_at: Time,
    record: Option<RecordRow>,
    sent: VecDeque<Observation>,
    events: Vec<Observation>,
    /// What last set a consumer's position in the partition.
    positions: SortedMap<Name, Observation>,
    is_sending_told: bool,
    is_appended: bool,
    is_readable: bool,
    /// Whether it counts, if it was written in a transaction.
    is_decided: bool,
    is_acknowledged: bool,
    committed: Vec<Name>,
    /// How often each group has processed it; and its consumers then, for the reason of the last time.
    processed: SortedMap<Name, Vec<Processing>>,
    /// By share group: the member that has it in its hands.
    held: SortedMap<Name, Name>,
}

#[derive(Clone, Debug)]
struct Processing {
    event: Observation,
    /// What had set the position of the consumer.
    position: Option<Observation>,
}

/// Something of a record's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The processing to explain.
    pub processed: ObservationId,
    /// What had put the consumer's position before the record once more.
    pub position: Option<ObservationId>,
}

impl Life {
    pub fn new(world: &World, partition: &TopicPartition, offset: u64) -> Self {
        let record = records(world, partition, offset, 1).into_iter().next();
        Life {
            created_at: record.as_ref().map_or(Time::ZERO, |record| record.created_at),
            record,
            partition: partition.clone(),
            offset,
            sent: VecDeque::new(),
            events: Vec::new(),
            positions: SortedMap::new(),
            is_sending_told: false,
            is_appended: false,
            is_readable: false,
            is_decided: false,
            is_acknowledged: false,
            committed: Vec::new(),
            processed: SortedMap::new(),
            held: SortedMap::new(),
        }
    }

    /// Nothing of it was observed before.
    pub fn begins_at(&self) -> Time {
        self.created_at
    }

    pub fn observe(&mut self, observation: &Observation, world: &World) {
        match &observation.subject {
            Subject::Producer(_) => self.observe_producer(observation),
            Subject::Partition(partition) if *partition == self.partition => self.observe_partition(observation, world),
            Subject::Group(group) => self.observe_group(observation, group),
            Subject::Consumer(name) => self.observe_consumer(observation, name, world),
            _ => {}
        }
    }

    fn take(&mut self, observation: &Observation) {
        if self.events.len() < STEPS_MAX {
            self.events.push(observation.clone());
        }
    }

    fn observe_producer(&mut self, observation: &Observation) {
        match &observation.fact {
            Fact::BatchSent { partition, .. } | Fact::BatchRetried { partition, .. }
                if *partition == self.partition && !self.is_appended =>
            {
                if self.sent.len() == SENT_MAX {
                    self.sent.pop_front();
                }
                self.sent.push_back(observation.clone());
            }
            Fact::BatchAcknowledged { partition, base_offset: Some(base), records }
                if *partition == self.partition && !self.is_acknowledged =>
            {
                let sent = self.oldest_sent(&observation.subject, *records);
                if self.is_within(*base, *records) {
                    self.is_acknowledged = true;
                    // The first batch of a transaction is taken only after the coordinator has answered the leader.
                    if let Some(sent) = sent.filter(|_| !self.is_sending_told) {
                        self.take(&sent);
                    }
                    self.take(observation);
                }
            }
            _ => {}
        }
    }

    /// Takes out the oldest batch of so many records that a producer has sent and heard nothing of.
    fn oldest_sent(&mut self, producer: &Subject, count: u32) -> Option<Observation> {
        let is_it = |sent: &Observation| match sent.fact {
            Fact::BatchSent { records, .. } => sent.subject == *producer && records == count,
            _ => false,
        };
        self.sent.iter().position(is_it).and_then(|index| self.sent.remove(index))
    }

    fn is_within(&self, base_offset: u64, records: u32) -> bool {
        (base_offset..base_offset + u64::from(records)).contains(&self.offset)
    }

    fn observe_partition(&mut self, observation: &Observation, world: &World) {
        match &observation.fact {
            Fact::MarkerWritten { offset, .. }
                if self.is_appended && !self.is_decided && self.ends_here(*offset, world) =>
            {
                self.is_decided = true;
                self.take(observation);
            }
            Fact::Appended { base_offset, records } if !self.is_appended && self.is_within(*base_offset, *records) => {
                self.is_appended = true;
                let batch = self.sent.iter().find(|sent| Cause::Observation(sent.id) == observation.cause).cloned();
                self.is_sending_told = batch.is_some();
                batch.iter().for_each(|batch| self.take(batch));
                self.take(observation);
            }
            Fact::HighWatermarkAdvanced { to } if !self.is_readable && *to > self.offset => {
                self.is_readable = true;
                self.take(observation);
            }
            Fact::RecordsAcquired { group, member, from, to, .. } if (*from..*to).contains(&self.offset) => {
                self.held.insert(group.clone(), member.clone());
                self.take(observation);
            }
            Fact::ShareSettled { group, member, from, to, .. }
                if (*from..*to).contains(&self.offset) && self.held.get(group) == Some(member) =>
            {
                self.held.remove(group);
                self.take(observation);
            }
            _ => {}
        }
    }

    /// Whether the marker at this offset ends the transaction that the record was written in.
    fn ends_here(&self, marker: u64, world: &World) -> bool {
        let Some(log) = world.shown_replica(&self.partition).map(|replica| &replica.log) else { return false };
        let stamp = |offset| log.batches_from(offset).next().and_then(|batch| batch.stamp);
        stamp(self.offset)
            .zip(stamp(marker))
            .is_some_and(|(own, marker)| own.kind == Kind::Transactional && own.producer == marker.producer)
    }

    fn observe_group(&mut self, observation: &Observation, group: &Name) {
        let Fact::OffsetsCommitted { offsets } = &observation.fact else { return };
        let is_covered =
            |(partition, offset): &(TopicPartition, u64)| *partition == self.partition && *offset > self.offset;
        let is_processed = self.processed.contains_key(group);
        if is_processed && !self.committed.contains(group) && offsets.iter().any(is_covered) {
            self.committed.push(group.clone());
            self.take(observation);
        }
    }

    fn observe_consumer(&mut self, observation: &Observation, name: &Name, world: &World) {
        match &observation.fact {
            Fact::PositionFromCommit { partition, .. }
            | Fact::PositionReset { partition, .. }
            | Fact::Sought { partition, .. }
                if *partition == self.partition =>
            {
                self.positions.insert(name.clone(), observation.clone());
            }
            Fact::PositionsRestored { offsets }
                if offsets.iter().any(|(partition, _)| *partition == self.partition) =>
            {
                self.positions.insert(name.clone(), observation.clone());
            }
            Fact::Processed { partition, from, to }
                if *partition == self.partition && (*from..*to).contains(&self.offset) =>
            {
                self.note_processed(observation, name, world);
            }
            _ => {}
        }
    }

    fn note_processed(&mut self, observation: &Observation, name: &Name, world: &World) {
        let group = world.consumers.get(name).map_or_else(|| name.clone(), |consumer| consumer.group.clone());
        let position = self.positions.get(name).cloned();
        let times = self.processed.entry(group).or_default();
        let is_again = !times.is_empty();
        times.push(Processing { event: observation.clone(), position: position.clone() });
        // Why again: the position was put before it once more.
        position.iter().filter(|_| is_again).for_each(|position| self.take(position));
        self.take(observation);
    }

    /// The last time that a group processed it, if that was not the first.
    pub fn repetition(&self, group: &Name) -> Option<Telling> {
        let [.., _, last] = &self.processed.get(group)?[..] else { return None };
        Some(Telling { processed: last.event.id, position: last.position.as_ref().map(|position| position.id) })
    }

    /// What was picked out, in the order of time, with how it came to its partition at the beginning.
    pub fn told(&self, world: &World) -> Why {
        let mut events = self.events.clone();
        sort_by_key(&mut events, |event| event.id);
        events.dedup_by_key(|event| event.id);
        let steps = self.birth().into_iter().chain(events.iter().map(|event| self.step(event, world)));
        let question = Question::Record { partition: self.partition.clone(), offset: self.offset };
        Why { title: question.title(world), order: Order::Then, steps: steps.collect() }
    }

    fn birth(&self) -> Option<Step> {
        let record = self.record.as_ref()?;
        let key = record.key.as_ref().map_or("without a key".into(), |key| format!("with the key {key}"));
        let sentence = format!("the record is made, {key}; its partition: {}", record.arithmetic);
        Some(Step::remark(record.created_at, sentence, None))
    }

    /// The step, and of a processing which time it was for the group.
    fn step(&self, event: &Observation, world: &World) -> Step {
        let mut step = Step::of(event, world);
        for (group, times) in &self.processed {
            let nth = times.iter().position(|processing| processing.event.id == event.id);
            if let Some(before) = nth.filter(|before| *before > 0) {
                let label = world.stage.label_of(group);
                step.sentence += &format!(": {label} processes this record for the {} time", ordinal(before + 1));
            }
        }
        step
    }
}

fn ordinal(n: usize) -> String {
    let suffix = match (n % 10, n % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}
