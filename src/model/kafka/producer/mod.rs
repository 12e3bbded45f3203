//! A producer: the application that makes events, and the client library that batches and sends them.
//!
//! In Kafka: `KafkaProducer`, `RecordAccumulator`, `BuiltInPartitioner`, `Sender`. We model partitioning, batching with
//! `batch.size` and `linger.ms`, requests in flight, acknowledgements, retries with backoff and `delivery.timeout.ms`,
//! idempotence by sequence numbers, transactions, `buffer.memory` and blocking on it. Left out: compression, and the
//! InitProducerId request of a producer without a `transactional.id`: its id is simply there.

mod accumulator;
mod availability;
mod blocking;
mod replay;
mod sender;
mod sequence;
mod sticky;
mod transaction;

use std::collections::VecDeque;

pub use blocking::Stall;
pub use replay::{Pacing, Replay};
pub use transaction::{Ended, Phase, Transacting};

use self::accumulator::Accumulator;
use self::availability::Availability;
use self::blocking::Sending;
use self::sender::Sent;
use self::sticky::{Choice, Sticky};
use self::transaction::Role;
use super::client::{Disconnected, Requests, deadline};
use super::cluster::Cluster;
use super::config::ProducerConfig;
use super::message::{
    Correlation, ErrorCode, Message, PartitionMetadata, ProducerId, ProducerIdAndEpoch, Request, Response,
};
use super::partitioner::partition_for_hash;
use crate::kernel::{Chance, Clock, Endpoint, Ppm, Span, Time};
use crate::model::Name;
use crate::model::actor::{Lull, Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::log::{Extra, Outcome, Record, Value};
use crate::model::workload::{ArrivalClock, KeyId, KeyPicker, Keys, Workload};

#[derive(Clone, Debug)]
pub struct Producer {
    pub name: Name,
    pub endpoint: Endpoint,
    pub topic: Option<Name>,
    pub config: ProducerConfig,
    pub workload: Workload,
    /// Whether the workload runs; publishing by hand works either way.
    pub producing: bool,
    pub counts: Counts,
    pub replay: Option<Replay>,
    /// The name of the error that last made it give up on records: the protocol's, or an exception's.
    pub last_error: Option<&'static str>,
    /// Its machine's. All times that it is told are by it; records are stamped with what it shows.
    pub clock: Clock,
    /// Its process runs.
    pub is_running: bool,
    /// Whom its doings are told of: itself, or the consumer within whose process it is.
    subject: Subject,
    /// It is within a consumer's process, whose application ends its transactions.
    is_output: bool,
    identity: ProducerIdAndEpoch,
    transaction: Option<Transacting>,
    /// Which transactions the application aborts.
    aborts: Chance,
    chance: Chance,
    arrivals: ArrivalClock,
    keys: KeyPicker,
    tombstones: Chance,
    sticky: Sticky,
    availability: Availability,
    /// The leaders of the topic's partitions, once a broker has told them. `send()` blocks until then.
    leaders: Option<Vec<PartitionMetadata>>,
    /// The partitions that have a leader: what records without a key are spread over.
    available: Vec<u32>,
    /// Which of the brokers that it knows to begin with it asks next, and when it last asked.
    bootstrap: u32,
    metadata_asked_at: Time,
    metadata_due: Option<Time>,
    /// Those whose `send()` has not returned, the oldest first.
    blocked: VecDeque<Sending>,
    /// The first of them waits for buffer memory.
    stall: Option<Stall>,
    accumulator: Accumulator,
    requests: Requests<Purpose>,
}

/// A producer within a consumer's process counts its requests from here, and the consumer itself from 0.
const OUTPUT_CORRELATIONS: Correlation = Correlation(1 << 48);

/// Records, counted where they pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    pub created: u64,
    pub acknowledged: u64,
    pub failed: u64,
}

#[derive(Clone, Debug)]
enum Purpose {
    Metadata,
    Produce(Sent),
    FindCoordinator(Role),
    InitProducerId,
    TxnOffsetCommit,
    EndTxn(Outcome),
}

/// A record made by hand, before it is a record.
#[derive(Clone, Debug)]
pub struct Handmade {
    pub key: Option<String>,
    pub value: Option<String>,
    pub headers: Vec<(Name, Name)>,
    pub partition: Option<u32>,
    pub count: u32,
}

