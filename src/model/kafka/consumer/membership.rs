//! The client's side of the group protocol (`AbstractCoordinator`, `ConsumerCoordinator`): join, sync, heartbeat.

use std::collections::BTreeSet;

use super::commit::CommitKind;
use super::reconciliation::Told;
use super::{Consumer, Purpose, Step};
use crate::kernel::later::entrance;
use crate::kernel::{SortedMap, Span};
use crate::model::actor::Timer;
use crate::model::fact::Fact;
use crate::model::kafka::assignor::{Assignment, Assignor, LastAssignment, Metadata, RebalanceProtocol};
use crate::model::kafka::client::deadline;
use crate::model::kafka::config::{GroupProtocol, InstanceId};
use crate::model::kafka::java_order::{Buckets, iteration_order};
use crate::model::kafka::message::{ErrorCode, JoinError, JoinGroup, Joined, Request};
use crate::model::{Name, TopicPartition};

/// What a consumer knows of its membership.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    pub member_id: Option<Name>,
    /// Or the member's epoch. -1 in the protocol while there is none.
    pub generation: Option<i32>,
    pub phase: Phase,
    pub needs_rejoin: bool,
    /// Of the group's leader: the partition counts that its last assignment was made for.
    pub planned_for: Option<SortedMap<Name, u32>>,
    /// What it was given and has not taken over yet: that happens inside `poll()`.
    pub undelivered: Option<Vec<TopicPartition>>,
    /// In the consumer protocol: what the coordinator has been told.
    pub told: Option<Told>,
    pub heartbeat_interval: Span,
    /// Another heartbeat is to follow as soon as the one on the way is answered.
    pub heartbeat_is_due: bool,
    /// The generation, or epoch, that the last commit was sent with.
    pub committed_as: Option<i32>,
    /// Taken out of the group behind the application's back, and by which error; its next `poll()` will find out.
    pub lost_by: Option<ErrorCode>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    #[default]
    Unjoined,
    /// Commits before it gives its partitions up.
    Revoking,
    Joining,
    Syncing,
    Stable,
}

impl Membership {
    pub fn is_stable(&self) -> bool {
        self.phase == Phase::Stable
    }
}

impl Consumer {
    /// What `poll()` does about the group: find the coordinator, join, rejoin. True once it is a member in good standing.
    pub(super) fn ensure_active(&mut self, step: &mut Step) -> bool {
        if let Some(error) = self.membership.lost_by.take() {
            self.lose_partitions(error, step);
            if is_fatal(error) {
                self.fail(format!("{}: {}", error.name(), why_fatal(error)), step);
                return false;
            }
        }
        if self.partition_counts().is_empty() {
            if !self.is_waiting_for(|purpose| matches!(purpose, Purpose::Metadata)) {
                self.ask_metadata(step);
            }
            return false;
        }
        if self.coordinator.is_none() {
            self.find_coordinator(step);
            return false;
        }
        match self.config.protocol {
            GroupProtocol::Classic => self.ensure_joined(step),
            GroupProtocol::Consumer | GroupProtocol::Share => self.ensure_reconciled(step),
        }
    }

    fn ensure_joined(&mut self, step: &mut Step) -> bool {
        if let Some(partitions) = self.membership.undelivered.take() {
            self.take_assignment(partitions, step);
        }
        match self.membership.phase {
            Phase::Stable if !self.membership.needs_rejoin => true,
            Phase::Stable => {
                self.prepare_join(step);
                false
            }
            Phase::Unjoined => {
                self.send_join(step);
                false
            }
            Phase::Revoking => {
                if !self.is_committing_before_join() {
                    self.revoke_and_join(step);
                }
                false
            }
            Phase::Joining | Phase::Syncing => false,
        }
    }

    /// Whether `poll()` returns records although the group is not settled. Who rebalances eagerly has nothing to read then,
    /// and reads nothing more once it has committed; all others read on.
    pub(super) fn reads_on(&self) -> bool {
        let is_eager = self.rebalances() == RebalanceProtocol::Eager && self.config.protocol == GroupProtocol::Classic;
        !(is_eager && self.membership.phase == Phase::Revoking)
    }

    fn rebalances(&self) -> RebalanceProtocol {
        RebalanceProtocol::of(&self.config.assignors)
    }

    /// `group.instance.id`
    pub(super) fn instance_id(&self) -> Option<Name> {
        self.config.instance_id.map(|InstanceId::ClientId| self.name.clone())
    }

    pub(super) fn is_committing_before_join(&self) -> bool {
        self.is_waiting_for(|purpose| matches!(purpose, Purpose::Commit(CommitKind::BeforeJoin, _)))
    }

