//! Brokers come, fail, end and start again; and leaders are elected by hand.

use crate::engine::command::Election;
use crate::engine::simulation::{Entry, Event};
use crate::engine::{Actor, Cause, Letter, Simulation};
use crate::kernel::{Endpoint, Fate};
use crate::model::actor::Out;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::broker::Broker;
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::controller;
use crate::model::kafka::message::{BrokerId, Message};
use crate::model::{Name, TopicPartition};

impl Simulation {
    pub(super) fn add_broker(&mut self, name: &Name, rack: Option<Name>, cause: Cause) {
        let Some(id) = broker_id(name) else { return };
        let rack = rack.or_else(|| self.world.cluster.config.rack_of(id.0));
        self.world.add_broker(id, rack);
        let cause = self.observe(Subject::Broker(name.clone()), Fact::Added, cause);
        self.with_broker(name, cause, |broker, now, cluster, out| broker.join(now, cluster, out));
    }

    pub(super) fn kill_broker(&mut self, name: &Name, cause: Cause) {
        self.with_broker(name, cause, |broker, now, _, out| broker.kill(now, out));
        self.end_broker(name, cause);
    }

    /// What others have of its partitions of `__consumer_offsets` is not on its disk alone.
    pub(super) fn wipe_broker(&mut self, name: &Name, cause: Cause) {
        let Some(id) = self.world.broker(name).map(|broker| broker.id) else { return };
        let kept = self.world.groups_of_others(id);
        self.with_broker(name, cause, |broker, now, _, out| {
            broker.wipe(now, out);
            kept.into_iter().for_each(|group| broker.coordinator.keep(group));
        });
        self.end_broker(name, cause);
        let partitions: Vec<_> = self.world.cluster.partitions().map(|(partition, _)| partition).collect();
        partitions.iter().for_each(|partition| self.report_losses(partition, cause));
    }

    pub(super) fn shut_down_broker(&mut self, name: &Name, cause: Cause) {
        self.with_broker(name, cause, Broker::shut_down);
    }

    pub(super) fn restart_broker(&mut self, name: &Name, cause: Cause) {
        if self.world.broker(name).is_some_and(|broker| broker.life.has_process()) {
            self.kill_broker(name, cause);
        }
        self.with_broker(name, cause, Broker::start);
    }

    /// The process is gone: its clocks stop, and every connection it had is reset.
    pub(in crate::engine) fn end_broker(&mut self, name: &Name, cause: Cause) {
        let Some(endpoint) = self.world.broker(name).map(|broker| broker.endpoint) else { return };
        self.disarm_all(endpoint);
        let peers: Vec<Endpoint> = self.world.network.peers(endpoint).collect();
        for peer in peers {
            if !matches!(self.world.actor(peer), None | Some(Actor::Controller)) {
                self.reset_connection(endpoint, peer, cause);
            }
        }
    }

    /// Tells `to` that nobody is at `from` any more.
    pub(in crate::engine) fn reset_connection(&mut self, from: Endpoint, to: Endpoint, cause: Cause) {
        let link = self.link(from, to);
        let letter = Letter { cause, message: Message::Disconnected };
        if let Fate::Arrives(packet, at) = self.world.network.send(self.world.now, from, to, link, letter) {
            self.calendar.enter(at, Entry { cause, event: Event::Arrival(packet) });
        }
    }

    pub(super) fn elect_leaders(
        &mut self,
        election: Election,
        topic: Option<&Name>,
        partition: Option<u32>,
        cause: Cause,
    ) {
        let election = match election {
            Election::Preferred => controller::Election::Preferred,
            Election::Unclean => controller::Election::Unclean,
        };
        let mut out = Out::default();
        let world = &mut self.world;
        world.controller.elect_leaders(world.now, (topic, partition), election, &mut world.cluster, &mut out);
        let endpoint = world.cluster.controller;
        self.apply(endpoint, out, cause);
    }

    /// The leader begins its log there, and followers take that over with their next fetch.
    pub(super) fn delete_records(&mut self, partition: &TopicPartition, before: Option<u64>, cause: Cause) {
        let Some(leader) = self.world.cluster.leader(partition) else { return };
        self.with_broker(&leader.name(), cause, |broker, _, _, out| {
            let high_watermark = broker.partitions.get(partition).map_or(0, |replica| replica.high_watermark);
            broker.delete_records(partition, before.unwrap_or(high_watermark), out);
        });
    }

    fn with_broker(
        &mut self,
        name: &Name,
        cause: Cause,
        act: impl FnOnce(&mut Broker, crate::kernel::Time, &Cluster, &mut Out),
    ) {
        let mut out = Out::default();
        let (now, cluster) = (self.world.now, &self.world.cluster);
        let broker = broker_id(name).and_then(|id| self.world.brokers.get_mut(&id));
        let Some(broker) = broker else { return };
        act(broker, now, cluster, &mut out);
        let endpoint = broker.endpoint;
        self.apply(endpoint, out, cause);
    }
}

/// `broker-4` is number 4.
pub(super) fn broker_id(name: &Name) -> Option<BrokerId> {
    let id: u32 = name.as_str().strip_prefix("broker-")?.parse().ok()?;
    (id > 0 && BrokerId(id).name() == *name).then_some(BrokerId(id))
}
