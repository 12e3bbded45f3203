//! Static membership (KIP-345): a member with a `group.instance.id` keeps its place over a restart.
//!
//! A consumer that starts anew asks to join without a member id. If its instance id is known, it takes over the place of
//! whoever went by it: a new member id, the old assignment, and in a stable group no rebalance. The old one, should it
//! still run, is fenced off with its next request.
//!
//! The price: such a member does not leave when it closes, so that a consumer that is gone for good keeps its partitions
//! until its session times out.

use super::group::ClassicGroup;
use super::{Caller, Step, member_id};
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::{ErrorCode, JoinGroup, Response};

impl ClassicGroup {
    /// `ClassicGroup#validateMember`.
    pub(super) fn validate_identity(&self, id: &Name, instance: Option<&Name>) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            match self.static_member(instance) {
                Some(current) if current == id => {}
                Some(_) => return Err(ErrorCode::FencedInstanceId),
                None => return Err(ErrorCode::UnknownMemberId),
            }
        }
        self.member(id).map(|_| ()).ok_or(ErrorCode::UnknownMemberId)
    }

    /// The member id that an instance id stands for.
    fn static_member(&self, instance: &Name) -> Option<&Name> {
        self.members.iter().find(|member| member.instance_id.as_ref() == Some(instance)).map(|member| &member.id)
    }

    /// A JoinGroup without a member id, but with an instance id: in at once, no id is handed out first.
    pub(super) fn join_static(&mut self, step: &mut Step, caller: Caller, instance: &Name, request: &JoinGroup) {
        self.ids_handed_out += 1;
        let id = member_id(&self.name, instance, self.ids_handed_out);
        match self.static_member(instance).cloned() {
            None => self.add_member(step, caller, &id, request),
            Some(old) => {
                self.replace(step, &old, &id, request);
                self.go_on_with(step, caller, &id);
            }
        }
    }

    /// `ClassicGroup#replaceStaticMember`.
    fn replace(&mut self, step: &mut Step, old: &Name, id: &Name, request: &JoinGroup) {
        step.out.disarm(Timer::Session { group: self.name.clone(), member: old.clone() });
        let Some(member) = self.member_mut(old) else { return };
        member.id = id.clone();
        member.client_id.clone_from(&request.client_id);
        member.update(request);
        if let Some(caller) = member.awaiting_join.take() {
            step.answer(caller, Response::JoinGroup(Err(ErrorCode::FencedInstanceId.into())));
        }
        if let Some(caller) = member.awaiting_sync.take() {
            step.answer(caller, Response::SyncGroup(Err(ErrorCode::FencedInstanceId)));
        }
        self.observe(Fact::StaticMemberReplaced { member: id.clone(), was: old.clone() }, step.out);
        if self.is_leader(old) {
            self.hand_leadership(step, Some(id.clone()));
        }
        self.resume_session(step, id);
    }

    /// In a stable group the newcomer gets the current generation, unless the vote would now come out differently. While
    /// the leader assigns it must join with the rest, for the leader has the old member id on its list.
    fn go_on_with(&mut self, step: &mut Step, caller: Caller, id: &Name) {
        if self.state == GroupState::Stable && self.select_protocol() == self.protocol {
            let mut joined = self.current_generation(id);
            joined.skip_assignment = self.is_leader(id);
            return step.answer(caller, Response::JoinGroup(Ok(joined)));
        }
        self.await_join(step, caller, id);
        self.rebalance_or_complete_join(step, RebalanceReason::StaticMemberReplaced(id.clone()));
    }

    fn await_join(&mut self, step: &mut Step, caller: Caller, id: &Name) {
        if let Some(member) = self.member_mut(id) {
            member.awaiting_join = Some(caller);
        }
        self.pause_session(step, id);
    }
}