    pub(super) fn find_coordinator(&mut self, step: &mut Step) {
        let is_asking = self.is_waiting_for(|purpose| matches!(purpose, Purpose::FindCoordinator));
        if is_asking || step.now < self.find_not_before {
            return;
        }
        if let Some(broker) = self.any_broker(step) {
            let request = Request::FindCoordinator { key: self.group.clone() };
            self.ask_broker(broker, request, Purpose::FindCoordinator, step);
        }
    }

    /// Commits, and then joins (`ConsumerCoordinator#onJoinPrepare`).
    fn prepare_join(&mut self, step: &mut Step) {
        let positions = self.positions();
        if self.commits_by_itself() && !positions.is_empty() {
            self.membership.phase = Phase::Revoking;
            self.commit(CommitKind::BeforeJoin, positions, step);
        }
        if !self.is_committing_before_join() {
            self.revoke_and_join(step);
        }
    }

    /// Who rebalances eagerly gives everything up before it joins; who does so cooperatively only what it does not subscribe
    /// to any more.
    fn revoke_and_join(&mut self, step: &mut Step) {
        let topics = self.topics.clone();
        let is_eager = self.rebalances() == RebalanceProtocol::Eager;
        self.give_up(|partition| is_eager || !topics.contains(&partition.topic), step);
        self.send_join(step);
    }

    /// `onPartitionsRevoked` for all of these. Says whether there were any.
    pub(super) fn give_up(&mut self, is_it: impl Fn(&TopicPartition) -> bool, step: &mut Step) -> bool {
        let partitions: Vec<TopicPartition> = self.assignment.keys().filter(|it| is_it(it)).cloned().collect();
        self.assignment.retain(|partition, _| !is_it(partition));
        self.fetched.retain(|fetched| self.assignment.contains_key(&fetched.partition));
        self.sharing.forget(|partition| self.assignment.contains_key(partition));
        let are_any = !partitions.is_empty();
        if are_any {
            self.observe(Fact::Revoked { partitions }, step);
        }
        are_any
    }

    fn send_join(&mut self, step: &mut Step) {
        let Some(broker) = self.coordinator else { return };
        self.membership.phase = Phase::Joining;
        self.membership.needs_rejoin = false;
        let request = Request::JoinGroup(JoinGroup {
            group: self.group.clone(),
            client_id: self.name.clone(),
            member_id: self.membership.member_id.clone(),
            session_timeout: Span::from_millis(self.config.session_timeout_ms),
            rebalance_timeout: Span::from_millis(self.config.max_poll_interval_ms),
            instance_id: self.instance_id(),
            protocols: self.config.assignors.clone(),
            metadata: self.metadata(),
        });
        // A join may take as long as the slowest member's poll, and some more (`joinGroupTimeoutMs`).
        let patience = self.config.request_timeout_ms.max(self.config.max_poll_interval_ms + 5_000);
        let until = deadline(step.now, patience);
        self.requests.send(until, step.cluster.endpoint(broker), request, Purpose::Join, step.out);
        self.observe(Fact::JoinSent, step);
    }

    /// What the leader is told.
    fn metadata(&self) -> Metadata {
        let remembers = self.config.assignors.contains(&Assignor::Sticky);
        Metadata {
            topics: self.topics.clone(),
            owned: self.assignment.keys().cloned().collect(),
            generation: self.membership.generation.unwrap_or(-1),
            remembered: self.remembered.clone().filter(|_| remembers),
        }
    }

    pub(super) fn joined(&mut self, result: Result<Joined, JoinError>, step: &mut Step) {
        if self.membership.phase != Phase::Joining {
            return;
        }
        match result {
            Ok(joined) => self.sync(joined, step),
            Err(JoinError { code: ErrorCode::MemberIdRequired, member_id }) => {
                self.membership.member_id = member_id;
                self.send_join(step);
            }
            Err(JoinError { code: ErrorCode::UnknownMemberId, .. }) => {
                self.membership.member_id = None;
                self.send_join(step);
            }
            Err(JoinError { code, .. }) if is_fatal(code) => self.membership = Membership::lost(code),
            Err(_) => self.retry_join(step),
        }
    }

    fn retry_join(&mut self, step: &mut Step) {
        self.membership.phase = Phase::Unjoined;
        step.out.arm(Timer::Retry, deadline(step.now, self.config.retry_backoff_ms));
    }

