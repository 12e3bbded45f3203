//! Share groups at the leader of a partition: ShareFetch and ShareAcknowledge (KIP-932; `SharePartitionManager`).
//!
//! The leader keeps, for every share group, which records are in whose hands. What was settled is written down with the
//! share coordinator at once, and the next leader begins with that: what was in somebody's hands then is on offer again.
//!
//! Left out: `__share_group_state` as a log (writing it takes no time, and it is never lost), share sessions,
//! `isolation.level` (share groups read up to the high watermark), and `share.auto.offset.reset` as a configuration that the
//! broker keeps for the group: members bring it along.

use super::share_partition::{Acquired, Limits, Settled, SharePartition};
use super::{Broker, Partition};
use crate::kernel::Endpoint;
use crate::model::actor::{Effect, Out, Timer};
use crate::model::fact::{Fact, SettleReason, Subject};
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::config::{AutoOffsetReset, ClusterConfig};
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{Acknowledgement, Correlation, ErrorCode, Response, ShareFetch, SharedPartition};
use crate::model::{Name, TopicPartition};

/// What a leader keeps of one share group in one partition.
#[derive(Clone, Debug)]
pub struct Shared {
    pub state: SharePartition,
    /// The leader epoch in which it was read: another leader may have gone on since.
    leader_epoch: u32,
}

/// A ShareFetch with nothing to give yet.
#[derive(Clone, Debug)]
pub struct WaitingShare {
    fetch: ShareFetch,
    /// What came of the acknowledgements that it brought.
    refused: Vec<(TopicPartition, ErrorCode)>,
}

impl Limits {
    pub fn of(config: &ClusterConfig) -> Self {
        Limits {
            lock: crate::kernel::Span::from_millis(config.group_share_record_lock_duration_ms),
            deliveries: config.group_share_delivery_count_limit,
            in_flight: u64::from(config.group_share_partition_max_record_locks),
        }
    }
}

impl Broker {
    pub(super) fn share_fetch(&mut self, caller: Caller, fetch: ShareFetch, cluster: &Cluster, out: &mut Out) {
        let refused = self.settle_all(&fetch.group, &fetch.member_id, &fetch.acknowledgements, out);
        for name in &fetch.partitions {
            self.open_share(&fetch.group, name, fetch.auto_offset_reset, cluster, out);
        }
        let partitions = self.acquire_all(&fetch, out);
        if !partitions.is_empty() || !refused.is_empty() {
            return caller.answer(Response::ShareFetch { partitions, refused }, out);
        }
        let Caller { endpoint: from, correlation } = caller;
        out.arm(Timer::FetchWait { from, correlation }, self.now + fetch.max_wait);
        self.waiting_shares.insert((from, correlation), WaitingShare { fetch, refused });
    }

    /// Acknowledgements without a fetch; of a member that leaves, all it still holds is on offer again.
    pub(super) fn share_acknowledge(
        &mut self,
        caller: Caller,
        group: &Name,
        member: &Name,
        (acknowledgements, leaves): (&[Acknowledgement], bool),
        out: &mut Out,
    ) {
        let refused = self.settle_all(group, member, acknowledgements, out);
        if leaves {
            let limits = self.share_limits;
            let names: Vec<TopicPartition> =
                self.shares.keys().filter(|key| key.0 == *group).map(|key| key.1.clone()).collect();
            for name in names {
                self.settle(group, &name, SettleReason::Left, out, |state| state.release(member, &limits));
            }
        }
        caller.answer(Response::ShareAcknowledge { refused }, out);
    }

    fn settle_all(
        &mut self,
        group: &Name,
        member: &Name,
        acknowledgements: &[Acknowledgement],
        out: &mut Out,
    ) -> Vec<(TopicPartition, ErrorCode)> {
        let limits = self.share_limits;
        let mut refused = Vec::new();
        for Acknowledgement { partition, from, to, kind } in acknowledgements {
            if !self.has_share(group, partition) {
                refused.push((partition.clone(), ErrorCode::NotLeaderOrFollower));
                continue;
            }
            let mut result = Ok(());
            self.settle(group, partition, SettleReason::Acknowledged, out, |state| {
                match state.acknowledge(member, (*from, *to), *kind, &limits) {
                    Ok(settled) => settled,
                    Err(error) => {
                        result = Err(error);
                        Vec::new()
                    }
                }
            });
            if let Err(error) = result {
                refused.push((partition.clone(), error));
            }
        }
        refused
    }

