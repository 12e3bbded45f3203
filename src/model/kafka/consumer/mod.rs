//! A consumer: the application's poll loop, and the client library beneath it.
//!
//! In Kafka: `KafkaConsumer` with `ConsumerCoordinator` for the classic group protocol and `ConsumerMembershipManager` for
//! that of KIP-848, and `Fetcher`. We model the poll loop, the background heartbeat thread, eager and cooperative
//! rebalancing, reconciliation, static membership, positions and committed offsets as two things, auto-commit inside
//! `poll()` and commit after each poll without it, fetch with prefetching, and both timeouts. Left out: manual assignment,
//! pausing, `read_committed`, the 48-byte details of fetch sessions. The time that `poll()` itself takes is nothing; the
//! application's own work takes `service_time`.
//!
//! Two threads live here, as in the real client. The application's either is inside `poll()` or works on records; the
//! heartbeat thread goes on whatever the application does. That is why a hung application keeps its partitions until
//! `max.poll.interval.ms`, while a killed process loses them after `session.timeout.ms`.

mod application;
mod commit;
mod fetcher;
mod life;
mod membership;
mod positions;
mod reconciliation;

use std::collections::VecDeque;

pub use application::{Application, Work};
pub use life::Life;
pub use membership::{Membership, Phase};
pub use positions::Position;

use self::commit::CommitKind;
use self::fetcher::Fetched;
use super::assignor::LastAssignment;
use super::client::{Requests, deadline};
use super::cluster::Cluster;
use super::config::ConsumerConfig;
use super::message::{BrokerId, ErrorCode, Message, Request, Response};
use crate::kernel::{Chance, Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, ResetReason, Subject};
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its `client.id`.
    pub name: Name,
    pub endpoint: Endpoint,
    pub group: Name,
    /// What it subscribes to.
    pub topics: Vec<Name>,
    pub config: ConsumerConfig,
    pub life: Life,
    /// Service time in percent of normal.
    pub slowed_percent: u32,
    pub membership: Membership,
    pub assignment: SortedMap<TopicPartition, Position>,
    pub application: Application,
    /// When `max.poll.interval.ms` is over; `None` inside `poll()`, and without a process.
    pub poll_deadline: Option<Time>,
    /// What went wrong last, until it goes well again.
    pub problem: Option<String>,
    chance: Chance,
    requests: Requests<Purpose>,
    coordinator: Option<BrokerId>,
    leaders: SortedMap<Name, Vec<BrokerId>>,
    /// Responses that `poll()` has not returned yet, in the order of arrival.
    fetched: VecDeque<Fetched>,
    next_auto_commit: Time,
    /// Of the `sticky` assignor.
    remembered: Option<LastAssignment>,
    /// Member ids of the consumer protocol, over all lives.
    ids_made_up: u64,
    /// `close()` was called while records were being worked on.
    is_closing: bool,
}

/// What a request was sent for.
#[derive(Clone, Debug)]
enum Purpose {
    Metadata,
    FindCoordinator,
    Join,
    Sync,
    Heartbeat,
    ConsumerHeartbeat,
    Commit(CommitKind, SortedMap<TopicPartition, u64>),
    OffsetFetch,
    ListOffsets(ResetReason),
    Fetch(BrokerId, Vec<(TopicPartition, u64)>),
}

/// What every step of a consumer needs: the moment, the brokers' addresses, and where to write what it wants done.
pub struct Step<'a> {
    pub now: Time,
    pub cluster: &'a Cluster,
    pub out: &'a mut Out,
}

impl Consumer {
    pub fn new(name: Name, endpoint: Endpoint, group: Name, seed: u64) -> Self {
        Consumer {
            chance: Chance::of(seed, &format!("consumer {name}")),
            name,
            endpoint,
            group,
            topics: Vec::new(),
            config: ConsumerConfig::default(),
            life: Life::New,
            slowed_percent: 100,
            membership: Membership::default(),
            assignment: SortedMap::new(),
            application: Application::Polling,
            poll_deadline: None,
            problem: None,
            requests: Requests::default(),
            coordinator: None,
            leaders: SortedMap::new(),
            fetched: VecDeque::new(),
            next_auto_commit: Time::ZERO,
            remembered: None,
            ids_made_up: 0,
            is_closing: false,
        }
    }

    pub fn receive(&mut self, message: Message, step: &mut Step) {
        let Message::Response { correlation, response } = message else { return };
        // A process that is gone reads nothing any more.
        if !self.life.has_process() {
            return;
        }
        let Some(purpose) = self.requests.settle(correlation, step.out) else { return };
        match (purpose, response) {
            (Purpose::Metadata, Response::Metadata { topics }) => self.learn_leaders(topics, step),
            (Purpose::FindCoordinator, Response::FindCoordinator { broker }) => {
                self.coordinator = Some(broker);
                self.observe(Fact::CoordinatorFound { broker: broker.0 }, step);
            }
            (Purpose::Join, Response::JoinGroup(result)) => self.joined(result, step),
            (Purpose::Sync, Response::SyncGroup(result)) => self.synced(result),
            (Purpose::Heartbeat, Response::Heartbeat(result)) => self.heartbeat_answered(result, step),
            (Purpose::ConsumerHeartbeat, Response::ConsumerGroupHeartbeat(result)) => {
                self.consumer_heartbeat_answered(result, step);
            }
            (Purpose::Commit(kind, offsets), Response::OffsetCommit(result)) => {
                self.committed(kind, &offsets, result, step);
            }
            (Purpose::OffsetFetch, Response::OffsetFetch { offsets }) => self.start_positions(offsets, step),
            (Purpose::ListOffsets(why), Response::ListOffsets { offsets }) => self.reset_positions(offsets, why, step),
            (Purpose::Fetch(_, asked), Response::Fetch { partitions }) => self.take_fetched(&asked, partitions, step),
            _ => {}
        }
        self.progress(step);
    }