    fn sync(&mut self, joined: Joined, step: &mut Step) {
        let assignments = self.plan(&joined);
        let Joined { generation, member_id, .. } = joined;
        self.membership.phase = Phase::Syncing;
        self.membership.generation = Some(generation);
        self.membership.member_id = Some(member_id.clone());
        let (group, instance_id) = (self.group.clone(), self.instance_id());
        let request = Request::SyncGroup { group, generation, member_id, instance_id, assignments };
        self.ask_coordinator(request, Purpose::Sync, step);
        self.arm_heartbeat(step);
    }

    /// The leader works out who reads what; everybody else sends nothing.
    fn plan(&mut self, joined: &Joined) -> Assignment {
        if joined.leader != joined.member_id {
            self.membership.planned_for = None;
            return Assignment::new();
        }
        let counts = self.all_partition_counts();
        self.membership.planned_for = Some(self.partition_counts());
        if joined.skip_assignment {
            return Assignment::new();
        }
        joined.protocol.assign(&counts, &joined.members)
    }

    fn all_partition_counts(&self) -> SortedMap<Name, u32> {
        self.leaders.iter().map(|(topic, leaders)| (topic.clone(), leaders.len() as u32)).collect()
    }

    pub(super) fn synced(&mut self, result: Result<Vec<TopicPartition>, ErrorCode>) {
        if self.membership.phase != Phase::Syncing {
            return;
        }
        match result {
            Ok(partitions) => {
                self.membership.phase = Phase::Stable;
                self.membership.undelivered = Some(partitions);
            }
            Err(error) if is_fatal(error) => self.membership = Membership::lost(error),
            Err(ErrorCode::RebalanceInProgress) => self.membership.phase = Phase::Unjoined,
            Err(error) => {
                self.leave_generation(error);
                self.membership.phase = Phase::Unjoined;
            }
        }
    }

    /// `ConsumerCoordinator#onJoinComplete`. Who rebalances cooperatively and has to give something up joins once more, so
    /// that others can have it.
    fn take_assignment(&mut self, partitions: Vec<TopicPartition>, step: &mut Step) {
        self.problem = None;
        if partitions.iter().any(|partition| !self.topics.contains(&partition.topic)) {
            self.membership.needs_rejoin = true;
            return;
        }
        self.remember(&partitions);
        self.next_auto_commit = deadline(step.now, self.config.auto_commit_interval_ms);
        match self.rebalances() {
            RebalanceProtocol::Eager => {
                self.assignment = partitions.iter().map(|partition| (partition.clone(), Default::default())).collect();
                self.observe(Fact::Assigned { partitions }, step);
            }
            RebalanceProtocol::Cooperative => self.membership.needs_rejoin |= self.change_assignment(&partitions, step),
        }
    }

    /// Gives up what is not in the new assignment, adds what is new, and goes on with the rest. Says whether it gave
    /// anything up.
    pub(super) fn change_assignment(&mut self, to: &[TopicPartition], step: &mut Step) -> bool {
        let kept: BTreeSet<&TopicPartition> = to.iter().collect();
        let gave_up = self.give_up(|partition| !kept.contains(partition), step);
        self.assignment.values_mut().for_each(|position| position.is_paused = false);
        let is_new = |partition: &&TopicPartition| !self.assignment.contains_key(*partition);
        let partitions: Vec<TopicPartition> = to.iter().filter(is_new).cloned().collect();
        self.assignment.extend(partitions.iter().map(|partition| (partition.clone(), Default::default())));
        self.observe(Fact::Assigned { partitions }, step);
        gave_up
    }

    /// `StickyAssignor#onAssignment`. What it notes goes through two of Kafka's formats, which group it by topic: the
    /// leader's, in the order in which topics turn up, and its own, in the order of a hash map.
    fn remember(&mut self, partitions: &[TopicPartition]) {
        let generation = self.membership.generation.unwrap_or(-1);
        let topics = iteration_order(Buckets::default(), partitions.iter().map(|partition| &partition.topic));
        let of_topic =
            |topic: &Name| partitions.iter().filter(|partition| partition.topic == *topic).cloned().collect::<Vec<_>>();
        let partitions = topics.into_iter().flat_map(of_topic).collect();
        self.remembered = Some(LastAssignment { generation, partitions });
    }

    pub(super) fn arm_heartbeat(&mut self, step: &mut Step) {
        step.out.arm(Timer::Heartbeat, deadline(step.now, self.config.heartbeat_interval_ms));
    }

