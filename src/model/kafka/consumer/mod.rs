//! A consumer: the application's poll loop, and the client library beneath it.
//!
//! In Kafka: `KafkaConsumer` with `ConsumerCoordinator` for the classic group protocol and `ConsumerMembershipManager` for
//! that of KIP-848, and `Fetcher`. We model the poll loop, the background heartbeat thread, eager and cooperative
//! rebalancing, reconciliation, static membership, positions and committed offsets as two things, auto-commit inside
//! `poll()` and commit after each poll without it, fetch with prefetching, and both timeouts. Left out: manual assignment,
//! pausing, the 48-byte details of fetch sessions, and noticing after an election that the log was
//! truncated (KIP-320): a position beyond the new end is out of range. The time that `poll()` itself takes is nothing; the
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
mod output;
mod positions;
mod reconciliation;
mod sharing;

use std::collections::VecDeque;

pub use application::{Application, Work};
pub use life::Life;
pub use membership::{Membership, Phase};
pub use output::SOURCE_HEADER;
pub use positions::Position;

use self::commit::CommitKind;
use self::fetcher::Fetched;
use self::output::{Event, Output};
use self::sharing::Sharing;
use super::assignor::LastAssignment;
use super::client::{Disconnected, Requests, deadline};
use super::cluster::Cluster;
use super::config::ConsumerConfig;
use super::message::{BrokerId, ErrorCode, Message, PartitionMetadata, Request, Response};
use crate::kernel::later::entrance;
use crate::kernel::{Chance, Clock, Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, ResetReason, Subject};
use crate::model::workload::Keys;
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
    leaders: SortedMap<Name, Vec<PartitionMetadata>>,
    /// Which of the brokers that it knows to begin with it asks next.
    bootstrap: u32,
    metadata_asked_at: Time,
    /// What `commitSync()` is to commit once the coordinator is found again.
    uncommitted: Option<SortedMap<TopicPartition, u64>>,
    /// Not to look for the coordinator again before this.
    find_not_before: Time,
    /// Responses that `poll()` has not returned yet, in the order of arrival.
    fetched: VecDeque<Fetched>,
    /// Not to ask for committed offsets again before this: a transaction that may change them is open.
    offsets_not_before: Time,
    /// What `poll()` returned, while its offsets are committed before the work.
    in_hand: Option<Work>,
    output: Option<Output>,
    /// Its machine's: the producer within stamps records by it.
    clock: Clock,
    seed: u64,
    /// Of a share group's member.
    sharing: Sharing,
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
    ShareFetch(BrokerId),
    ShareAcknowledge,
}

impl Purpose {
    fn fetched_from(&self) -> Option<BrokerId> {
        if let Purpose::Fetch(broker, _) = self { Some(*broker) } else { None }
    }
}

