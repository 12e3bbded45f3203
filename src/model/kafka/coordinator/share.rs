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
use super::consumer::Member;
use crate::kernel::{SortedMap, Span};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, GroupState, RebalanceReason, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::message::{ConsumerGroupHeartbeat, ErrorCode, HeartbeatAnswer};
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug)]
pub struct ShareGroup {
    name: Name,
    state: GroupState,
    epoch: i32,
    /// In the order of joining.
    members: Vec<Member>,
    /// Partitions of the topics that members subscribe to, as far as these exist.
    topics: SortedMap<Name, u32>,
}

impl ShareGroup {
    pub(super) fn new(name: Name) -> Self {
        ShareGroup { name, state: GroupState::Empty, epoch: 0, members: Vec::new(), topics: SortedMap::new() }
    }

    pub fn state(&self) -> GroupState {
        self.state
    }

    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.iter()
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
        match self.members.iter().find(|member| member.id == *id) {
            None if request.member_epoch > 0 => return Err(ErrorCode::UnknownMemberId),
            None if self.members.len() >= step.config.group_share_max_size as usize => {
                return Err(ErrorCode::GroupMaxSizeReached);
            }
            None => {
                self.members.push(Member::new(id.clone()));
                self.observe(Fact::MemberJoined { member: id.clone() }, step.out);
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
        self.bump_if_needed(step, reason);
        Ok(self.answer(step, request))
    }

    /// Takes over what the request says; says whether its subscription changed.
    fn update(&mut self, step: &mut Step, request: &ConsumerGroupHeartbeat) -> Option<RebalanceReason> {
        let member = self.members.iter_mut().find(|member| member.id == request.member_id)?;
        member.client_id.clone_from(&request.client_id);
        member.session_timeout = Span::from_millis(step.config.group_share_session_timeout_ms);
        member.heard_at = step.now;
        let deadline = step.now + member.session_timeout;
        member.session_deadline = Some(deadline);
        let timer = Timer::Session { group: self.name.clone(), member: member.id.clone() };
        step.out.arm(timer, deadline);
        let topics: BTreeSet<Name> = request.topics.as_ref()?.iter().cloned().collect();
        if topics == member.topics {
            return None;
        }
        member.topics = topics;
        Some(RebalanceReason::SubscriptionChanged(member.id.clone()))
    }

    fn bump_if_needed(&mut self, step: &mut Step, reason: Option<RebalanceReason>) {
        let topics = self.subscribed(step.cluster);
        let have_topics_changed = topics != self.topics;
        self.topics = topics;
        if let Some(reason) = reason.or(have_topics_changed.then_some(RebalanceReason::TopicsChanged)) {
            self.epoch += 1;
            self.observe(Fact::GroupEpochBumped { epoch: self.epoch, reason }, step.out);
        }
        let to = if self.members.is_empty() { GroupState::Empty } else { GroupState::Stable };
        if to != self.state {
            let from = std::mem::replace(&mut self.state, to);
            self.observe(Fact::StateChanged { from, to }, step.out);
        }
    }

    fn subscribed(&self, cluster: &Cluster) -> SortedMap<Name, u32> {
        let names = self.members.iter().flat_map(|member| &member.topics);
        let count = |name: &Name| Some((name.clone(), cluster.topics.get(name)?.partitions.len() as u32));
        names.filter_map(count).collect()
    }

    /// `SimpleAssignor`: everything to everybody.
    fn answer(&mut self, step: &Step, request: &ConsumerGroupHeartbeat) -> HeartbeatAnswer {
        let heartbeat_interval = Span::from_millis(step.config.group_share_heartbeat_interval_ms);
        let (epoch, topics) = (self.epoch, &self.topics);
        let member = self.members.iter_mut().find(|member| member.id == request.member_id);
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
        }
        HeartbeatAnswer { member_epoch: epoch, heartbeat_interval, assignment }
    }

    fn leave(&mut self, step: &mut Step, id: &Name) -> Result<HeartbeatAnswer, ErrorCode> {
        if !self.members.iter().any(|member| member.id == *id) {
            return Err(ErrorCode::UnknownMemberId);
        }
        self.observe(Fact::MemberLeft { member: id.clone() }, step.out);
        self.remove(step, id, RebalanceReason::MemberLeft(id.clone()));
        Ok(HeartbeatAnswer { member_epoch: -1, heartbeat_interval: Span::ZERO, assignment: None })
    }

    pub(super) fn expire_session(&mut self, step: &mut Step, id: &Name) {
        let Some(member) = self.members.iter().find(|member| member.id == *id) else { return };
        let silent_for = step.now.since(member.heard_at);
        self.observe(Fact::MemberTimedOut { member: id.clone(), silent_for }, step.out);
        self.remove(step, id, RebalanceReason::SessionTimeout(id.clone()));
    }

    fn remove(&mut self, step: &mut Step, id: &Name, reason: RebalanceReason) {
        self.members.retain(|member| member.id != *id);
        step.out.disarm(Timer::Session { group: self.name.clone(), member: id.clone() });
        self.bump_if_needed(step, Some(reason));
    }

    fn observe(&self, fact: Fact, out: &mut Out) {
        out.observe(Subject::Group(self.name.clone()), fact);
    }

    pub(super) fn dissolve(&mut self, out: &mut Out) {
        self.stop(out);
        self.members.clear();
        let from = std::mem::replace(&mut self.state, GroupState::Dead);
        self.observe(Fact::StateChanged { from, to: GroupState::Dead }, out);
    }

    pub(super) fn resume(&mut self, step: &mut Step) {
        for member in &mut self.members {
            let deadline = step.now + member.session_timeout;
            (member.heard_at, member.session_deadline) = (step.now, Some(deadline));
            step.out.arm(Timer::Session { group: self.name.clone(), member: member.id.clone() }, deadline);
        }
    }

    pub(super) fn stop(&mut self, out: &mut Out) {
        for member in &self.members {
            out.disarm(Timer::Session { group: self.name.clone(), member: member.id.clone() });
        }
    }
}
