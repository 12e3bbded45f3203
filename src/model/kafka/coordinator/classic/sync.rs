//! SyncGroup: the leader hands its assignment in, the others wait for their share (`classicGroupSync`).
//!
//! The coordinator does not look into assignments, and knows no assignor: it hands on what the leader wrote. That is why
//! members can use any assignor they agree on, and why a broker does not need to know how many partitions a topic has.

use super::group::ClassicGroup;
use super::{Caller, Step};
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};
use crate::model::kafka::assignor::Assignment;
use crate::model::kafka::message::{ErrorCode, Response};

impl ClassicGroup {
    pub(in super::super) fn sync(
        &mut self,
        step: &mut Step,
        caller: Caller,
        generation: i32,
        id: &Name,
        instance: Option<&Name>,
        assignments: &Assignment,
    ) {
        match self.validate_sync(generation, id, instance) {
            Err(code) => step.answer(caller, Response::SyncGroup(Err(code))),
            Ok(()) => self.accept_sync(step, caller, id, assignments),
        }
    }

    fn validate_sync(&self, generation: i32, id: &Name, instance: Option<&Name>) -> Result<(), ErrorCode> {
        self.validate_member(generation, id, instance)?;
        match self.state {
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    fn accept_sync(&mut self, step: &mut Step, caller: Caller, id: &Name, assignments: &Assignment) {
        self.await_sync(step, caller, id);
        if self.state == GroupState::Stable {
            self.answer_sync(step, id);
        } else if self.is_leader(id) {
            self.decide(step, assignments);
        }
    }

    /// Puts the request aside. Whoever syncs a second time, in Stable, has only missed an answer.
    fn await_sync(&mut self, step: &mut Step, caller: Caller, id: &Name) {
        if let Some(member) = self.member_mut(id) {
            member.awaiting_sync = Some(caller);
        }
        self.pause_session(step, id);
        let is_first = self.sync_phase.as_mut().is_some_and(|phase| phase.missing.remove(id));
        if is_first {
            self.observe(Fact::MemberSynced { member: id.clone() }, step.out);
        }
        self.end_sync_phase_if_all_have_synced(step);
    }

    /// The leader has spoken. Whom it did not mention reads nothing.
    fn decide(&mut self, step: &mut Step, assignments: &Assignment) {
        for member in &mut self.members {
            member.assignment = assignments.get(&member.id).cloned().unwrap_or_default();
        }
        self.transition(GroupState::Stable, step.out);
        self.observe(Fact::AssignmentDecided { generation: self.generation }, step.out);
        for id in self.member_ids() {
            self.answer_sync(step, &id);
        }
    }

    /// Answers with the member's share, if it has asked.
    fn answer_sync(&mut self, step: &mut Step, id: &Name) {
        let Some(member) = self.member_mut(id) else { return };
        let Some(caller) = member.awaiting_sync.take() else { return };
        let share = member.assignment.clone();
        step.answer(caller, Response::SyncGroup(Ok(share)));
        self.resume_session(step, id);
    }

    /// A rebalance overtakes the sync phase: who waits for its share is told to join again, and nobody has one.
    pub(super) fn send_back_to_join(&mut self, step: &mut Step) {
        self.close_sync_phase(step);
        if self.state != GroupState::CompletingRebalance {
            return;
        }
        for id in self.member_ids() {
            let Some(member) = self.member_mut(&id) else { continue };
            member.assignment.clear();
            let Some(caller) = member.awaiting_sync.take() else { continue };
            step.answer(caller, Response::SyncGroup(Err(ErrorCode::RebalanceInProgress)));
            self.resume_session(step, &id);
        }
    }

    /// The timer of the sync phase: on without those that have not synced.
    pub(in super::super) fn end_sync_phase(&mut self, step: &mut Step) {
        let Some(phase) = self.sync_phase.take() else { return };
        let missing = phase.missing.into_iter().collect();
        self.remove_members(step, missing, RemovalReason::DidNotSync);
        self.prepare_rebalance(step, RebalanceReason::SyncTimeout);
    }

    pub(super) fn end_sync_phase_if_all_have_synced(&mut self, step: &mut Step) {
        if self.sync_phase.as_ref().is_some_and(|phase| phase.missing.is_empty()) {
            self.close_sync_phase(step);
        }
    }

    fn close_sync_phase(&mut self, step: &mut Step) {
        if self.sync_phase.take().is_some() {
            step.out.disarm(Timer::Sync { group: self.name.clone() });
        }
    }
}