    /// The background thread: runs from the first completed join on, whatever the application does.
    pub(super) fn heartbeat(&mut self, step: &mut Step) {
        if self.config.protocol != GroupProtocol::Classic {
            return entrance::<fn(&mut Consumer, &mut Step)>(Consumer::heartbeat_fetched_later)(self, step);
        }
        let (Some(generation), Some(member_id)) = (self.membership.generation, self.membership.member_id.clone())
        else {
            return;
        };
        self.arm_heartbeat(step);
        // A request to join or to sync says as much as a heartbeat.
        if matches!(self.membership.phase, Phase::Joining | Phase::Unjoined) {
            return;
        }
        if self.coordinator.is_none() {
            return self.find_coordinator(step);
        }
        let (group, instance_id) = (self.group.clone(), self.instance_id());
        let request = Request::Heartbeat { group, generation, member_id, instance_id };
        self.ask_coordinator(request, Purpose::Heartbeat, step);
    }

    pub(super) fn heartbeat_answered(&mut self, result: Result<(), ErrorCode>, step: &mut Step) {
        match result {
            Ok(()) => {}
            Err(ErrorCode::RebalanceInProgress) => {
                if self.membership.is_stable() && !self.membership.needs_rejoin {
                    self.membership.needs_rejoin = true;
                    self.observe(Fact::RebalanceNoticed, step);
                }
            }
            Err(error @ (ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration)) => {
                if matches!(self.membership.phase, Phase::Stable | Phase::Syncing) {
                    self.membership.lost_by = Some(error);
                    self.leave_generation(error);
                    self.membership.phase = Phase::Unjoined;
                }
            }
            Err(error) if is_fatal(error) => self.membership = Membership::lost(error),
            Err(_) => self.coordinator = None,
        }
    }

    /// The coordinator does not know this member or this generation any more (`AbstractCoordinator#resetStateAndRejoin`).
    pub(super) fn leave_generation(&mut self, error: ErrorCode) {
        self.membership.generation = None;
        self.membership.planned_for = None;
        self.membership.undelivered = None;
        if error == ErrorCode::UnknownMemberId {
            self.membership.member_id = None;
        }
    }

    /// `onPartitionsLost`: others may own them by now, so there is nothing to commit.
    pub(super) fn lose_partitions(&mut self, error: ErrorCode, step: &mut Step) {
        let partitions: Vec<TopicPartition> = std::mem::take(&mut self.assignment).into_keys().collect();
        self.fetched.clear();
        self.sharing.forget(|_| false);
        if !partitions.is_empty() {
            self.observe(Fact::Lost { partitions, error }, step);
        }
    }

    /// The heartbeat thread finds that `poll()` was not called for too long: it leaves in the application's name.
    pub(super) fn exceed_max_poll(&mut self, step: &mut Step) {
        let after = Span::from_millis(self.config.max_poll_interval_ms);
        self.poll_deadline = None;
        self.observe(Fact::MaxPollExceeded { after }, step);
        self.say_goodbye(step);
        step.out.disarm(Timer::Heartbeat);
        self.membership = Membership::lost(ErrorCode::UnknownMemberId);
    }

    /// In the classic protocol a static member leaves without a word, and keeps its place until its session times out.
    pub(super) fn say_goodbye(&mut self, step: &mut Step) {
        let (Some(broker), Some(member_id)) = (self.coordinator, self.membership.member_id.clone()) else { return };
        let request = match self.config.protocol {
            GroupProtocol::Consumer | GroupProtocol::Share => self.farewell(member_id),
            GroupProtocol::Classic if self.instance_id().is_some() => return,
            GroupProtocol::Classic => Request::LeaveGroup { group: self.group.clone(), member_id, instance_id: None },
        };
        self.requests.send_and_forget(step.cluster.endpoint(broker), request, step.out);
    }
}

impl Membership {
    /// Of somebody that the coordinator does not count in any more; its next `poll()` will find out.
    pub(super) fn lost(error: ErrorCode) -> Self {
        Membership { lost_by: Some(error), ..Membership::default() }
    }
}

/// Errors that no retry mends: the application gets an exception.
pub(super) fn is_fatal(code: ErrorCode) -> bool {
    use ErrorCode::*;
    matches!(
        code,
        InconsistentGroupProtocol
            | InvalidSessionTimeout
            | GroupMaxSizeReached
            | FencedInstanceId
            | UnreleasedInstanceId
            | GroupIdNotFound
    )
}

fn why_fatal(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::FencedInstanceId => "another consumer with this group.instance.id has taken its place",
        ErrorCode::UnreleasedInstanceId => "another consumer with this group.instance.id is still a member",
        ErrorCode::GroupMaxSizeReached => "the group is full",
        ErrorCode::InconsistentGroupProtocol | ErrorCode::GroupIdNotFound => {
            "the group's members use another group.protocol, or share no assignor with it"
        }
        _ => "the group does not take this consumer",
    }
}
