//! A coordinator, its clients and a clock that moves when a test says so. The only code here that knows the API.

use crate::kernel::{Chance, Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Effect, Out, Timer};
use crate::model::fact::{Fact, GroupState};
use crate::model::kafka::assignor::{Assignment, Assignor, Metadata};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::{ClusterConfig, TopicConfig};
use crate::model::kafka::controller::Controller;
use crate::model::kafka::coordinator::{Caller, ClassicGroup, ConsumerGroup, Coordinator};
use crate::model::kafka::message::{
    BrokerId, ConsumerGroupHeartbeat, Correlation, ErrorCode, HeartbeatAnswer, JoinError, JoinGroup, Joined, Message,
    OffsetCommit, ProducerId, Request, Response,
};
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};

/// The group `g` and everybody who talks to its coordinator.
pub struct Room {
    pub coordinator: Coordinator,
    pub cluster: Cluster,
    pub now: Time,
    pub facts: Vec<Fact>,
    timers: SortedMap<Timer, Time>,
    answers: SortedMap<Correlation, Response>,
    requests: u64,
}

/// A request that was sent, and may have been answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket(Correlation);

pub const SESSION: Span = Span::from_secs(10);
pub const REBALANCE: Span = Span::from_secs(30);

/// Who writes in transactions.
const WRITER: ProducerId = ProducerId(9);

impl Default for Room {
    fn default() -> Self {
        Room {
            coordinator: Coordinator::default(),
            cluster: Cluster::new(ClusterConfig::default()),
            now: Time::ZERO,
            facts: Vec::new(),
            timers: SortedMap::new(),
            answers: SortedMap::new(),
            requests: 0,
        }
    }
}

impl Room {
    /// A stable group of generation 1; the first is leader and the n-th reads partition n of `orders`.
    pub fn stable(clients: &[&str]) -> (Room, Vec<Name>) {
        let (mut room, ids) = Room::formed(clients);
        let shares: Vec<(&Name, u32)> = ids.iter().zip(0..).collect();
        for id in &ids[1..] {
            room.sync(id, 1, &[]);
        }
        room.sync(&ids[0], 1, &shares);
        assert_eq!(room.state(), GroupState::Stable);
        (room, ids)
    }

    /// A group whose generation 1 has formed, and nobody has synced.
    pub fn formed(clients: &[&str]) -> (Room, Vec<Name>) {
        let mut room = Room::default();
        let ids: Vec<Name> = clients.iter().map(|client| room.new_id(client)).collect();
        let joins: Vec<Ticket> = ids.iter().map(|id| room.join(id)).collect();
        room.advance(Span::from_secs(6));
        assert!(joins.into_iter().all(|join| room.joined(join).generation == 1));
        room.facts.clear();
        (room, ids)
    }

    pub fn group(&self) -> &ClassicGroup {
        let group = self.coordinator.group(&name("g")).expect("nobody has asked for the group yet");
        group.as_classic().expect("its members speak the classic protocol")
    }

    pub fn state(&self) -> GroupState {
        self.group().state()
    }

    pub fn members(&self) -> Vec<Name> {
        self.group().members().map(|member| member.id.clone()).collect()
    }

    /// Lets time pass; what is due on the way happens when it is due.
    pub fn advance(&mut self, span: Span) {
        let until = self.now + span;
        while let Some((timer, at)) = self.next_timer(until) {
            self.timers.remove(&timer);
            self.now = at;
            let mut out = Out::default();
            self.coordinator.fire(at, &self.cluster, &timer, &mut out);
            self.settle(out);
        }
        self.now = until;
    }

    fn next_timer(&self, until: Time) -> Option<(Timer, Time)> {
        let due = self.timers.iter().filter(|(_, at)| **at <= until);
        due.min_by_key(|(_, at)| **at).map(|(timer, at)| (timer.clone(), *at))
    }

    /// Asks for an id, and gets one.
    pub fn new_id(&mut self, client: &str) -> Name {
        let ticket = self.join_as(None, client, |_| {});
        let Some(Response::JoinGroup(Err(error))) = self.answer(ticket) else { panic!("{client} got no id") };
        assert_eq!(error.code, ErrorCode::MemberIdRequired);
        error.member_id.clone().expect("MEMBER_ID_REQUIRED comes with an id")
    }

