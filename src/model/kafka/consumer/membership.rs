//! The client's side of the group protocol (`AbstractCoordinator`, `ConsumerCoordinator`): join, sync, heartbeat.

use std::collections::BTreeMap;

use super::commit::CommitKind;
use super::{Consumer, Purpose, Step};
use crate::kernel::Span;
use crate::model::actor::Timer;
use crate::model::fact::Fact;
use crate::model::kafka::assignor::{Assignment, Subscription};
use crate::model::kafka::client::deadline;
use crate::model::kafka::message::{ErrorCode, JoinError, JoinGroup, Joined, Request};
use crate::model::{Name, TopicPartition};

/// What a consumer knows of its membership.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    pub member_id: Option<Name>,
    /// -1 in the protocol while there is none.
    pub generation: Option<i32>,
    pub phase: Phase,
    pub needs_rejoin: bool,
    /// Of the group's leader: the partition counts that its last assignment was made for.
    pub planned_for: Option<BTreeMap<Name, u32>>,
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
            Phase::Revoking | Phase::Joining | Phase::Syncing => false,
        }
    }

    fn find_coordinator(&mut self, step: &mut Step) {
        if self.is_waiting_for(|purpose| matches!(purpose, Purpose::FindCoordinator)) {
            return;
        }
        if let Some((_, &broker)) = step.cluster.brokers.first_key_value() {
            let request = Request::FindCoordinator { group: self.group.clone() };
            self.ask_broker(broker, request, Purpose::FindCoordinator, step);
        }
    }

    /// Eager rebalancing: commit, give everything up, and only then join (`ConsumerCoordinator#onJoinPrepare`).
    fn prepare_join(&mut self, step: &mut Step) {
        let positions = self.positions();
        if self.config.enable_auto_commit && !positions.is_empty() {
            self.membership.phase = Phase::Revoking;
            self.commit(CommitKind::BeforeJoin, positions, step);
        } else {
            self.revoke_and_join(step);
        }
    }

    pub(super) fn revoke_and_join(&mut self, step: &mut Step) {
        self.give_up_partitions(step);
        self.send_join(step);
    }

    /// `onPartitionsRevoked` for everything it has.
    pub(super) fn give_up_partitions(&mut self, step: &mut Step) {
        let partitions: Vec<TopicPartition> = std::mem::take(&mut self.assignment).into_keys().collect();
        self.fetched.clear();
        if !partitions.is_empty() {
            self.observe(Fact::Revoked { partitions }, step);
        }
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
            protocols: self.config.assignors.clone(),
            topics: self.topics.clone(),
        });
        // A join may take as long as the slowest member's poll, and some more (`joinGroupTimeoutMs`).
        let patience = self.config.request_timeout_ms.max(self.config.max_poll_interval_ms + 5_000);
        let until = deadline(step.now, patience);
        self.requests.send(until, step.cluster.endpoint(broker), request, Purpose::Join, step.out);
        self.observe(Fact::JoinSent, step);
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
            Err(JoinError { code, .. }) if is_fatal(code) => {
                self.fail(format!("{}: the group does not take this consumer", code.name()), step);
            }
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
        let request = Request::SyncGroup { group: self.group.clone(), generation, member_id, assignments };
        self.ask_coordinator(request, Purpose::Sync, step);
        self.arm_heartbeat(step);
    }

    /// The leader works out who reads what; everybody else sends nothing.
    fn plan(&mut self, joined: &Joined) -> Assignment {
        if joined.leader != joined.member_id {
            self.membership.planned_for = None;
            return Assignment::new();
        }
        let subscription = |(member_id, topics): &(Name, Vec<Name>)| Subscription {
            member_id: member_id.clone(),
            instance_id: None,
            topics: topics.clone(),
        };
        let members: Vec<Subscription> = joined.members.iter().map(subscription).collect();
        let counts = self.all_partition_counts();
        self.membership.planned_for = Some(self.partition_counts());
        joined.protocol.assign(&counts, &members)
    }

    fn all_partition_counts(&self) -> BTreeMap<Name, u32> {
        self.leaders.iter().map(|(topic, leaders)| (topic.clone(), leaders.len() as u32)).collect()
    }

    pub(super) fn synced(&mut self, result: Result<Vec<TopicPartition>, ErrorCode>, step: &mut Step) {
        if self.membership.phase != Phase::Syncing {
            return;
        }
        match result {
            Ok(partitions) => self.take_assignment(partitions, step),
            Err(ErrorCode::RebalanceInProgress) => self.membership.phase = Phase::Unjoined,
            Err(error) => {
                self.leave_generation(error);
                self.membership.phase = Phase::Unjoined;
            }
        }
    }

    fn take_assignment(&mut self, partitions: Vec<TopicPartition>, step: &mut Step) {
        self.membership.phase = Phase::Stable;
        self.problem = None;
        self.assignment = partitions.iter().map(|partition| (partition.clone(), Default::default())).collect();
        self.next_auto_commit = deadline(step.now, self.config.auto_commit_interval_ms);
        self.observe(Fact::Assigned { partitions }, step);
    }

    pub(super) fn arm_heartbeat(&mut self, step: &mut Step) {
        step.out.arm(Timer::Heartbeat, deadline(step.now, self.config.heartbeat_interval_ms));
    }

    /// The background thread: runs from the first completed join on, whatever the application does.
    pub(super) fn heartbeat(&mut self, step: &mut Step) {
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
        let request = Request::Heartbeat { group: self.group.clone(), generation, member_id };
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
            Err(_) => self.coordinator = None,
        }
    }

    /// The coordinator does not know this member or this generation any more (`AbstractCoordinator#resetStateAndRejoin`).
    pub(super) fn leave_generation(&mut self, error: ErrorCode) {
        self.membership.generation = None;
        self.membership.planned_for = None;
        if error == ErrorCode::UnknownMemberId {
            self.membership.member_id = None;
        }
    }

    /// `onPartitionsLost`: others may own them by now, so there is nothing to commit.
    fn lose_partitions(&mut self, error: ErrorCode, step: &mut Step) {
        let partitions: Vec<TopicPartition> = std::mem::take(&mut self.assignment).into_keys().collect();
        self.fetched.clear();
        if !partitions.is_empty() {
            self.observe(Fact::Lost { partitions, error }, step);
        }
    }

    /// The heartbeat thread finds that `poll()` was not called for too long: it leaves in the application's name.
    pub(super) fn exceed_max_poll(&mut self, step: &mut Step) {
        let after = Span::from_millis(self.config.max_poll_interval_ms);
        self.poll_deadline = None;
        self.observe(Fact::MaxPollExceeded { after }, step);
        if let Some(member_id) = self.membership.member_id.take() {
            let request = Request::LeaveGroup { group: self.group.clone(), member_id };
            if let Some(broker) = self.coordinator {
                self.requests.send_and_forget(step.cluster.endpoint(broker), request, step.out);
            }
        }
        step.out.disarm(Timer::Heartbeat);
        self.membership = Membership { lost_by: Some(ErrorCode::UnknownMemberId), ..Membership::default() };
    }
}

/// Errors of a join that no retry mends.
fn is_fatal(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::InconsistentGroupProtocol | ErrorCode::InvalidSessionTimeout)
}
