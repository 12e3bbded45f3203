//! The heartbeat, which does everything (`consumerGroupHeartbeat`).

use std::collections::BTreeSet;

use super::super::modern::{JOINING, Member, MemberState};
use super::reconcile::{Aim, reconcile};
use super::{ConsumerGroup, Step};
use crate::kernel::Span;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, RebalanceReason};
use crate::model::kafka::message::{ConsumerGroupHeartbeat, ErrorCode, HeartbeatAnswer};
use crate::model::{Name, TopicPartition};

impl ConsumerGroup {
    /// A heartbeat of a member that joins or stays.
    pub(in super::super) fn heartbeat(
        &mut self,
        step: &mut Step,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<HeartbeatAnswer, ErrorCode> {
        self.check_size(step, request)?;
        let before = self.enrol(step, request)?;
        let reason = self.update_member(step, request);
        self.bump_epoch_if_needed(step, reason);
        if self.modern.epoch > self.target_epoch {
            self.update_target(step.out);
        }
        self.reconcile_member(step, request);
        self.modern.refresh_session(step, &request.member_id);
        self.update_state(step.out);
        let member = self.member(&request.member_id).ok_or(ErrorCode::UnknownMemberId)?;
        let is_full = request.member_epoch == JOINING
            || (request.rebalance_timeout.is_some() && request.topics.is_some() && request.owned.is_some());
        let assignment = (is_full || member.assigned != before).then(|| member.assigned.iter().cloned().collect());
        Ok(HeartbeatAnswer {
            member_epoch: member.epoch,
            heartbeat_interval: Span::from_millis(step.config.group_consumer_heartbeat_interval_ms),
            assignment,
        })
    }

    /// `group.consumer.max.size`.
    fn check_size(&self, step: &Step, request: &ConsumerGroupHeartbeat) -> Result<(), ErrorCode> {
        let is_full = self.modern.members.len() >= step.config.group_consumer_max_size as usize;
        if is_full && self.member(&request.member_id).is_none() {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        Ok(())
    }

    /// Finds the member or makes it one; says what it was assigned.
    fn enrol(
        &mut self,
        step: &mut Step,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<BTreeSet<TopicPartition>, ErrorCode> {
        match &request.instance_id {
            Some(instance) => self.enrol_static(step, instance, request)?,
            None => {
                let is_joining = request.member_epoch == JOINING;
                match self.member(&request.member_id) {
                    Some(member) => validate_epoch(member, request)?,
                    None if is_joining => self.modern.add(step, &request.member_id),
                    None => return Err(ErrorCode::UnknownMemberId),
                }
            }
        }
        Ok(self.member(&request.member_id).map(|member| member.assigned.clone()).unwrap_or_default())
    }

    /// A static member that is back takes the place of the one that left for now.
    fn enrol_static(
        &mut self,
        step: &mut Step,
        instance: &Name,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<(), ErrorCode> {
        let current = self.static_member(instance);
        match (request.member_epoch == JOINING, current) {
            (true, None) => self.modern.add(step, &request.member_id),
            (true, Some(current)) if !current.has_left_for_now() => return Err(ErrorCode::UnreleasedInstanceId),
            (true, Some(current)) => {
                let old = current.id.clone();
                self.replace(step, &old, &request.member_id);
            }
            (false, None) => return Err(ErrorCode::UnknownMemberId),
            (false, Some(current)) if current.id != request.member_id => return Err(ErrorCode::FencedInstanceId),
            (false, Some(current)) => validate_epoch(current, request)?,
        }
        Ok(())
    }

    /// Takes over what the request says, and says whether the group needs another target for it.
    fn update_member(&mut self, step: &Step, request: &ConsumerGroupHeartbeat) -> Option<RebalanceReason> {
        let session_timeout = Span::from_millis(step.config.group_consumer_session_timeout_ms);
        let member = self.modern.member_mut(&request.member_id)?;
        member.client_id.clone_from(&request.client_id);
        member.instance_id.clone_from(&request.instance_id);
        member.session_timeout = session_timeout;
        if let Some(timeout) = request.rebalance_timeout {
            member.rebalance_timeout = timeout;
        }
        if request.assignor.is_some() {
            member.assignor = request.assignor;
        }
        let topics: BTreeSet<Name> = request.topics.as_ref()?.iter().cloned().collect();
        if topics == member.topics {
            return None;
        }
        let is_new = member.topics.is_empty() && member.epoch == JOINING;
        member.topics = topics;
        let id = member.id.clone();
        Some(if is_new { RebalanceReason::MemberJoined(id) } else { RebalanceReason::SubscriptionChanged(id) })
    }

    fn bump_epoch_if_needed(&mut self, step: &mut Step, reason: Option<RebalanceReason>) {
        let topics = self.subscribed_topics(step.cluster);
        let have_topics_changed = topics != self.topics;
        self.topics = topics;
        if let Some(reason) = reason.or(have_topics_changed.then_some(RebalanceReason::TopicsChanged)) {
            self.modern.bump_epoch(step, reason);
        }
    }

    /// Leads the member one step on, unless it is where it is to be (`maybeReconcile`).
    fn reconcile_member(&mut self, step: &mut Step, request: &ConsumerGroupHeartbeat) {
        let Some(place) = self.modern.place_of(&request.member_id) else { return };
        let member = &self.modern.members[place];
        let aim = Aim {
            target_epoch: self.target_epoch,
            target: self.target(&member.id),
            holders: &self.holders,
            owned: request.owned.as_deref(),
        };
        let next = reconcile(member, &aim);
        if next == *member {
            return;
        }
        let has_moved = Member { previous_epoch: member.previous_epoch, ..next.clone() } != *member;
        self.put(place, next.clone());
        let timer = Timer::Revocation { group: self.modern.name.clone(), member: next.id.clone() };
        match next.state {
            MemberState::UnrevokedPartitions => step.out.arm(timer, step.now + next.rebalance_timeout),
            _ => step.out.disarm(timer),
        }
        let Member { id: member, epoch, state, .. } = next;
        if has_moved {
            self.modern.observe(Fact::MemberReconciled { member, epoch, state }, step.out);
        }
    }

    /// Replaces a member by what it has become, and notes what it holds.
    pub(super) fn put(&mut self, place: usize, member: Member) {
        for partition in self.modern.members[place].held() {
            self.holders.remove(partition);
        }
        self.holders.extend(member.held().map(|partition| (partition.clone(), member.epoch)));
        self.modern.members[place] = member;
    }
}

/// A member may be one epoch behind, since the answer with the new one may have been lost, as long as it owns nothing that
/// it should not (`throwIfConsumerGroupMemberEpochIsInvalid`).
fn validate_epoch(member: &Member, request: &ConsumerGroupHeartbeat) -> Result<(), ErrorCode> {
    let owned = request.owned.as_ref();
    let is_within = || owned.is_some_and(|owned| owned.iter().all(|partition| member.assigned.contains(partition)));
    match request.member_epoch {
        epoch if epoch == member.epoch => Ok(()),
        epoch if epoch < member.epoch && epoch == member.previous_epoch && is_within() => Ok(()),
        _ => Err(ErrorCode::FencedMemberEpoch),
    }
}
