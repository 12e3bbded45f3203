//! A broker in transactions: as the coordinator of those whose partition of `__transaction_state` it leads, and as the leader
//! that has the coordinator register what is written to for the first time (`TransactionCoordinator`,
//! `TransactionMarkerChannelManager`, `AddPartitionsToTxnManager`).

use std::collections::BTreeSet;

use super::{Broker, produce};
use crate::kernel::later::entrance;
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Effect, Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::{Cluster, MetadataImage};
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{
    Appended, BrokerId, Correlation, ErrorCode, Message, OffsetCommit, ProduceBatch, ProducerId, ProducerIdAndEpoch,
    Request, Response,
};
use crate::model::kafka::transaction::Transaction;
use crate::model::log::{Kind, Outcome, Records, Stamp};
use crate::model::{Name, TopicPartition};

/// How long somebody has to write a marker and replicate it, and the coordinator to register: `request.timeout.ms`.
const TIMEOUT: Span = Span::from_secs(30);

/// Before a marker that could not be written is sent again, `retry.backoff.ms`.
const BACKOFF: Span = Span::from_millis(100);

/// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
const TIMEOUT_CHECK: Span = Span::from_secs(10);

/// Its own requests that are not answered yet.
#[derive(Clone, Debug, Default)]
pub struct Transacting {
    /// Where the brokers are on the network.
    peers: SortedMap<BrokerId, Endpoint>,
    correlations: u64,
    markers: SortedMap<Correlation, SentMarkers>,
    registrations: SortedMap<Correlation, Registration>,
}

#[derive(Clone, Debug)]
struct SentMarkers {
    to: Endpoint,
    until: Time,
    transaction: Name,
    partitions: Vec<TopicPartition>,
    groups: Vec<Name>,
}

/// The coordinator was asked to register something, for somebody who waits.
#[derive(Clone, Debug)]
struct Registration {
    to: Endpoint,
    waiting: Registrant,
}

#[derive(Clone, Debug)]
enum Registrant {
    /// The oldest produce request of this connection; these partitions of it are new in the transaction.
    Produce {
        from: Endpoint,
        partitions: Vec<TopicPartition>,
    },
    Offsets {
        caller: Caller,
        producer: ProducerIdAndEpoch,
        commit: OffsetCommit,
    },
}

impl Transacting {
    /// Brokers come to a cluster, and never move.
    pub fn learn_peers(&mut self, cluster: &Cluster) {
        if self.peers.len() < cluster.brokers.len() {
            self.peers = cluster.brokers.clone();
        }
    }

    fn next(&mut self) -> Correlation {
        self.correlations += 1;
        Correlation(self.correlations)
    }
}

/// As the coordinator.
impl Broker {
    /// Whether it leads the id's partition of `__transaction_state`: as far as it knows, and indeed. What a leader that was
    /// deposed unnoticed would write is not replicated, so that it can answer nobody.
    fn coordinates_transaction(&self, id: &Name, cluster: &Cluster) -> Result<(), ErrorCode> {
        match self.metadata.coordinator(id) {
            Some(broker) if broker != self.id => Err(ErrorCode::NotCoordinator),
            Some(_) if cluster.coordinator(id) == Some(self.id) => Ok(()),
            _ => Err(ErrorCode::CoordinatorNotAvailable),
        }
    }

    pub(super) fn coordinate_transaction(
        &mut self,
        now: Time,
        request: &Request,
        cluster: &Cluster,
        out: &mut Out,
    ) -> Response {
        match request {
            Request::InitProducerId { transactional_id, timeout } => {
                Response::InitProducerId(self.init_producer_id(now, transactional_id, *timeout, cluster, out))
            }
            Request::AddPartitionsToTxn { transactional_id, producer, partitions, group } => {
                let add = |it: &mut Transaction| it.add(now, *producer, partitions, group.as_ref());
                Response::AddPartitionsToTxn(self.change(now, transactional_id, cluster, out, add))
            }
            Request::EndTxn { transactional_id, producer, outcome } => {
                let new_id = || cluster.transactions.next_id();
                let end = |it: &mut Transaction| it.end(*producer, *outcome, new_id);
                Response::EndTxn(self.change(now, transactional_id, cluster, out, end))
            }
            other => unreachable!("{} is nothing for a transaction's coordinator", other.api()),
        }
    }