    pub fn join(&mut self, id: &Name) -> Ticket {
        self.join_with(id, |_| {})
    }

    pub fn join_with(&mut self, id: &Name, change: impl FnOnce(&mut JoinGroup)) -> Ticket {
        self.join_as(Some(id.clone()), "client", change)
    }

    pub fn join_as(&mut self, id: Option<Name>, client: &str, change: impl FnOnce(&mut JoinGroup)) -> Ticket {
        let mut request = JoinGroup {
            group: name("g"),
            client_id: name(client),
            member_id: id,
            session_timeout: SESSION,
            rebalance_timeout: REBALANCE,
            instance_id: None,
            protocols: vec![Assignor::Range],
            metadata: Metadata::new(vec![name("orders")]),
        };
        change(&mut request);
        self.send(Request::JoinGroup(request))
    }

    /// SyncGroup; `shares` gives a partition of `orders` to each.
    pub fn sync(&mut self, id: &Name, generation: i32, shares: &[(&Name, u32)]) -> Ticket {
        let assignments: Assignment =
            shares.iter().map(|(id, partition)| ((*id).clone(), vec![orders(*partition)])).collect();
        self.send(Request::SyncGroup {
            group: name("g"),
            generation,
            member_id: id.clone(),
            instance_id: None,
            assignments,
        })
    }

    /// JoinGroup of a static member that starts: without a member id.
    pub fn join_static(&mut self, instance: &str) -> Ticket {
        self.join_as(None, instance, |request| request.instance_id = Some(name(instance)))
    }

    /// What a static member gets when it syncs.
    pub fn share_after_sync(
        &mut self,
        id: &Name,
        instance: &str,
        generation: i32,
    ) -> Result<Vec<TopicPartition>, ErrorCode> {
        let (member_id, instance_id) = (id.clone(), Some(name(instance)));
        let assignments = Assignment::new();
        let ticket =
            self.send(Request::SyncGroup { group: name("g"), generation, member_id, instance_id, assignments });
        self.share(ticket)
    }

    pub fn heartbeat_as(&mut self, id: &Name, instance: &str, generation: i32) -> Result<(), ErrorCode> {
        let (member_id, instance_id) = (id.clone(), Some(name(instance)));
        let ticket = self.send(Request::Heartbeat { group: name("g"), generation, member_id, instance_id });
        match self.answer(ticket) {
            Some(Response::Heartbeat(result)) => *result,
            other => panic!("a heartbeat is answered at once, not with {other:?}"),
        }
    }

    pub fn commit_as(&mut self, id: &Name, instance: &str, generation: i32) -> Result<(), ErrorCode> {
        let (member_id, instance_id) = (Some(id.clone()), Some(name(instance)));
        let offsets = SortedMap::from([(orders(0), 7)]);
        let commit = OffsetCommit { group: name("g"), generation, member_id, instance_id, offsets };
        let ticket = self.send(Request::OffsetCommit(commit));
        match self.answer(ticket) {
            Some(Response::OffsetCommit(result)) => *result,
            other => panic!("a commit is answered at once, not with {other:?}"),
        }
    }

    pub fn leave_as(&mut self, id: &Name, instance: &str) -> Result<(), ErrorCode> {
        let (member_id, instance_id) = (id.clone(), Some(name(instance)));
        let ticket = self.send(Request::LeaveGroup { group: name("g"), member_id, instance_id });
        match self.answer(ticket) {
            Some(Response::LeaveGroup(result)) => *result,
            other => panic!("a goodbye is answered at once, not with {other:?}"),
        }
    }

    /// A cluster with the topic `orders`, for the consumer protocol, whose coordinator looks topics up.
    pub fn with_topic(partitions: u32) -> Room {
        let mut room = Room::default();
        room.cluster.brokers.insert(BrokerId(1), Endpoint(1));
        let config = TopicConfig { partitions, ..TopicConfig::default() };
        controller().create_topic(&name("orders"), config, &mut room.cluster, &mut Chance::of(1, "placement"));
        room
    }

    pub fn grow_topic(&mut self, total: u32) {
        controller().place_partitions(&name("orders"), total, &mut self.cluster, &mut Chance::of(1, "placement"));
    }

