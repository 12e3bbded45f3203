//! Carrying out what a state machine asked for, and keeping track of what caused what.
//!
//! While one message or timer is handled, everything observed has that message's or timer's cause; every message sent and
//! timer set afterwards is caused by the last thing observed. So a chain of causes leads through the visible changes, and
//! a message that changed nothing visible passes on the cause it had. Where the true reason came another way, it is
//! looked up in [`super::reasons`].

use super::simulation::{Entry, Event};
use super::{Actor, Cause, Observation, ObservationId, Simulation, World};
use crate::kernel::{Endpoint, Fate, Time};
use crate::model::actor::{Effect, Out, Timer};
use crate::model::fact::{Fact, Subject};
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
                Effect::Processed(records) => {
                    let Some(Actor::Consumer(name)) = self.world.actor(actor).cloned() else { continue };
                    let World { now, groups, consumers, meters, .. } = &mut self.world;
                    let group = consumers.get(&name).map(|consumer| &consumer.group);
                    if let Some(spec) = group.and_then(|group| groups.get_mut(group)) {
                        spec.ledger.add(&records);
                    }
                    meters.entry(name).or_default().add(*now, records.to - records.from);
                }
            }
        }
    }

    /// Writes an observation down; returns it as a cause for what follows.
    pub(super) fn observe(&mut self, subject: Subject, fact: Fact, cause: Cause) -> Cause {
        let id = ObservationId(self.next_observation);
        self.next_observation += 1;
        let World { now, groups, consumers, reasons, acknowledged, .. } = &mut self.world;
        let mut group = None;
        if let Subject::Consumer(name) = &subject {
            group = consumers.get(name).map(|consumer| &consumer.group);
            if let Some(spec) = group.and_then(|group| groups.get_mut(group)) {
                spec.ownership.observe(*now, name, &fact);
            }
        }
        let cause = reasons.cause_of(&subject, &fact, group, cause);
        reasons.observe(id, &subject, &fact);
        acknowledged.observe(&subject, &fact);
        let observation = Observation { id, at: self.world.now, subject, fact, cause };
        Cause::Observation(self.observe_in_order(observation))
    }

    fn send(&mut self, from: Endpoint, to: Endpoint, message: Message, cause: Cause) {
        let api = message.api();
        let config = &self.world.cluster.config;
        let cause = self.cause_of_sending(from, &message).unwrap_or(cause);
        let is_internal = self.is_broker(from) && self.is_broker(to);
        let link = if is_internal { config.broker_link() } else { config.client_link() };
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
            }
        }
    }

    /// What explains a message better than the last thing observed.
    fn cause_of_sending(&self, from: Endpoint, message: &Message) -> Option<Cause> {
        let Message::Request { request: Request::Fetch(_), .. } = message else { return None };
        let Some(Actor::Consumer(name)) = self.world.actor(from) else { return None };
        self.world.reasons.cause_of_fetch(name)
    }

    fn is_broker(&self, endpoint: Endpoint) -> bool {
        matches!(self.world.actor(endpoint), Some(Actor::Broker(_)))
    }

    fn arm(&mut self, actor: Endpoint, timer: Timer, at: Time, cause: Cause) {
        if at == Time::NEVER {
            return self.disarm(actor, timer);
        }
        let at = at.max(self.world.now);
        let event = Event::Timer(actor, timer.clone());
        let ticket = self.calendar.enter(at, Entry { cause, event });
        if let Some(old) = self.timers.insert((actor, timer), ticket) {
            self.calendar.cancel(old);
        }
    }

    fn disarm(&mut self, actor: Endpoint, timer: Timer) {
        if let Some(ticket) = self.timers.remove(&(actor, timer)) {
            self.calendar.cancel(ticket);
        }
    }

    /// When a timer of this actor goes off, if it is set.
    pub(super) fn disarm_all(&mut self, actor: Endpoint) {
        let first = (actor, Timer::Request(Default::default()));
        let of_actor = self.timers.range_from(&first).take_while(|((owner, _), _)| *owner == actor);
        let timers: Vec<Timer> = of_actor.map(|((_, timer), _)| timer.clone()).collect();
        timers.into_iter().for_each(|timer| self.disarm(actor, timer));
    }
}
