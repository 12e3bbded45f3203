//! The leader's side of replication: who keeps up, who is in sync, and how far everybody has come (`Partition`).

use super::partition::{Partition, Role};
use crate::kernel::{SortedMap, Span, Time};
use crate::model::TopicPartition;
use crate::model::kafka::cluster::{MetadataImage, Replicas};
use crate::model::kafka::config::TopicConfig;
use crate::model::kafka::message::{AlterPartition, BrokerId};

/// What a leader knows of its followers and keeps of its office.
#[derive(Clone, Debug)]
pub struct Leadership {
    /// As the controller has confirmed.
    pub isr: Vec<BrokerId>,
    /// As proposed to it; one proposal at a time.
    pub proposed: Option<Vec<BrokerId>>,
    pub followers: SortedMap<BrokerId, Follower>,
    partition_epoch: u32,
    /// Where this leader's epoch begins in the log.
    epoch_start: u64,
    min_isr: usize,
}

/// A follower as its fetches tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    /// Its log end: everything below the offset that it last fetched from.
    pub end: u64,
    /// When it last had everything that there was; none if never in this leader's time.
    pub caught_up_at: Option<Time>,
    /// Its last fetch, and the leader's log end then.
    fetched_at: Time,
    leader_end_then: u64,
}

impl Follower {
    fn is_caught_up(&self, now: Time, lag_max: Span, leader_end: u64) -> bool {
        self.end == leader_end || self.caught_up_at.is_some_and(|at| now.since(at) <= lag_max)
    }
}

impl Leadership {
    /// In-sync replicas have until `replica.lag.time.max.ms` from now to show that they are.
    pub fn begin(broker: BrokerId, now: Time, replicas: &Replicas, config: &TopicConfig, log_end: u64) -> Self {
        let follower = |&id: &BrokerId| {
            let caught_up_at = replicas.isr.contains(&id).then_some(now);
            (id, Follower { end: 0, caught_up_at, fetched_at: Time::ZERO, leader_end_then: 0 })
        };
        Leadership {
            isr: replicas.isr.clone(),
            proposed: None,
            followers: replicas.brokers.iter().filter(|&&id| id != broker).map(follower).collect(),
            partition_epoch: replicas.partition_epoch,
            epoch_start: log_end,
            min_isr: replicas.effective_min_isr(config),
        }
    }

    /// The controller's word: whatever was proposed is settled.
    pub fn confirm(&mut self, replicas: &Replicas, config: &TopicConfig) {
        self.min_isr = replicas.effective_min_isr(config);
        if replicas.partition_epoch > self.partition_epoch {
            self.partition_epoch = replicas.partition_epoch;
            self.isr.clone_from(&replicas.isr);
            self.proposed = None;
        }
    }

    pub fn has_enough_replicas(&self) -> bool {
        self.isr.len() >= self.min_isr
    }

    /// Whoever is in sync or might be by now: what the high watermark has to reckon with.
    fn is_in_maximal_isr(&self, broker: BrokerId) -> bool {
        self.isr.contains(&broker) || self.proposed.as_ref().is_some_and(|isr| isr.contains(&broker))
    }

    fn propose(&mut self, broker: BrokerId, name: &TopicPartition, epoch: u32, isr: Vec<BrokerId>) -> AlterPartition {
        self.proposed = Some(isr);
        self.proposal(broker, name, epoch).expect("it was proposed just now")
    }

    fn proposal(&self, broker: BrokerId, name: &TopicPartition, leader_epoch: u32) -> Option<AlterPartition> {
        Some(AlterPartition {
            broker,
            partition: name.clone(),
            leader_epoch,
            partition_epoch: self.partition_epoch,
            isr: self.proposed.clone()?,
        })
    }
}