    pub fn consumers(&self) -> &ConsumerGroup {
        let group = self.coordinator.group(&name("g")).expect("nobody has asked for the group yet");
        group.as_consumer().expect("its members speak the consumer protocol")
    }

    pub fn state_of_consumers(&self) -> GroupState {
        self.consumers().state()
    }

    /// Joins with the consumer protocol.
    pub fn enter(&mut self, id: &Name) -> Result<HeartbeatAnswer, ErrorCode> {
        self.enter_as(id, None)
    }

    pub fn enter_as(&mut self, id: &Name, instance: Option<&str>) -> Result<HeartbeatAnswer, ErrorCode> {
        self.beat_with(id, 0, |request| {
            request.instance_id = instance.map(name);
            request.rebalance_timeout = Some(REBALANCE);
            request.topics = Some(vec![name("orders")]);
            request.owned = Some(Vec::new());
        })
    }

    /// A heartbeat that only says who it is, and in which epoch.
    pub fn beat(&mut self, id: &Name, epoch: i32) -> Result<HeartbeatAnswer, ErrorCode> {
        self.beat_with(id, epoch, |_| {})
    }

    pub fn beat_owning(
        &mut self,
        id: &Name,
        epoch: i32,
        owned: &[TopicPartition],
    ) -> Result<HeartbeatAnswer, ErrorCode> {
        self.beat_with(id, epoch, |request| request.owned = Some(owned.to_vec()))
    }

    pub fn beat_with(
        &mut self,
        id: &Name,
        epoch: i32,
        change: impl FnOnce(&mut ConsumerGroupHeartbeat),
    ) -> Result<HeartbeatAnswer, ErrorCode> {
        let mut request = ConsumerGroupHeartbeat {
            group: name("g"),
            client_id: id.clone(),
            member_id: id.clone(),
            member_epoch: epoch,
            instance_id: None,
            rebalance_timeout: None,
            topics: None,
            assignor: None,
            owned: None,
        };
        change(&mut request);
        let ticket = self.send(Request::ConsumerGroupHeartbeat(request));
        match self.answer(ticket) {
            Some(Response::ConsumerGroupHeartbeat(result)) => result.clone(),
            other => panic!("a heartbeat is answered at once, not with {other:?}"),
        }
    }

    pub fn heartbeat(&mut self, id: &Name, generation: i32) -> Result<(), ErrorCode> {
        let ticket =
            self.send(Request::Heartbeat { group: name("g"), generation, member_id: id.clone(), instance_id: None });
        match self.answer(ticket) {
            Some(Response::Heartbeat(result)) => *result,
            other => panic!("a heartbeat is answered at once, not with {other:?}"),
        }
    }

    pub fn leave(&mut self, id: &Name) -> Result<(), ErrorCode> {
        let ticket = self.send(Request::LeaveGroup { group: name("g"), member_id: id.clone(), instance_id: None });
        match self.answer(ticket) {
            Some(Response::LeaveGroup(result)) => *result,
            other => panic!("a goodbye is answered at once, not with {other:?}"),
        }
    }

    /// Commits `offset` for partition 0 of `orders`.
    pub fn commit(&mut self, id: Option<&Name>, generation: i32, offset: u64) -> Result<(), ErrorCode> {
        let offsets = SortedMap::from([(orders(0), offset)]);
        let commit = OffsetCommit { group: name("g"), generation, member_id: id.cloned(), instance_id: None, offsets };
        let ticket = self.send(Request::OffsetCommit(commit));
        match self.answer(ticket) {
            Some(Response::OffsetCommit(result)) => *result,
            other => panic!("a commit is answered at once, not with {other:?}"),
        }
    }

    /// OffsetFetch for partitions 0 and 1 of `orders`.
    pub fn fetch_offsets(&mut self) -> Vec<Option<u64>> {
        let ticket = self.send(Request::OffsetFetch { group: name("g"), partitions: vec![orders(0), orders(1)] });
        match self.answer(ticket) {
            Some(Response::OffsetFetch { offsets, .. }) => offsets.values().copied().collect(),
            other => panic!("a fetch of offsets is answered at once, not with {other:?}"),
        }
    }

