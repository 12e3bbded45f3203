//! A broker.
//!
//! In Kafka: `KafkaApis`, `ReplicaManager`, `Partition`, `UnifiedLog`, `BrokerLifecycleManager`. We model replicas with
//! leaders and followers that fetch, in-sync replicas, the high watermark and its checkpoint, leader epochs and truncation
//! by them, `acks`, connections that are read on when the last request is answered, long-polling fetches, duplicate detection
//! for idempotent producers, transactions with their markers and the last stable offset, the coordinators of groups and of
//! transactions, and a process that can die, be shut down and start again, on the same
//! disk or an empty one.
//!
//! Left out:
//! - Quotas, and the time that a broker's own disk and processor take.
//! - Losing what the operating system had not written to disk: a process that is killed leaves its whole log behind.
//! - `NOT_ENOUGH_REPLICAS_AFTER_APPEND` is answered as Kafka's code does, which can hardly happen since KIP-966: below
//!   `min.insync.replicas` the high watermark stands still, so that a request that waits for it times out instead.
//! - The replicas of `__consumer_offsets` have no logs: what a coordinator knows is on every in-sync replica at once.
//! - Fetching from followers (KIP-392), and consumers' own checks for truncation (KIP-320).

mod cleaner;
mod coordination;
mod epochs;
mod fetch;
mod follower;
mod isr;
mod life;
mod partition;
mod produce;
mod retention;
mod sequences;
mod share;
mod share_partition;
mod transacting;
mod transactions;

use std::sync::Arc;

pub use epochs::Epochs;
pub use isr::{Follower, Leadership};
pub use life::Life;
pub use partition::{Partition, Role};
pub use sequences::advance as advance_sequence;
pub use share_partition::{Acquired, InFlight, RecordState, SharePartition};
pub use transactions::Transactions;

use super::cluster::{Cluster, MetadataImage, Replicas, Topic};
use super::config::{Acks, ClusterConfig, IsolationLevel};
use super::coordinator::{Caller, Coordinator};
use super::message::{AlterPartition, BrokerId, Correlation, ErrorCode, Message, OffsetSpec, Request, Response};
use crate::kernel::later::entrance;
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::{Name, TopicPartition};

/// One broker: its replicas, what waits in them, and the groups it coordinates.
#[derive(Clone, Debug)]
pub struct Broker {
    pub id: BrokerId,
    pub endpoint: Endpoint,
    pub rack: Option<Name>,
    pub life: Life,
    /// What is on its disk, whether the process runs or not. They lie apart, so that their names are close together: these are
    /// looked up with every fetch.
    pub partitions: SortedMap<TopicPartition, Box<Partition>>,
    pub coordinator: Coordinator,
    /// What it last heard of the controller.
    pub metadata: Arc<MetadataImage>,
    /// `replica.lag.time.max.ms`.
    lag_max: Span,
    /// `log.cleaner.backoff.ms`.
    cleaner_backoff: Span,
    /// When its cleaner looks for dirty logs next; none without a compacted topic.
    pub next_cleaning: Option<Time>,
    /// How often its process has started.
    incarnation: u32,
    registered: bool,
    /// Fetches that wait for enough bytes (`DelayedFetch`).
    waiting_fetches: SortedMap<(Endpoint, Correlation), fetch::WaitingFetch>,
    /// The moment of the message or timer in hand.
    now: Time,
    /// By group and partition, of what it leads.
    shares: SortedMap<(Name, TopicPartition), share::Shared>,
    share_limits: share_partition::Limits,
    waiting_shares: SortedMap<(Endpoint, Correlation), share::WaitingShare>,
    /// When it looks for locks that are over.
    next_lock: Option<Time>,
    /// Produce requests that wait for the high watermark (`DelayedProduce`).
    producing: SortedMap<Endpoint, produce::Connection>,
    /// The newest correlation of its own fetches, by the leader they go to.
    fetchers: SortedMap<BrokerId, Correlation>,
    newest_fetch: Correlation,
    followed: follower::Followed,
    transacting: transacting::Transacting,
}

