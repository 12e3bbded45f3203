//! The join phase: how it begins, whom it waits for, and the generation that comes of it (`prepareRebalance`,
//! `completeClassicGroupJoin`).
//!
//! A phase ends in one of three ways. A group that was empty waits for its initial delay, whoever has joined by then.
//! Every other waits until all known members have joined again, and everybody who was handed an id: usually about a
//! heartbeat interval, because a heartbeat is how members learn that they have to. And one whose members do not all come
//! ends after the rebalance timeout, without the rest. That is how one slow application makes all others wait for up to
//! `max.poll.interval.ms`, five minutes by default.

use super::Step;
use super::group::{ClassicGroup, JoinPhase, SyncPhase};
use super::initial_delay::InitialDelay;
use super::member::Tenure;
use crate::kernel::{Span, Time};
use crate::model::Name;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, GroupState, RebalanceReason, RemovalReason};

impl ClassicGroup {
    /// Begins a join phase; if one is on, perhaps this was what it waited for.
    pub(super) fn rebalance_or_complete_join(&mut self, step: &mut Step, reason: RebalanceReason) {
        match self.state {
            GroupState::PreparingRebalance => self.complete_join_if_all_are_in(step),
            _ => self.prepare_rebalance(step, reason),
        }
    }

    /// Nobody is told: members hear of it with the answer to their next heartbeat. Only who waits in a SyncGroup is sent
    /// back at once.
    pub(super) fn prepare_rebalance(&mut self, step: &mut Step, reason: RebalanceReason) {
        self.send_back_to_join(step);
        let was_empty = self.state == GroupState::Empty;
        self.emptied_at = None;
        self.observe(Fact::RebalanceStarted { reason }, step.out);
        self.transition(GroupState::PreparingRebalance, step.out);
        let initial = was_empty.then(|| InitialDelay::new(initial_delay(step), self.rebalance_timeout()));
        let wait = initial.as_ref().map_or(self.rebalance_timeout(), InitialDelay::window);
        self.begin_join_phase(step, step.now + wait, initial);
        self.complete_join_if_all_are_in(step);
    }

    /// As soon as everybody is in, unless an initial delay runs: that one ends by time only.
    pub(super) fn complete_join_if_all_are_in(&mut self, step: &mut Step) {
        let all_are_in = self.pending.is_empty() && self.members.iter().all(|member| member.is_awaiting_join());
        if self.join_phase.is_some() && !self.is_in_initial_delay() && all_are_in {
            self.complete_join(step);
        }
    }

    /// The timer of the join phase: time for the next window of the initial delay, or time to go on without the rest.
    pub(in super::super) fn end_join_phase(&mut self, step: &mut Step) {
        let Some(phase) = &self.join_phase else { return };
        match phase.initial.as_ref().and_then(|initial| initial.extended(initial_delay(step))) {
            Some(next) => {
                let until = step.now + next.window();
                self.begin_join_phase(step, until, Some(next));
                self.observe(Fact::InitialDelayExtended { until }, step.out);
            }
            None => self.complete_join(step),
        }
    }

    fn begin_join_phase(&mut self, step: &mut Step, deadline: Time, initial: Option<InitialDelay>) {
        self.join_phase = Some(JoinPhase { deadline, initial });
        step.out.arm(Timer::Join { group: self.name.clone() }, deadline);
    }

    /// The next generation, of those who are in. Who is late is out, and finds that its member id is not known any more;
    /// a static member keeps its place until its session runs out.
    fn complete_join(&mut self, step: &mut Step) {
        let late = self.members.iter().filter(|member| !member.is_awaiting_join() && member.instance_id.is_none());
        self.remove_members(step, late.map(|member| member.id.clone()).collect(), RemovalReason::DidNotRejoin);
        if !self.members.is_empty() && !self.elect_leader_that_joined(step) {
            let until = step.now + self.rebalance_timeout();
            return self.begin_join_phase(step, until, None);
        }
        self.join_phase = None;
        step.out.disarm(Timer::Join { group: self.name.clone() });
        self.generation += 1;
        match self.leader.clone() {
            Some(leader) => self.form_generation(step, leader),
            None => self.become_empty(step),
        }
    }

    /// A generation of nobody; it counts all the same, so that whoever turns up late with the old number is refused.
    fn become_empty(&mut self, step: &mut Step) {
        self.protocol = None;
        self.emptied_at = Some(step.now);
        self.transition(GroupState::Empty, step.out);
        self.observe(Fact::Emptied { generation: self.generation }, step.out);
    }

    /// Answers every JoinGroup, all at once: from here on the members have the next move, and their sessions run again.
    fn form_generation(&mut self, step: &mut Step, leader: Name) {
        let protocol = self.select_protocol().expect("nobody is let in who shares no protocol with the others");
        self.protocol = Some(protocol);
        let members: Vec<Name> = self.members.iter().map(|member| member.id.clone()).collect();
        self.transition(GroupState::CompletingRebalance, step.out);
        let fact = Fact::GenerationFormed { generation: self.generation, members: members.clone(), leader, protocol };
        self.observe(fact, step.out);
        for id in &members {
            self.admit_to_generation(step, id);
        }
        let deadline = step.now + self.rebalance_timeout();
        self.sync_phase = Some(SyncPhase { deadline, missing: members.into_iter().collect() });
        step.out.arm(Timer::Sync { group: self.name.clone() }, deadline);
    }

    fn admit_to_generation(&mut self, step: &mut Step, id: &Name) {
        let caller = self.member_mut(id).and_then(|member| {
            member.tenure = Tenure::Established;
            member.awaiting_join.take()
        });
        if let Some(caller) = caller {
            self.answer_join(step, caller, id);
        }
        self.resume_session(step, id);
    }
}

fn initial_delay(step: &Step) -> Span {
    Span::from_millis(step.config.group_initial_rebalance_delay_ms)
}