    /// The same, and of which partitions nothing is told.
    pub fn fetch_offsets_and_unstable(&mut self) -> (Vec<Option<u64>>, Vec<TopicPartition>) {
        let ticket = self.send(Request::OffsetFetch { group: name("g"), partitions: vec![orders(0), orders(1)] });
        match self.answer(ticket) {
            Some(Response::OffsetFetch { offsets, unstable }) => {
                (offsets.values().copied().collect(), unstable.clone())
            }
            other => panic!("a fetch of offsets is answered at once, not with {other:?}"),
        }
    }

    /// Commits `offset` for partition 0 of `orders` in a transaction.
    pub fn commit_in_transaction(&mut self, id: &Name, generation: i32, offset: u64) -> Result<(), ErrorCode> {
        let (member_id, offsets) = (Some(id.clone()), SortedMap::from([(orders(0), offset)]));
        let commit = OffsetCommit { group: name("g"), generation, member_id, instance_id: None, offsets };
        let mut out = Out::default();
        let result = self.coordinator.commit_in_transaction(self.now, &self.cluster, WRITER, &commit, &mut out);
        self.settle(out);
        result
    }

    /// The marker of that transaction.
    pub fn end_transaction(&mut self, outcome: Outcome) {
        let mut out = Out::default();
        self.coordinator.end_transaction(self.now, &self.cluster, WRITER, outcome, &name("g"), &mut out);
        self.settle(out);
    }

    pub fn group_committed(&self) -> Option<u64> {
        self.coordinator.group(&name("g")).and_then(|group| group.committed(&orders(0)))
    }

    pub fn reset(&mut self, offset: u64) -> Result<(), GroupState> {
        let mut out = Out::default();
        let offsets = SortedMap::from([(orders(0), offset)]);
        let result = self.coordinator.reset_offsets(self.now, &name("g"), offsets, &mut out);
        self.settle(out);
        result
    }

    pub fn send(&mut self, request: Request) -> Ticket {
        let correlation = Correlation(self.requests);
        self.requests += 1;
        let mut out = Out::default();
        let caller = Caller { endpoint: Endpoint(0), correlation };
        self.coordinator.handle(self.now, &self.cluster, caller, &request, &mut out);
        self.settle(out);
        Ticket(correlation)
    }

    pub fn answer(&self, ticket: Ticket) -> Option<&Response> {
        self.answers.get(&ticket.0)
    }

    pub fn is_waiting(&self, ticket: Ticket) -> bool {
        self.answer(ticket).is_none()
    }

    pub fn joined(&self, ticket: Ticket) -> &Joined {
        match self.answer(ticket) {
            Some(Response::JoinGroup(Ok(joined))) => joined,
            other => panic!("not in a generation but {other:?}"),
        }
    }

    pub fn join_error(&self, ticket: Ticket) -> ErrorCode {
        match self.answer(ticket) {
            Some(Response::JoinGroup(Err(JoinError { code, .. }))) => *code,
            other => panic!("not refused but {other:?}"),
        }
    }

    /// What the SyncGroup was answered with.
    pub fn share(&self, ticket: Ticket) -> Result<Vec<TopicPartition>, ErrorCode> {
        match self.answer(ticket) {
            Some(Response::SyncGroup(result)) => result.clone(),
            other => panic!("not synced but {other:?}"),
        }
    }

    pub fn saw(&self, fact: &Fact) -> bool {
        self.facts.contains(fact)
    }

    fn settle(&mut self, out: Out) {
        for effect in out.effects {
            match effect {
                Effect::Send { message: Message::Response { correlation, response }, .. } => {
                    let earlier = self.answers.insert(correlation, response);
                    assert!(earlier.is_none(), "request {correlation:?} was answered twice");
                }
                Effect::Arm { timer, at } => drop(self.timers.insert(timer, at)),
                Effect::Disarm { timer } => drop(self.timers.remove(&timer)),
                Effect::Observe { fact, .. } => self.facts.push(fact),
                other => panic!("a coordinator does not do {other:?}"),
            }
        }
    }
}

pub fn name(text: &str) -> Name {
    Name::from(text)
}

pub fn orders(partition: u32) -> TopicPartition {
    TopicPartition::new(&name("orders"), partition)
}

/// Of a cluster with a single broker.
fn controller() -> Controller {
    let mut controller = Controller::default();
    controller.take_in(BrokerId(1), None);
    controller
}