    /// Changes what is in flight; says so, writes it down, and answers whoever waits for what is on offer now.
    fn settle(
        &mut self,
        group: &Name,
        name: &TopicPartition,
        why: SettleReason,
        out: &mut Out,
        change: impl FnOnce(&mut SharePartition) -> Vec<Settled>,
    ) {
        let Some(shared) = self.shares.get_mut(&(group.clone(), name.clone())) else { return };
        let settled = change(&mut shared.state);
        if settled.is_empty() {
            return;
        }
        let start = shared.state.start();
        let is_on_offer = settled.iter().any(|run| run.released > 0);
        for Settled { member, from, to, accepted, released, archived } in settled {
            let group = group.clone();
            let fact = Fact::ShareSettled { group, member, from, to, why, accepted, released, archived, start };
            out.observe(Subject::Partition(name.clone()), fact);
        }
        self.write_share(group, name, out);
        if is_on_offer {
            self.answer_shares_of(name, out);
        }
    }

    fn write_share(&self, group: &Name, name: &TopicPartition, out: &mut Out) {
        let key = (group.clone(), name.clone());
        if let Some(shared) = self.shares.get(&key) {
            out.effects.push(Effect::ShareState { key, state: Box::new(shared.state.clone()) });
        }
    }

    /// Whether this broker leads the partition and has read what the group did there.
    fn has_share(&self, group: &Name, name: &TopicPartition) -> bool {
        let partition = self.partitions.get(name).filter(|partition| partition.leads());
        let shared = self.shares.get(&(group.clone(), name.clone()));
        partition.zip(shared).is_some_and(|(partition, shared)| shared.leader_epoch == partition.leader_epoch)
    }

    /// Reads what was written down of the group in this partition, or begins.
    fn open_share(
        &mut self,
        group: &Name,
        name: &TopicPartition,
        reset: AutoOffsetReset,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(partition) = self.partitions.get(name).filter(|partition| partition.leads()) else { return };
        if self.has_share(group, name) {
            return;
        }
        let key = (group.clone(), name.clone());
        let known = cluster.share_states.get(&key).cloned().map(SharePartition::reloaded);
        let is_new = known.is_none();
        let state = known.unwrap_or_else(|| SharePartition::starting_at(beginning(partition, reset)));
        let start = state.start();
        let leader_epoch = partition.leader_epoch;
        self.shares.insert(key, Shared { state, leader_epoch });
        if is_new {
            out.observe(Subject::Partition(name.clone()), Fact::ShareStarted { group: group.clone(), start });
            self.write_share(group, name, out);
        }
    }

    /// What the member gets of each partition, as far as there is anything to say.
    fn acquire_all(&mut self, fetch: &ShareFetch, out: &mut Out) -> Vec<SharedPartition> {
        let mut left = u64::from(fetch.max_records);
        let mut found = Vec::new();
        for name in &fetch.partitions {
            if !self.has_share(&fetch.group, name) {
                let error = Some(ErrorCode::NotLeaderOrFollower);
                found.push(SharedPartition { partition: name.clone(), error, acquired: Vec::new() });
                continue;
            }
            if left == 0 {
                continue;
            }
            let shared = self.acquire_one(fetch, name, left, out);
            let records: u64 = shared.acquired.iter().map(|acquired| acquired.to - acquired.from).sum();
            left = left.saturating_sub(records);
            if records > 0 {
                found.push(shared);
            }
        }
        found
    }

