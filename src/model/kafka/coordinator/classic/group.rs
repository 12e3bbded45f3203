//! One group: its state, and what can be read of it.
//!
//! The rules that change it are in the files beside this one, a request or a phase a file: `join`, `rebalance` and
//! `initial_delay` for JoinGroup, `sync`, `heartbeat`, `membership` for those who go, `protocol` for the vote.
//! Every change that can be seen goes with a fact.

use std::collections::BTreeSet;

use super::initial_delay::InitialDelay;
use super::member::{Member, Tenure};
use crate::kernel::{Span, Time};
use crate::model::Name;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, GroupState, Subject};
use crate::model::kafka::assignor::Assignor;
use crate::model::kafka::coordinator::Step;
use crate::model::kafka::message::{ErrorCode, Response};

/// `ClassicGroup`.
#[derive(Clone, Debug)]
pub struct ClassicGroup {
    pub(super) name: Name,
    pub(super) state: GroupState,
    pub(super) generation: i32,
    /// Chosen when a generation forms; `None` while the group is empty.
    pub(super) protocol: Option<Assignor>,
    pub(super) leader: Option<Name>,
    /// In the order of joining.
    pub(super) members: Vec<Member>,
    /// Ids handed out and not yet joined with.
    pub(super) pending: BTreeSet<Name>,
    pub(super) ids_handed_out: u64,
    /// When it became empty, if it is and was not before.
    pub(in super::super) emptied_at: Option<Time>,
    /// In `PreparingRebalance`.
    pub(super) join_phase: Option<JoinPhase>,
    /// From a generation's forming until everybody in it has synced.
    pub(super) sync_phase: Option<SyncPhase>,
}

#[derive(Clone, Debug)]
pub(super) struct JoinPhase {
    pub deadline: Time,
    /// Set if the group was empty when the phase began: then it ends by time and not as soon as everybody is in.
    pub initial: Option<InitialDelay>,
}

#[derive(Clone, Debug)]
pub(super) struct SyncPhase {
    pub deadline: Time,
    pub missing: BTreeSet<Name>,
}

/// How many of how many members have done what the phase waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u32,
    pub of: u32,
}

impl ClassicGroup {
    pub(in super::super) fn new(name: Name) -> Self {
        ClassicGroup {
            name,
            state: GroupState::Empty,
            generation: 0,
            protocol: None,
            leader: None,
            members: Vec::new(),
            pending: BTreeSet::new(),
            ids_handed_out: 0,
            emptied_at: None,
            join_phase: None,
            sync_phase: None,
        }
    }

    pub fn state(&self) -> GroupState {
        self.state
    }

    /// Counts completed join phases; 0 before the first.
    pub fn generation(&self) -> i32 {
        self.generation
    }

    pub fn protocol(&self) -> Option<Assignor> {
        self.protocol
    }

    pub fn leader(&self) -> Option<&Name> {
        self.leader.as_ref()
    }

    /// In the order of joining.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.iter()
    }

    pub fn member(&self, id: &Name) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }

    /// Ids handed out and not yet joined with, ascending.
    pub fn pending_members(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.pending.iter()
    }

    /// When the join phase ends at the latest; an initial delay may still be extended.
    pub fn join_deadline(&self) -> Option<Time> {
        self.join_phase.as_ref().map(|phase| phase.deadline)
    }

    /// Whether the join phase only gives others time to join, because the group was empty.
    pub fn is_in_initial_delay(&self) -> bool {
        self.join_phase.as_ref().is_some_and(|phase| phase.initial.is_some())
    }

    /// When members that have not synced are removed.
    pub fn sync_deadline(&self) -> Option<Time> {
        self.sync_phase.as_ref().map(|phase| phase.deadline)
    }

    /// In `PreparingRebalance`: who has joined anew, of the known members and the pending ones. In
    /// `CompletingRebalance`: who has synced.
    pub fn rebalance_progress(&self) -> Option<Progress> {
        let members = self.members.len() as u32;
        match self.state {
            GroupState::PreparingRebalance => {
                let done = self.members.iter().filter(|member| member.is_awaiting_join()).count() as u32;
                Some(Progress { done, of: members + self.pending.len() as u32 })
            }
            GroupState::CompletingRebalance => {
                let missing = self.sync_phase.as_ref().map_or(0, |phase| phase.missing.len() as u32);
                Some(Progress { done: members - missing, of: members })
            }
            _ => None,
        }
    }

    pub(super) fn member_mut(&mut self, id: &Name) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.id == *id)
    }

    pub(super) fn is_leader(&self, id: &Name) -> bool {
        self.leader.as_ref() == Some(id)
    }

    /// The longest that any member may take to rejoin.
    pub(super) fn rebalance_timeout(&self) -> Span {
        self.members.iter().map(|member| member.rebalance_timeout).max().unwrap_or(Span::ZERO)
    }

    pub(super) fn transition(&mut self, to: GroupState, out: &mut Out) {
        let from = std::mem::replace(&mut self.state, to);
        self.observe(Fact::StateChanged { from, to }, out);
    }

    pub(super) fn observe(&self, fact: Fact, out: &mut Out) {
        out.observe(Subject::Group(self.name.clone()), fact);
    }

    /// Goes on where the last coordinator wrote the group down. That happens with each generation: whoever was on the way
    /// into its first is not in it, and has to ask anew.
    pub(in super::super) fn resume(&mut self, step: &mut Step) {
        self.pending.clear();
        self.members.retain(|member| member.tenure == Tenure::Established);
        self.elect_leader_if_gone(step);
        (self.join_phase, self.sync_phase) = (None, None);
        let to = if self.members.is_empty() { GroupState::Empty } else { GroupState::Stable };
        if self.members.is_empty() {
            self.protocol = None;
            self.emptied_at = self.emptied_at.or(Some(step.now));
        }
        if self.state != to {
            self.transition(to, step.out);
        }
        for id in self.member_ids() {
            if let Some(member) = self.member_mut(&id) {
                (member.awaiting_join, member.awaiting_sync) = (None, None);
                member.heard_at = step.now;
            }
            self.resume_session(step, &id);
        }
    }

    pub(in super::super) fn stop(&mut self, out: &mut Out) {
        for member in &mut self.members {
            out.disarm(Timer::Session { group: self.name.clone(), member: member.id.clone() });
            let waiting = [member.awaiting_join.take(), member.awaiting_sync.take()];
            let refused = || Response::Refused(ErrorCode::NotCoordinator);
            waiting.into_iter().flatten().for_each(|caller| caller.answer(refused(), out));
        }
        for member in std::mem::take(&mut self.pending) {
            out.disarm(Timer::PendingMember { group: self.name.clone(), member });
        }
        out.disarm(Timer::Join { group: self.name.clone() });
        out.disarm(Timer::Sync { group: self.name.clone() });
    }

    /// Forgets everything, and stops every clock.
    pub(in super::super) fn dissolve(&mut self, out: &mut Out) {
        self.members.iter_mut().for_each(|member| (member.awaiting_join, member.awaiting_sync) = (None, None));
        self.stop(out);
        self.members.clear();
        self.transition(GroupState::Dead, out);
    }
}