impl Producer {
    pub fn new(name: Name, endpoint: Endpoint, id: ProducerId, seed: u64) -> Self {
        let stream = |part: &str| Chance::of(seed, &format!("producer {name} {part}"));
        Producer {
            endpoint,
            topic: None,
            config: ProducerConfig::default(),
            workload: Workload::default(),
            producing: true,
            counts: Counts::default(),
            replay: None,
            last_error: None,
            clock: Clock::default(),
            is_running: true,
            subject: Subject::Producer(name.clone()),
            is_output: false,
            identity: ProducerIdAndEpoch { id, epoch: 0 },
            transaction: None,
            aborts: stream("aborts"),
            arrivals: ArrivalClock::new(stream("arrivals")),
            keys: KeyPicker::new(&Workload::default().keys, stream("keys")),
            tombstones: stream("tombstones"),
            chance: stream("partitions"),
            sticky: Sticky::default(),
            availability: Availability::default(),
            leaders: None,
            available: Vec::new(),
            bootstrap: 0,
            metadata_asked_at: Time::ZERO,
            metadata_due: None,
            blocked: VecDeque::new(),
            stall: None,
            accumulator: Accumulator::default(),
            requests: Requests::default(),
            name,
        }
    }

    /// One within a consumer's process.
    pub fn within(consumer: &Name, endpoint: Endpoint, id: ProducerId, seed: u64) -> Self {
        let mut producer = Producer::new(consumer.clone(), endpoint, id, seed);
        producer.subject = Subject::Consumer(consumer.clone());
        (producer.is_output, producer.producing) = (true, false);
        producer.requests = Requests::counting_from(OUTPUT_CORRELATIONS);
        producer
    }

    /// Whether this is the correlation of a producer within a consumer's process: they share a place on the network.
    pub fn is_of_output(correlation: Correlation) -> bool {
        correlation > OUTPUT_CORRELATIONS
    }

    fn subject(&self) -> Subject {
        self.subject.clone()
    }

    /// Takes over a configuration and begins the workload anew. What is batched or in flight goes on, unless the producer is
    /// transactional, or was: then another client begins.
    pub fn configure(
        &mut self,
        now: Time,
        config: ProducerConfig,
        workload: Workload,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let keys_changed = workload.keys != self.workload.keys;
        if keys_changed {
            self.keys = KeyPicker::new(&workload.keys, self.chance.clone());
        }
        let is_transactional = config.transactional_id.is_some() || self.transaction.is_some();
        self.config = config;
        self.workload = workload;
        if is_transactional {
            return self.connect(now, self.topic.clone(), cluster, out);
        }
        self.schedule_arrival(now, out);
        if self.stall.is_some() {
            self.send_ready(now, cluster, out);
        }
    }

    /// The process dies without a word. A transaction stays open until its `transaction.timeout.ms` is over, or until the
    /// process is started again.
    pub fn kill(&mut self, out: &mut Out) {
        self.is_running = false;
        self.forget_client(out);
        self.replay = None;
        for timer in [Timer::Arrival, Timer::Replay, Timer::Linger, Timer::Retry, Timer::Metadata, Timer::Reconnect] {
            out.disarm(timer);
        }
        if !self.is_output {
            out.observe(self.subject(), Fact::Killed);
        }
    }

    pub fn restart(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        if self.is_running {
            self.kill(out);
        }
        self.is_running = true;
        self.last_error = None;
        if !self.is_output {
            out.observe(self.subject(), Fact::Started);
        }
        self.connect(now, self.topic.clone(), cluster, out);
    }

    /// What was not sent is lost, and nothing that was is waited for.
    fn forget_client(&mut self, out: &mut Out) {
        self.leaders = None;
        self.forget_blocked(out);
        self.accumulator.clear(&mut self.counts.failed);
        self.take_new_id();
        self.begin_client();
        self.requests.forget_all(out);
        (self.sticky, self.availability) = (Sticky::default(), Availability::default());
        out.disarm(Timer::Commit);
    }

    /// Sends to this topic from now on. Records that still wait for the old one are given up, as `close(0)` would, and a
    /// new client begins: with the old one's producer id, its first batches would pass for retries of earlier ones.
    pub fn connect(&mut self, now: Time, topic: Option<Name>, cluster: &Cluster, out: &mut Out) {
        self.topic = topic;
        self.forget_client(out);
        if self.is_running {
            self.ask_metadata(now, cluster, out);
            self.resume(now, out);
            self.drive_transaction(now, cluster, out);
        }
    }

    pub fn set_producing(&mut self, now: Time, producing: bool, out: &mut Out) {
        self.producing = producing;
        self.schedule_arrival(now, out);
    }

