//! Produce requests: append, and answer when `acks` says so.

use std::collections::VecDeque;

use super::Broker;
use super::partition::Partition;
use super::sequences::Place;
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{AcknowledgedRecords, Effect, Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::config::Acks;
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{Appended, ErrorCode, ProduceBatch, Response};
use crate::model::log::{Kind, Outcome, Rolled, Stamp};
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug)]
pub struct Produce {
    pub transactional_id: Option<Name>,
    pub acks: Acks,
    /// The client's `request.timeout.ms`: how long replication may take.
    pub timeout: Span,
    pub batches: Vec<ProduceBatch>,
    pub origin: Origin,
    /// Why these partitions may not be written to: the coordinator has refused.
    pub refused: Vec<(TopicPartition, ErrorCode)>,
}

/// Who sent it, hence how it is answered.
#[derive(Clone, Debug)]
pub enum Origin {
    Producer,
    /// A transaction's coordinator sends markers; what became of the offsets in these groups goes along with the answer.
    Coordinator(Vec<(Name, Result<(), ErrorCode>)>),
}

impl Origin {
    fn answer(self, results: Vec<(TopicPartition, Result<Appended, ErrorCode>)>) -> Response {
        match self {
            Origin::Producer => Response::Produce { results },
            Origin::Coordinator(groups) => Response::WriteTxnMarkers { results, groups },
        }
    }
}

/// An `acks=all` request whose records are not on every in-sync replica yet.
#[derive(Clone, Debug)]
pub struct WaitingProduce {
    origin: Origin,
    results: Vec<(TopicPartition, Result<Appended, ErrorCode>)>,
    /// The high watermarks that it waits for.
    until: Vec<(TopicPartition, u64)>,
}

/// What came in on one connection and is not answered. A broker reads the next request of a connection only when it has
/// answered the last, so that answers come in the order of requests (`SocketServer` mutes the channel meanwhile). We hold
/// to that among produce requests; what else a producer asks is answered at once.
#[derive(Clone, Debug)]
pub struct Connection {
    caller: Caller,
    waiting: Waiting,
    behind: VecDeque<(Caller, Produce)>,
}

/// What the oldest request of a connection waits for.
#[derive(Clone, Debug)]
enum Waiting {
    /// The coordinator, to say that its transaction is open.
    Coordinator(Produce),
    /// Every in-sync replica.
    Replicas(WaitingProduce),
}

impl Broker {
    pub(super) fn produce(&mut self, now: Time, caller: Caller, request: Produce, out: &mut Out) {
        match self.producing.get_mut(&caller.endpoint) {
            Some(connection) => connection.behind.push_back((caller, request)),
            None => self.take_up(now, caller, request, VecDeque::new(), out),
        }
        self.answer_replicated(now, out);
    }

    /// Has the coordinator register what is written to for the first time in a transaction, or appends at once.
    fn take_up(
        &mut self,
        now: Time,
        caller: Caller,
        request: Produce,
        behind: VecDeque<(Caller, Produce)>,
        out: &mut Out,
    ) {
        if self.register(now, caller.endpoint, &request, out) {
            let waiting = Waiting::Coordinator(request);
            self.producing.insert(caller.endpoint, Connection { caller, waiting, behind });
        } else {
            self.append_all(now, caller, request, behind, out);
        }
    }

    /// The coordinator has answered, or has not in time: these partitions may be written to, or not.
    pub(super) fn registered(
        &mut self,
        now: Time,
        from: Endpoint,
        partitions: &[TopicPartition],
        result: Result<(), ErrorCode>,
        out: &mut Out,
    ) {
        match self.producing.remove(&from) {
            Some(Connection { caller, waiting: Waiting::Coordinator(mut request), behind }) => {
                if let Err(error) = result {
                    request.refused = partitions.iter().map(|name| (name.clone(), error)).collect();
                }
                self.append_all(now, caller, request, behind, out);
                self.answer_replicated(now, out);
            }
            Some(other) => _ = self.producing.insert(from, other),
            None => {}
        }
    }

    /// Appends what was sent, and answers: at once, or when every in-sync replica has it.
    fn append_all(
        &mut self,
        now: Time,
        caller: Caller,
        request: Produce,
        behind: VecDeque<(Caller, Produce)>,
        out: &mut Out,
    ) {
        let mut results = Vec::with_capacity(request.batches.len());
        let mut until = Vec::new();
        for batch in request.batches {
            let partition = batch.partition.clone();
            let records = u64::from(batch.records.span());
            let refused = request.refused.iter().find(|(name, _)| *name == partition);
            let result = match refused {
                Some((_, error)) => Err(*error),
                None => self.append(now, batch, request.acks, out),
            };
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
            Acks::Leader => caller.answer(request.origin.answer(results), out),
            Acks::All => {
                out.arm(Timer::ProduceWait { from: caller.endpoint }, now + request.timeout);
                let waiting = Waiting::Replicas(WaitingProduce { origin: request.origin, results, until });
                self.producing.insert(caller.endpoint, Connection { caller, waiting, behind });
                return;
            }
        }
        self.read_on(now, behind, out);
    }

    /// The next request of a connection whose last was answered.
    fn read_on(&mut self, now: Time, mut behind: VecDeque<(Caller, Produce)>, out: &mut Out) {
        if let Some((caller, next)) = behind.pop_front() {
            self.take_up(now, caller, next, behind, out);
        }
    }