    fn init_producer_id(
        &mut self,
        now: Time,
        id: &Name,
        timeout: Span,
        cluster: &Cluster,
        out: &mut Out,
    ) -> Result<ProducerIdAndEpoch, ErrorCode> {
        self.coordinates_transaction(id, cluster)?;
        let new_id = || cluster.transactions.next_id();
        if cluster.transactions.get(id).is_none() {
            let transaction = Transaction::new(id.clone(), new_id(), timeout)?;
            let producer = transaction.producer;
            out.effects.push(Effect::TransactionState(Box::new(transaction)));
            arm_timeouts(now, out);
            return Ok(producer);
        }
        self.change(now, id, cluster, out, |it| it.begin_producer(timeout, new_id).map(|()| it.producer))
    }

    /// Does something to a transaction. What became of its state is written down and seen, refused or not: a new instance is
    /// sent away until what the last one left open is aborted.
    fn change<T>(
        &mut self,
        now: Time,
        id: &Name,
        cluster: &Cluster,
        out: &mut Out,
        act: impl FnOnce(&mut Transaction) -> Result<T, ErrorCode>,
    ) -> Result<T, ErrorCode> {
        self.coordinates_transaction(id, cluster)?;
        let before = cluster.transactions.get(id).ok_or(ErrorCode::InvalidProducerIdMapping)?;
        let mut transaction = before.clone();
        let result = act(&mut transaction);
        self.write(now, before, transaction, out);
        result
    }

    fn write(&self, now: Time, before: &Transaction, mut after: Transaction, out: &mut Out) {
        if *before == after {
            return;
        }
        self.observe_state(before, &after, out);
        if after.deciding().is_some() {
            let decided = after.clone();
            if after.complete() {
                self.observe_state(&decided, &after, out);
            } else {
                out.arm(Timer::TransactionMarkers, now);
            }
        }
        out.effects.push(Effect::TransactionState(Box::new(after)));
    }

    fn observe_state(&self, before: &Transaction, after: &Transaction, out: &mut Out) {
        if before.state != after.state {
            let (transactional_id, from, to) = (after.id.clone(), before.state, after.state);
            let fact = Fact::TransactionStateChanged { transactional_id, from, to };
            out.observe(Subject::Broker(self.id.name()), fact);
        }
    }

    /// The metadata have changed: it may have become the coordinator of what another has decided.
    pub fn see_to_markers(&self, now: Time, cluster: &Cluster, out: &mut Out) {
        let mut its =
            cluster.transactions.all().filter(|it| self.metadata.coordinator(&it.id) == Some(self.id)).peekable();
        if its.peek().is_some() {
            arm_timeouts(now, out);
        }
        if its.any(|it| it.deciding().is_some()) {
            out.arm(Timer::TransactionMarkers, now);
        }
    }

    /// Sends the markers that are neither written nor under way: to each broker one request a transaction.
    pub(super) fn send_markers(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.transacting.markers.retain(|_, sent| sent.until > now);
        let mut is_waiting = false;
        for transaction in cluster.transactions.all() {
            if transaction.deciding().is_some() && self.coordinates_transaction(&transaction.id, cluster).is_ok() {
                is_waiting = true;
                self.send_markers_of(now, transaction, cluster, out);
            }
        }
        if is_waiting {
            out.arm(Timer::TransactionMarkers, now + BACKOFF);
        }
    }