    /// Asks one of the brokers, the next if that one could not be reached.
    fn ask_metadata(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.metadata_due = None;
        let Some(topic) = &self.topic else { return out.disarm(Timer::Metadata) };
        let count = cluster.brokers.len() as u32;
        let mut bootstrap = (0..count).map(|n| (self.bootstrap + n) % count);
        let is_connected = |&n: &u32| cluster.bootstrap(n).is_some_and(|to| self.requests.is_connected(to));
        self.bootstrap = bootstrap.find(is_connected).unwrap_or((self.bootstrap + 1) % count.max(1));
        let Some(broker) = cluster.bootstrap(self.bootstrap) else { return };
        if !self.requests.connect(now, broker, out) {
            return;
        }
        self.metadata_asked_at = now;
        let request = Request::Metadata { topics: vec![topic.clone()] };
        let until = deadline(now, self.config.request_timeout_ms);
        self.requests.send(until, broker, request, Purpose::Metadata, out);
        out.arm(Timer::Metadata, now + Span::from_millis(self.config.metadata_max_age_ms));
    }

    /// What it knows is out of date: asks again, `retry.backoff.ms` after it last did at the earliest.
    fn want_metadata(&mut self, now: Time, out: &mut Out) {
        let is_asking = self.requests.waiting().any(|purpose| matches!(purpose, Purpose::Metadata));
        if is_asking || self.metadata_due.is_some_and(|due| due >= now) {
            return;
        }
        let backoff = Span::from_millis(self.config.retry_backoff_ms);
        self.ask_metadata_at(now.max(self.metadata_asked_at + backoff), out);
    }

    fn ask_metadata_at(&mut self, due: Time, out: &mut Out) {
        self.metadata_due = Some(due);
        out.arm(Timer::Metadata, due);
    }

    /// The connection to a broker was reset. What was sent there is sent again, to whoever leads then.
    pub fn disconnected(&mut self, now: Time, from: Endpoint, cluster: &Cluster, out: &mut Out) {
        let Disconnected { is_news, abandoned } = self.requests.disconnect(now, from, out);
        if let Some(broker) = cluster.broker_at(from)
            && is_news
        {
            out.observe(self.subject(), Fact::Disconnected { broker });
        }
        for purpose in abandoned {
            match purpose {
                Purpose::Metadata => self.bootstrap += 1,
                Purpose::Produce(sent) => self.settle_failed(now, sent, ErrorCode::NetworkException, out),
                of_coordinator => self.lose_coordinator(now, of_coordinator.role(), out),
            }
        }
        self.want_metadata(now, out);
        self.send_ready(now, cluster, out);
    }

    pub fn receive(&mut self, now: Time, message: Message, cluster: &Cluster, out: &mut Out) {
        let Message::Response { correlation, response } = message else { return };
        if self.requests.connected(correlation) {
            self.want_metadata(now, out);
            return self.send_ready(now, cluster, out);
        }
        let Some(purpose) = self.requests.settle(correlation, out) else { return };
        match (purpose, response) {
            (Purpose::Metadata, Response::Metadata { mut topics }) => {
                let leaders = self.topic.as_ref().and_then(|topic| topics.remove(topic));
                self.learn_leaders(now, leaders, out);
                self.send_ready(now, cluster, out);
            }
            (Purpose::Produce(sent), Response::Produce { results }) => {
                self.settle_produced(now, sent, &results, out);
                self.send_ready(now, cluster, out);
            }
            (Purpose::Metadata | Purpose::Produce(_), _) => {}
            (of_coordinator, response) => {
                self.take_coordinators_answer(now, &of_coordinator, response, out);
                self.send_ready(now, cluster, out);
            }
        }
    }

    /// A broker that is cut off from the controller may tell what is out of date: what has a newer leader epoch is kept.
    fn learn_leaders(&mut self, now: Time, leaders: Option<Vec<PartitionMetadata>>, out: &mut Out) {
        let Some(leaders) = leaders.filter(|leaders| !leaders.is_empty()) else {
            return out.arm(Timer::Metadata, now + Span::from_millis(self.config.retry_backoff_ms));
        };
        self.accumulator.grow(leaders.len() as u32);
        let known = self.leaders.take().unwrap_or_default();
        let newer = |(number, told): (usize, PartitionMetadata)| match known.get(number) {
            Some(known) if known.leader_epoch > told.leader_epoch => *known,
            _ => told,
        };
        let leaders: Vec<PartitionMetadata> = leaders.into_iter().enumerate().map(newer).collect();
        let with_leader = (0..).zip(&leaders).filter(|(_, partition)| partition.leader.is_some());
        self.available = with_leader.map(|(number, _)| number).collect();
        self.leaders = Some(leaders);
        self.unblock(now, out);
    }

