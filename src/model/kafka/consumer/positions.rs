//! Where a consumer reads on: from the committed offset if there is one, else as `auto.offset.reset` says.

use std::collections::BTreeSet;

use super::{Consumer, Purpose, Step};
use crate::kernel::SortedMap;
use crate::model::TopicPartition;
use crate::model::actor::Timer;
use crate::model::fact::{Fact, ResetReason};
use crate::model::kafka::client::deadline;
use crate::model::kafka::config::AutoOffsetReset;
use crate::model::kafka::message::{OffsetSpec, Request};

/// A consumer's view of one of its partitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The next offset that `poll()` returns; none until it was found out.
    pub next: Option<u64>,
    /// There is no committed offset to start from, or it is out of range.
    needs_reset: Option<ResetReason>,
    /// About to be given up: nothing more is read of it.
    pub(super) is_paused: bool,
}

impl Consumer {
    /// The positions as far as they are known: what a commit commits.
    pub(super) fn positions(&self) -> SortedMap<TopicPartition, u64> {
        self.assignment.iter().filter_map(|(name, position)| Some((name.clone(), position.next?))).collect()
    }

    /// Reads nothing more of what is not kept.
    pub(super) fn pause_except(&mut self, kept: &BTreeSet<&TopicPartition>) {
        for (partition, position) in self.assignment.iter_mut() {
            position.is_paused = !kept.contains(partition);
        }
        self.fetched.retain(|fetched| kept.contains(&fetched.partition));
    }

    /// Sees to it that every partition has a position.
    pub(super) fn find_positions(&mut self, step: &mut Step) {
        let is_new = |position: &Position| position.next.is_none() && position.needs_reset.is_none();
        let new: Vec<_> = self.assignment.iter().filter(|(_, position)| is_new(position)).collect();
        let partitions: Vec<TopicPartition> = new.into_iter().map(|(name, _)| name.clone()).collect();
        let may_ask = step.now >= self.offsets_not_before;
        if may_ask && !partitions.is_empty() && !self.is_waiting_for(|purpose| matches!(purpose, Purpose::OffsetFetch))
        {
            let request = Request::OffsetFetch { group: self.group.clone(), partitions };
            self.ask_coordinator(request, Purpose::OffsetFetch, step);
        }
        self.ask_reset_offsets(ResetReason::NoCommittedOffset, step);
        self.ask_reset_offsets(ResetReason::OutOfRange, step);
    }

    /// A transaction that may change a committed offset is still open: asks again after `retry.backoff.ms`.
    pub(super) fn ask_again_for_offsets(&mut self, step: &mut Step) {
        self.offsets_not_before = deadline(step.now, self.config.retry_backoff_ms);
        step.out.arm(Timer::Retry, self.offsets_not_before);
    }

    pub(super) fn start_positions(&mut self, offsets: SortedMap<TopicPartition, Option<u64>>, step: &mut Step) {
        for (partition, committed) in offsets {
            let Some(position) = self.assignment.get_mut(&partition) else { continue };
            if position.next.is_some() {
                continue;
            }
            position.next = committed;
            match committed {
                Some(offset) => self.observe(Fact::PositionFromCommit { partition, offset }, step),
                None => self.request_reset(partition, ResetReason::NoCommittedOffset, step),
            }
        }
    }

    /// Marks a partition for `auto.offset.reset`; with `none`, the application gets an exception instead.
    pub(super) fn request_reset(&mut self, partition: TopicPartition, why: ResetReason, step: &mut Step) {
        if self.config.auto_offset_reset == AutoOffsetReset::None {
            let exception = match why {
                ResetReason::NoCommittedOffset => "NoOffsetForPartitionException",
                ResetReason::OutOfRange => "OffsetOutOfRangeException",
            };
            let problem = format!("{exception} for {partition}: auto.offset.reset is none");
            self.observe(Fact::NoOffset { partition }, step);
            return self.fail(problem, step);
        }
        if let Some(position) = self.assignment.get_mut(&partition) {
            *position = Position { next: None, needs_reset: Some(why), ..*position };
        }
    }

    fn ask_reset_offsets(&mut self, why: ResetReason, step: &mut Step) {
        let spec = match self.config.auto_offset_reset {
            AutoOffsetReset::Earliest => OffsetSpec::Earliest,
            AutoOffsetReset::Latest | AutoOffsetReset::None => OffsetSpec::Latest,
        };
        if self.is_waiting_for(|purpose| matches!(purpose, Purpose::ListOffsets(waiting) if *waiting == why)) {
            return;
        }
        let marked = self.assignment.iter().filter(|(_, position)| position.needs_reset == Some(why));
        let mut by_leader: SortedMap<_, Vec<(TopicPartition, OffsetSpec)>> = SortedMap::new();
        for (name, _) in marked {
            if let Some((leader, _)) = self.leader_of(name) {
                by_leader.entry(leader).or_default().push((name.clone(), spec));
            }
        }
        for (leader, partitions) in by_leader {
            if !self.requests.connect(step.now, step.cluster.endpoint(leader), step.out) {
                continue;
            }
            let request = Request::ListOffsets { isolation: self.config.isolation_level, partitions };
            self.ask_broker(step.cluster.endpoint(leader), request, Purpose::ListOffsets(why), step);
        }
    }

    pub(super) fn reset_positions(&mut self, offsets: Vec<(TopicPartition, u64)>, why: ResetReason, step: &mut Step) {
        if offsets.is_empty() {
            // It was asked of a broker that does not lead them (any more).
            let marked = self.assignment.iter().filter(|(_, position)| position.needs_reset == Some(why));
            let marked: Vec<TopicPartition> = marked.map(|(name, _)| name.clone()).collect();
            marked.iter().for_each(|partition| self.forget_leader(partition, step));
        }
        for (partition, offset) in offsets {
            let Some(position) = self.assignment.get_mut(&partition) else { continue };
            if position.needs_reset.is_none() {
                continue;
            }
            *position = Position { next: Some(offset), needs_reset: None, ..*position };
            self.observe(Fact::PositionReset { partition, offset, why }, step);
        }
    }

    /// `seek()`: the next `poll()` returns from here. Records that the last one returned are still worked on.
    pub fn seek(&mut self, partition: &TopicPartition, to: u64, step: &mut Step) {
        let Some(position) = self.assignment.get_mut(partition) else { return };
        let from = position.next.unwrap_or(to);
        *position = Position { next: Some(to), needs_reset: None, ..*position };
        self.fetched.retain(|fetched| fetched.partition != *partition);
        self.observe(Fact::Sought { partition: partition.clone(), from, to }, step);
        self.progress(step);
    }
}
