//! JoinGroup: who is let in, who is told an id first, and who causes a rebalance by it (`classicGroupJoin`).

use super::group::ClassicGroup;
use super::member::Member;
use super::{Caller, Step, member_id};
use crate::kernel::Span;
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::{ErrorCode, JoinError, JoinGroup, Joined, Response};

/// How long a member that was never in a generation may wait for one: its client gives up, and asks for a new id, at
/// about this age (`CLASSIC_GROUP_NEW_MEMBER_JOIN_TIMEOUT_MS`).
const NEW_MEMBER_JOIN_TIMEOUT: Span = Span::from_secs(300);

impl From<ErrorCode> for JoinError {
    fn from(code: ErrorCode) -> Self {
        JoinError { code, member_id: None }
    }
}

impl ClassicGroup {
    pub(in super::super) fn join(&mut self, step: &mut Step, caller: Caller, request: &JoinGroup) {
        if let Err(error) = self.admit(step, caller, request) {
            step.answer(caller, Response::JoinGroup(Err(error)));
        }
    }

    /// Puts the request aside until the phase is over, answers it with the current generation, or says why not.
    fn admit(&mut self, step: &mut Step, caller: Caller, request: &JoinGroup) -> Result<(), JoinError> {
        self.check_size(step, request)?;
        if !self.supports_any(&request.protocols) {
            return Err(ErrorCode::InconsistentGroupProtocol.into());
        }
        match (&request.member_id, &request.instance_id) {
            (None, None) => return Err(self.hand_out_id(step, request)),
            (None, Some(instance)) => self.join_static(step, caller, instance, request),
            (Some(id), _) if self.pending.remove(id) => {
                step.out.disarm(Timer::PendingMember { group: self.name.clone(), member: id.clone() });
                self.add_member(step, caller, id, request);
            }
            (Some(id), instance) => {
                self.validate_identity(id, instance.as_ref())?;
                self.rejoin(step, caller, id, request);
            }
        }
        Ok(())
    }

    /// `group.max.size`. While members rejoin, only those that are in count, so that a group that was made smaller loses
    /// whoever comes last (`acceptJoiningMember`).
    fn check_size(&mut self, step: &mut Step, request: &JoinGroup) -> Result<(), JoinError> {
        let known = request.member_id.as_ref().and_then(|id| self.member(id));
        let (is_known, is_in) = (known.is_some(), known.is_some_and(Member::is_awaiting_join));
        let awaiting = self.members.iter().filter(|member| member.is_awaiting_join()).count();
        let most = step.config.group_max_size as usize;
        let has_room = match self.state {
            GroupState::PreparingRebalance => is_in || awaiting < most,
            GroupState::CompletingRebalance | GroupState::Stable => is_known || self.members.len() < most,
            _ => true,
        };
        if has_room {
            return Ok(());
        }
        if let Some(id) = request.member_id.as_ref().filter(|_| is_known) {
            self.drop_member(step, id);
        }
        Err(ErrorCode::GroupMaxSizeReached.into())
    }

    /// A client that never hears the answer to its first JoinGroup would leave a member behind that nobody is. Hence it
    /// gets an id first, and is a member once it comes back with it.
    fn hand_out_id(&mut self, step: &mut Step, request: &JoinGroup) -> JoinError {
        self.ids_handed_out += 1;
        let id = member_id(&self.name, &request.client_id, self.ids_handed_out);
        self.pending.insert(id.clone());
        let timer = Timer::PendingMember { group: self.name.clone(), member: id.clone() };
        step.out.arm(timer, step.now + request.session_timeout);
        self.observe(Fact::MemberIdAssigned { member: id.clone() }, step.out);
        JoinError { code: ErrorCode::MemberIdRequired, member_id: Some(id) }
    }

    /// The second JoinGroup, with the id that the first was answered with.
    pub(super) fn add_member(&mut self, step: &mut Step, caller: Caller, id: &Name, request: &JoinGroup) {
        let mut member = Member::new(id.clone(), step.now, request);
        member.awaiting_join = Some(caller);
        self.members.push(member);
        self.observe(Fact::MemberJoined { member: id.clone() }, step.out);
        if self.leader.is_none() {
            self.hand_leadership(step, Some(id.clone()));
        }
        if let Some(initial) = self.join_phase.as_mut().and_then(|phase| phase.initial.as_mut()) {
            initial.joined = true;
        }
        self.set_session(step, id, NEW_MEMBER_JOIN_TIMEOUT);
        self.rebalance_or_complete_join(step, RebalanceReason::MemberJoined(id.clone()));
    }

    /// A leader that joins anew wants to assign anew, perhaps because a topic has grown. A follower whose subscription is
    /// the same has only missed an answer.
    fn rejoin(&mut self, step: &mut Step, caller: Caller, id: &Name, request: &JoinGroup) {
        let is_unchanged = self.member(id).is_some_and(|member| member.matches(request));
        let subscribes_alike = self.member(id).is_some_and(|member| member.subscribes_alike(request));
        let needs_no_rebalance = match self.state {
            GroupState::CompletingRebalance => is_unchanged,
            GroupState::Stable => is_unchanged && !self.is_leader(id),
            _ => false,
        };
        if needs_no_rebalance {
            self.refresh_session(step, id);
            return self.answer_join(step, caller, id);
        }
        self.update_member(step, caller, id, request);
        let reason = match subscribes_alike {
            true if self.is_leader(id) => RebalanceReason::LeaderRejoined(id.clone()),
            true => RebalanceReason::MemberRejoined(id.clone()),
            false => RebalanceReason::SubscriptionChanged(id.clone()),
        };
        self.rebalance_or_complete_join(step, reason);
    }

    /// Takes over what the member wants now. An earlier JoinGroup of it that still waits is never answered: its client
    /// has given up on it, or it would not have sent another.
    fn update_member(&mut self, step: &mut Step, caller: Caller, id: &Name, request: &JoinGroup) {
        let Some(member) = self.member_mut(id) else { return };
        member.update(request);
        let earlier = member.awaiting_join.replace(caller);
        self.pause_session(step, id);
        if earlier.is_none() {
            self.observe(Fact::MemberRejoined { member: id.clone() }, step.out);
        }
    }

    /// The current generation. Who else is in it is the leader's business only.
    pub(super) fn answer_join(&self, step: &mut Step, caller: Caller, id: &Name) {
        let joined = self.current_generation(id);
        step.answer(caller, Response::JoinGroup(Ok(joined)));
    }

    pub(super) fn current_generation(&self, id: &Name) -> Joined {
        let (Some(protocol), Some(leader)) = (self.protocol, self.leader.clone()) else {
            unreachable!("a group with members that has formed a generation has a leader and a protocol");
        };
        let members = match self.is_leader(id) {
            true => self.members.iter().map(Member::subscription).collect(),
            false => Vec::new(),
        };
        Joined { generation: self.generation, protocol, leader, member_id: id.clone(), members, skip_assignment: false }
    }
}