impl Broker {
    /// One of those that a cluster begins with: it runs, and the controller knows it.
    pub fn new(id: BrokerId, endpoint: Endpoint, rack: Option<Name>, config: &ClusterConfig) -> Self {
        Broker {
            id,
            endpoint,
            rack,
            life: Life::Running,
            partitions: SortedMap::new(),
            coordinator: Coordinator::default(),
            metadata: Arc::default(),
            lag_max: Span::from_millis(config.replica_lag_time_max_ms),
            cleaner_backoff: Span::from_millis(config.log_cleaner_backoff_ms),
            next_cleaning: None,
            incarnation: 1,
            registered: true,
            waiting_fetches: SortedMap::new(),
            now: Time::ZERO,
            shares: SortedMap::new(),
            share_limits: share_partition::Limits::of(config),
            waiting_shares: SortedMap::new(),
            next_lock: None,
            producing: SortedMap::new(),
            fetchers: SortedMap::new(),
            newest_fetch: Correlation(0),
            followed: follower::Followed::default(),
            transacting: Default::default(),
        }
    }

    /// Takes over what the controller says: opens the logs of new partitions, drops those of deleted topics, leads or
    /// follows as it should from now on.
    pub fn apply_metadata(&mut self, now: Time, metadata: Arc<MetadataImage>, out: &mut Out) {
        if metadata.version <= self.metadata.version {
            return;
        }
        self.now = now;
        let before = std::mem::replace(&mut self.metadata, metadata.clone());
        let is_kept = |name: &TopicPartition, partition: &Partition| {
            let topic = metadata.topics.get(&name.topic);
            topic.is_some_and(|topic| partition.is_of(topic.id)) && metadata.replicas(name).is_some()
        };
        self.partitions.retain(|name, partition| is_kept(name, partition));
        let partitions = &self.partitions;
        self.shares.retain(|(_, name), _| partitions.contains_key(name));
        for (name, topic) in &metadata.topics {
            let is_known = before.topics.get(name).is_some_and(|known| Arc::ptr_eq(known, topic));
            if !is_known {
                self.apply_topic(now, name, topic, out);
            }
        }
        self.start_fetchers(now, out);
        self.start_cleaner(now, out);
    }

    fn apply_topic(&mut self, now: Time, name: &Name, topic: &Topic, out: &mut Out) {
        for (number, replicas) in (0..).zip(&topic.partitions) {
            if replicas.brokers.contains(&self.id) {
                self.apply_partition(now, TopicPartition::new(name, number), topic, replicas, out);
            }
        }
    }

    /// `Partition#makeLeader`, `Partition#makeFollower`.
    fn apply_partition(&mut self, now: Time, name: TopicPartition, topic: &Topic, replicas: &Replicas, out: &mut Out) {
        let opened = || Box::new(Partition::new(topic.id, topic.config.segment_bytes, topic.config.segment_span()));
        let partition = self.partitions.entry(name.clone()).or_insert_with(opened);
        let is_led_here = replicas.leader == Some(self.id);
        partition.log.configure(topic.config.segment_bytes, Span::from_millis(topic.config.segment_ms));
        let is_new_epoch = replicas.leader_epoch > partition.leader_epoch;
        partition.leader_epoch = replicas.leader_epoch;
        match &mut partition.role {
            Role::Leader(leadership) if is_led_here && !is_new_epoch => {
                leadership.confirm(replicas, &topic.config);
            }
            Role::Follower { leader, .. } if !is_led_here && *leader == replicas.leader => {}
            _ if is_led_here => {
                let end = partition.log.end();
                partition.epochs.assign(replicas.leader_epoch, end);
                let leadership = Leadership::begin(self.id, now, replicas, &topic.config, end);
                partition.role = Role::Leader(leadership);
            }
            role => *role = Role::Follower { leader: replicas.leader, not_before: now },
        }
        if is_led_here {
            self.note_progress(now, &name, out);
        } else {
            self.answer_fetches_of(&name, out);
        }
        self.answer_replicated(now, out);
    }

    pub fn receive(&mut self, now: Time, from: Endpoint, message: Message, cluster: &Cluster, out: &mut Out) {
        self.now = now;
        self.transacting.learn_peers(cluster);
        match message {
            Message::Request { correlation, request } => {
                self.answer(now, Caller { endpoint: from, correlation }, request, cluster, out);
            }
            Message::Response { correlation, response } => self.take_answer(now, correlation, response, cluster, out),
            Message::MetadataLog(metadata) if self.registered => {
                self.apply_metadata(now, metadata, out);
                self.see_to_markers(now, cluster, out);
            }
            Message::Disconnected => {
                self.lose_leader(now, from, cluster, out);
                self.lose_coordinated(now, from, out);
            }
            Message::MetadataLog(_) => {}
        }
    }

