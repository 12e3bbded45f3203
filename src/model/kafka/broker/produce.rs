//! Produce requests: append, and answer when `acks` says so.

use super::Broker;
use super::partition::Partition;
use super::sequences::Place;
use crate::kernel::Time;
use crate::model::TopicPartition;
use crate::model::actor::{AcknowledgedRecords, Effect, Out};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::config::Acks;
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{Appended, ErrorCode, ProduceBatch, ProducerId, Response};
use crate::model::log::{Rolled, Stamp};

pub struct Produce {
    pub acks: Acks,
    pub producer: Option<ProducerId>,
    pub batches: Vec<ProduceBatch>,
}

/// An `acks=all` request whose records are not on every in-sync replica yet.
#[derive(Clone, Debug)]
pub struct WaitingProduce {
    caller: Caller,
    results: Vec<(TopicPartition, Result<Appended, ErrorCode>)>,
    /// The high watermarks that it waits for.
    until: Vec<(TopicPartition, u64)>,
}

impl Broker {
    pub(super) fn produce(&mut self, now: Time, caller: Caller, request: Produce, out: &mut Out) {
        let mut results = Vec::with_capacity(request.batches.len());
        let mut until = Vec::new();
        for batch in request.batches {
            let partition = batch.partition.clone();
            let records = u64::from(batch.records.len());
            let result = self.append(now, batch, request.producer, request.acks, out);
            match result {
                Ok(appended) => until.push((partition.clone(), appended.base_offset + records)),
                Err(_) if request.acks == Acks::None => {
                    out.effects.push(Effect::NeverWritten { partition: partition.clone(), records });
                }
                Err(_) => {}
            }
            results.push((partition, result));
        }
        match request.acks {
            Acks::None => {}
            Acks::Leader => caller.answer(Response::Produce { results }, out),
            Acks::All => self.waiting_produces.push(WaitingProduce { caller, results, until }),
        }
        self.answer_replicated(out);
    }

    /// Appends one batch to the log that this broker leads; where, or the error of the protocol.
    fn append(
        &mut self,
        now: Time,
        batch: ProduceBatch,
        producer: Option<ProducerId>,
        acks: Acks,
        out: &mut Out,
    ) -> Result<Appended, ErrorCode> {
        let name = &batch.partition;
        let topic = self.metadata.topics.get(&name.topic).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let partition = self.partitions.get_mut(name).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let leadership = partition.leadership().ok_or(ErrorCode::NotLeaderOrFollower)?;
        if acks == Acks::All && !leadership.has_enough_replicas() {
            return Err(ErrorCode::NotEnoughReplicas);
        }
        if batch.records.bytes() > u64::from(topic.config.max_message_bytes) {
            return Err(ErrorCode::MessageTooLarge);
        }
        if topic.config.cleanup_policy.compacts() && batch.records.keys().iter().any(|key| !key.is_some()) {
            return Err(ErrorCode::InvalidRecord);
        }
        let subject = Subject::Partition(name.clone());
        let records = batch.records.len();
        let leader_epoch = partition.leader_epoch;
        match place(partition, producer, &batch) {
            Place::OutOfOrder => return Err(ErrorCode::OutOfOrderSequenceNumber),
            Place::Duplicate { base_offset } => {
                out.observe(subject, Fact::DuplicateBatchIgnored { base_offset, records });
                let leader_epoch = partition.epochs.of(base_offset).unwrap_or(leader_epoch);
                return Ok(Appended { base_offset, leader_epoch });
            }
            Place::Next => {}
        }
        let base_offset = partition.log.end();
        let stamp = producer.map(|producer| Stamp { producer, base_sequence: batch.base_sequence });
        let rolled = partition.append(leader_epoch, stamp, batch.records);
        if let Rolled::At(base_offset) = rolled {
            out.observe(subject.clone(), Fact::SegmentRolled { base_offset });
        }
        out.observe(subject, Fact::Appended { base_offset, records });
        if acks == Acks::None {
            // The producer took them for safe when it sent them.
            let (partition, to) = (name.clone(), base_offset + u64::from(records));
            let acknowledged = AcknowledgedRecords { partition, leader_epoch, from: base_offset, to };
            out.effects.push(Effect::Acknowledged(acknowledged));
        }
        self.note_progress(now, name, out);
        Ok(Appended { base_offset, leader_epoch })
    }

    /// After an append, or a change of who is in sync: the high watermark may follow, and fetches that wait are answered.
    pub(super) fn note_progress(&mut self, now: Time, name: &TopicPartition, out: &mut Out) {
        self.advance_high_watermark(now, name, out);
        self.answer_fetches_of(name, out);
    }

    pub(super) fn advance_high_watermark(&mut self, now: Time, name: &TopicPartition, out: &mut Out) -> bool {
        let Some(partition) = self.partitions.get_mut(name) else { return false };
        let has_moved = partition.advance_high_watermark(now, self.lag_max, &self.metadata);
        if has_moved {
            let fact = Fact::HighWatermarkAdvanced { to: partition.high_watermark };
            out.observe(Subject::Partition(name.clone()), fact);
        }
        has_moved
    }

    /// Answers the `acks=all` requests whose records are below the high watermark by now, or never will be.
    pub(super) fn answer_replicated(&mut self, out: &mut Out) {
        let partitions = &self.partitions;
        self.waiting_produces.retain_mut(|waiting| {
            let WaitingProduce { until, results, .. } = waiting;
            until.retain(|(name, end)| {
                let Some(settled) = settled(partitions.get(name), *end) else { return true };
                if let Err(error) = settled {
                    let of_partition = results.iter_mut().filter(|(partition, _)| partition == name);
                    of_partition.for_each(|(_, result)| *result = Err(error));
                }
                false
            });
            let is_done = until.is_empty();
            if is_done {
                let results = std::mem::take(results);
                waiting.caller.answer(Response::Produce { results }, out);
            }
            !is_done
        });
    }
}

/// What became of records that end at `end`; none while it is open (`Partition#checkEnoughReplicasReachOffset`).
fn settled(partition: Option<&Partition>, end: u64) -> Option<Result<(), ErrorCode>> {
    let Some(partition) = partition else { return Some(Ok(())) };
    let Some(leadership) = partition.leadership() else { return Some(Err(ErrorCode::NotLeaderOrFollower)) };
    let is_replicated = partition.high_watermark >= end;
    let error = ErrorCode::NotEnoughReplicasAfterAppend;
    is_replicated.then(|| if leadership.has_enough_replicas() { Ok(()) } else { Err(error) })
}

fn place(partition: &Partition, producer: Option<ProducerId>, batch: &ProduceBatch) -> Place {
    let known = producer.and_then(|producer| partition.sequences(producer));
    known.map_or(Place::Next, |sequences| sequences.place(batch.base_sequence, batch.records.len()))
}
