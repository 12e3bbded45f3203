//! Everything there is at one moment.

use super::reasons::Reasons;
use super::{Acknowledged, Cause, Ledger, Meter, Ownership, Stage, Totals};
use crate::kernel::{Endpoint, Network, SortedMap, Time};
use crate::model::kafka::broker::{Broker, Partition};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::{ClusterConfig, ConsumerConfig};
use crate::model::kafka::consumer::Consumer;
use crate::model::kafka::coordinator::Group;
use crate::model::kafka::message::{BrokerId, Message};
use crate::model::kafka::producer::Producer;
use crate::model::workload::Keys;
use crate::model::{Name, TopicPartition};

/// The world: brokers, clients, and the messages between them. Views read it; only the simulation changes it.
#[derive(Clone, Debug)]
pub struct World {
    pub seed: u64,
    pub now: Time,
    pub cluster: Cluster,
    pub brokers: SortedMap<BrokerId, Broker>,
    pub producers: SortedMap<Name, Producer>,
    pub groups: SortedMap<Name, GroupSpec>,
    pub consumers: SortedMap<Name, Consumer>,
    pub meters: SortedMap<Name, Meter>,
    pub keys: Keys,
    pub network: Network<Letter>,
    pub stage: Stage,
    pub reasons: Reasons,
    pub acknowledged: Acknowledged,
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
            brokers: SortedMap::new(),
            producers: SortedMap::new(),
            groups: SortedMap::new(),
            consumers: SortedMap::new(),
            meters: SortedMap::new(),
            keys: Keys::default(),
            network: Network::new(seed),
            stage: Stage::default(),
            reasons: Reasons::default(),
            acknowledged: Acknowledged::default(),
            departed: Totals::default(),
            actors: Vec::new(),
        };
        (1..=brokers).map(BrokerId).for_each(|id| world.add_broker(id));
        world
    }

    fn add_broker(&mut self, id: BrokerId) {
        let endpoint = self.join(&broker_name(id), Actor::Broker(id));
        self.cluster.brokers.insert(id, endpoint);
        self.brokers.insert(id, Broker::new(id, endpoint));
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
            Actor::Broker(id) => broker_name(*id).into(),
            Actor::Producer(name) | Actor::Consumer(name) => name.clone(),
        })
    }

    /// The replica that leads a partition.
    pub fn leader(&self, partition: &TopicPartition) -> Option<&Partition> {
        let broker = self.cluster.leader(partition)?;
        self.brokers.get(&broker)?.partitions.get(partition)
    }

    /// A group as its coordinator sees it; none before its first member asked to join.
    pub fn group(&self, group: &Name) -> Option<&Group> {
        self.brokers.get(&self.cluster.coordinator(group))?.coordinator.group(group)
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
    }
}

pub fn broker_name(id: BrokerId) -> String {
    format!("broker-{}", id.0)
}