    fn acquire_one(&mut self, fetch: &ShareFetch, name: &TopicPartition, most: u64, out: &mut Out) -> SharedPartition {
        let (now, limits) = (self.now, self.share_limits);
        let mut acquired = Vec::new();
        let key = (fetch.group.clone(), name.clone());
        if let (Some(partition), Some(shared)) = (self.partitions.get(name), self.shares.get_mut(&key)) {
            let state = &mut shared.state;
            state.note_log_start(partition.log.start());
            // What a cleaning took or left empty is passed over.
            while acquired.is_empty()
                && let Some(from) = state.next_fetch(&limits)
            {
                let read = partition.log.read(from, partition.high_watermark, fetch.max_bytes);
                let batches = read.unwrap_or_default();
                let to = batches.last().map_or(partition.high_watermark, |batch| batch.end_offset());
                state.note_gone(from, to, &batches);
                acquired = state.acquire(now, &fetch.member_id, &batches, most, &limits);
                if state.next_fetch(&limits) == Some(from) {
                    break;
                }
            }
        }
        for (from, to, records, delivery_count) in runs(&acquired) {
            let (group, member) = (fetch.group.clone(), fetch.member_id.clone());
            let fact = Fact::RecordsAcquired { group, member, from, to, records, delivery_count };
            out.observe(Subject::Partition(name.clone()), fact);
        }
        if !acquired.is_empty() && self.next_lock.is_none() {
            self.next_lock = Some(now + limits.lock);
            out.arm(Timer::ShareLocks, now + limits.lock);
        }
        SharedPartition { partition: name.clone(), error: None, acquired }
    }

    /// Answers the share fetches that wait for this partition and can have something now.
    pub(super) fn answer_shares_of_fetched_later(&mut self, name: &TopicPartition, out: &mut Out) {
        self.answer_shares_of(name, out);
    }

    fn answer_shares_of(&mut self, name: &TopicPartition, out: &mut Out) {
        let concerns = |waiting: &WaitingShare| waiting.fetch.partitions.contains(name);
        let waiting: Vec<(Endpoint, Correlation)> =
            self.waiting_shares.iter().filter(|(_, waiting)| concerns(waiting)).map(|(&caller, _)| caller).collect();
        for (from, correlation) in waiting {
            let Some(share) = self.waiting_shares.get(&(from, correlation)).cloned() else { continue };
            let partitions = self.acquire_all(&share.fetch, out);
            if !partitions.is_empty() {
                self.waiting_shares.remove(&(from, correlation));
                out.disarm(Timer::FetchWait { from, correlation });
                let answer = Response::ShareFetch { partitions, refused: share.refused };
                Caller { endpoint: from, correlation }.answer(answer, out);
            }
        }
    }

    /// `fetch.max.wait.ms` is over: there is nothing.
    pub(super) fn end_share_wait(&mut self, endpoint: Endpoint, correlation: Correlation, out: &mut Out) {
        if let Some(WaitingShare { refused, .. }) = self.waiting_shares.remove(&(endpoint, correlation)) {
            Caller { endpoint, correlation }.answer(Response::ShareFetch { partitions: Vec::new(), refused }, out);
        }
    }

    /// Locks that are over by now.
    pub(super) fn expire_share_locks(&mut self, out: &mut Out) {
        let (now, limits) = (self.now, self.share_limits);
        let keys: Vec<(Name, TopicPartition)> = self.shares.keys().cloned().collect();
        for (group, name) in &keys {
            self.settle(group, name, SettleReason::LockOver, out, |state| state.expire(now, &limits));
        }
        self.next_lock = self.shares.values().filter_map(|shared| shared.state.next_expiry()).min();
        if let Some(next) = self.next_lock {
            out.arm(Timer::ShareLocks, next);
        }
    }

    /// A group was removed: nothing is kept of it.
    pub fn forget_share_group(&mut self, group: &Name) {
        self.shares.retain(|key, _| key.0 != *group);
        self.waiting_shares.retain(|_, waiting| waiting.fetch.group != *group);
    }
}

/// Neighbours that were delivered as often, over the ends of batches: from, to, how many, and how often.
fn runs(acquired: &[Acquired]) -> Vec<(u64, u64, u32, u32)> {
    let mut runs: Vec<(u64, u64, u32, u32)> = Vec::new();
    for Acquired { from, to, delivery_count, .. } in acquired {
        let count = (to - from) as u32;
        match runs.last_mut() {
            Some((_, end, records, delivery)) if end == from && delivery == delivery_count => {
                *end = *to;
                *records += count;
            }
            _ => runs.push((*from, *to, count, *delivery_count)),
        }
    }
    runs
}

/// `share.auto.offset.reset`
fn beginning(partition: &Partition, reset: AutoOffsetReset) -> u64 {
    match reset {
        AutoOffsetReset::Earliest => partition.log.start(),
        AutoOffsetReset::Latest | AutoOffsetReset::None => partition.high_watermark,
    }
}