    fn send_markers_of(&mut self, now: Time, transaction: &Transaction, cluster: &Cluster, out: &mut Out) {
        let Some(outcome) = transaction.deciding() else { return };
        let under_way = || self.transacting.markers.values().filter(|sent| sent.transaction == transaction.id);
        let sent_partitions: BTreeSet<&TopicPartition> = under_way().flat_map(|sent| &sent.partitions).collect();
        let sent_groups: BTreeSet<&Name> = under_way().flat_map(|sent| &sent.groups).collect();
        let mut to: SortedMap<BrokerId, (Vec<TopicPartition>, Vec<Name>)> = SortedMap::new();
        let mut gone = Vec::new();
        for partition in transaction.partitions.iter().filter(|it| !sent_partitions.contains(it)) {
            match self.metadata.replicas(partition).map(|replicas| replicas.leader) {
                Some(Some(leader)) => to.entry(leader).or_default().0.push(partition.clone()),
                Some(None) => {}
                // The topic was deleted.
                None => gone.push(partition.clone()),
            }
        }
        for group in transaction.groups.iter().filter(|it| !sent_groups.contains(it)) {
            if let Some(leader) = self.metadata.coordinator(group) {
                to.entry(leader).or_default().1.push(group.clone());
            }
        }
        let coordinator_epoch = coordinator_epoch(&self.metadata, &transaction.id);
        for (broker, (partitions, groups)) in to {
            let marker = marker(now, transaction.marked_as(), outcome, coordinator_epoch);
            let markers =
                partitions.iter().map(|partition| ProduceBatch { partition: partition.clone(), ..marker.clone() });
            let request = Request::WriteTxnMarkers {
                timeout: TIMEOUT,
                markers: markers.collect(),
                producer: transaction.marked_as().id,
                outcome,
                groups: groups.clone(),
            };
            let (correlation, to) = (self.transacting.next(), cluster.endpoint(broker));
            let (until, transaction) = (now + TIMEOUT, transaction.id.clone());
            self.transacting.markers.insert(correlation, SentMarkers { to, until, transaction, partitions, groups });
            out.send(to, Message::Request { correlation, request });
        }
        if !gone.is_empty() {
            self.note_marked(now, &transaction.id, &gone, &[], cluster, out);
        }
    }

    /// What became of the markers of one request; what failed is sent again.
    pub(super) fn take_marked(
        &mut self,
        now: Time,
        correlation: Correlation,
        results: &[(TopicPartition, Result<Appended, ErrorCode>)],
        groups: &[(Name, Result<(), ErrorCode>)],
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(sent) = self.transacting.markers.remove(&correlation) else { return };
        if self.coordinates_transaction(&sent.transaction, cluster).is_err() {
            return;
        }
        // Where a newer epoch has written, nothing is open any more.
        let is_done = |error: ErrorCode| error == ErrorCode::InvalidProducerEpoch;
        let marked = results.iter().filter(|(_, result)| result.err().is_none_or(is_done));
        let marked: Vec<TopicPartition> = marked.map(|(name, _)| name.clone()).collect();
        let ended = groups.iter().filter(|(_, result)| result.is_ok());
        let ended: Vec<Name> = ended.map(|(name, _)| name.clone()).collect();
        self.note_marked(now, &sent.transaction, &marked, &ended, cluster, out);
    }

    fn note_marked(
        &mut self,
        now: Time,
        id: &Name,
        partitions: &[TopicPartition],
        groups: &[Name],
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(before) = cluster.transactions.get(id).filter(|it| it.deciding().is_some()) else { return };
        let mut after = before.clone();
        partitions.iter().for_each(|partition| _ = after.partitions.remove(partition));
        groups.iter().for_each(|group| _ = after.groups.remove(group));
        if after.complete() {
            self.observe_state(before, &after, out);
        } else if !partitions.is_empty() || !groups.is_empty() {
            out.arm(Timer::TransactionMarkers, now + BACKOFF);
        }
        out.effects.push(Effect::TransactionState(Box::new(after)));
    }

    /// Every ten seconds: aborts what has been open for longer than its `transaction.timeout.ms`.
    pub(super) fn abort_timed_out(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let mut is_coordinator = false;
        for before in cluster.transactions.all() {
            if self.coordinates_transaction(&before.id, cluster).is_err() {
                continue;
            }
            is_coordinator = true;
            let mut after = before.clone();
            if after.time_out(now, || cluster.transactions.next_id()) {
                let fact = Fact::TransactionTimedOut { transactional_id: after.id.clone() };
                out.observe(Subject::Broker(self.id.name()), fact);
                self.write(now, before, after, out);
            }
        }
        if is_coordinator {
            arm_timeouts(now, out);
        }
    }
}

