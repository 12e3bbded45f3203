//! Share groups (KIP-932; `ShareGroup`, and `SimpleAssignor`).
//!
//! Members heartbeat as in the consumer protocol, and nobody has to give anything up first: every member may read every
//! partition of its topics, whoever else does. Who gets which record is the partition's leader's to say, see
//! `broker/share.rs`.
//!
//! Left out: the persister of share state as a coordinator of its own; subscriptions by regular expression; assignors that
//! spread members over partitions once there are enough of them (Kafka 4.1).

use std::collections::BTreeSet;

use super::Step;
use super::modern::{Member, ModernGroup};
use crate::kernel::{SortedMap, Span};
use crate::model::actor::Out;
use crate::model::fact::{Fact, GroupState, RebalanceReason};
use crate::model::kafka::message::{ConsumerGroupHeartbeat, ErrorCode, HeartbeatAnswer};
use crate::model::{Name, TopicPartition};

/// `SimpleAssignor#name`.
pub(super) const ASSIGNOR: &str = "simple";

#[derive(Clone, Debug)]
pub struct ShareGroup {
    modern: ModernGroup,
    /// The epoch of which members were last told what they may read.
    target_epoch: i32,
    /// Partitions of the topics that members subscribe to, as far as these exist.
    topics: SortedMap<Name, u32>,
}

impl ShareGroup {
    pub(super) fn new(name: Name) -> Self {
        ShareGroup { modern: ModernGroup::new(name), target_epoch: 0, topics: SortedMap::new() }
    }

    pub fn state(&self) -> GroupState {
        self.modern.state
    }

    pub fn epoch(&self) -> i32 {
        self.modern.epoch
    }

    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.modern.members.iter()
    }

    /// ShareGroupHeartbeat: join (epoch 0), stay, or leave (-1).
    pub(super) fn heartbeat(
        &mut self,
        step: &mut Step,
        request: &ConsumerGroupHeartbeat,
    ) -> Result<HeartbeatAnswer, ErrorCode> {
        let id = &request.member_id;
        if request.member_epoch < 0 {
            return self.leave(step, id);
        }
        let mut reason = None;
        match self.modern.member(id) {
            None if request.member_epoch > 0 => return Err(ErrorCode::UnknownMemberId),
            None if self.modern.members.len() >= step.config.group_share_max_size as usize => {
                return Err(ErrorCode::GroupMaxSizeReached);
            }
            None => {
                self.modern.add(step, id);
                reason = Some(RebalanceReason::MemberJoined(id.clone()));
            }
            Some(member) => {
                let known = [0, member.epoch, member.previous_epoch];
                if !known.contains(&request.member_epoch) {
                    return Err(ErrorCode::FencedMemberEpoch);
                }
            }
        }
        let reason = self.update(step, request).map(|changed| reason.take().unwrap_or(changed)).or(reason);
        self.modern.refresh_session(step, id);
        self.bump_if_needed(step, reason);
        self.update_target(step);
        Ok(self.answer(step, request))
    }

    /// Takes over what the request says; says whether its subscription changed.
    fn update(&mut self, step: &mut Step, request: &ConsumerGroupHeartbeat) -> Option<RebalanceReason> {
        let member = self.modern.member_mut(&request.member_id)?;
        member.client_id.clone_from(&request.client_id);
        member.session_timeout = Span::from_millis(step.config.group_share_session_timeout_ms);
        let topics: BTreeSet<Name> = request.topics.as_ref()?.iter().cloned().collect();
        if topics == member.topics {
            return None;
        }
        member.topics = topics;
        Some(RebalanceReason::SubscriptionChanged(member.id.clone()))
    }

    fn bump_if_needed(&mut self, step: &mut Step, reason: Option<RebalanceReason>) {
        let topics = self.modern.subscribed(step.cluster, |topic| topic.partitions.len() as u32);
        let have_topics_changed = topics != self.topics;
        self.topics = topics;
        if let Some(reason) = reason.or(have_topics_changed.then_some(RebalanceReason::TopicsChanged)) {
            self.modern.bump_epoch(step, reason);
        }
        let to = if self.modern.members.is_empty() { GroupState::Empty } else { GroupState::Stable };
        self.modern.enter(to, step.out);
    }

    /// Of everybody's coming and going the others learn with their next heartbeat.
    fn update_target(&mut self, step: &mut Step) {
        let epoch = self.modern.epoch;
        if epoch > self.target_epoch {
            self.target_epoch = epoch;
            self.modern.observe(Fact::TargetAssigned { epoch, assignor: ASSIGNOR }, step.out);
        }
    }

    /// `SimpleAssignor`: everything to everybody.
    fn answer(&mut self, step: &mut Step, request: &ConsumerGroupHeartbeat) -> HeartbeatAnswer {
        let heartbeat_interval = Span::from_millis(step.config.group_share_heartbeat_interval_ms);
        let (epoch, topics) = (self.modern.epoch, &self.topics);
        let member = self.modern.member_mut(&request.member_id);
        let member = member.expect("it was found or added just now");
        let partitions = |topic: &Name| {
            let count = topics.get(topic).copied().unwrap_or(0);
            let topic = topic.clone();
            (0..count).map(move |partition| TopicPartition::new(&topic, partition))
        };
        let assigned: BTreeSet<TopicPartition> = member.topics.iter().flat_map(partitions).collect();
        let is_full = request.member_epoch == 0 || request.topics.is_some();
        let assignment = (is_full || assigned != member.assigned).then(|| assigned.iter().cloned().collect());
        member.assigned = assigned;
        if member.epoch != epoch {
            (member.previous_epoch, member.epoch) = (member.epoch, epoch);
            let (member, state) = (member.id.clone(), member.state);
            self.modern.observe(Fact::MemberReconciled { member, epoch, state }, step.out);
        }
        HeartbeatAnswer { member_epoch: epoch, heartbeat_interval, assignment }
    }

    fn leave(&mut self, step: &mut Step, id: &Name) -> Result<HeartbeatAnswer, ErrorCode> {
        if self.modern.member(id).is_none() {
            return Err(ErrorCode::UnknownMemberId);
        }
        self.modern.observe(Fact::MemberLeft { member: id.clone() }, step.out);
        self.remove(step, id, RebalanceReason::MemberLeft(id.clone()));
        Ok(HeartbeatAnswer { member_epoch: -1, heartbeat_interval: Span::ZERO, assignment: None })
    }

    pub(super) fn expire_session(&mut self, step: &mut Step, id: &Name) {
        if self.modern.note_timeout(step, id) {
            self.remove(step, id, RebalanceReason::SessionTimeout(id.clone()));
        }
    }

    fn remove(&mut self, step: &mut Step, id: &Name, reason: RebalanceReason) {
        self.modern.remove(step, id);
        self.bump_if_needed(step, Some(reason));
    }

    pub(super) fn dissolve(&mut self, out: &mut Out) {
        self.modern.dissolve(out);
    }

    pub(super) fn resume(&mut self, step: &mut Step) {
        self.modern.resume(step);
    }

    pub(super) fn stop(&self, out: &mut Out) {
        self.modern.stop(out);
    }
}