impl Partition {
    /// A follower's fetch from `offset` confirms everything below. It has caught up if that is all there is, or was all
    /// there was at its fetch before (`Replica#updateFetchStateOrThrow`).
    pub fn note_fetch(&mut self, now: Time, follower: BrokerId, offset: u64) {
        let end = self.log.end();
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(follower) = leadership.followers.get_mut(&follower) else { return };
        if offset >= end {
            follower.caught_up_at = Some(now);
        } else if offset >= follower.leader_end_then {
            follower.caught_up_at = follower.caught_up_at.max(Some(follower.fetched_at));
        }
        follower.end = offset;
        follower.fetched_at = now;
        follower.leader_end_then = end;
    }

    /// A follower that has all that is committed, and everything from before this leader's time, is in sync again
    /// (`Partition#maybeExpandIsr`).
    pub fn expand_isr(
        &mut self,
        broker: BrokerId,
        name: &TopicPartition,
        follower: BrokerId,
        metadata: &MetadataImage,
    ) -> Option<AlterPartition> {
        let (epoch, high_watermark) = (self.leader_epoch, self.high_watermark);
        let Role::Leader(leadership) = &mut self.role else { return None };
        if leadership.is_in_maximal_isr(follower) || leadership.proposed.is_some() {
            return None;
        }
        let end = leadership.followers.get(&follower)?.end;
        let is_eligible = metadata.in_service.contains(&follower);
        let has_all = end >= high_watermark && end >= leadership.epoch_start;
        if !is_eligible || !has_all {
            return None;
        }
        let isr = leadership.isr.iter().copied().chain([follower]).collect();
        Some(leadership.propose(broker, name, epoch, isr))
    }

    /// Followers that have not caught up for longer than `lag_max` are not in sync (`Partition#maybeShrinkIsr`).
    pub fn shrink_isr(
        &mut self,
        broker: BrokerId,
        name: &TopicPartition,
        now: Time,
        lag_max: Span,
    ) -> Option<AlterPartition> {
        let (epoch, end) = (self.leader_epoch, self.log.end());
        let Role::Leader(leadership) = &mut self.role else { return None };
        let keeps_up = |id: &BrokerId| {
            let follower = leadership.followers.get(id);
            follower.is_none_or(|follower| follower.is_caught_up(now, lag_max, end))
        };
        if leadership.proposed.is_some() || leadership.isr.iter().all(keeps_up) {
            return None;
        }
        let isr = leadership.isr.iter().copied().filter(keeps_up).collect();
        Some(leadership.propose(broker, name, epoch, isr))
    }

    /// What was proposed and not answered yet.
    pub fn proposal(&self, broker: BrokerId, name: &TopicPartition) -> Option<AlterPartition> {
        self.leadership()?.proposal(broker, name, self.leader_epoch)
    }

    pub fn withdraw_proposal(&mut self) {
        if let Role::Leader(leadership) = &mut self.role {
            leadership.proposed = None;
        }
    }

    /// Moves the leader's high watermark up to the lowest log end of all that are in sync or about to be; not at all while
    /// there are fewer than `min.insync.replicas` (`Partition#maybeIncrementLeaderHW`). True if it moved.
    pub fn advance_high_watermark(&mut self, now: Time, lag_max: Span, metadata: &MetadataImage) -> bool {
        let end = self.log.end();
        let Role::Leader(leadership) = &self.role else { return false };
        // By far most fetches are of followers that have everything, as has the high watermark.
        if self.high_watermark >= end || !leadership.has_enough_replicas() {
            return false;
        }
        let counts = |id: BrokerId, follower: &Follower| {
            let is_joining = || metadata.in_service.contains(&id) && follower.is_caught_up(now, lag_max, end);
            leadership.is_in_maximal_isr(id) || is_joining()
        };
        let ends = leadership.followers.iter().filter(|(id, follower)| counts(**id, follower));
        let lowest = ends.map(|(_, follower)| follower.end).fold(end, u64::min);
        let has_moved = lowest > self.high_watermark;
        self.high_watermark = self.high_watermark.max(lowest);
        has_moved
    }
}
