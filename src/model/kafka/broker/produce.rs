//! Produce requests: append, and answer when `acks` says so.

use super::Broker;
use super::partition::{Partition, Role};
use super::sequences::Place;
use crate::model::TopicPartition;
use crate::model::actor::Out;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::Acks;
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{ErrorCode, ProduceBatch, ProducerId, Response};
use crate::model::log::Rolled;

/// The leader epoch of every batch, as long as leaders do not change.
const LEADER_EPOCH: u32 = 0;

pub struct Produce {
    pub acks: Acks,
    pub producer: Option<ProducerId>,
    pub batches: Vec<ProduceBatch>,
}

/// An `acks=all` request whose records are not on every in-sync replica yet.
#[derive(Clone, Debug)]
pub struct WaitingProduce {
    caller: Caller,
    results: Vec<(TopicPartition, Result<u64, ErrorCode>)>,
    /// The high watermarks that it waits for.
    until: Vec<(TopicPartition, u64)>,
}

impl Broker {
    pub(super) fn produce(&mut self, caller: Caller, request: Produce, cluster: &Cluster, out: &mut Out) {
        let mut results = Vec::with_capacity(request.batches.len());
        let mut until = Vec::new();
        for batch in request.batches {
            let partition = batch.partition.clone();
            let records = u64::from(batch.records.len());
            let result = self.append(batch, request.producer, cluster, out);
            if let Ok(base_offset) = result {
                until.push((partition.clone(), base_offset + records));
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

    /// Appends one batch to the log that this broker leads; its base offset, or the error of the protocol.
    fn append(
        &mut self,
        batch: ProduceBatch,
        producer: Option<ProducerId>,
        cluster: &Cluster,
        out: &mut Out,
    ) -> Result<u64, ErrorCode> {
        let topic = cluster.topics.get(&batch.partition.topic).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        let name = &batch.partition;
        let partition = self.partitions.get_mut(name).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        if !partition.leads() {
            return Err(ErrorCode::NotLeaderOrFollower);
        }
        if batch.records.bytes() > u64::from(topic.config.max_message_bytes) {
            return Err(ErrorCode::MessageTooLarge);
        }
        let subject = Subject::Partition(name.clone());
        let records = batch.records.len();
        match place(partition, producer, &batch) {
            Place::OutOfOrder => return Err(ErrorCode::OutOfOrderSequenceNumber),
            Place::Duplicate { base_offset } => {
                out.observe(subject, Fact::DuplicateBatchIgnored { base_offset, records });
                return Ok(base_offset);
            }
            Place::Next => {}
        }
        let base_offset = partition.log.end();
        remember(partition, producer, &batch, base_offset);
        let rolled = partition.log.append(LEADER_EPOCH, batch.records);
        if let Rolled::At(base_offset) = rolled {
            out.observe(subject.clone(), Fact::SegmentRolled { base_offset });
        }
        out.observe(subject, Fact::Appended { base_offset, records });
        self.note_appended(name, out);
        Ok(base_offset)
    }

    /// After an append: the high watermark of an unreplicated partition follows at once, and followers that wait are
    /// answered.
    fn note_appended(&mut self, name: &TopicPartition, out: &mut Out) {
        self.advance_high_watermark(name, out);
        self.answer_fetches_of(name, out);
    }

    pub(super) fn advance_high_watermark(&mut self, name: &TopicPartition, out: &mut Out) -> bool {
        let Some(partition) = self.partitions.get_mut(name) else { return false };
        let has_moved = partition.advance_high_watermark();
        if has_moved {
            let fact = Fact::HighWatermarkAdvanced { to: partition.high_watermark };
            out.observe(Subject::Partition(name.clone()), fact);
        }
        has_moved
    }

    /// Answers the `acks=all` requests whose records are below the high watermark by now.
    pub(super) fn answer_replicated(&mut self, out: &mut Out) {
        let partitions = &self.partitions;
        let is_replicated = |(name, end): &(TopicPartition, u64)| {
            partitions.get(name).is_none_or(|partition| partition.high_watermark >= *end)
        };
        self.waiting_produces.retain_mut(|waiting| {
            let is_done = waiting.until.iter().all(is_replicated);
            if is_done {
                let results = std::mem::take(&mut waiting.results);
                waiting.caller.answer(Response::Produce { results }, out);
            }
            !is_done
        });
    }
}

fn place(partition: &Partition, producer: Option<ProducerId>, batch: &ProduceBatch) -> Place {
    let (Role::Leader { producers, .. }, Some(producer)) = (&partition.role, producer) else { return Place::Next };
    let known = producers.get(&producer);
    known.map_or(Place::Next, |sequences| sequences.place(batch.base_sequence, batch.records.len()))
}

fn remember(partition: &mut Partition, producer: Option<ProducerId>, batch: &ProduceBatch, base_offset: u64) {
    let (Role::Leader { producers, .. }, Some(producer)) = (&mut partition.role, producer) else { return };
    producers.entry(producer).or_default().append(batch.base_sequence, batch.records.len(), base_offset);
}