    pub fn fire(&mut self, lull: &mut Lull, timer: &Timer, keys: &mut Keys, cluster: &Cluster, out: &mut Out) {
        let now = lull.now();
        match timer {
            Timer::Arrival => self.arrive(lull, keys, cluster, out),
            Timer::Replay => self.replay_next(now, keys, cluster, out),
            other => self.wake(now, other, cluster, out),
        }
    }

    /// A timer of the client's.
    pub fn wake(&mut self, now: Time, timer: &Timer, cluster: &Cluster, out: &mut Out) {
        match timer {
            Timer::Linger | Timer::Retry => self.send_ready(now, cluster, out),
            Timer::Reconnect => {
                if self.leaders.is_none() {
                    self.ask_metadata(now, cluster, out);
                }
                self.send_ready(now, cluster, out);
            }
            Timer::Metadata => self.ask_metadata(now, cluster, out),
            Timer::Commit => self.end_in_time(now, cluster, out),
            Timer::Block => self.give_up_waiting(now, cluster, out),
            Timer::Request(correlation) => self.time_out(now, *correlation, cluster, out),
            _ => {}
        }
    }

    fn time_out(&mut self, now: Time, correlation: Correlation, cluster: &Cluster, out: &mut Out) {
        let abandoned = self.requests.time_out(correlation, out);
        if abandoned.is_empty() {
            return;
        }
        for purpose in abandoned {
            match purpose {
                Purpose::Metadata => {}
                Purpose::Produce(sent) => self.settle_failed(now, sent, ErrorCode::RequestTimedOut, out),
                of_coordinator => self.lose_coordinator(now, of_coordinator.role(), out),
            }
        }
        // Whoever does not answer may not know any better either.
        self.bootstrap += 1;
        self.want_metadata(now, out);
        self.send_ready(now, cluster, out);
    }

    /// The workload's next event happens now; and those after it, until something has to be sent.
    fn arrive(&mut self, lull: &mut Lull, keys: &mut Keys, cluster: &Cluster, out: &mut Out) {
        loop {
            let now = lull.now();
            let key = self.keys.pick(&self.workload.keys, keys);
            let key_bytes = keys.bytes(key).map_or(0, |bytes| bytes.len() as u32);
            let rate = self.workload.tombstones_ppm;
            let is_tombstone = rate > Ppm(0) && self.tombstones.happens(rate);
            let extra = is_tombstone.then(Extra::default);
            let value_bytes = if is_tombstone { 0 } else { self.workload.value_bytes };
            let record = Record { key, key_bytes, value_bytes, created_at: self.clock.when(now), extra };
            self.send(now, record, None, keys, cluster, out);
            let next = self.next_arrival(now);
            if !out.effects.is_empty() || !next.is_some_and(|at| lull.go_on_to(at)) {
                return arm_arrival(next, out);
            }
        }
    }

    fn schedule_arrival(&mut self, now: Time, out: &mut Out) {
        arm_arrival(self.next_arrival(now), out);
    }

    fn next_arrival(&mut self, now: Time) -> Option<Time> {
        let can_write = self.is_running && self.phase() != Some(Phase::Fenced);
        let runs = self.producing && can_write && self.topic.is_some() && self.stall.is_none();
        runs.then(|| self.arrivals.after(now, &self.workload.arrivals)).flatten()
    }

    pub fn publish(&mut self, now: Time, made: &Handmade, keys: &mut Keys, cluster: &Cluster, out: &mut Out) {
        let key = made.key.as_ref().map_or(KeyId::NONE, |key| keys.intern(key.as_bytes()));
        let value = made.value.as_ref().map(|value| Value::Text(value.as_str().into()));
        let record = Record {
            key,
            key_bytes: made.key.as_ref().map_or(0, |key| key.len() as u32),
            value_bytes: made.value.as_ref().map_or(0, |value| value.len() as u32),
            created_at: self.clock.when(now),
            extra: Some(Extra { value, headers: made.headers.clone().into(), timestamp_us: None }),
        };
        out.observe(self.subject(), Fact::PublishedByHand { records: made.count });
        for _ in 0..made.count {
            self.send(now, record.clone(), made.partition, keys, cluster, out);
        }
    }

