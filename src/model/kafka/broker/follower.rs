//! The follower's side of replication: fetch, append, fetch again.

use super::Broker;
use super::partition::Role;
use crate::kernel::{Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::message::{BrokerId, Correlation, Fetch, FetchedPartition, Message, Request};

/// `replica.fetch.max.bytes`, a partition, and ten times that in all.
const REPLICA_FETCH_MAX_BYTES: u64 = 1_048_576;

/// How long past its longest possible wait a fetch is given before the follower asks anew.
const PATIENCE: Span = Span::from_secs(1);

impl Broker {
    /// Begins to fetch from every leader that it follows and does not fetch from yet.
    pub(super) fn start_fetchers(&mut self, now: Time, out: &mut Out) {
        for partition in self.partitions.values() {
            if let Role::Follower { leader } = partition.role
                && !self.fetchers.contains_key(&leader)
            {
                self.fetchers.insert(leader, Correlation(0));
                out.arm(Timer::ReplicaFetch { leader }, now);
            }
        }
    }

    /// Sends the next fetch to this leader, for everything that is followed from there.
    pub(super) fn fetch_from(&mut self, now: Time, leader: BrokerId, cluster: &Cluster, out: &mut Out) {
        let follows = |role: &Role| matches!(role, Role::Follower { leader: followed } if *followed == leader);
        let partitions: Vec<_> = self
            .partitions
            .iter()
            .filter(|(_, partition)| follows(&partition.role))
            .map(|(name, partition)| (name.clone(), partition.log.end()))
            .collect();
        if partitions.is_empty() {
            self.fetchers.remove(&leader);
            return;
        }
        let max_wait = Span::from_millis(cluster.config.replica_fetch_wait_max_ms);
        let fetch = Fetch {
            replica: Some(self.id),
            max_wait,
            min_bytes: 1,
            max_bytes: 10 * REPLICA_FETCH_MAX_BYTES,
            max_partition_bytes: REPLICA_FETCH_MAX_BYTES,
            partitions,
        };
        let correlation = self.next_fetch(leader);
        out.send(cluster.endpoint(leader), Message::Request { correlation, request: Request::Fetch(fetch) });
        out.arm(Timer::ReplicaFetch { leader }, now + max_wait + PATIENCE);
    }

    /// Takes over what a leader sent, and asks for more at once. The follower's high watermark is the leader's as far as
    /// its own log goes, so it lags by one fetch.
    pub(super) fn replicate(
        &mut self,
        now: Time,
        correlation: Correlation,
        fetched: Vec<FetchedPartition>,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(leader) = self.leader_of_fetch(correlation) else { return };
        for FetchedPartition { partition, high_watermark, batches, .. } in fetched {
            let Some(replica) = self.partitions.get_mut(&partition) else { continue };
            let end = replica.log.end();
            for batch in batches.into_iter().filter(|batch| batch.base_offset >= end) {
                replica.log.append(batch.leader_epoch, batch.records);
            }
            replica.high_watermark = replica.high_watermark.max(high_watermark.min(replica.log.end()));
        }
        self.fetch_from(now, leader, cluster, out);
    }

    /// The leader whose current fetch this is; none if the follower has asked anew since.
    fn leader_of_fetch(&self, correlation: Correlation) -> Option<BrokerId> {
        self.fetchers.iter().find(|(_, current)| **current == correlation).map(|(leader, _)| *leader)
    }

    /// Correlations of one broker's fetches are unique over all the leaders it follows.
    fn next_fetch(&mut self, leader: BrokerId) -> Correlation {
        let newest = self.fetchers.values().copied().max().unwrap_or_default();
        let next = Correlation(newest.0 + 1);
        self.fetchers.insert(leader, next);
        next
    }
}
