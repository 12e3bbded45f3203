//! The client's side of the consumer group protocol (KIP-848; `ConsumerMembershipManager`,
//! `ConsumerHeartbeatRequestManager`): one request in the background that says what the consumer wants and owns, and
//! whose answer says what it may read.
//!
//! A new assignment is taken over inside `poll()`: what is to be given up is committed first, given up, and only then does
//! a heartbeat say so. Until it has, nobody else gets those partitions; and an application that takes long between two
//! polls holds them up for as long. What it keeps it reads all the while.

use std::collections::BTreeSet;

use super::commit::CommitKind;
use super::{Consumer, Phase, Purpose, Step};
use crate::kernel::Span;
use crate::kernel::later::entrance;
use crate::model::actor::Timer;
use crate::model::fact::Fact;
use crate::model::kafka::config::GroupProtocol;
use crate::model::kafka::coordinator::member_id;
use crate::model::kafka::message::{ConsumerGroupHeartbeat, ErrorCode, HeartbeatAnswer, Request};
use crate::model::{Name, TopicPartition};

/// The epoch with which a member joins.
const JOINING: i32 = 0;

/// What the coordinator knows from earlier heartbeats; only what has changed since is said again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    topics: Vec<Name>,
    owned: Vec<TopicPartition>,
}

impl Consumer {
    /// What `poll()` does about the group. True once the consumer is a member.
    pub(super) fn ensure_reconciled(&mut self, step: &mut Step) -> bool {
        entrance::<fn(&mut Consumer, &mut Step) -> bool>(Consumer::ensure_reconciled_fetched_later)(self, step)
    }

    fn ensure_reconciled_fetched_later(&mut self, step: &mut Step) -> bool {
        match self.membership.phase {
            Phase::Unjoined => {
                self.join_by_heartbeat(step);
                false
            }
            Phase::Joining => false,
            Phase::Revoking if self.is_committing_before_join() => true,
            _ => {
                if let Some(assignment) = self.membership.undelivered.take() {
                    self.reconcile(assignment, step);
                }
                true
            }
        }
    }

    /// The client makes its member id up. Kafka's is a bare UUID; ours begins with the client's id, so that people see whose
    /// it is.
    fn join_by_heartbeat(&mut self, step: &mut Step) {
        if self.membership.member_id.is_none() {
            self.ids_made_up += 1;
            // The coordinator's own numbers, for the classic protocol, count from 1.
            let number = (1 << 32) + self.ids_made_up;
            self.membership.member_id = Some(member_id(&self.group, &self.name, number));
        }
        self.membership.phase = Phase::Joining;
        self.membership.told = None;
        self.observe(Fact::JoinSent, step);
        self.send_heartbeat(step);
    }

    /// Commits if something is to be given up, and then takes the assignment over.
    fn reconcile(&mut self, assignment: Vec<TopicPartition>, step: &mut Step) {
        let target: BTreeSet<&TopicPartition> = assignment.iter().collect();
        let gives_up = self.assignment.keys().any(|partition| !target.contains(partition));
        let positions = self.positions();
        let commits = self.commits_by_itself() && self.config.protocol == GroupProtocol::Consumer;
        let has_to_commit = gives_up && commits && !positions.is_empty();
        if has_to_commit && self.membership.phase != Phase::Revoking {
            self.pause_except(&target);
            self.membership.phase = Phase::Revoking;
            self.commit(CommitKind::BeforeJoin, positions, step);
            if self.is_committing_before_join() {
                self.membership.undelivered = Some(assignment);
                return;
            }
        }
        self.membership.phase = Phase::Stable;
        self.problem = None;
        self.change_assignment(&assignment, step);
        self.send_heartbeat(step);
    }

    /// The background thread: the next heartbeat is due.
    pub(super) fn heartbeat_fetched_later(&mut self, step: &mut Step) {
        self.send_heartbeat(step);
    }