    /// `KafkaProducer#send`.
    pub fn send(
        &mut self,
        now: Time,
        record: Record,
        partition: Option<u32>,
        keys: &Keys,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        self.counts.created += 1;
        if !self.is_running || self.phase() == Some(Phase::Fenced) {
            self.counts.failed += 1;
            return;
        }
        let hash = record.key.is_some().then(|| keys.hash(record.key));
        let sending = Sending { record, partition, hash };
        if self.leaders.is_none() || !self.may_write() || self.stall.is_some() {
            return self.blocked.push_back(sending);
        }
        self.begin_transaction(now, out);
        match self.append(now, sending) {
            Ok(true) => self.send_ready(now, cluster, out),
            Ok(false) => {
                if let Some(at) = self.accumulator.take_new_deadline() {
                    out.arm(Timer::Linger, at);
                }
            }
            Err(sending) => {
                self.wait_for_memory(now, sending, true, out);
                self.send_ready(now, cluster, out);
            }
        }
    }

    /// Puts a record into its partition's batch. True if something is to be sent for it without waiting. Gives it back where
    /// there is no memory for it.
    fn append(&mut self, now: Time, sending: Sending) -> Result<bool, Sending> {
        let Sending { record, partition, hash } = sending;
        let Some(leaders) = &self.leaders else { return Err(Sending { record, partition, hash }) };
        let partitions = leaders.len() as u32;
        let chosen = partition.filter(|&explicit| explicit < partitions);
        let chosen = chosen.or_else(|| hash.map(|hash| partition_for_hash(hash, partitions)));
        let is_sticky = chosen.is_none();
        let chosen = chosen.unwrap_or_else(|| {
            let loads = || waiting_batches(&self.config, &self.accumulator, &self.availability, leaders);
            let choice = Choice { partitions, available: &self.available, loads: &loads };
            self.sticky.partition(&choice, &mut self.chance)
        });
        let bytes = record.bytes();
        let (batch_size, linger) = (u64::from(self.config.batch_size), Span::from_millis(self.config.linger_ms));
        let limits = (batch_size, linger, u64::from(self.config.buffer()));
        self.accumulator.clock_ahead_us = self.clock.ahead_us(record.created_at);
        let appended = self.accumulator.append(now, chosen, record, limits);
        let is_urgent = appended.map_err(|record| Sending { record, partition, hash })?;
        if is_sticky {
            let has_incomplete_batch = self.accumulator.has_incomplete_batch(chosen);
            let loads = || waiting_batches(&self.config, &self.accumulator, &self.availability, leaders);
            let choice = Choice { partitions, available: &self.available, loads: &loads };
            self.sticky.appended(bytes, batch_size, has_incomplete_batch, &choice, &mut self.chance);
        }
        Ok(is_urgent)
    }

    /// `flush()`: nothing waits for more records.
    pub fn flush(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.accumulator.seal_all();
        self.send_ready(now, cluster, out);
    }

    /// Everything is acknowledged, or given up.
    pub fn is_settled(&self) -> bool {
        self.blocked.is_empty() && self.accumulator.is_settled()
    }

    /// Records that wait to be sent.
    pub fn waiting(&self) -> u64 {
        self.accumulator.records() + self.blocked.len() as u64
    }
}

/// What makes the sticky partitioner prefer some partitions: those with a leader that takes what is sent to it, and how many
/// batches wait for each. None before every partition has had one (`RecordAccumulator#partitionReady`). Kafka works it out
/// whenever its sender looks for batches that are ready; here it is done when there is something to choose.
fn waiting_batches(
    config: &ProducerConfig,
    accumulator: &Accumulator,
    availability: &Availability,
    leaders: &[PartitionMetadata],
) -> Option<Vec<(u32, u32)>> {
    if !config.adaptive_partitioning || !accumulator.all_had_a_batch(leaders.len() as u32) {
        return None;
    }
    let loads = (0..).zip(leaders).filter_map(|(partition, metadata)| {
        let (leader, load) = (metadata.leader?, accumulator.load(partition));
        let is_late = load > 0 && availability.is_late(leader, config.availability_timeout_ms);
        (!is_late).then_some((partition, load))
    });
    Some(loads.collect())
}

fn arm_arrival(at: Option<Time>, out: &mut Out) {
    match at {
        Some(at) => out.arm(Timer::Arrival, at),
        None => out.disarm(Timer::Arrival),
    }
}
