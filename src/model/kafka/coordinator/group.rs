//! A group, whichever protocol its members speak: its committed offsets, its members, and what can be read of both.
//!
//! A group that is empty takes the protocol of whoever asks next. One with members does not: who speaks the other protocol
//! is turned away until they are gone.
//!
//! Left out: converting a group with members from one protocol to the other (`group.consumer.migration.policy`).

use super::Step;
use super::classic::{self, ClassicGroup};
use super::consumer::ConsumerGroup;
use super::modern;
use super::offsets::Offsets;
use super::share::{self, ShareGroup};
use crate::kernel::{SortedMap, Span, Time};
use crate::model::actor::Out;
use crate::model::fact::GroupState;
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug)]
pub struct Group {
    pub(super) name: Name,
    pub(super) offsets: Offsets,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Classic(ClassicGroup),
    Consumer(ConsumerGroup),
    Share(ShareGroup),
}

/// A member as an operator sees it, of either protocol.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub id: &'a Name,
    pub client_id: &'a Name,
    pub instance_id: Option<&'a Name>,
    /// What the coordinator counts as its.
    pub assignment: Vec<&'a TopicPartition>,
    /// In the consumer protocol.
    pub epoch: Option<i32>,
    /// When it is removed if nothing more is heard; `None` while the coordinator itself keeps it waiting.
    pub session_deadline: Option<Time>,
    pub session_timeout: Span,
    /// Its JoinGroup is waiting for the others.
    pub is_awaiting_join: bool,
}

impl<'a> From<&'a classic::Member> for Member<'a> {
    fn from(member: &'a classic::Member) -> Self {
        Member {
            id: &member.id,
            client_id: &member.client_id,
            instance_id: member.instance_id.as_ref(),
            assignment: member.assignment.iter().collect(),
            epoch: None,
            session_deadline: member.session_deadline,
            session_timeout: member.session_timeout,
            is_awaiting_join: member.is_awaiting_join(),
        }
    }
}

impl<'a> From<&'a modern::Member> for Member<'a> {
    fn from(member: &'a modern::Member) -> Self {
        Member {
            id: &member.id,
            client_id: &member.client_id,
            instance_id: member.instance_id.as_ref(),
            assignment: member.assigned.iter().collect(),
            epoch: Some(member.epoch),
            session_deadline: member.session_deadline,
            session_timeout: member.session_timeout,
            is_awaiting_join: false,
        }
    }
}

impl Group {
    pub(super) fn classic(name: Name) -> Self {
        Group { kind: Kind::Classic(ClassicGroup::new(name.clone())), offsets: Offsets::default(), name }
    }

    /// With the classic protocol.
    pub fn as_classic(&self) -> Option<&ClassicGroup> {
        match &self.kind {
            Kind::Classic(group) => Some(group),
            Kind::Consumer(_) | Kind::Share(_) => None,
        }
    }

    /// With the consumer protocol.
    pub fn as_consumer(&self) -> Option<&ConsumerGroup> {
        match &self.kind {
            Kind::Classic(_) | Kind::Share(_) => None,
            Kind::Consumer(group) => Some(group),
        }
    }

    /// `group.protocol`, as its members have it.
    pub fn protocol(&self) -> &'static str {
        match &self.kind {
            Kind::Classic(_) => "classic",
            Kind::Consumer(_) => "consumer",
            Kind::Share(_) => "share",
        }
    }

    pub fn state(&self) -> GroupState {
        match &self.kind {
            Kind::Classic(group) => group.state(),
            Kind::Consumer(group) => group.state(),
            Kind::Share(group) => group.state(),
        }
    }

    /// The generation, or but for the classic protocol the group's epoch; 0 before the first.
    pub fn generation(&self) -> i32 {
        match &self.kind {
            Kind::Classic(group) => group.generation(),
            Kind::Consumer(group) => group.epoch(),
            Kind::Share(group) => group.epoch(),
        }
    }

    /// By the name that the protocol uses; none while a classic group is empty.
    pub fn assignor(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Classic(group) => group.protocol().map(|assignor| assignor.name()),
            Kind::Consumer(group) => group.assignor().map(|assignor| assignor.name()),
            Kind::Share(_) => Some(share::ASSIGNOR),
        }
    }

    /// In the order of joining.
    pub fn members(&self) -> Vec<Member<'_>> {
        match &self.kind {
            Kind::Classic(group) => group.members().map(Member::from).collect(),
            Kind::Consumer(group) => group.members().map(Member::from).collect(),
            Kind::Share(group) => group.members().map(Member::from).collect(),
        }
    }

    /// The member that assigns, in the classic protocol.
    pub fn leader(&self) -> Option<Member<'_>> {
        let group = self.as_classic()?;
        group.member(group.leader()?).map(Member::from)
    }

    /// The next offset to read after a restart; `None` before the first commit.
    pub fn committed(&self, partition: &TopicPartition) -> Option<u64> {
        self.offsets.committed(partition)
    }

    /// Every committed offset, by partition.
    pub fn committed_all(&self) -> SortedMap<TopicPartition, u64> {
        self.offsets.all()
    }

    /// On another broker, or in another process: what is in the log is there; what only the last coordinator knew, who was
    /// waiting for what, is not. Members have a new session, and those who were joining ask again.
    pub(super) fn resume(&mut self, step: &mut Step) {
        match &mut self.kind {
            Kind::Classic(group) => group.resume(step),
            Kind::Consumer(group) => group.resume(step),
            Kind::Share(group) => group.resume(step),
        }
    }

    /// Stops every clock, and tells those who wait that they have to look for the coordinator.
    pub(super) fn stop(&mut self, out: &mut Out) {
        match &mut self.kind {
            Kind::Classic(group) => group.stop(out),
            Kind::Consumer(group) => group.stop(out),
            Kind::Share(group) => group.stop(out),
        }
    }

    /// Forgets everything, and stops every clock.
    pub(super) fn dissolve(&mut self, out: &mut Out) {
        match &mut self.kind {
            Kind::Classic(group) => group.dissolve(out),
            Kind::Consumer(group) => group.dissolve(out),
            Kind::Share(group) => group.dissolve(out),
        }
    }
}