/// As the leader of what is written to.
impl Broker {
    /// Asks the coordinator to register the partitions of a produce request that its transaction has not written to yet. False
    /// if there are none.
    pub(super) fn register(&mut self, now: Time, from: Endpoint, request: &produce::Produce, out: &mut Out) -> bool {
        if request.transactional_id.is_none() {
            return false;
        }
        type Register = fn(&mut Broker, Time, Endpoint, &produce::Produce, &mut Out) -> bool;
        entrance::<Register>(Broker::register_fetched_later)(self, now, from, request, out)
    }

    fn register_fetched_later(&mut self, now: Time, from: Endpoint, request: &produce::Produce, out: &mut Out) -> bool {
        let Some(id) = request.transactional_id.clone() else { return false };
        let is_new = |batch: &&ProduceBatch| {
            let partition = self.partitions.get(&batch.partition).filter(|partition| partition.leads());
            let is_open =
                |stamp: Stamp| partition.is_some_and(|it| it.transactions.is_open(stamp.producer, stamp.epoch));
            batch.stamp.is_some_and(|stamp| stamp.kind == Kind::Transactional && !is_open(stamp)) && partition.is_some()
        };
        let new: Vec<&ProduceBatch> = request.batches.iter().filter(is_new).collect();
        let Some(Stamp { producer, epoch, .. }) = new.first().and_then(|batch| batch.stamp) else { return false };
        let partitions: Vec<TopicPartition> = new.iter().map(|batch| batch.partition.clone()).collect();
        let waiting = Registrant::Produce { from, partitions: partitions.clone() };
        self.ask_to_register(now, id, ProducerIdAndEpoch { id: producer, epoch }, (partitions, None), waiting, out);
        true
    }

    /// Offsets that count as soon as the transaction is committed. The group's partition of `__consumer_offsets` is
    /// registered first, as any other.
    pub(super) fn commit_in_transaction(
        &mut self,
        now: Time,
        caller: Caller,
        id: Name,
        producer: ProducerIdAndEpoch,
        commit: OffsetCommit,
        out: &mut Out,
    ) {
        if !self.coordinates(&commit.group) {
            return caller.answer(Response::TxnOffsetCommit(Err(ErrorCode::NotCoordinator)), out);
        }
        let group = commit.group.clone();
        let waiting = Registrant::Offsets { caller, producer, commit };
        self.ask_to_register(now, id, producer, (Vec::new(), Some(group)), waiting, out);
    }

    fn ask_to_register(
        &mut self,
        now: Time,
        id: Name,
        producer: ProducerIdAndEpoch,
        (partitions, group): (Vec<TopicPartition>, Option<Name>),
        waiting: Registrant,
        out: &mut Out,
    ) {
        let correlation = self.transacting.next();
        // Without a coordinator nobody is asked, and the wait ends by itself.
        let coordinator = self.metadata.coordinator(&id);
        let to = coordinator.and_then(|broker| self.transacting.peers.get(&broker).copied());
        let until = if to.is_some() { now + TIMEOUT } else { now + BACKOFF };
        out.arm(Timer::Registration(correlation), until);
        let request = Request::AddPartitionsToTxn { transactional_id: id, producer, partitions, group };
        self.transacting.registrations.insert(correlation, Registration { to: to.unwrap_or(self.endpoint), waiting });
        if let Some(to) = to {
            out.send(to, Message::Request { correlation, request });
        }
    }

    pub(super) fn take_registered(
        &mut self,
        now: Time,
        correlation: Correlation,
        result: Result<(), ErrorCode>,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        out.disarm(Timer::Registration(correlation));
        self.end_registration(now, correlation, result, Some(cluster), out);
    }

    pub(super) fn give_up_registering(&mut self, now: Time, correlation: Correlation, out: &mut Out) {
        self.end_registration(now, correlation, Err(ErrorCode::CoordinatorNotAvailable), None, out);
    }

