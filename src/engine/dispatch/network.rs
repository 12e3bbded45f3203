//! Faults of the network.

use super::names::BROKERS;
use crate::engine::simulation::{Entry, Event};
use crate::engine::world::CONTROLLER;
use crate::engine::{Cause, Simulation, World};
use crate::kernel::Endpoint;
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::broker::Broker;

impl Simulation {
    pub(super) fn cut(&mut self, a: &Name, b: &Name, cause: Cause) {
        let cause = self.observe(Subject::Network, Fact::LinkCut { a: a.clone(), b: b.clone() }, cause);
        for (a, b) in self.world.links(a, b) {
            let dropped = self.world.network.partition(a, b);
            dropped.iter().for_each(|packet| self.note_undelivered(&packet.message.message, cause));
        }
    }

    pub(super) fn repair(&mut self, a: &Name, b: &Name, cause: Cause) {
        self.observe(Subject::Network, Fact::LinkRepaired { a: a.clone(), b: b.clone() }, cause);
        for (a, b) in self.world.links(a, b) {
            self.world.network.repair(a, b);
        }
    }

    pub(super) fn hold(&mut self, a: &Name, b: &Name, cause: Cause) {
        self.observe(Subject::Network, Fact::LinkHeld { a: a.clone(), b: b.clone() }, cause);
        for (a, b) in self.world.links(a, b) {
            self.world.network.hold(a, b);
        }
    }

    pub(super) fn release(&mut self, a: &Name, b: &Name, cause: Cause) {
        let cause = self.observe(Subject::Network, Fact::LinkReleased { a: a.clone(), b: b.clone() }, cause);
        for (a, b) in self.world.links(a, b) {
            for (packet, at) in self.world.network.release(self.world.now, a, b) {
                self.calendar.enter(at, Entry { cause, event: Event::Arrival(packet) });
            }
        }
    }
}

impl World {
    /// Every pair of machines between two parts.
    fn links(&self, a: &Name, b: &Name) -> Vec<(Endpoint, Endpoint)> {
        let b = self.endpoints(b);
        let pairs = |a: Endpoint| b.iter().map(move |&b| (a, b));
        self.endpoints(a).into_iter().flat_map(pairs).collect()
    }

    /// The machines of a part: a client is one, a group is its members, `brokers` is all of them.
    pub(super) fn endpoints(&self, name: &Name) -> Vec<Endpoint> {
        if let Some(producer) = self.producers.get(name) {
            return vec![producer.endpoint];
        }
        if let Some(consumer) = self.consumers.get(name) {
            return vec![consumer.endpoint];
        }
        if self.groups.contains_key(name) {
            return self.members(name).map(|consumer| consumer.endpoint).collect();
        }
        if name.as_str() == CONTROLLER {
            return vec![self.cluster.controller];
        }
        if let Some(broker) = self.broker(name) {
            return vec![broker.endpoint];
        }
        let is_meant = |_: &&Broker| name.as_str() == BROKERS;
        self.brokers.values().filter(is_meant).map(|broker| broker.endpoint).collect()
    }
}
