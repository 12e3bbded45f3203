//! How members go (`consumerGroupLeave`, `consumerGroupFenceMember`), and how a static one comes back.
//!
//! Whoever goes raises the group's epoch. Nobody else is told until its next heartbeat, which works the new target out.

use super::super::modern::{JOINING, LEAVING, LEAVING_FOR_NOW, Member};
use super::{ConsumerGroup, Step};
use crate::kernel::Span;
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, RebalanceReason, RemovalReason};
use crate::model::kafka::message::{ConsumerGroupHeartbeat, ErrorCode, HeartbeatAnswer};

impl ConsumerGroup {
    /// A heartbeat of a member that leaves: for good (-1), or, if it is static, for now (-2).
    pub(in super::super) fn leave(
        &mut self,
        step: &mut Step,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<HeartbeatAnswer, ErrorCode> {
        if let Some(instance) = &request.instance_id {
            let current = self.static_member(instance).ok_or(ErrorCode::UnknownMemberId)?;
            if current.id != request.member_id {
                return Err(ErrorCode::FencedInstanceId);
            }
        }
        let id = &request.member_id;
        let place = self.modern.place_of(id).ok_or(ErrorCode::UnknownMemberId)?;
        if request.member_epoch == LEAVING_FOR_NOW {
            self.leave_for_now(step, place);
        } else {
            self.modern.observe(Fact::MemberLeft { member: id.clone() }, step.out);
            self.remove(step, id, RebalanceReason::MemberLeft(id.clone()));
        }
        let heartbeat_interval = Span::ZERO;
        Ok(HeartbeatAnswer { member_epoch: request.member_epoch, heartbeat_interval, assignment: None })
    }

    /// Its partitions stay its, and nobody reads them, until it is back or its session runs out.
    fn leave_for_now(&mut self, step: &mut Step, place: usize) {
        let member = Member {
            epoch: LEAVING_FOR_NOW,
            pending_revocation: Default::default(),
            ..self.modern.members[place].clone()
        };
        let id = member.id.clone();
        self.put(place, member);
        step.out.disarm(Timer::Revocation { group: self.modern.name.clone(), member: id.clone() });
        self.modern.observe(Fact::StaticMemberLeft { member: id }, step.out);
        self.update_state(step.out);
    }

    /// The instance is back, under another member id: the same assignment, the same target, and no new epoch for it.
    pub(super) fn replace(&mut self, step: &mut Step, old: &Name, id: &Name) {
        let Some(place) = self.modern.place_of(old) else { return };
        self.modern.stop_clocks(old, step.out);
        let member =
            Member { id: id.clone(), epoch: JOINING, previous_epoch: LEAVING, ..self.modern.members[place].clone() };
        self.put(place, member);
        if let Some(target) = self.targets.remove(old) {
            self.targets.insert(id.clone(), target);
        }
        self.modern.observe(Fact::StaticMemberReplaced { member: id.clone(), was: old.clone() }, step.out);
    }

    /// Nothing was heard of the member for its session timeout.
    pub(in super::super) fn expire_session(&mut self, step: &mut Step, id: &Name) {
        if self.modern.note_timeout(step, id) {
            self.remove(step, id, RebalanceReason::SessionTimeout(id.clone()));
        }
    }

    /// The member did not give up in time what it was told to.
    pub(in super::super) fn expire_revocation(&mut self, step: &mut Step, id: &Name) {
        if self.member(id).is_none() {
            return;
        }
        let fact = Fact::MemberRemoved { member: id.clone(), why: RemovalReason::DidNotRevoke };
        self.modern.observe(fact, step.out);
        self.remove(step, id, RebalanceReason::RevocationTimeout(id.clone()));
    }

    /// The topics are looked up without it, so that its going is one change and not two.
    fn remove(&mut self, step: &mut Step, id: &Name, reason: RebalanceReason) {
        let Some(member) = self.modern.remove(step, id) else { return };
        for partition in member.held() {
            self.holders.remove(partition);
        }
        self.targets.remove(id);
        self.topics = self.subscribed_topics(step.cluster);
        self.modern.bump_epoch(step, reason);
        self.update_state(step.out);
    }

    pub(super) fn static_member(&self, instance: &Name) -> Option<&Member> {
        self.modern.members.iter().find(|member| member.instance_id.as_ref() == Some(instance))
    }
}