    fn take_answer(
        &mut self,
        now: Time,
        correlation: Correlation,
        response: Response,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        match response {
            Response::Fetch { partitions } => self.replicate(now, correlation, partitions, cluster, out),
            Response::BrokerRegistration(result) => self.take_registration(now, result, cluster, out),
            Response::BrokerHeartbeat { may_shut_down, metadata } => {
                self.take_heartbeat(now, may_shut_down, metadata, out);
                self.see_to_markers(now, cluster, out);
            }
            Response::AlterPartition { partition, result } => {
                if result.is_err()
                    && let Some(partition) = self.partitions.get_mut(&partition)
                {
                    partition.withdraw_proposal();
                }
            }
            response @ (Response::AddPartitionsToTxn(_) | Response::WriteTxnMarkers { .. }) => {
                type Take = fn(&mut Broker, Time, Correlation, Response, &Cluster, &mut Out);
                let take = entrance::<Take>(Broker::take_rare_answer_fetched_later);
                take(self, now, correlation, response, cluster, out);
            }
            _ => {}
        }
    }

    fn take_rare_answer_fetched_later(
        &mut self,
        now: Time,
        correlation: Correlation,
        response: Response,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        match response {
            Response::AddPartitionsToTxn(result) => self.take_registered(now, correlation, result, cluster, out),
            Response::WriteTxnMarkers { results, groups } => {
                self.take_marked(now, correlation, &results, &groups, cluster, out);
            }
            _ => {}
        }
    }

    fn answer(&mut self, now: Time, caller: Caller, request: Request, cluster: &Cluster, out: &mut Out) {
        match request {
            Request::ApiVersions => caller.answer(Response::ApiVersions, out),
            Request::Metadata { topics } => caller.answer(self.describe(topics), out),
            Request::Produce { transactional_id, acks, timeout, batches } => {
                let (origin, refused) = (produce::Origin::Producer, Vec::new());
                let request = produce::Produce { transactional_id, acks, timeout, batches, origin, refused };
                self.produce(now, caller, request, out);
            }
            Request::Fetch(fetch) => self.fetch(now, caller, fetch, cluster, out),
            Request::ListOffsets { isolation, partitions } => {
                caller.answer(self.list_offsets(isolation, partitions), out);
            }
            Request::FindCoordinator { key } => {
                let broker = self.metadata.coordinator(&key).ok_or(ErrorCode::CoordinatorNotAvailable);
                caller.answer(Response::FindCoordinator(broker), out);
            }
            request @ (Request::JoinGroup(_)
            | Request::SyncGroup { .. }
            | Request::Heartbeat { .. }
            | Request::LeaveGroup { .. }
            | Request::OffsetCommit(_)
            | Request::OffsetFetch { .. }) => self.coordinate(now, caller, request, cluster, out),
            request => {
                type Answer = fn(&mut Broker, Time, Caller, Request, &Cluster, &mut Out);
                entrance::<Answer>(Broker::answer_rarely_fetched_later)(self, now, caller, request, cluster, out);
            }
        }
    }

    /// What only clients ask that were set up to: with transactions, or with one of the newer group protocols.
    fn answer_rarely_fetched_later(
        &mut self,
        now: Time,
        caller: Caller,
        request: Request,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        match request {
            Request::WriteTxnMarkers { timeout, markers, producer, outcome, groups } => {
                let groups = self.end_offsets(now, producer, outcome, groups, cluster, out);
                let (origin, refused) = (produce::Origin::Coordinator(groups), Vec::new());
                let request = produce::Produce {
                    transactional_id: None,
                    acks: Acks::All,
                    timeout,
                    batches: markers,
                    origin,
                    refused,
                };
                self.produce(now, caller, request, out);
            }
            Request::ShareFetch(fetch) => self.share_fetch(caller, fetch, cluster, out),
            Request::ShareAcknowledge { group, member_id, acknowledgements, leaves } => {
                self.share_acknowledge(caller, &group, &member_id, (&acknowledgements, leaves), out);
            }
            request
            @ (Request::InitProducerId { .. } | Request::EndTxn { .. } | Request::AddPartitionsToTxn { .. }) => {
                let response = self.coordinate_transaction(now, &request, cluster, out);
                caller.answer(response, out);
            }
            Request::TxnOffsetCommit { transactional_id, producer, commit } => {
                self.commit_in_transaction(now, caller, transactional_id, producer, commit, out);
            }
            group_request => self.coordinate_modern(now, caller, &group_request, cluster, out),
        }
    }