    /// Appends one batch to the log that this broker leads; where, or the error of the protocol.
    fn append(&mut self, now: Time, batch: ProduceBatch, acks: Acks, out: &mut Out) -> Result<Appended, ErrorCode> {
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
        if let Some(Stamp { producer, epoch, kind: Kind::Marker { outcome, coordinator_epoch }, .. }) = batch.stamp {
            if partition.transactions.fences(producer, coordinator_epoch) {
                return Err(ErrorCode::TransactionCoordinatorFenced);
            }
            if partition.sequences(producer, now).is_some_and(|known| epoch < known.epoch()) {
                return Err(ErrorCode::InvalidProducerEpoch);
            }
            return Ok(self.append_marker(now, batch, outcome, out));
        }
        if topic.config.cleanup_policy.compacts() && batch.records.keys().iter().any(|key| !key.is_some()) {
            return Err(ErrorCode::InvalidRecord);
        }
        let subject = Subject::Partition(name.clone());
        let records = batch.records.len();
        let leader_epoch = partition.leader_epoch;
        match place(partition, &batch, now) {
            Place::StaleEpoch => return Err(ErrorCode::InvalidProducerEpoch),
            Place::OutOfOrder => return Err(ErrorCode::OutOfOrderSequenceNumber),
            Place::Duplicate { base_offset } => {
                out.observe(subject, Fact::DuplicateBatchIgnored { base_offset, records });
                let leader_epoch = partition.epochs.of(base_offset).unwrap_or(leader_epoch);
                return Ok(Appended { base_offset, leader_epoch });
            }
            Place::Next => {}
        }
        let base_offset = partition.log.end();
        let rolled = partition.append(leader_epoch, batch.stamp, batch.records);
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

    fn append_marker(&mut self, now: Time, batch: ProduceBatch, outcome: Outcome, out: &mut Out) -> Appended {
        let ProduceBatch { partition: name, stamp, records } = batch;
        let Some(partition) = self.partitions.get_mut(&name) else { unreachable!("it was found here") };
        let (base_offset, leader_epoch) = (partition.log.end(), partition.leader_epoch);
        let subject = Subject::Partition(name.clone());
        if let Rolled::At(base_offset) = partition.append(leader_epoch, stamp, records) {
            out.observe(subject.clone(), Fact::SegmentRolled { base_offset });
        }
        out.observe(subject, Fact::MarkerWritten { offset: base_offset, outcome });
        self.note_progress(now, &name, out);
        Appended { base_offset, leader_epoch }
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
    pub(super) fn answer_replicated(&mut self, now: Time, out: &mut Out) {
        while let Some(settled) = self.settled_connection() {
            self.end_produce_wait(now, settled, out);
        }
    }

    fn settled_connection(&mut self) -> Option<Endpoint> {
        let Broker { producing, partitions, .. } = self;
        producing.iter_mut().find_map(|(&from, it)| it.waiting.is_settled(partitions).then_some(from))
    }

    fn end_produce_wait(&mut self, now: Time, from: Endpoint, out: &mut Out) {
        let Some(Connection { caller, waiting: Waiting::Replicas(waiting), behind }) = self.producing.remove(&from)
        else {
            return;
        };
        out.disarm(Timer::ProduceWait { from });
        caller.answer(waiting.origin.answer(waiting.results), out);
        self.read_on(now, behind, out);
    }

    /// The records are in this log, and not on every in-sync replica in time. The client has closed the connection by now,
    /// and what it had sent behind this is not read any more.
    pub(super) fn time_out_produce(&mut self, from: Endpoint, out: &mut Out) {
        let Some(Connection { caller, waiting: Waiting::Replicas(mut waiting), .. }) = self.producing.remove(&from)
        else {
            return;
        };
        for (partition, result) in &mut waiting.results {
            if waiting.until.iter().any(|(name, _)| name == partition) {
                *result = Err(ErrorCode::RequestTimedOut);
            }
        }
        caller.answer(waiting.origin.answer(waiting.results), out);
    }
}

impl Waiting {
    fn is_settled(&mut self, partitions: &SortedMap<TopicPartition, Box<Partition>>) -> bool {
        match self {
            Waiting::Coordinator(_) => false,
            Waiting::Replicas(waiting) => waiting.is_settled(partitions),
        }
    }
}

impl WaitingProduce {
    /// Notes what is decided; true if everything is.
    fn is_settled(&mut self, partitions: &SortedMap<TopicPartition, Box<Partition>>) -> bool {
        let WaitingProduce { until, results, .. } = self;
        until.retain(|(name, end)| {
            let Some(settled) = settled(partitions.get(name).map(|partition| &**partition), *end) else { return true };
            if let Err(error) = settled {
                let of_partition = results.iter_mut().filter(|(partition, _)| partition == name);
                of_partition.for_each(|(_, result)| *result = Err(error));
            }
            false
        });
        until.is_empty()
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

/// A producer that the leader does not know may begin anywhere: its records may all have been deleted.
fn place(partition: &Partition, batch: &ProduceBatch, now: Time) -> Place {
    let Some(stamp) = batch.stamp else { return Place::Next };
    let known = partition.sequences(stamp.producer, now);
    known.map_or(Place::Next, |sequences| sequences.place(&stamp, batch.records.len()))
}
