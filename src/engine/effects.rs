//! Carrying out what a state machine asked for, and keeping track of what caused what.
//!
//! While one message or timer is handled, everything observed has that message's or timer's cause; every message sent and
//! timer set afterwards is caused by the last thing observed. So a chain of causes leads through the visible changes, and
//! a message that changed nothing visible passes on the cause it had. Where the true reason came another way, it is
//! looked up in [`super::reasons`].

use super::simulation::{Entry, Event};
use super::{Actor, Cause, Observation, ObservationId, Simulation, World};
use crate::kernel::{Clock, Endpoint, Fate, Link, SortedMap, Ticket, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Effect, Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::config::{Acks, GroupProtocol};
use crate::model::kafka::consumer::Consumer;
use crate::model::kafka::message::{Message, Request};

impl Simulation {
    pub(super) fn apply(&mut self, actor: Endpoint, out: Out, cause: Cause) {
        let mut latest = cause;
        for effect in out.effects {
            match effect {
                Effect::Observe { subject, fact } => latest = self.observe(subject, fact, cause),
                Effect::Send { to, message } => self.send(actor, to, message, latest),
                Effect::Arm { timer, at } => self.arm(actor, timer, at, latest),
                Effect::Disarm { timer } => self.disarm(actor, timer),
                Effect::Acknowledged(records) => {
                    self.world.acknowledged.add(&records);
                    // Told after another leads already: they may be gone.
                    let replicas = self.world.cluster.replicas(&records.partition);
                    if replicas.is_some_and(|replicas| replicas.leader_epoch > records.leader_epoch) {
                        self.report_losses(&records.partition, latest);
                    }
                }
                Effect::ShareState { key, state } => drop(self.world.cluster.share_states.insert(key, *state)),
                Effect::TransactionState(transaction) => self.world.cluster.transactions.write(*transaction),
                Effect::NeverWritten { partition, records } => self.note_never_written(&partition, records, latest),
                Effect::Processed(records) => {
                    let Some(Actor::Consumer(name)) = self.world.actor(actor).cloned() else { continue };
                    let World { now, groups, consumers, meters, .. } = &mut self.world;
                    let group = consumers.get(&name).map(|consumer| &consumer.group);
                    if let Some(spec) = group.and_then(|group| groups.get_mut(group)) {
                        spec.ledger.add(&records);
                    }
                    meters.entry(name).or_default().add(*now, records.count());
                }
            }
        }
    }

    /// Writes an observation down; returns it as a cause for what follows.
    pub(super) fn observe(&mut self, subject: Subject, fact: Fact, cause: Cause) -> Cause {
        let id = ObservationId(self.next_observation);
        self.next_observation += 1;
        let World { now, groups, consumers, producers, reasons, .. } = &mut self.world;
        let (mut group, mut transactional_id) = (None, None);
        if let Subject::Producer(name) = &subject {
            transactional_id = producers.get(name).and_then(|producer| producer.config.transactional_id.as_ref());
        }
        if let Subject::Consumer(name) = &subject {
            group = consumers.get(name).map(|consumer| &consumer.group);
            let output = consumers.get(name).and_then(Consumer::output);
            transactional_id = output.and_then(|producer| producer.config.transactional_id.as_ref());
            // Members of a share group own nothing by themselves.
            let shares = consumers.get(name).is_some_and(|consumer| consumer.config.protocol == GroupProtocol::Share);
            if let (false, Some(spec)) = (shares, group.and_then(|group| groups.get_mut(group))) {
                spec.ownership.observe(*now, name, &fact);
            }
        }
        let cause = reasons.cause_of(&subject, &fact, group, transactional_id, cause);
        reasons.observe(id, &subject, &fact, transactional_id);
        let elected = matches!(fact, Fact::LeaderElected { .. });
        let partition =
            if let (Subject::Partition(name), true) = (&subject, elected) { Some(name.clone()) } else { None };
        let observation = Observation { id, at: self.world.now, subject, fact, cause };
        let cause = Cause::Observation(self.observe_in_order(observation));
        partition.into_iter().for_each(|partition| self.report_losses(&partition, cause));
        cause
    }

    /// Says what was lost of a partition since it was last looked at.
    pub(super) fn report_losses(&mut self, partition: &TopicPartition, cause: Cause) {
        let records = self.world.new_losses(partition);
        if records > 0 {
            self.observe(Subject::Partition(partition.clone()), Fact::RecordsLost { records }, cause);
        }
    }

    pub(super) fn note_never_written(&mut self, partition: &TopicPartition, records: u64, cause: Cause) {
        self.world.acknowledged.add_never_written(partition, records);
        self.report_losses(partition, cause);
    }

    /// A message will not arrive. Nobody sends again what needed no answer.
    pub(super) fn note_undelivered(&mut self, message: &Message, cause: Cause) {
        let Message::Request { request: Request::Produce { acks: Acks::None, batches, .. }, .. } = message else {
            return;
        };
        for batch in batches {
            self.note_never_written(&batch.partition, u64::from(batch.records.len()), cause);
        }
    }

    fn send(&mut self, from: Endpoint, to: Endpoint, message: Message, cause: Cause) {
        let api = message.api();
        let cause = self.cause_of_sending(from, &message).unwrap_or(cause);
        let link = self.link(from, to);
        // Its own copy, if a loss of it would have to be told.
        let unanswered =
            matches!(&message, Message::Request { request: Request::Produce { acks: Acks::None, .. }, .. });
        let copy = unanswered.then(|| message.clone());
        let letter = super::Letter { cause, message };
        match self.world.network.send(self.world.now, from, to, link, letter) {
            Fate::Arrives(packet, at) => {
                self.calendar.enter(at, Entry { cause, event: Event::Arrival(packet) });
            }
            Fate::Held(_) => {}
            Fate::Lost => {
                let names = (self.world.name_of(from), self.world.name_of(to));
                if let (Some(from), Some(to)) = names {
                    self.observe(Subject::Network, Fact::MessageLost { api, from, to }, cause);
                }
                copy.iter().for_each(|message| self.note_undelivered(message, cause));
            }
        }
    }

    /// What explains a message better than the last thing observed.
    fn cause_of_sending(&self, from: Endpoint, message: &Message) -> Option<Cause> {
        let Message::Request { request: Request::Fetch(_), .. } = message else { return None };
        let Some(Actor::Consumer(name)) = self.world.actor(from) else { return None };
        self.world.reasons.cause_of_fetch(name)
    }

    /// Brokers and the controller have their own wires.
    pub(super) fn link(&self, a: Endpoint, b: Endpoint) -> Link {
        let is_internal = |at| matches!(self.world.actor(at), Some(Actor::Broker(_) | Actor::Controller));
        let config = &self.world.cluster.config;
        if is_internal(a) && is_internal(b) { config.broker_link() } else { config.client_link() }
    }

    fn arm(&mut self, actor: Endpoint, timer: Timer, at: Time, cause: Cause) {
        if at == Time::NEVER {
            return self.disarm(actor, timer);
        }
        let at = self.world.when(actor, &timer, at).max(self.world.now);
        let event = Event::Timer(actor, timer.clone());
        let ticket = self.calendar.enter(at, Entry { cause, event });
        if let Some(old) = self.timers_of(actor).insert(timer, ticket) {
            self.calendar.cancel(old);
        }
    }

    /// Its clock has another speed from now on: what it waits for comes earlier or later.
    pub(super) fn rearm_all(&mut self, machine: Endpoint, before: Clock, cause: Cause) {
        let (now, clock) = (self.world.now, self.world.clocks.of(machine));
        for (timer, ticket) in std::mem::take(self.timers_of(machine)) {
            let Some(mut entry) = self.calendar.cancel(ticket) else { continue };
            let mut at = ticket.at();
            if is_measured_by_a_clock(&timer) {
                (at, entry.cause) = (clock.when(before.count(at)), cause);
            }
            let ticket = self.calendar.enter(at.max(now), entry);
            self.timers_of(machine).insert(timer, ticket);
        }
    }

    fn disarm(&mut self, actor: Endpoint, timer: Timer) {
        if let Some(ticket) = self.timers_of(actor).remove(&timer) {
            self.calendar.cancel(ticket);
        }
    }

    pub(super) fn disarm_all(&mut self, actor: Endpoint) {
        for ticket in std::mem::take(self.timers_of(actor)).into_values() {
            self.calendar.cancel(ticket);
        }
    }

    /// What this machine has set.
    pub(super) fn timers_of(&mut self, actor: Endpoint) -> &mut SortedMap<Timer, Ticket> {
        let place = actor.0 as usize;
        if self.timers.len() <= place {
            self.timers.resize_with(place + 1, SortedMap::new);
        }
        &mut self.timers[place]
    }
}

impl World {
    /// The moment of the run at which a machine's timer goes off that is set for `at` by the machine's clock.
    fn when(&self, machine: Endpoint, timer: &Timer, at: Time) -> Time {
        let clock = self.clocks.of(machine);
        if is_measured_by_a_clock(timer) { clock.when(at) } else { self.now + at.since(clock.count(self.now)) }
    }
}

/// Work takes as long as it takes, and events come when they come, whatever a clock says.
fn is_measured_by_a_clock(timer: &Timer) -> bool {
    !matches!(timer, Timer::Arrival | Timer::Service)
}
