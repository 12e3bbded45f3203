//! Committed offsets: who may commit, and when; and when they are forgotten (`OffsetMetadataManager`).
//!
//! A committed offset is the *next* one to read. The coordinator never compares it with the log: it may go back, and it
//! may lie beyond the end.

use super::Step;
use super::classic::ClassicGroup;
use super::group::{Group, Kind};
use crate::kernel::{SortedMap, Span, Time};
use crate::model::actor::Out;
use crate::model::fact::{Fact, GroupState, Subject};
use crate::model::kafka::message::{ErrorCode, OffsetCommit, ProducerId};
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};

/// What is committed, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct Offsets {
    committed: SortedMap<TopicPartition, Committed>,
    /// By producer, what counts as soon as its transaction is committed.
    pending: SortedMap<ProducerId, SortedMap<TopicPartition, u64>>,
}

#[derive(Clone, Copy, Debug)]
struct Committed {
    offset: u64,
    at: Time,
}

impl Offsets {
    pub fn committed(&self, partition: &TopicPartition) -> Option<u64> {
        self.committed.get(partition).map(|committed| committed.offset)
    }

    /// Whether a transaction that is still open may change it.
    pub fn is_unstable(&self, partition: &TopicPartition) -> bool {
        self.pending.values().any(|offsets| offsets.contains_key(partition))
    }

    pub fn all(&self) -> SortedMap<TopicPartition, u64> {
        self.committed.iter().map(|(partition, committed)| (partition.clone(), committed.offset)).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.committed.is_empty() && self.pending.is_empty()
    }

    pub fn forget_topic(&mut self, topic: &Name) {
        self.committed.retain(|partition, _| partition.topic != *topic);
        self.pending.values_mut().for_each(|offsets| offsets.retain(|partition, _| partition.topic != *topic));
        self.pending.retain(|_, offsets| !offsets.is_empty());
    }

    fn store(&mut self, at: Time, offsets: SortedMap<TopicPartition, u64>) -> Vec<(TopicPartition, u64)> {
        let stored = offsets.iter().map(|(partition, offset)| (partition.clone(), *offset)).collect();
        self.committed.extend(offsets.into_iter().map(|(partition, offset)| (partition, Committed { offset, at })));
        stored
    }

    /// Takes out what has expired: what nobody subscribes to, counted from its own commit, or from `since` if given.
    fn expire(
        &mut self,
        now: Time,
        retention: Span,
        since: Option<Time>,
        is_subscribed: impl Fn(&Name) -> bool,
    ) -> Vec<TopicPartition> {
        let has_expired = |partition: &TopicPartition, committed: &Committed| {
            let is_over = now.since(since.unwrap_or(committed.at)) >= retention;
            is_over && !is_subscribed(&partition.topic) && !self.pending.values().any(|it| it.contains_key(partition))
        };
        let mut expired = Vec::new();
        self.committed.retain(|partition, committed| {
            let is_over = has_expired(partition, committed);
            if is_over {
                expired.push(partition.clone());
            }
            !is_over
        });
        expired
    }
}

impl Group {
    pub(super) fn commit(&mut self, step: &mut Step, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        self.check_commit(step, commit)?;
        let offsets = self.offsets.store(step.now, commit.offsets.clone());
        self.observe(Fact::OffsetsCommitted { offsets }, step.out);
        Ok(())
    }

    fn check_commit(&mut self, step: &mut Step, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        let validity = match &self.kind {
            Kind::Classic(group) => group.validate_commit(commit),
            Kind::Consumer(group) => group.validate_commit(commit),
            // A share group has no committed offsets.
            Kind::Share(_) => Err(ErrorCode::GroupIdNotFound),
        };
        if let Err(error) = validity {
            self.observe(Fact::CommitRefused { member: commit.member_id.clone(), error }, step.out);
            return Err(error);
        }
        if let (Kind::Classic(group), Some(id)) = (&mut self.kind, &commit.member_id) {
            group.refresh_session(step, id);
        }
        Ok(())
    }

    /// `TxnOffsetCommit`: from a member of this generation only, as any commit, so that one that was taken out unnoticed
    /// cannot commit what it has read (`validateTransactionalOffsetCommit`).
    pub(super) fn commit_in_transaction(
        &mut self,
        step: &mut Step,
        producer: ProducerId,
        commit: &OffsetCommit,
    ) -> Result<(), ErrorCode> {
        self.check_commit(step, commit)?;
        let offsets = commit.offsets.iter().map(|(partition, &offset)| (partition.clone(), offset)).collect();
        self.offsets.pending.entry(producer).or_default().extend(commit.offsets.clone());
        self.observe(Fact::OffsetsPending { offsets }, step.out);
        Ok(())
    }