    pub(super) fn send_heartbeat(&mut self, step: &mut Step) {
        let Some(member_id) = self.membership.member_id.clone() else { return };
        let interval = self.membership.heartbeat_interval.max(Span::from_millis(1));
        step.out.arm(Timer::Heartbeat, step.now + interval);
        if self.coordinator.is_none() {
            return self.find_coordinator(step);
        }
        if self.is_waiting_for(|purpose| matches!(purpose, Purpose::ConsumerHeartbeat)) {
            self.membership.heartbeat_is_due = true;
            return;
        }
        self.membership.heartbeat_is_due = false;
        let now = Told { topics: self.topics.clone(), owned: self.assignment.keys().cloned().collect() };
        let told = self.membership.told.replace(now.clone());
        let request = ConsumerGroupHeartbeat {
            member_epoch: self.membership.generation.unwrap_or(JOINING),
            rebalance_timeout: told.is_none().then(|| Span::from_millis(self.config.max_poll_interval_ms)),
            assignor: self.config.remote_assignor.filter(|_| told.is_none()),
            topics: told.as_ref().is_none_or(|told| told.topics != now.topics).then_some(now.topics),
            owned: told.as_ref().is_none_or(|told| told.owned != now.owned).then_some(now.owned),
            ..self.bare_heartbeat(member_id)
        };
        self.ask_coordinator(self.as_request(request), Purpose::ConsumerHeartbeat, step);
    }

    /// Says only who it is.
    fn bare_heartbeat(&self, member_id: Name) -> ConsumerGroupHeartbeat {
        ConsumerGroupHeartbeat {
            group: self.group.clone(),
            client_id: self.name.clone(),
            member_id,
            member_epoch: JOINING,
            instance_id: self.instance_id(),
            rebalance_timeout: None,
            topics: None,
            assignor: None,
            owned: None,
        }
    }

    /// For good; a static member says that it will be back.
    pub(super) fn farewell(&self, member_id: Name) -> Request {
        let is_static = self.instance_id().is_some() && self.config.protocol == GroupProtocol::Consumer;
        let member_epoch = if is_static { -2 } else { -1 };
        self.as_request(ConsumerGroupHeartbeat { member_epoch, ..self.bare_heartbeat(member_id) })
    }

    /// A share group has a request of its own, of the same shape.
    fn as_request(&self, heartbeat: ConsumerGroupHeartbeat) -> Request {
        match self.config.protocol {
            GroupProtocol::Share => Request::ShareGroupHeartbeat(heartbeat),
            GroupProtocol::Classic | GroupProtocol::Consumer => Request::ConsumerGroupHeartbeat(heartbeat),
        }
    }

    pub(super) fn consumer_heartbeat_answered(&mut self, result: Result<HeartbeatAnswer, ErrorCode>, step: &mut Step) {
        match result {
            Ok(answer) => self.learn_from_heartbeat(answer, step),
            Err(ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable) => self.coordinator = None,
            Err(error) => {
                self.membership.lost_by = Some(error);
                self.membership.generation = None;
                self.membership.undelivered = None;
                self.membership.phase = Phase::Unjoined;
                step.out.disarm(Timer::Heartbeat);
            }
        }
        if self.membership.heartbeat_is_due {
            self.send_heartbeat(step);
        }
    }

    fn learn_from_heartbeat(&mut self, answer: HeartbeatAnswer, step: &mut Step) {
        if self.membership.generation != Some(answer.member_epoch) {
            self.membership.generation = Some(answer.member_epoch);
            self.observe(Fact::EpochReached { epoch: answer.member_epoch }, step);
        }
        self.membership.heartbeat_interval = answer.heartbeat_interval;
        step.out.arm(Timer::Heartbeat, step.now + answer.heartbeat_interval);
        if self.membership.phase == Phase::Joining {
            self.membership.phase = Phase::Stable;
            self.problem = None;
        }
        if let Some(assignment) = answer.assignment {
            let is_known = self.assignment.keys().eq(&assignment);
            if !is_known || self.membership.undelivered.is_some() {
                self.membership.undelivered = Some(assignment);
            }
        }
    }

    /// No answer came: the next heartbeat tells everything anew.
    pub(super) fn heartbeat_lost(&mut self) {
        self.membership.told = None;
        if self.membership.phase == Phase::Joining {
            self.membership.phase = Phase::Unjoined;
        }
    }
}