    pub fn fire(&mut self, timer: &Timer, step: &mut Step) {
        match timer {
            Timer::Heartbeat => self.heartbeat(step),
            Timer::MaxPoll => self.exceed_max_poll(step),
            Timer::Service => self.serve(step),
            Timer::Metadata => self.ask_metadata(step),
            Timer::Retry => self.progress(step),
            Timer::Request(correlation) => {
                if let Some(purpose) = self.requests.settle(*correlation, step.out) {
                    self.give_up_waiting(&purpose, step);
                    self.progress(step);
                }
            }
            _ => {}
        }
    }

    /// A request was not answered in time. Whatever was asked of the coordinator, another may be in charge by now.
    fn give_up_waiting(&mut self, purpose: &Purpose, step: &mut Step) {
        let api = match purpose {
            Purpose::Metadata => "Metadata",
            Purpose::FindCoordinator => "FindCoordinator",
            Purpose::Join => "JoinGroup",
            Purpose::Sync => "SyncGroup",
            Purpose::Heartbeat => "Heartbeat",
            Purpose::ConsumerHeartbeat => "ConsumerGroupHeartbeat",
            Purpose::Commit(..) => "OffsetCommit",
            Purpose::OffsetFetch => "OffsetFetch",
            Purpose::ListOffsets(_) => "ListOffsets",
            Purpose::Fetch(..) => "Fetch",
        };
        self.observe(Fact::RequestTimedOut { api }, step);
        match purpose {
            Purpose::Join | Purpose::Sync => self.membership.phase = Phase::Unjoined,
            Purpose::ConsumerHeartbeat => self.heartbeat_lost(),
            Purpose::Commit(kind, offsets) => {
                self.committed(*kind, offsets, Err(ErrorCode::RequestTimedOut), step);
            }
            _ => {}
        }
        if !matches!(purpose, Purpose::Metadata | Purpose::Fetch(..) | Purpose::ListOffsets(_)) {
            self.coordinator = None;
        }
    }

    fn ask_metadata(&mut self, step: &mut Step) {
        step.out.arm(Timer::Metadata, deadline(step.now, self.config.metadata_max_age_ms));
        let Some((_, &broker)) = step.cluster.brokers.first_key_value() else { return };
        if !self.is_waiting_for(|purpose| matches!(purpose, Purpose::Metadata)) {
            let request = Request::Metadata { topics: self.topics.clone() };
            self.ask_broker(broker, request, Purpose::Metadata, step);
        }
    }

    /// New partitions are noticed here; only the group's leader acts on them, for all.
    fn learn_leaders(&mut self, topics: SortedMap<Name, Vec<BrokerId>>, step: &mut Step) {
        self.leaders = topics;
        if self.leaders.len() < self.topics.len() {
            // A topic that does not exist (yet): ask again before long.
            step.out.arm(Timer::Metadata, step.now + Span::from_secs(1));
        }
        self.compare_with_plan(step);
    }

    fn compare_with_plan(&mut self, step: &mut Step) {
        let counts = self.partition_counts();
        let Some(planned) = self.membership.planned_for.as_ref().filter(|planned| **planned != counts) else { return };
        if self.membership.needs_rejoin {
            return;
        }
        let changed = counts.into_iter().filter(|(topic, total)| planned.get(topic) != Some(total));
        for (topic, total) in changed.collect::<Vec<_>>() {
            self.observe(Fact::PartitionsNoticed { topic, total }, step);
        }
        self.membership.needs_rejoin = true;
    }

    fn partition_counts(&self) -> SortedMap<Name, u32> {
        let subscribed = self.leaders.iter().filter(|(topic, _)| self.topics.contains(topic));
        subscribed.map(|(topic, leaders)| (topic.clone(), leaders.len() as u32)).collect()
    }

    fn leader_of(&self, partition: &TopicPartition) -> Option<BrokerId> {
        self.leaders.get(&partition.topic)?.get(partition.partition as usize).copied()
    }

    fn is_waiting_for(&self, is_it: impl Fn(&Purpose) -> bool) -> bool {
        self.requests.waiting().any(is_it)
    }

    fn ask_broker(&mut self, to: Endpoint, request: Request, purpose: Purpose, step: &mut Step) {
        let until = deadline(step.now, self.config.request_timeout_ms);
        self.requests.send(until, to, request, purpose, step.out);
    }

    /// Asks the group's coordinator, if it is known.
    fn ask_coordinator(&mut self, request: Request, purpose: Purpose, step: &mut Step) {
        if let Some(broker) = self.coordinator {
            self.ask_broker(step.cluster.endpoint(broker), request, purpose, step);
        }
    }

    fn observe(&self, fact: Fact, step: &mut Step) {
        step.out.observe(Subject::Consumer(self.name.clone()), fact);
    }

    /// Records fetched and not yet returned by `poll()`.
    pub fn buffered(&self) -> u64 {
        self.fetched.iter().map(Fetched::records).sum()
    }
}
