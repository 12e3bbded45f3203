//! What the cluster knows of itself: its brokers, its topics, and who leads which partition.
//!
//! In Kafka this is the metadata log (`__cluster_metadata`), which the controller writes and every broker reads. Here the
//! [`Cluster`] is the controller's own state, and brokers are sent [`MetadataImage`], the whole image at once instead of the
//! records that led to it. A broker that is cut off from the controller goes on with what it last read.

use std::collections::BTreeSet;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3Default;

use super::broker::SharePartition;
use super::config::{ClusterConfig, TopicConfig};
use super::message::{BrokerId, PartitionMetadata};
use super::partitioner::group_coordinator_partition;
use super::transaction::TransactionLog;
use crate::kernel::{Endpoint, SortedMap};
use crate::model::{Name, TopicId, TopicPartition};

/// The internal topic that holds the groups' state. It is none of `Cluster::topics`: nobody looks at its records.
pub const OFFSETS_TOPIC: &str = "__consumer_offsets";

/// `offsets.topic.replication.factor`.
const OFFSETS_REPLICATION: u32 = 3;

#[derive(Clone, Debug)]
pub struct Cluster {
    pub config: ClusterConfig,
    /// Where the controller is on the network.
    pub controller: Endpoint,
    /// Where each broker is on the network, in the order of their ids.
    pub brokers: SortedMap<BrokerId, Endpoint>,
    pub topics: SortedMap<Name, Arc<Topic>>,
    /// `__consumer_offsets`: who leads a partition coordinates the groups in it.
    pub offsets: Arc<Topic>,
    /// What share groups did in each partition, as it was written down (`__share_group_state`).
    pub share_states: SortedMap<(Name, TopicPartition), SharePartition>,
    /// What the coordinators of transactions have decided (`__transaction_state`).
    pub transactions: TransactionLog,
    /// Counts changes.
    pub version: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Tells a topic from an earlier one of the same name.
    pub id: TopicId,
    pub config: TopicConfig,
    pub partitions: Vec<Replicas>,
}

/// A partition's replicas as the controller has them (`PartitionRegistration`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// The assignment. The first is the preferred leader.
    pub brokers: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
    /// Eligible leader replicas (KIP-966): left the in-sync replicas when these were too few to advance the high watermark.
    pub elr: Vec<BrokerId>,
    /// None while no replica may lead.
    pub leader: Option<BrokerId>,
    /// Who led last, or leads.
    pub last_leader: BrokerId,
    /// Counts changes of the leader.
    pub leader_epoch: u32,
    /// Counts changes of any kind.
    pub partition_epoch: u32,
}

/// What brokers know: the controller's state at one moment. Topics that did not change are shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataImage {
    pub version: u64,
    pub topics: SortedMap<Name, Arc<Topic>>,
    pub offsets: Arc<Topic>,
    /// Brokers in service: neither fenced nor shutting down.
    pub in_service: BTreeSet<BrokerId>,
}

impl Replicas {
    /// A new partition: every replica in service is in sync.
    pub fn new(brokers: Vec<BrokerId>, in_service: impl Fn(BrokerId) -> bool) -> Self {
        let isr: Vec<BrokerId> = brokers.iter().copied().filter(|&broker| in_service(broker)).collect();
        let leader = isr.first().copied();
        let last_leader = leader.unwrap_or(brokers[0]);
        Replicas { brokers, isr, elr: Vec::new(), leader, last_leader, leader_epoch: 0, partition_epoch: 0 }
    }

    /// `min.insync.replicas`, but never more than there are replicas (`Partition#effectiveMinIsr`).
    pub fn effective_min_isr(&self, config: &TopicConfig) -> usize {
        (config.min_insync_replicas as usize).min(self.brokers.len())
    }

    pub fn metadata(&self) -> PartitionMetadata {
        PartitionMetadata { leader: self.leader, leader_epoch: self.leader_epoch }
    }
}

impl Cluster {
    pub fn new(config: ClusterConfig) -> Self {
        Cluster {
            config,
            controller: Endpoint(0),
            brokers: SortedMap::new(),
            topics: SortedMap::new(),
            offsets: Arc::default(),
            share_states: SortedMap::new(),
            transactions: TransactionLog::default(),
            version: 0,
        }
    }

