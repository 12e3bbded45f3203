//! What the cluster knows of itself: its brokers, its topics, and who leads which partition.
//!
//! In Kafka this is the metadata log that the controller writes and every broker follows. We let every broker see a
//! change at once, and clients when they ask. Left out, until brokers can fail: the controller, elections, racks, and
//! changes of the in-sync replicas, so that every replica is in sync all the time.

use xxhash_rust::xxh3::Xxh3Default;

use super::config::{ClusterConfig, TopicConfig};
use super::message::BrokerId;
use super::partitioner::group_coordinator_partition;
use crate::kernel::{Chance, Endpoint, SortedMap};
use crate::model::{Name, TopicId, TopicPartition};

#[derive(Clone, Debug)]
pub struct Cluster {
    pub config: ClusterConfig,
    /// Where each broker is on the network, in the order of their ids.
    pub brokers: SortedMap<BrokerId, Endpoint>,
    pub topics: SortedMap<Name, Topic>,
}

#[derive(Clone, Debug)]
pub struct Topic {
    pub id: TopicId,
    pub config: TopicConfig,
    pub partitions: Vec<Replicas>,
    /// Drawn once a topic: where its first partition's leader is placed.
    first_broker: u64,
}

/// Where a partition's replicas are. The first is the preferred leader, and here always the leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicas {
    pub brokers: Vec<BrokerId>,
}

impl Replicas {
    pub fn leader(&self) -> BrokerId {
        self.brokers[0]
    }
}

impl Cluster {
    pub fn new(config: ClusterConfig) -> Self {
        Cluster { config, brokers: SortedMap::new(), topics: SortedMap::new() }
    }

    /// Creates a topic and places its replicas (`StripedReplicaPlacer` with a single rack: partition p goes to brokers
    /// p + o, p + o + 1, ... for a random o).
    pub fn add_topic(&mut self, topic: &Name, config: TopicConfig, chance: &mut Chance) {
        let first_broker = chance.below(self.brokers.len() as u64);
        let id = topic_id(topic, first_broker);
        self.topics.insert(topic.clone(), Topic { id, config, partitions: Vec::new(), first_broker });
        let total = self.topics[topic].config.partitions;
        self.grow(topic, total);
    }

    /// Adds partitions until there are `total`.
    pub fn grow(&mut self, topic: &Name, total: u32) {
        let brokers: Vec<BrokerId> = self.brokers.keys().copied().collect();
        let Some(topic) = self.topics.get_mut(topic) else { return };
        topic.config.partitions = total;
        for partition in topic.partitions.len() as u64..u64::from(total) {
            let replica = |n| brokers[((partition + topic.first_broker + n) % brokers.len() as u64) as usize];
            let brokers = (0..u64::from(topic.config.replication_factor)).map(replica).collect();
            topic.partitions.push(Replicas { brokers });
        }
    }

    pub fn replicas(&self, partition: &TopicPartition) -> Option<&Replicas> {
        self.topics.get(&partition.topic)?.partitions.get(partition.partition as usize)
    }

    pub fn leader(&self, partition: &TopicPartition) -> Option<BrokerId> {
        self.replicas(partition).map(Replicas::leader)
    }

    pub fn endpoint(&self, broker: BrokerId) -> Endpoint {
        self.brokers[&broker]
    }

    /// Every partition of every topic, in order.
    pub fn partitions(&self) -> impl Iterator<Item = (TopicPartition, &Replicas)> {
        self.topics.iter().flat_map(|(name, topic)| {
            topic.partitions.iter().enumerate().map(|(n, replicas)| (TopicPartition::new(name, n as u32), replicas))
        })
    }

    /// The broker that coordinates a group: the leader of the group's partition of `__consumer_offsets`.
    pub fn coordinator(&self, group: &Name) -> BrokerId {
        let partition = group_coordinator_partition(group.as_str(), self.config.offsets_topic_num_partitions);
        let brokers: Vec<BrokerId> = self.brokers.keys().copied().collect();
        brokers[partition as usize % brokers.len()]
    }
}

/// Kafka's are random. Ours only look random: the same run gives the same.
fn topic_id(topic: &Name, salt: u64) -> TopicId {
    let mut hash = Xxh3Default::new();
    hash.update(topic.as_str().as_bytes());
    hash.update(&salt.to_le_bytes());
    let digest = hash.digest128();
    TopicId { hi: (digest >> 64) as i64, lo: digest as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster_of(brokers: u32) -> Cluster {
        let mut cluster = Cluster::new(ClusterConfig::default());
        cluster.brokers = (1..=brokers).map(|id| (BrokerId(id), Endpoint(id))).collect();
        cluster
    }

    #[test]
    fn leaders_and_replicas_are_striped_over_the_brokers() {
        let mut cluster = cluster_of(3);
        let topic = Name::from("orders");
        let config = TopicConfig { partitions: 4, replication_factor: 2, ..Default::default() };
        cluster.add_topic(&topic, config, &mut Chance::of(1, "placement"));
        let first = cluster.topics[&topic].partitions[0].leader().0;
        let striped = |p: u32| (0..2).map(|n| BrokerId((first - 1 + p + n) % 3 + 1)).collect::<Vec<_>>();
        let placed: Vec<_> = cluster.partitions().map(|(_, replicas)| replicas.brokers.clone()).collect();
        assert_eq!(placed, (0..4).map(striped).collect::<Vec<_>>());
    }

    #[test]
    fn a_topic_that_grows_leaves_its_old_partitions_where_they_are() {
        let mut cluster = cluster_of(3);
        let topic = Name::from("orders");
        let config = TopicConfig { partitions: 2, replication_factor: 3, ..Default::default() };
        cluster.add_topic(&topic, config, &mut Chance::of(1, "placement"));
        let before = cluster.topics[&topic].partitions.clone();
        cluster.grow(&topic, 5);
        assert_eq!(cluster.topics[&topic].partitions[..2], before);
        assert_eq!(cluster.topics[&topic].partitions.len(), 5);
    }
}
