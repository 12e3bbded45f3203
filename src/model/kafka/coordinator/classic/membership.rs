//! How members go, and who leads afterwards.
//!
//! Four ways: a member says goodbye (`close()`, or its heartbeat thread after `max.poll.interval.ms`) and is gone at once;
//! its session runs out; it misses a phase of a rebalance; or it was only handed an id, and never joined with it. What it
//! read is read by nobody until the next generation is stable.

use super::Step;
use super::group::ClassicGroup;
use super::member::Member;
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};
use crate::model::kafka::message::{ErrorCode, Response};

impl ClassicGroup {
    /// LeaveGroup: at once, also for somebody who was only handed an id.
    pub(in super::super) fn leave(
        &mut self,
        step: &mut Step,
        id: &Name,
        instance: Option<&Name>,
    ) -> Result<(), ErrorCode> {
        if self.pending.remove(id) {
            step.out.disarm(Timer::PendingMember { group: self.name.clone(), member: id.clone() });
            self.observe(Fact::MemberLeft { member: id.clone() }, step.out);
            self.complete_join_if_all_are_in(step);
            return Ok(());
        }
        self.validate_identity(id, instance)?;
        self.observe(Fact::MemberLeft { member: id.clone() }, step.out);
        self.drop_member(step, id);
        self.go_on_without(step, RebalanceReason::MemberLeft(id.clone()));
        Ok(())
    }

    /// An id was handed out and never used.
    pub(in super::super) fn expire_pending(&mut self, step: &mut Step, id: &Name) {
        if self.pending.remove(id) {
            let fact = Fact::MemberRemoved { member: id.clone(), why: RemovalReason::NeverUsedItsId };
            self.observe(fact, step.out);
            self.complete_join_if_all_are_in(step);
        }
    }

    /// After a member is gone: its partitions need a new owner, or the join phase one member less.
    pub(super) fn go_on_without(&mut self, step: &mut Step, reason: RebalanceReason) {
        if self.state != GroupState::Empty {
            self.rebalance_or_complete_join(step, reason);
        }
    }

    /// Takes one member out; what follows from it is up to [`ClassicGroup::go_on_without`].
    pub(super) fn drop_member(&mut self, step: &mut Step, id: &Name) {
        let Some(position) = self.members.iter().position(|member| member.id == *id) else { return };
        let member = self.members.remove(position);
        self.turn_away(step, member);
        self.elect_leader_if_gone(step);
    }

    /// Takes several out for the same reason, and lets the rest elect a leader once.
    pub(super) fn remove_members(&mut self, step: &mut Step, ids: Vec<Name>, why: RemovalReason) {
        let (gone, left) = std::mem::take(&mut self.members).into_iter().partition(|member| ids.contains(&member.id));
        self.members = left;
        let gone: Vec<Member> = gone;
        for member in gone {
            self.observe(Fact::MemberRemoved { member: member.id.clone(), why }, step.out);
            self.turn_away(step, member);
        }
        self.elect_leader_if_gone(step);
    }

    pub(super) fn member_ids(&self) -> Vec<Name> {
        self.members.iter().map(|member| member.id.clone()).collect()
    }

    /// The first to join leads, and goes on leading for as long as it is a member.
    pub(super) fn hand_leadership(&mut self, step: &mut Step, leader: Option<Name>) {
        self.leader = leader.clone();
        self.observe(Fact::LeaderChanged { leader }, step.out);
    }

    /// Stops the clock of one that is no longer a member, and answers what it still waits for.
    fn turn_away(&mut self, step: &mut Step, member: Member) {
        if let Some(phase) = &mut self.sync_phase {
            phase.missing.remove(&member.id);
        }
        step.out.disarm(Timer::Session { group: self.name.clone(), member: member.id });
        if let Some(caller) = member.awaiting_join {
            step.answer(caller, Response::JoinGroup(Err(ErrorCode::UnknownMemberId.into())));
        }
        if let Some(caller) = member.awaiting_sync {
            step.answer(caller, Response::SyncGroup(Err(ErrorCode::UnknownMemberId)));
        }
    }

    /// The next in the order of joining.
    pub(super) fn elect_leader_if_gone(&mut self, step: &mut Step) {
        let Some(leader) = &self.leader else { return };
        if self.member(leader).is_none() {
            let next = self.members.first().map(|member| member.id.clone());
            self.hand_leadership(step, next);
        }
    }

    /// Of static members that did not come back, none can lead: it would have nobody to assign. Says whether anybody can
    /// (`maybeElectNewJoinedLeader`).
    pub(super) fn elect_leader_that_joined(&mut self, step: &mut Step) -> bool {
        let has_joined = |member: &&Member| member.is_awaiting_join();
        if self.members.iter().filter(has_joined).any(|member| self.is_leader(&member.id)) {
            return true;
        }
        let next = self.members.iter().find(has_joined).map(|member| member.id.clone());
        if next.is_some() {
            self.hand_leadership(step, next.clone());
        }
        next.is_some()
    }
}