    /// The transaction's marker.
    pub(super) fn end_transaction(&mut self, now: Time, producer: ProducerId, outcome: Outcome, out: &mut Out) {
        let Some(pending) = self.offsets.pending.remove(&producer) else { return };
        let fact = match outcome {
            Outcome::Commit => Fact::OffsetsCommitted { offsets: self.offsets.store(now, pending) },
            Outcome::Abort => Fact::PendingOffsetsDropped { partitions: pending.into_keys().collect() },
        };
        self.observe(fact, out);
    }

    /// Refused, with the state that the group is in, while it has members.
    pub(super) fn reset_offsets(
        &mut self,
        now: Time,
        offsets: SortedMap<TopicPartition, u64>,
        out: &mut Out,
    ) -> Result<(), GroupState> {
        if !matches!(self.state(), GroupState::Empty | GroupState::Dead) {
            return Err(self.state());
        }
        let offsets = self.offsets.store(now, offsets);
        self.observe(Fact::OffsetsReset { offsets }, out);
        Ok(())
    }

    /// What was not committed is not missed.
    pub(super) fn delete_offsets(&mut self, partitions: &[TopicPartition], out: &mut Out) {
        let is_there = |partition: &&TopicPartition| self.offsets.committed(partition).is_some();
        let partitions: Vec<TopicPartition> = partitions.iter().filter(is_there).cloned().collect();
        self.offsets.committed.retain(|partition, _| !partitions.contains(partition));
        self.observe(Fact::OffsetsDeleted { partitions }, out);
    }

    /// Whether a member reads this topic, or will after the rebalance.
    pub fn is_subscribed_to(&self, topic: &Name) -> bool {
        match &self.kind {
            Kind::Classic(group) => group.is_subscribed_to(topic),
            Kind::Consumer(group) => group.is_subscribed_to(topic),
            Kind::Share(group) => group.members().any(|member| member.topics.contains(topic)),
        }
    }

    /// `offsets.retention.minutes`: forgets offsets that nobody has use for. An empty classic group keeps all of its own
    /// until it has been empty for that long; a stable one, and one with the consumer protocol, loses those of topics that
    /// nobody in it subscribes to any more. In the middle of a rebalance nothing expires.
    ///
    /// Says whether the group can be deleted: it has no members, and no offsets.
    pub(super) fn expire_offsets(&mut self, now: Time, retention: Span, out: &mut Out) -> bool {
        let expired = match &self.kind {
            Kind::Classic(group) => match group.state() {
                GroupState::Empty => self.offsets.expire(now, retention, group.emptied_at, |_| false),
                GroupState::Stable => self.offsets.expire(now, retention, None, |topic| group.is_subscribed_to(topic)),
                _ => return false,
            },
            Kind::Consumer(group) => self.offsets.expire(now, retention, None, |topic| group.is_subscribed_to(topic)),
            Kind::Share(_) => return false,
        };
        if !expired.is_empty() {
            self.observe(Fact::OffsetsExpired { partitions: expired }, out);
        }
        self.state() == GroupState::Empty && self.offsets.is_empty()
    }

    fn observe(&self, fact: Fact, out: &mut Out) {
        out.observe(Subject::Group(self.name.clone()), fact);
    }
}

impl ClassicGroup {
    /// While members prepare to rejoin they may still commit what they have read in this generation. Once the next one
    /// has formed it is too late, and the error tells them why (`ClassicGroup#validateOffsetCommit`).
    ///
    /// This is what fences off a member that was taken out without noticing: its generation is not the current one, and
    /// what it commits would overwrite the progress of whoever reads its partitions now.
    fn validate_commit(&self, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        match &commit.member_id {
            _ if commit.generation < 0 && self.state() == GroupState::Empty => return Ok(()),
            Some(id) => self.validate_member(commit.generation, id, commit.instance_id.as_ref())?,
            None => return Err(ErrorCode::UnknownMemberId),
        }
        match self.state() {
            GroupState::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    fn is_subscribed_to(&self, topic: &Name) -> bool {
        self.members().any(|member| member.metadata.topics.contains(topic))
    }
}
