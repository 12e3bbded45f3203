//! What groups have in common whose members each heartbeat on their own (`ModernGroup`): who is in it, how long each may be
//! silent, and the epoch that their coming and going raises. With the consumer protocol they own partitions on top of that,
//! see `consumer.rs`; in a share group nobody does, see `share.rs`.

mod member;

pub use member::{JOINING, LEAVING, LEAVING_FOR_NOW, Member, MemberState};

use super::Step;
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, GroupState, RebalanceReason, Subject};
use crate::model::kafka::cluster::{Cluster, Topic};

/// `org.apache.kafka.coordinator.group.modern.ModernGroup`.
#[derive(Clone, Debug)]
pub(super) struct ModernGroup {
    pub name: Name,
    pub state: GroupState,
    /// Goes up with every change of its members, their subscriptions or the topics; 0 before the first member.
    pub epoch: i32,
    /// In the order of joining.
    pub members: Vec<Member>,
}

impl ModernGroup {
    pub fn new(name: Name) -> Self {
        ModernGroup { name, state: GroupState::Empty, epoch: 0, members: Vec::new() }
    }

    pub fn member(&self, id: &Name) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }

    pub fn member_mut(&mut self, id: &Name) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.id == *id)
    }

    pub fn place_of(&self, id: &Name) -> Option<usize> {
        self.members.iter().position(|member| member.id == *id)
    }

    pub fn add(&mut self, step: &mut Step, id: &Name) {
        self.members.push(Member::new(id.clone()));
        self.observe(Fact::MemberJoined { member: id.clone() }, step.out);
    }

    /// Takes it out, whyever it goes.
    pub fn remove(&mut self, step: &mut Step, id: &Name) -> Option<Member> {
        let place = self.place_of(id)?;
        self.stop_clocks(id, step.out);
        Some(self.members.remove(place))
    }

    /// Something was heard of the member: its session begins anew.
    pub fn refresh_session(&mut self, step: &mut Step, id: &Name) {
        if let Some(place) = self.place_of(id) {
            self.renew(step, place);
        }
    }

    fn renew(&mut self, step: &mut Step, place: usize) {
        let member = &mut self.members[place];
        let deadline = step.now + member.session_timeout;
        (member.heard_at, member.session_deadline) = (step.now, Some(deadline));
        let timer = Timer::Session { group: self.name.clone(), member: member.id.clone() };
        step.out.arm(timer, deadline);
    }

    /// Nothing was heard of the member for its session timeout; false when it is gone already.
    pub fn note_timeout(&self, step: &mut Step, id: &Name) -> bool {
        let Some(member) = self.member(id) else { return false };
        let silent_for = step.now.since(member.heard_at);
        self.observe(Fact::MemberTimedOut { member: id.clone(), silent_for }, step.out);
        true
    }

    pub fn bump_epoch(&mut self, step: &mut Step, reason: RebalanceReason) {
        self.epoch += 1;
        self.observe(Fact::GroupEpochBumped { epoch: self.epoch, reason }, step.out);
    }

    pub fn enter(&mut self, to: GroupState, out: &mut Out) {
        if to != self.state {
            let from = std::mem::replace(&mut self.state, to);
            self.observe(Fact::StateChanged { from, to }, out);
        }
    }

    /// The topics that members subscribe to, as far as they exist (`computeSubscriptionMetadata`).
    pub fn subscribed<T>(&self, cluster: &Cluster, describe: impl Fn(&Topic) -> T) -> SortedMap<Name, T> {
        let mut topics = SortedMap::new();
        for name in self.members.iter().flat_map(|member| &member.topics) {
            if let (false, Some(topic)) = (topics.contains_key(name), cluster.topics.get(name)) {
                topics.insert(name.clone(), describe(topic));
            }
        }
        topics
    }

    /// Forgets everybody, and stops every clock.
    pub fn dissolve(&mut self, out: &mut Out) {
        self.stop(out);
        self.members.clear();
        self.enter(GroupState::Dead, out);
    }

    /// Another coordinator goes on: everybody has a new session.
    pub fn resume(&mut self, step: &mut Step) {
        (0..self.members.len()).for_each(|place| self.renew(step, place));
    }

    pub fn stop(&self, out: &mut Out) {
        self.members.iter().for_each(|member| self.stop_clocks(&member.id, out));
    }

    pub fn stop_clocks(&self, member: &Name, out: &mut Out) {
        out.disarm(Timer::Session { group: self.name.clone(), member: member.clone() });
        out.disarm(Timer::Revocation { group: self.name.clone(), member: member.clone() });
    }

    pub fn observe(&self, fact: Fact, out: &mut Out) {
        out.observe(Subject::Group(self.name.clone()), fact);
    }
}
