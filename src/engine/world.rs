//! Everything there is at one moment.

use super::reasons::Reasons;
use super::{Acknowledged, Cause, Holders, Ledger, Meter, Ownership, Stage, Totals};
use crate::kernel::{Clocks, Endpoint, Network, SortedMap, Time};
use crate::model::kafka::broker::{Broker, Partition, SharePartition};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::{ClusterConfig, ConsumerConfig};
use crate::model::kafka::consumer::Consumer;
use crate::model::kafka::controller::Controller;
use crate::model::kafka::coordinator::Group;
use crate::model::kafka::message::{BrokerId, Message};
use crate::model::kafka::producer::Producer;
use crate::model::workload::Keys;
use crate::model::{Name, TopicPartition};

/// What the controller's machine is called.
pub const CONTROLLER: &str = "controller";

/// The world: brokers, clients, and the messages between them. Views read it; only the simulation changes it.
#[derive(Clone, Debug)]
pub struct World {
    pub seed: u64,
    pub now: Time,
    pub cluster: Cluster,
    pub controller: Controller,
    pub brokers: SortedMap<BrokerId, Broker>,
    pub producers: SortedMap<Name, Producer>,
    pub groups: SortedMap<Name, GroupSpec>,
    pub consumers: SortedMap<Name, Consumer>,
    pub meters: SortedMap<Name, Meter>,
    pub keys: Keys,
    pub network: Network<Letter>,
    /// By which clients measure time.
    pub clocks: Clocks,
    pub stage: Stage,
    pub reasons: Reasons,
    pub acknowledged: Acknowledged,
    pub holders: Holders,
    /// What parts had counted that are no longer here.
    pub departed: Totals,
    /// By endpoint: who is there. `None` for parts that were removed.
    pub actors: Vec<Option<Actor>>,
}

/// A group as the stage knows it; what its coordinator knows is in [`World::group`].
#[derive(Clone, Debug)]
pub struct GroupSpec {
    pub topics: Vec<Name>,
    pub config: ConsumerConfig,
    pub ledger: Ledger,
    pub ownership: Ownership,
    /// Groups are coloured in the order in which they come.
    pub hue: u32,
}

/// Who is at an endpoint of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Controller,
    Broker(BrokerId),
    Producer(Name),
    Consumer(Name),
}

/// A message, and because of what it was sent.
#[derive(Clone, Debug)]
pub struct Letter {
    pub cause: Cause,
    pub message: Message,
}

impl World {
    pub fn new(seed: u64, config: ClusterConfig) -> Self {
        let brokers = config.brokers;
        let mut world = World {
            seed,
            now: Time::ZERO,
            cluster: Cluster::new(config),
            controller: Controller::default(),
            brokers: SortedMap::new(),
            producers: SortedMap::new(),
            groups: SortedMap::new(),
            consumers: SortedMap::new(),
            meters: SortedMap::new(),
            keys: Keys::default(),
            network: Network::new(seed),
            clocks: Clocks::default(),
            stage: Stage::default(),
            reasons: Reasons::default(),
            acknowledged: Acknowledged::default(),
            holders: Holders::default(),
            departed: Totals::default(),
            actors: Vec::new(),
        };
        for id in (1..=brokers).map(BrokerId) {
            let rack = world.cluster.config.rack_of(id.0);
            world.add_broker(id, rack.clone());
            world.controller.take_in(id, rack);
        }
        world.cluster.controller = world.join(CONTROLLER, Actor::Controller);
        world.cluster.add_offsets_topic();
        world.cluster.version = 1;
        world
    }

    pub(super) fn add_broker(&mut self, id: BrokerId, rack: Option<Name>) {
        let endpoint = self.join(id.name().as_str(), Actor::Broker(id));
        self.cluster.brokers.insert(id, endpoint);
        self.brokers.insert(id, Broker::new(id, endpoint, rack, &self.cluster.config));
    }

    /// Gives a new actor its place on the network.
    pub fn join(&mut self, name: &str, actor: Actor) -> Endpoint {
        self.actors.push(Some(actor));
        self.network.join(name)
    }

    pub fn actor(&self, endpoint: Endpoint) -> Option<&Actor> {
        self.actors.get(endpoint.0 as usize)?.as_ref()
    }

    /// What an endpoint is called.
    pub fn name_of(&self, endpoint: Endpoint) -> Option<Name> {
        self.actor(endpoint).map(|actor| match actor {
            Actor::Controller => CONTROLLER.into(),
            Actor::Broker(id) => id.name(),
            Actor::Producer(name) | Actor::Consumer(name) => name.clone(),
        })
    }

    /// The replica that leads a partition; none while it has no leader.
    pub fn leader(&self, partition: &TopicPartition) -> Option<&Partition> {
        let broker = self.cluster.leader(partition)?;
        self.brokers.get(&broker)?.replica(partition)
    }

    /// The replica to look at: the leader's, else that of whoever led last, else any.
    pub fn shown_replica(&self, partition: &TopicPartition) -> Option<&Partition> {
        let replicas = self.cluster.replicas(partition)?;
        let on = |broker: &BrokerId| self.brokers.get(broker)?.replica(partition);
        on(&replicas.last_leader).or_else(|| replicas.brokers.iter().find_map(on))
    }

    /// How a share group stands in a partition, as its leader sees it, or as it was written down last.
    pub fn shared(&self, group: &Name, partition: &TopicPartition) -> Option<&SharePartition> {
        let leader = self.cluster.replicas(partition)?.leader;
        let of_leader = leader.and_then(|leader| self.brokers.get(&leader)?.share(group, partition));
        of_leader.or_else(|| self.cluster.share_states.get(&(group.clone(), partition.clone())))
    }

    /// A group as its coordinator sees it, or saw it last; none before its first member asked to join. While another broker
    /// takes over, that is what the one before it knew.
    pub fn group(&self, group: &Name) -> Option<&Group> {
        let coordinator = self.brokers.get(&self.cluster.offsets_replicas(group).last_leader);
        let its_own = coordinator.and_then(|broker| broker.coordinator.group(group));
        its_own.or_else(|| self.holders.last_state(group, &self.brokers))
    }

    pub fn broker(&self, name: &Name) -> Option<&Broker> {
        let id = name.as_str().strip_prefix("broker-")?.parse().ok()?;
        self.brokers.get(&BrokerId(id)).filter(|broker| broker.id.name() == *name)
    }

    /// The consumers of a group, whatever state they are in.
    pub fn members<'a>(&'a self, group: &'a Name) -> impl Iterator<Item = &'a Consumer> {
        self.consumers.values().filter(move |consumer| consumer.group == *group)
    }

    /// About how much memory a copy of the world takes that it does not share: what each group has counted by key.
    pub fn own_bytes(&self) -> u64 {
        const REST: u64 = 64 << 10;
        self.groups.values().fold(REST, |bytes, spec| bytes + spec.ledger.memory_bytes())
    }

    /// Is there a part of this name?
    pub fn has_part(&self, name: &Name) -> bool {
        self.producers.contains_key(name)
            || self.consumers.contains_key(name)
            || self.groups.contains_key(name)
            || self.cluster.topics.contains_key(name)
            || self.broker(name).is_some()
    }
}