    pub fn fire(&mut self, now: Time, timer: &Timer, cluster: &Cluster, out: &mut Out) {
        self.now = now;
        match timer {
            Timer::FetchWait { from, correlation } => {
                self.end_wait(*from, *correlation, out);
                if !self.waiting_shares.is_empty() {
                    self.fire_rarely(now, timer, cluster, out);
                }
            }
            Timer::ProduceWait { from } => self.time_out_produce(*from, out),
            Timer::ReplicaFetch { leader } => self.fetch_from(now, *leader, cluster, out),
            Timer::BrokerHeartbeat => self.speak_to_controller(now, cluster, out),
            Timer::IsrCheck => self.check_isr(now, cluster, out),
            Timer::Retention => self.delete_old_segments(now, cluster, out),
            Timer::Checkpoint => self.write_checkpoints(now, out),
            Timer::Cleaner
            | Timer::ShareLocks
            | Timer::TransactionMarkers
            | Timer::TransactionTimeouts
            | Timer::Registration(_) => self.fire_rarely(now, timer, cluster, out),
            _ => self.coordinator.fire(now, cluster, timer, out),
        }
    }

    fn fire_rarely(&mut self, now: Time, timer: &Timer, cluster: &Cluster, out: &mut Out) {
        type Fire = fn(&mut Broker, Time, &Timer, &Cluster, &mut Out);
        entrance::<Fire>(Broker::fire_rarely_fetched_later)(self, now, timer, cluster, out);
    }

    /// Timers of what was set up: compaction, share groups, transactions.
    fn fire_rarely_fetched_later(&mut self, now: Time, timer: &Timer, cluster: &Cluster, out: &mut Out) {
        match timer {
            Timer::FetchWait { from, correlation } => self.end_share_wait(*from, *correlation, out),
            Timer::ShareLocks => self.expire_share_locks(out),
            Timer::Cleaner => self.clean_logs(now, out),
            Timer::TransactionMarkers => self.send_markers(now, cluster, out),
            Timer::TransactionTimeouts => self.abort_timed_out(now, cluster, out),
            Timer::Registration(correlation) => self.give_up_registering(now, *correlation, out),
            _ => unreachable!("{timer:?} is none of these"),
        }
    }

    /// Latest is what a consumer could read up to: the high watermark, or the last stable offset.
    fn list_offsets(&self, isolation: IsolationLevel, partitions: Vec<(TopicPartition, OffsetSpec)>) -> Response {
        let find = |(name, spec): (TopicPartition, OffsetSpec)| {
            let partition = self.partitions.get(&name).filter(|partition| partition.leads())?;
            let offset = match spec {
                OffsetSpec::Earliest => partition.log.start(),
                OffsetSpec::Latest => partition.readable_to(isolation),
            };
            Some((name, offset))
        };
        Response::ListOffsets { offsets: partitions.into_iter().filter_map(find).collect() }
    }

    fn describe(&self, topics: Vec<Name>) -> Response {
        let leaders = |name: Name| {
            let topic = self.metadata.topics.get(&name)?;
            Some((name, topic.partitions.iter().map(Replicas::metadata).collect()))
        };
        Response::Metadata { topics: topics.into_iter().filter_map(leaders).collect() }
    }

    /// Its copy of a partition.
    pub fn replica(&self, name: &TopicPartition) -> Option<&Partition> {
        self.partitions.get(name).map(|partition| &**partition)
    }

    /// How a share group stands in a partition that this broker leads.
    pub fn share(&self, group: &Name, name: &TopicPartition) -> Option<&SharePartition> {
        self.shares.get(&(group.clone(), name.clone())).map(|shared| &shared.state)
    }

    /// Every half of `replica.lag.time.max.ms`.
    fn check_isr(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let (id, lag_max) = (self.id, self.lag_max);
        let shrink =
            |(name, partition): (&TopicPartition, &mut Box<Partition>)| partition.shrink_isr(id, name, now, lag_max);
        let proposals: Vec<AlterPartition> = self.partitions.iter_mut().filter_map(shrink).collect();
        proposals.into_iter().for_each(|proposal| self.propose(proposal, cluster, out));
        out.arm(Timer::IsrCheck, now + Span::from_micros(lag_max.as_micros() / 2));
    }

    fn propose(&self, proposal: AlterPartition, cluster: &Cluster, out: &mut Out) {
        let request = Request::AlterPartition(proposal);
        out.send(cluster.controller, Message::Request { correlation: Correlation(0), request });
    }
}
