//! The follower's side of replication: fetch, append, fetch again; and where its log went another way than the leader's,
//! cut it back (`ReplicaFetcherThread`).

use super::Broker;
use super::partition::{Partition, Role};
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::TopicPartition;
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::IsolationLevel;
use crate::model::kafka::message::{
    BrokerId, Correlation, ErrorCode, Fetch, FetchPartition, FetchedPartition, Message, Request,
};

/// `replica.fetch.max.bytes`, a partition, and ten times that in all.
const REPLICA_FETCH_MAX_BYTES: u64 = 1_048_576;

/// How long past its longest possible wait a fetch is given before the follower asks anew.
const PATIENCE: Span = Span::from_secs(1);

/// `replica.fetch.backoff.ms`.
const BACKOFF: Span = Span::from_secs(1);

/// What is followed from whom, as of one version of the metadata: only that says who follows whom.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    version: u64,
    by_leader: SortedMap<BrokerId, Vec<TopicPartition>>,
}

impl Broker {
    /// Begins to fetch from every leader that it follows and does not fetch from yet.
    pub(super) fn start_fetchers(&mut self, now: Time, out: &mut Out) {
        for partition in self.partitions.values() {
            if let Role::Follower { leader: Some(leader), .. } = partition.role
                && !self.fetchers.contains_key(&leader)
            {
                self.fetchers.insert(leader, Correlation(0));
                out.arm(Timer::ReplicaFetch { leader }, now);
            }
        }
    }

