//! A broker.
//!
//! In Kafka: `KafkaApis`, `ReplicaManager`, `Partition`, `UnifiedLog`. We model replicas with leaders and followers that
//! fetch, the high watermark, `acks`, long-polling fetches, duplicate detection for idempotent producers, and the group
//! coordinator. Left out: failures of brokers, elections, changes of the in-sync replicas, transactions, quotas, and the
//! time that a broker's own disk and processor take.

mod fetch;
mod follower;
mod partition;
mod produce;
mod sequences;

use std::collections::BTreeMap;

pub use partition::{Partition, Role};
pub use sequences::advance as advance_sequence;

use super::cluster::Cluster;
use super::coordinator::{Caller, Coordinator};
use super::message::{BrokerId, Correlation, ErrorCode, Message, OffsetCommit, OffsetSpec, Request, Response};
use crate::kernel::{Endpoint, Time};
use crate::model::actor::{Out, Timer};
use crate::model::{Name, TopicPartition};

/// One broker: its replicas, what waits in them, and the groups it coordinates.
#[derive(Clone, Debug)]
pub struct Broker {
    pub id: BrokerId,
    pub endpoint: Endpoint,
    pub partitions: BTreeMap<TopicPartition, Partition>,
    pub coordinator: Coordinator,
    /// Fetches that wait for enough bytes (`DelayedFetch`).
    waiting_fetches: BTreeMap<(Endpoint, Correlation), fetch::WaitingFetch>,
    /// Produce requests that wait for the high watermark (`DelayedProduce`).
    waiting_produces: Vec<produce::WaitingProduce>,
    /// The next correlation of its own fetches, by the leader they go to.
    fetchers: BTreeMap<BrokerId, Correlation>,
}

impl Broker {
    pub fn new(id: BrokerId, endpoint: Endpoint) -> Self {
        Broker {
            id,
            endpoint,
            partitions: BTreeMap::new(),
            coordinator: Coordinator::default(),
            waiting_fetches: BTreeMap::new(),
            waiting_produces: Vec::new(),
            fetchers: BTreeMap::new(),
        }
    }

    /// Takes over what changed in the cluster: opens the logs of new partitions, drops those of deleted topics.
    pub fn apply_metadata(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        self.partitions.retain(|partition, _| cluster.replicas(partition).is_some());
        for (partition, replicas) in cluster.partitions() {
            if replicas.brokers.contains(&self.id) && !self.partitions.contains_key(&partition) {
                let segment_bytes = cluster.topics[&partition.topic].config.segment_bytes;
                self.partitions.insert(partition, Partition::new(self.id, replicas, segment_bytes));
            }
        }
        self.start_fetchers(now, out);
    }

    pub fn receive(&mut self, now: Time, from: Endpoint, message: Message, cluster: &Cluster, out: &mut Out) {
        match message {
            Message::Request { correlation, request } => {
                self.answer(now, Caller { endpoint: from, correlation }, request, cluster, out);
            }
            Message::Response { correlation, response: Response::Fetch { partitions } } => {
                self.replicate(now, correlation, partitions, cluster, out);
            }
            Message::Response { .. } => {}
        }
    }

    fn answer(&mut self, now: Time, caller: Caller, request: Request, cluster: &Cluster, out: &mut Out) {
        match request {
            Request::Metadata { topics } => caller.answer(metadata(cluster, topics), out),
            Request::Produce { acks, producer, batches } => {
                let request = produce::Produce { acks, producer, batches };
                self.produce(caller, request, cluster, out);
            }
            Request::Fetch(fetch) => self.fetch(now, caller, fetch, out),
            Request::ListOffsets { partitions } => caller.answer(self.list_offsets(partitions), out),
            Request::FindCoordinator { group } => {
                caller.answer(Response::FindCoordinator { broker: cluster.coordinator(&group) }, out);
            }
            Request::OffsetCommit(commit) => self.commit(now, caller, commit, cluster, out),
            group_request => self.coordinator.handle(now, cluster, caller, &group_request, out),
        }
    }

    pub fn fire(&mut self, now: Time, timer: &Timer, cluster: &Cluster, out: &mut Out) {
        match timer {
            Timer::FetchWait { from, correlation } => self.end_wait(*from, *correlation, out),
            Timer::ReplicaFetch { leader } => self.fetch_from(now, *leader, cluster, out),
            _ => self.coordinator.fire(now, cluster, timer, out),
        }
    }

    /// Nobody commits for a topic that was deleted. Kafka says so partition by partition; we have one answer for all, an
    /// error if nothing is left to commit.
    fn commit(&mut self, now: Time, caller: Caller, commit: OffsetCommit, cluster: &Cluster, out: &mut Out) {
        let mut commit = commit;
        let asked = commit.offsets.len();
        commit.offsets.retain(|partition, _| cluster.replicas(partition).is_some());
        if asked > 0 && commit.offsets.is_empty() {
            return caller.answer(Response::OffsetCommit(Err(ErrorCode::UnknownTopicOrPartition)), out);
        }
        self.coordinator.handle(now, cluster, caller, &Request::OffsetCommit(commit), out);
    }

    fn list_offsets(&self, partitions: Vec<(TopicPartition, OffsetSpec)>) -> Response {
        let find = |(name, spec): (TopicPartition, OffsetSpec)| {
            let partition = self.partitions.get(&name)?;
            let offset = match spec {
                OffsetSpec::Earliest => partition.log.start(),
                OffsetSpec::Latest => partition.high_watermark,
            };
            Some((name, offset))
        };
        Response::ListOffsets { offsets: partitions.into_iter().filter_map(find).collect() }
    }
}

fn metadata(cluster: &Cluster, topics: Vec<Name>) -> Response {
    let leaders = |name: Name| {
        let topic = cluster.topics.get(&name)?;
        Some((name, topic.partitions.iter().map(|replicas| replicas.leader()).collect()))
    };
    Response::Metadata { topics: topics.into_iter().filter_map(leaders).collect() }
}
