//! From batches to requests, and what becomes of them (`Sender`).

use super::accumulator::SealedBatch;
use super::{Producer, Purpose};
use crate::kernel::{Clock, Span, Time};
use crate::model::TopicPartition;
use crate::model::actor::{AcknowledgedRecords, Effect, Out, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::client::{Requests, deadline};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::Acks;
use crate::model::kafka::message::{
    Appended, BrokerId, ErrorCode, PartitionMetadata, ProduceBatch, ProducerIdAndEpoch, Request,
};
use crate::model::log::{Kind, Stamp};

/// The batches of one request.
#[derive(Clone, Debug)]
pub struct Sent {
    broker: BrokerId,
    pub(super) batches: Vec<(TopicPartition, SealedBatch)>,
}

impl Producer {
    /// Sends what is ready: of every partition the oldest batch, those with the same leader in one request, while the
    /// connection has fewer than `max.in.flight.requests.per.connection`.
    pub(super) fn send_ready(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        loop {
            self.send_batches(now, cluster, out);
            if self.is_aborting() {
                self.throw_from_send(now, out);
            }
            if self.phase().is_some() {
                self.drive_transaction(now, cluster, out);
            }
            // What came free lets those go on who wait for it, and they may have something to send.
            if self.stall().is_none() || !self.unblock(now, out) {
                return;
            }
        }
    }

    fn send_batches(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.expire(now, out);
        self.mend_sequences(out);
        if self.is_flushing() || self.stall().is_some() {
            self.accumulator.seal_all();
        }
        let next = self.accumulator.seal_ready(now, u64::from(self.config.batch_size));
        match next {
            Some(at) => out.arm(Timer::Linger, at),
            None => out.disarm(Timer::Linger),
        }
        let Some(leaders) = self.leaders.clone() else { return };
        let mut brokers: Vec<BrokerId> = leaders.iter().filter_map(|partition| partition.leader).collect();
        brokers.sort_unstable();
        brokers.dedup();
        for broker in brokers {
            if !self.has_batches_for(broker, &leaders) {
                continue;
            }
            let is_connected = self.requests.connect(now, cluster.endpoint(broker), out);
            if self.config.availability_timeout_ms > 0 && self.is_ready_for(now, broker, &leaders) {
                let can_drain = is_connected && self.requests_to(broker) < self.config.max_in_flight;
                self.availability.note(now, broker, can_drain);
            }
            while is_connected && self.requests_to(broker) < self.config.max_in_flight {
                let batches = self.take_batches(now, broker, &leaders);
                if batches.is_empty() {
                    break;
                }
                self.send_request(now, Sent { broker, batches }, cluster, out);
            }
        }
        self.see_to_the_rest(now, &leaders, out);
    }

    /// What could not be sent: waits for its backoff, or for somebody to lead its partition.
    fn see_to_the_rest(&mut self, now: Time, leaders: &[PartitionMetadata], out: &mut Out) {
        let mut retry_at: Option<Time> = None;
        let mut lacks_leader = false;
        for (partition, queue) in self.accumulator.queues() {
            let Some(front) = queue.sealed.front() else { continue };
            lacks_leader |= leaders.get(partition as usize).is_none_or(|partition| partition.leader.is_none());
            if front.not_before > now {
                retry_at = Some(retry_at.map_or(front.not_before, |at| at.min(front.not_before)));
            }
        }
        if let Some(at) = retry_at {
            out.arm(Timer::Retry, at);
        }
        if lacks_leader {
            self.want_metadata(now, out);
        }
    }

    fn has_batches_for(&mut self, broker: BrokerId, leaders: &[PartitionMetadata]) -> bool {
        self.is_ready_for(Time::NEVER, broker, leaders)
    }

    /// Whether a batch is to be sent there that waits for no backoff any more.
    fn is_ready_for(&mut self, now: Time, broker: BrokerId, leaders: &[PartitionMetadata]) -> bool {
        let leads = |partition: u32| leaders.get(partition as usize).is_some_and(|known| known.leader == Some(broker));
        let is_ready = |batch: &SealedBatch| batch.not_before <= now;
        self.accumulator
            .queues()
            .any(|(partition, queue)| queue.sealed.front().is_some_and(is_ready) && leads(partition))
    }

    fn requests_to(&self, broker: BrokerId) -> u32 {
        let is_to = |purpose: &&Purpose| matches!(purpose, Purpose::Produce(sent) if sent.broker == broker);
        self.requests.waiting().filter(is_to).count() as u32
    }

    /// At most one batch a partition, and at most `max.request.size` bytes beyond the first.
    fn take_batches(
        &mut self,
        now: Time,
        broker: BrokerId,
        leaders: &[PartitionMetadata],
    ) -> Vec<(TopicPartition, SealedBatch)> {
        let Some(topic) = self.topic.clone() else { return Vec::new() };
        let (is_idempotent, identity) = (self.config.enable_idempotence, self.identity);
        let mut room = u64::from(self.config.max_request_size);
        let mut batches = Vec::new();
        let mut records = 0;
        let Producer { accumulator, requests, .. } = self;
        for (partition, queue) in accumulator.queues() {
            let Some(front) = queue.sealed.front() else { continue };
            let leader = leaders.get(partition as usize).and_then(|partition| partition.leader);
            let is_too_much = front.records.bytes() > room && !batches.is_empty();
            if leader != Some(broker) || front.not_before > now || is_too_much {
                continue;
            }
            if is_idempotent && !queue.may_send(front, identity, || first_on_the_wire(requests, partition)) {
                continue;
            }
            let Some(mut batch) = queue.sealed.pop_front() else { continue };
            queue.close_buffer();
            room = room.saturating_sub(batch.records.bytes());
            records += batch.records.len();
            queue.in_flight += 1;
            if is_idempotent && batch.sequence.is_none() {
                batch.sequence = Some((identity, queue.sequence.take(identity, batch.records.len())));
            }
            batches.push((TopicPartition::new(&topic, partition), batch));
        }
        self.accumulator.took(records);
        batches
    }

    fn send_request(&mut self, now: Time, sent: Sent, cluster: &Cluster, out: &mut Out) {
        self.note_sent();
        let transactional_id = self.config.transactional_id.clone();
        let kind = if transactional_id.is_some() { Kind::Transactional } else { Kind::Plain };
        for (partition, batch) in &sent.batches {
            let (records, bytes) = (batch.records.len(), batch.records.bytes());
            out.observe(self.subject(), Fact::BatchSent { partition: partition.clone(), records, bytes });
        }
        let batches = sent.batches.iter().map(|(partition, batch)| ProduceBatch {
            partition: partition.clone(),
            stamp: batch.sequence.map(|(ProducerIdAndEpoch { id: producer, epoch }, base_sequence)| Stamp {
                producer,
                epoch,
                base_sequence,
                kind,
            }),
            records: batch.records.clone(),
        });
        let batches: Vec<ProduceBatch> = batches.collect();
        let acks = self.config.acks;
        let timeout = Span::from_millis(self.config.request_timeout_ms);
        let request = Request::Produce { transactional_id, acks, timeout, batches };
        let to = cluster.endpoint(sent.broker);
        if acks == Acks::None {
            self.requests.send_and_forget(to, request, out);
            for (partition, batch) in sent.batches {
                self.settle_batch(now, &partition, batch, Ok(None), out);
            }
            return;
        }
        let oldest = sent.batches.iter().map(|(_, batch)| self.expires_at(batch)).min().unwrap_or(Time::NEVER);
        let until = deadline(now, self.config.request_timeout_ms).min(oldest);
        self.requests.send(until, to, request, Purpose::Produce(sent), out);
    }

    pub(super) fn settle_produced(
        &mut self,
        now: Time,
        sent: Sent,
        results: &[(TopicPartition, Result<Appended, ErrorCode>)],
        out: &mut Out,
    ) {
        for (partition, batch) in sent.batches {
            let result = results.iter().find(|(name, _)| *name == partition);
            let result = result.map_or(Err(ErrorCode::UnknownTopicOrPartition), |(_, result)| *result);
            self.settle_batch(now, &partition, batch, result.map(Some), out);
        }
    }

    pub(super) fn settle_failed(&mut self, now: Time, sent: Sent, error: ErrorCode, out: &mut Out) {
        for (partition, batch) in sent.batches {
            self.settle_batch(now, &partition, batch, Err(error), out);
        }
    }

    fn settle_batch(
        &mut self,
        now: Time,
        partition: &TopicPartition,
        batch: SealedBatch,
        result: Result<Option<Appended>, ErrorCode>,
        out: &mut Out,
    ) {
        let records = batch.records.len();
        if let Some(queue) = self.accumulator.queue(partition.partition) {
            queue.in_flight = queue.in_flight.saturating_sub(1);
            if let (Ok(_), Some((_, first))) = (&result, batch.sequence) {
                queue.sequence.acknowledge(first, records);
            }
        }
        match result {
            Ok(appended) => {
                self.accumulator.free(&batch);
                if let Some(Appended { base_offset: from, leader_epoch }) = appended {
                    let (partition, to) = (partition.clone(), from + u64::from(records));
                    let acknowledged = AcknowledgedRecords { partition, leader_epoch, from, to };
                    out.effects.push(Effect::Acknowledged(acknowledged));
                }
                let base_offset = appended.map(|appended| appended.base_offset);
                self.counts.acknowledged += u64::from(records);
                let fact = Fact::BatchAcknowledged { partition: partition.clone(), base_offset, records };
                out.observe(self.subject(), fact);
            }
            Err(error) => self.retry_or_fail(now, partition, batch, error, out),
        }
    }

    fn retry_or_fail(
        &mut self,
        now: Time,
        partition: &TopicPartition,
        mut batch: SealedBatch,
        error: ErrorCode,
        out: &mut Out,
    ) {
        let records = batch.records.len();
        if self.is_aborting() {
            return self.give_up(partition, &batch, error, out);
        }
        if now >= self.expires_at(&batch) {
            return self.expire_batch(partition, &batch, error, out);
        }
        if matches!(error, ErrorCode::MessageTooLarge | ErrorCode::InvalidRecord | ErrorCode::InvalidProducerEpoch) {
            if let Some(queue) = self.accumulator.queue(partition.partition) {
                queue.sequence.is_broken |= batch.sequence.is_some();
            }
            return self.give_up(partition, &batch, error, out);
        }
        out.observe(self.subject(), Fact::BatchRetried { partition: partition.clone(), records, error });
        match error {
            ErrorCode::NotLeaderOrFollower | ErrorCode::UnknownTopicOrPartition => self.want_metadata(now, out),
            ErrorCode::OutOfOrderSequenceNumber => {
                if let Some(queue) = self.accumulator.queue(partition.partition) {
                    queue.sequence.out_of_order(&batch);
                }
            }
            _ => {}
        }
        batch.attempts += 1;
        batch.not_before = now + self.backoff_after(error);
        out.arm(Timer::Retry, batch.not_before);
        self.accumulator.put_back(partition.partition, batch);
    }

    /// `delivery.timeout.ms` counts from the first record's `send()` on, whether its batch waits or flies.
    fn expires_at(&self, batch: &SealedBatch) -> Time {
        expires_at(self.clock, batch, self.config.delivery_timeout_ms)
    }

    /// Gives up the batches that have waited too long to be sent again (`RecordAccumulator#expiredBatches`).
    fn expire(&mut self, now: Time, out: &mut Out) {
        let Some(topic) = self.topic.clone() else { return };
        let (clock, limit) = (self.clock, self.config.delivery_timeout_ms);
        for (partition, batch) in self.accumulator.take_expired(|batch| now >= expires_at(clock, batch, limit)) {
            self.expire_batch(&TopicPartition::new(&topic, partition), &batch, ErrorCode::RequestTimedOut, out);
        }
    }

    /// Nobody knows whether a batch that was sent and timed out is in the log: nothing new is sent to the partition until
    /// that is clear.
    fn expire_batch(&mut self, partition: &TopicPartition, batch: &SealedBatch, error: ErrorCode, out: &mut Out) {
        if let (Some(queue), Some((_, first))) = (self.accumulator.queue(partition.partition), batch.sequence) {
            queue.sequence.leave_unresolved(first, batch.records.len());
        }
        self.give_up(partition, batch, error, out);
    }

    fn give_up(&mut self, partition: &TopicPartition, batch: &SealedBatch, error: ErrorCode, out: &mut Out) {
        let records = batch.records.len();
        self.accumulator.free(batch);
        self.counts.failed += u64::from(records);
        self.last_error = Some(error.name());
        out.observe(self.subject(), Fact::BatchFailed { partition: partition.clone(), records, error });
        self.fail_transaction(error, out);
    }
}

/// The lowest sequence number that a batch of this partition has which waits for its answer.
fn first_on_the_wire(requests: &Requests<Purpose>, partition: u32) -> Option<u32> {
    let sent = requests.waiting().filter_map(|purpose| match purpose {
        Purpose::Produce(sent) => Some(sent),
        _ => None,
    });
    let batches = sent.flat_map(|sent| &sent.batches).filter(|(name, _)| name.partition == partition);
    batches.filter_map(|(_, batch)| Some(batch.sequence?.1)).min()
}

/// By the producer's own clock.
fn expires_at(clock: Clock, batch: &SealedBatch, delivery_timeout_ms: u64) -> Time {
    deadline(clock.count(batch.records.created_at(0)), delivery_timeout_ms) + batch.waited
}