    fn end_registration(
        &mut self,
        now: Time,
        correlation: Correlation,
        result: Result<(), ErrorCode>,
        cluster: Option<&Cluster>,
        out: &mut Out,
    ) {
        let Some(Registration { waiting, .. }) = self.transacting.registrations.remove(&correlation) else { return };
        match waiting {
            Registrant::Produce { from, partitions } => {
                let result = result.map_err(to_producer);
                self.registered(now, from, &partitions, result, out);
            }
            Registrant::Offsets { caller, producer, commit } => {
                let result = match (result, cluster) {
                    (Ok(()), Some(cluster)) if self.coordinates(&commit.group) => {
                        self.coordinator.commit_in_transaction(now, cluster, producer.id, &commit, out)
                    }
                    (Ok(()), _) => Err(ErrorCode::NotCoordinator),
                    (Err(error), _) => Err(error),
                };
                caller.answer(Response::TxnOffsetCommit(result), out);
            }
        }
    }

    /// A marker for these groups' offsets.
    pub(super) fn end_offsets(
        &mut self,
        now: Time,
        producer: ProducerId,
        outcome: Outcome,
        groups: Vec<Name>,
        cluster: &Cluster,
        out: &mut Out,
    ) -> Vec<(Name, Result<(), ErrorCode>)> {
        let end = |group: Name| {
            if !self.coordinates(&group) {
                return (group, Err(ErrorCode::NotCoordinator));
            }
            self.coordinator.end_transaction(now, cluster, producer, outcome, &group, out);
            (group, Ok(()))
        };
        groups.into_iter().map(end).collect()
    }

    /// The process at the other end is gone: what was asked there is asked again.
    pub(super) fn lose_coordinated(&mut self, now: Time, from: Endpoint, out: &mut Out) {
        if !self.transacting.markers.is_empty() || !self.transacting.registrations.is_empty() {
            type Lose = fn(&mut Broker, Time, Endpoint, &mut Out);
            entrance::<Lose>(Broker::lose_coordinated_fetched_later)(self, now, from, out);
        }
    }

    fn lose_coordinated_fetched_later(&mut self, now: Time, from: Endpoint, out: &mut Out) {
        let Transacting { markers, registrations, .. } = &mut self.transacting;
        let before = markers.len();
        markers.retain(|_, sent| sent.to != from);
        if markers.len() < before {
            out.arm(Timer::TransactionMarkers, now + BACKOFF);
        }
        let lost = registrations.iter().filter(|(_, it)| it.to == from).map(|(&correlation, _)| correlation);
        let lost: Vec<Correlation> = lost.collect();
        for correlation in lost {
            out.disarm(Timer::Registration(correlation));
            self.give_up_registering(now, correlation, out);
        }
    }

    /// The process is gone, and with it whom it would have answered.
    pub(super) fn forget_transacting(&mut self) {
        self.transacting.markers.clear();
        self.transacting.registrations.clear();
    }
}

/// What a producer is told of the coordinator's refusal.
fn to_producer(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::ProducerFenced => ErrorCode::InvalidProducerEpoch,
        error => error,
    }
}

fn coordinator_epoch(metadata: &MetadataImage, id: &Name) -> u32 {
    metadata.offsets_replicas(id).map_or(0, |replicas| replicas.leader_epoch)
}

/// A control batch for some partition.
fn marker(now: Time, producer: ProducerIdAndEpoch, outcome: Outcome, coordinator_epoch: u32) -> ProduceBatch {
    let kind = Kind::Marker { outcome, coordinator_epoch };
    let stamp = Stamp { producer: producer.id, epoch: producer.epoch, base_sequence: 0, kind };
    let partition = TopicPartition::new(&"".into(), 0);
    ProduceBatch { partition, stamp: Some(stamp), records: Records::control(now) }
}

fn arm_timeouts(now: Time, out: &mut Out) {
    let checks = now.as_micros() / TIMEOUT_CHECK.as_micros();
    out.arm(Timer::TransactionTimeouts, Time::from_micros((checks + 1) * TIMEOUT_CHECK.as_micros()));
}