    /// Lays `__consumer_offsets` out over the brokers that a cluster begins with.
    pub fn add_offsets_topic(&mut self) {
        let brokers: Vec<BrokerId> = self.brokers.keys().copied().collect();
        let count = brokers.len() as u32;
        let replicas = |partition: u32| {
            let of_partition = |n: u32| brokers[((partition + n) % count) as usize];
            Replicas::new((0..OFFSETS_REPLICATION.min(count)).map(of_partition).collect(), |_| true)
        };
        let partitions = (0..self.config.offsets_topic_num_partitions).map(replicas).collect();
        self.offsets = Arc::new(Topic { partitions, ..Topic::default() });
    }

    /// Takes over a changed topic, which may be the internal one.
    pub fn replace(&mut self, name: &Name, topic: Topic) {
        if name.as_str() == OFFSETS_TOPIC {
            self.offsets = Arc::new(topic);
        } else {
            self.topics.insert(name.clone(), Arc::new(topic));
        }
    }

    pub fn replicas(&self, partition: &TopicPartition) -> Option<&Replicas> {
        self.topics.get(&partition.topic)?.partitions.get(partition.partition as usize)
    }

    pub fn leader(&self, partition: &TopicPartition) -> Option<BrokerId> {
        self.replicas(partition)?.leader
    }

    pub fn endpoint(&self, broker: BrokerId) -> Endpoint {
        self.brokers[&broker]
    }

    /// The broker at this endpoint, if it is one's.
    pub fn broker_at(&self, endpoint: Endpoint) -> Option<BrokerId> {
        self.brokers.iter().find(|(_, at)| **at == endpoint).map(|(&id, _)| id)
    }

    /// The `n`th of the brokers that a client knows to begin with (`bootstrap.servers`: all of them), round and round.
    pub fn bootstrap(&self, n: u32) -> Option<Endpoint> {
        let count = self.brokers.len();
        self.brokers.values().nth(n as usize % count.max(1)).copied()
    }

    /// Every partition of every topic, in order; internal ones are not among them.
    pub fn partitions(&self) -> impl Iterator<Item = (TopicPartition, &Replicas)> {
        self.topics.iter().flat_map(|(name, topic)| {
            topic.partitions.iter().enumerate().map(|(n, replicas)| (TopicPartition::new(name, n as u32), replicas))
        })
    }

    /// The replicas of the group's partition of `__consumer_offsets`.
    pub fn offsets_replicas(&self, group: &Name) -> &Replicas {
        &self.offsets.partitions[self.offsets_partition(group) as usize]
    }

    pub fn offsets_partition(&self, group: &Name) -> u32 {
        group_coordinator_partition(group.as_str(), self.offsets.partitions.len() as u32)
    }

    /// The broker that coordinates a group; none while its partition has no leader.
    pub fn coordinator(&self, group: &Name) -> Option<BrokerId> {
        self.offsets_replicas(group).leader
    }
}

impl MetadataImage {
    pub fn replicas(&self, partition: &TopicPartition) -> Option<&Replicas> {
        self.topics.get(&partition.topic)?.partitions.get(partition.partition as usize)
    }

    /// The replicas of the group's partition of `__consumer_offsets`. A broker that has just been started knows of none.
    pub fn offsets_replicas(&self, group: &Name) -> Option<&Replicas> {
        let count = self.offsets.partitions.len() as u32;
        if count == 0 {
            return None;
        }
        let partition = group_coordinator_partition(group.as_str(), count);
        self.offsets.partitions.get(partition as usize)
    }

    /// Who coordinates a group, or the transactions of an id.
    pub fn coordinator(&self, group: &Name) -> Option<BrokerId> {
        self.offsets_replicas(group)?.leader
    }
}

/// Kafka's are random. Ours only look random: the same run gives the same.
pub fn topic_id(topic: &Name, salt: u64) -> TopicId {
    let mut hash = Xxh3Default::new();
    hash.update(topic.as_str().as_bytes());
    hash.update(&salt.to_le_bytes());
    let digest = hash.digest128();
    TopicId { hi: (digest >> 64) as i64, lo: digest as i64 }
}