/// What every step of a consumer needs: the moment, the brokers' addresses, and where to write what it wants done.
pub struct Step<'a> {
    pub now: Time,
    pub cluster: &'a Cluster,
    pub keys: &'a Keys,
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
            bootstrap: 0,
            metadata_asked_at: Time::ZERO,
            uncommitted: None,
            find_not_before: Time::ZERO,
            fetched: VecDeque::new(),
            offsets_not_before: Time::ZERO,
            in_hand: None,
            output: None,
            clock: Clock::default(),
            seed,
            sharing: Sharing::default(),
            next_auto_commit: Time::ZERO,
            remembered: None,
            ids_made_up: 0,
            is_closing: false,
        }
    }

    pub fn receive(&mut self, message: Message, step: &mut Step) {
        // A process that is gone reads nothing any more.
        if !self.life.has_process() {
            return;
        }
        if Self::is_for_output(&message) {
            self.happens_to_output(Event::Receives(message), step);
            return;
        }
        let Message::Response { correlation, response } = message else { return };
        if self.requests.connected(correlation) {
            self.want_metadata(step);
            return self.progress(step);
        }
        let Some(purpose) = self.requests.settle(correlation, step.out) else { return };
        match (purpose, response) {
            (Purpose::Metadata, Response::Metadata { topics }) => self.learn_leaders(topics, step),
            (Purpose::FindCoordinator, Response::FindCoordinator(result)) => self.found_coordinator(result, step),
            (Purpose::Join, Response::JoinGroup(result)) => self.joined(result, step),
            (Purpose::Sync, Response::SyncGroup(result)) => self.synced(result),
            (Purpose::Heartbeat, Response::Heartbeat(result)) => self.heartbeat_answered(result, step),
            (Purpose::Commit(kind, offsets), Response::OffsetCommit(result)) => {
                self.committed(kind, &offsets, result, step);
            }
            (Purpose::OffsetFetch, Response::OffsetFetch { offsets, unstable }) => {
                self.start_positions(offsets, step);
                if !unstable.is_empty() {
                    self.ask_again_for_offsets(step);
                }
            }
            (Purpose::ListOffsets(why), Response::ListOffsets { offsets }) => self.reset_positions(offsets, why, step),
            (Purpose::Fetch(_, asked), Response::Fetch { partitions }) => self.take_fetched(&asked, partitions, step),
            (purpose, Response::Refused(error)) => {
                self.abandon(&purpose, error, step);
                self.look_again_later(step);
            }
            (Purpose::ConsumerHeartbeat | Purpose::ShareFetch(_) | Purpose::ShareAcknowledge, response) => {
                entrance::<fn(&mut Consumer, Response, &mut Step)>(Consumer::learn_fetched_later)(self, response, step);
            }
            _ => {}
        }
        self.progress(step);
    }

    /// Answers in the newer protocols.
    fn learn_fetched_later(&mut self, response: Response, step: &mut Step) {
        match response {
            Response::ConsumerGroupHeartbeat(result) | Response::ShareGroupHeartbeat(result) => {
                self.consumer_heartbeat_answered(result, step);
            }
            Response::ShareFetch { partitions, refused } => self.take_acquired(partitions, refused, step),
            Response::ShareAcknowledge { refused } => self.acknowledged(refused, step),
            _ => {}
        }
    }

    pub fn fire(&mut self, timer: &Timer, step: &mut Step) {
        match timer {
            Timer::Heartbeat => self.heartbeat(step),
            Timer::MaxPoll => self.exceed_max_poll(step),
            Timer::Service => self.serve(step),
            Timer::Metadata => self.ask_metadata(step),
            Timer::Output(timer) => _ = self.happens_to_output(Event::Wakes(timer), step),
            Timer::Retry | Timer::Reconnect => {
                if self.awaits_coordinator() {
                    self.find_coordinator(step);
                }
                self.progress(step);
            }
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
            Purpose::ShareFetch(_) => "ShareFetch",
            Purpose::ShareAcknowledge => "ShareAcknowledge",
        };
        self.observe(Fact::RequestTimedOut { api }, step);
        self.abandon(purpose, ErrorCode::RequestTimedOut, step);
    }

    /// A request came to nothing.
    fn abandon(&mut self, purpose: &Purpose, error: ErrorCode, step: &mut Step) {
        match purpose {
            Purpose::Join | Purpose::Sync => self.membership.phase = Phase::Unjoined,
            Purpose::ConsumerHeartbeat => self.heartbeat_lost(),
            Purpose::Commit(kind, offsets) => self.committed(*kind, offsets, Err(error), step),
            Purpose::Metadata | Purpose::FindCoordinator => self.bootstrap += 1,
            _ => {}
        }
        let of_leaders = matches!(purpose, Purpose::Fetch(..) | Purpose::ShareFetch(_) | Purpose::ShareAcknowledge);
        if !of_leaders && !matches!(purpose, Purpose::Metadata | Purpose::ListOffsets(_)) {
            self.coordinator = None;
        }
    }

    /// The connection to a broker was reset: its process is gone. Whatever it did for this consumer, another will.
    pub fn disconnected(&mut self, from: Endpoint, step: &mut Step) {
        if !self.life.has_process() {
            return;
        }
        self.happens_to_output(Event::Disconnected(from), step);
        let Disconnected { is_news, abandoned } = self.requests.disconnect(step.now, from, step.out);
        let Some(broker) = step.cluster.broker_at(from) else { return };
        if is_news {
            self.observe(Fact::Disconnected { broker }, step);
        }
        abandoned.iter().for_each(|purpose| self.abandon(purpose, ErrorCode::NetworkException, step));
        if self.coordinator == Some(broker) {
            self.coordinator = None;
        }
        self.look_again_later(step);
        self.want_metadata(step);
        self.progress(step);
    }

    fn found_coordinator(&mut self, result: Result<BrokerId, ErrorCode>, step: &mut Step) {
        match result {
            // Nobody has noticed yet that it is gone.
            Ok(broker) if !self.requests.connect(step.now, step.cluster.endpoint(broker), step.out) => {
                self.look_again_later(step);
            }
            Ok(broker) => {
                self.coordinator = Some(broker);
                self.observe(Fact::CoordinatorFound { broker: broker.0 }, step);
                self.commit_again(step);
            }
            Err(_) => self.look_again_later(step),
        }
    }

    /// Waits for `retry.backoff.ms` before it looks for the coordinator again.
    fn look_again_later(&mut self, step: &mut Step) {
        self.find_not_before = deadline(step.now, self.config.retry_backoff_ms);
        step.out.arm(Timer::Retry, self.find_not_before);
    }

    /// One of the brokers that it knows to begin with; none while it has a connection to none of them.
    fn any_broker(&mut self, step: &mut Step) -> Option<Endpoint> {
        let count = step.cluster.brokers.len() as u32;
        let mut bootstrap = (0..count).map(|n| (self.bootstrap + n) % count);
        let is_connected = |&n: &u32| step.cluster.bootstrap(n).is_some_and(|to| self.requests.is_connected(to));
        self.bootstrap = bootstrap.find(is_connected).unwrap_or((self.bootstrap + 1) % count.max(1));
        let broker = step.cluster.bootstrap(self.bootstrap)?;
        self.requests.connect(step.now, broker, step.out).then_some(broker)
    }

    fn ask_metadata(&mut self, step: &mut Step) {
        step.out.arm(Timer::Metadata, deadline(step.now, self.config.metadata_max_age_ms));
        if self.is_waiting_for(|purpose| matches!(purpose, Purpose::Metadata)) {
            return;
        }
        if let Some(broker) = self.any_broker(step) {
            self.metadata_asked_at = step.now;
            let request = Request::Metadata { topics: self.topics.clone() };
            self.ask_broker(broker, request, Purpose::Metadata, step);
        }
    }

    /// What it knows is out of date: asks again, `retry.backoff.ms` after it last did at the earliest.
    fn want_metadata(&mut self, step: &mut Step) {
        let due = deadline(self.metadata_asked_at, self.config.retry_backoff_ms);
        if due <= step.now {
            self.ask_metadata(step);
        } else {
            step.out.arm(Timer::Metadata, due);
        }
    }

    /// Nobody is known to lead this partition until metadata say so again.
    fn forget_leader(&mut self, partition: &TopicPartition, step: &mut Step) {
        let leaders = self.leaders.get_mut(&partition.topic);
        if let Some(known) = leaders.and_then(|leaders| leaders.get_mut(partition.partition as usize)) {
            known.leader = None;
        }
        self.want_metadata(step);
    }

    /// New partitions are noticed here; only the group's leader acts on them, for all.
    fn learn_leaders(&mut self, topics: SortedMap<Name, Vec<PartitionMetadata>>, step: &mut Step) {
        let known = std::mem::replace(&mut self.leaders, topics);
        for (topic, leaders) in self.leaders.iter_mut() {
            for (told, known) in leaders.iter_mut().zip(known.get(topic).into_iter().flatten()) {
                // A broker that is cut off from the controller may tell what is out of date.
                if known.leader_epoch > told.leader_epoch {
                    *told = *known;
                }
            }
        }
        if self.assignment.keys().any(|partition| self.leader_of(partition).is_none()) {
            self.want_metadata(step);
        }
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

    /// Who leads a partition, as far as it knows, and in which epoch.
    fn leader_of(&self, partition: &TopicPartition) -> Option<(BrokerId, u32)> {
        let known = self.leaders.get(&partition.topic)?.get(partition.partition as usize)?;
        Some((known.leader?, known.leader_epoch))
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
        self.fetched.iter().map(Fetched::records).sum::<u64>() + self.sharing.records()
    }
}