    /// Sends the next fetch to this leader, for everything that is followed from there.
    pub(super) fn fetch_from(&mut self, now: Time, leader: BrokerId, cluster: &Cluster, out: &mut Out) {
        let mut partitions = Vec::new();
        let mut next = None;
        self.note_followed();
        for name in self.followed.by_leader.get(&leader).into_iter().flatten() {
            let Some(partition) = self.partitions.get(name) else { continue };
            match partition.role {
                Role::Follower { leader: Some(followed), not_before } if followed == leader => {
                    if not_before <= now {
                        partitions.push(partition.next_fetch(name));
                    } else {
                        next = Some(next.map_or(not_before, |next: Time| next.min(not_before)));
                    }
                }
                _ => {}
            }
        }
        if partitions.is_empty() {
            match next {
                Some(at) => out.arm(Timer::ReplicaFetch { leader }, at),
                None => drop(self.fetchers.remove(&leader)),
            }
            return;
        }
        let max_wait = Span::from_millis(cluster.config.replica_fetch_wait_max_ms);
        let fetch = Fetch {
            isolation: IsolationLevel::ReadUncommitted,
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

    /// Looks who follows whom, if that can have changed.
    fn note_followed(&mut self) {
        if self.followed.version == self.metadata.version {
            return;
        }
        let mut by_leader: SortedMap<BrokerId, Vec<TopicPartition>> = SortedMap::new();
        for (name, partition) in &self.partitions {
            if let Role::Follower { leader: Some(leader), .. } = partition.role {
                by_leader.entry(leader).or_default().push(name.clone());
            }
        }
        self.followed = Followed { version: self.metadata.version, by_leader };
    }

    /// Takes over what a leader sent, and asks for more at once.
    pub(super) fn replicate(
        &mut self,
        now: Time,
        correlation: Correlation,
        fetched: Vec<FetchedPartition>,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(leader) = self.leader_of_fetch(correlation) else { return };
        let id = self.id;
        for fetched in fetched {
            let Some(replica) = self.partitions.get_mut(&fetched.partition) else { continue };
            let follows = matches!(replica.role, Role::Follower { leader: Some(followed), .. } if followed == leader);
            if !follows || fetched.leader_epoch != replica.leader_epoch {
                continue;
            }
            let (end, high_watermark) = (replica.log.end(), replica.high_watermark);
            let truncated = replica.take_over(now, &fetched);
            let has_changed = (end, high_watermark) != (replica.log.end(), replica.high_watermark);
            if truncated.is_none() && !has_changed {
                continue;
            }
            let subject = Subject::Partition(fetched.partition.clone());
            if let Some((from, to)) = truncated {
                out.observe(subject.clone(), Fact::Truncated { broker: id, from, to });
            }
            // Elected and not yet told so, it is the one that is looked at, and still hears from the leader before it.
            if cluster.leader(&fetched.partition) == Some(id) {
                for batch in replica.log.batches_from(end) {
                    let (base_offset, records) = (batch.base_offset, batch.records.len());
                    out.observe(subject.clone(), Fact::Appended { base_offset, records });
                }
                if replica.high_watermark > high_watermark {
                    out.observe(subject, Fact::HighWatermarkAdvanced { to: replica.high_watermark });
                }
            }
        }
        self.fetch_from(now, leader, cluster, out);
    }

    /// The connection to another broker was reset. Its process is gone, or begins anew: it is asked again in a while.
    pub(super) fn lose_leader(&mut self, now: Time, from: Endpoint, cluster: &Cluster, out: &mut Out) {
        let Some(leader) = cluster.broker_at(from).filter(|leader| self.fetchers.contains_key(leader)) else { return };
        // An answer that is still on its way would be one to a fetch that is no longer waited for.
        self.next_fetch(leader);
        out.arm(Timer::ReplicaFetch { leader }, now + BACKOFF);
    }

    /// The leader whose current fetch this is; none if the follower has asked anew since.
    fn leader_of_fetch(&self, correlation: Correlation) -> Option<BrokerId> {
        self.fetchers.iter().find(|(_, current)| **current == correlation).map(|(leader, _)| *leader)
    }

    /// Correlations of one broker's fetches are unique over all the leaders it follows.
    fn next_fetch(&mut self, leader: BrokerId) -> Correlation {
        self.newest_fetch = Correlation(self.newest_fetch.0 + 1);
        self.fetchers.insert(leader, self.newest_fetch);
        self.newest_fetch
    }
}

impl Partition {
    fn next_fetch(&self, name: &TopicPartition) -> FetchPartition {
        FetchPartition {
            partition: name.clone(),
            offset: self.log.end(),
            leader_epoch: self.leader_epoch,
            last_epoch: self.epochs.latest(),
        }
    }

    /// Appends what the leader sent. The follower's high watermark is the leader's as far as its own log goes, so it lags by
    /// one fetch. Returns from where to where the log was cut back, if it was.
    fn take_over(&mut self, now: Time, fetched: &FetchedPartition) -> Option<(u64, u64)> {
        let end = self.log.end();
        if let Some((epoch, leader_end)) = fetched.diverging {
            return self.cut_back(self.common_end(epoch, leader_end));
        }
        match fetched.error {
            None => {
                for batch in fetched.batches.iter().filter(|batch| batch.base_offset >= end) {
                    self.append_as_follower(batch.clone());
                }
                self.high_watermark = self.high_watermark.max(fetched.high_watermark.min(self.log.end()));
                self.raise_start(fetched.log_start);
                None
            }
            Some(ErrorCode::OffsetOutOfRange) if fetched.log_end < end => self.cut_back(fetched.log_end),
            Some(ErrorCode::OffsetOutOfRange) => {
                self.restart_at(fetched.log_start);
                None
            }
            Some(_) => {
                if let Role::Follower { not_before, .. } = &mut self.role {
                    *not_before = now + BACKOFF;
                }
                None
            }
        }
    }

    /// Where the two logs part: both may have `epoch`, which ends at `leader_end` in the leader's. If this log does not have
    /// it, what it has of older epochs is compared next (`AbstractFetcherThread#getOffsetTruncationState`).
    fn common_end(&self, epoch: u32, leader_end: u64) -> u64 {
        let end = self.log.end();
        match self.epochs.end_of(epoch, end) {
            Some((own, own_end)) if own == epoch => own_end.min(leader_end).min(end),
            Some((_, own_end)) => own_end.min(end),
            None => leader_end.min(end),
        }
    }

    fn cut_back(&mut self, to: u64) -> Option<(u64, u64)> {
        let from = self.log.end();
        self.truncate(to);
        (to < from).then_some((from, to))
    }
}
