//! Heartbeats, and the session that they keep alive (`classicGroupHeartbeat`, `expireClassicGroupMemberHeartbeat`).
//!
//! A session runs only while the member has the next move. While the coordinator keeps its JoinGroup or SyncGroup waiting
//! it cannot be late, and its session stands still; the answer starts it afresh.

use super::Step;
use super::group::ClassicGroup;
use super::member::Tenure;
use crate::kernel::Span;
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::ErrorCode;

impl ClassicGroup {
    /// Accepted in CompletingRebalance as well: a member may well start to heartbeat before it syncs.
    pub(in super::super) fn heartbeat(
        &mut self,
        step: &mut Step,
        generation: i32,
        id: &Name,
        instance: Option<&Name>,
    ) -> Result<(), ErrorCode> {
        self.validate_member(generation, id, instance)?;
        self.refresh_session(step, id);
        match self.state {
            GroupState::PreparingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    /// Who speaks of another generation is told so; who is not known, or is no longer the one that goes by its instance
    /// id, is told that first.
    pub(in super::super) fn validate_member(
        &self,
        generation: i32,
        id: &Name,
        instance: Option<&Name>,
    ) -> Result<(), ErrorCode> {
        self.validate_identity(id, instance)?;
        if generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        Ok(())
    }

    /// Nothing was heard of the member for its session timeout.
    pub(in super::super) fn expire_session(&mut self, step: &mut Step, id: &Name) {
        let Some(member) = self.member(id) else { return };
        let silent_for = step.now.since(member.heard_at);
        self.observe(Fact::MemberTimedOut { member: id.clone(), silent_for }, step.out);
        self.drop_member(step, id);
        self.go_on_without(step, RebalanceReason::SessionTimeout(id.clone()));
    }

    /// The member was heard.
    pub(in super::super) fn refresh_session(&mut self, step: &mut Step, id: &Name) {
        let Some(member) = self.member_mut(id) else { return };
        member.heard_at = step.now;
        let is_kept_waiting = member.is_awaiting_join() || member.is_awaiting_sync();
        if !is_kept_waiting {
            self.resume_session(step, id);
        }
    }

    /// It is the member's turn again.
    pub(super) fn resume_session(&mut self, step: &mut Step, id: &Name) {
        if let Some(timeout) = self.member(id).map(|member| member.session_timeout) {
            self.set_session(step, id, timeout);
        }
    }

    /// It has asked, and must wait for others. A member that was never in a generation may still run out of time.
    pub(super) fn pause_session(&mut self, step: &mut Step, id: &Name) {
        let Some(member) = self.member_mut(id) else { return };
        member.heard_at = step.now;
        if member.tenure == Tenure::Established {
            member.session_deadline = None;
            step.out.disarm(Timer::Session { group: self.name.clone(), member: id.clone() });
        }
    }

    pub(super) fn set_session(&mut self, step: &mut Step, id: &Name, timeout: Span) {
        let deadline = step.now + timeout;
        if let Some(member) = self.member_mut(id) {
            member.session_deadline = Some(deadline);
        }
        step.out.arm(Timer::Session { group: self.name.clone(), member: id.clone() }, deadline);
    }
}
