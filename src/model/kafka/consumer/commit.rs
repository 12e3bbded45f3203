//! Committing offsets. The committed offset is the next to read, and belongs to the group; the position is the
//! consumer's own.

use super::{Application, Consumer, Life, Membership, Phase, Purpose, Step};
use crate::kernel::SortedMap;
use crate::model::TopicPartition;
use crate::model::fact::Fact;
use crate::model::kafka::client::deadline;
use crate::model::kafka::message::{ErrorCode, OffsetCommit, Request};

/// Why a commit was sent, hence who waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitKind {
    /// Inside `poll()`, every `auto.commit.interval.ms`; nobody waits.
    Periodic,
    /// Before partitions are given up; the join waits.
    BeforeJoin,
    /// `commitSync()` after the records of a poll; the application waits.
    AfterWork,
    /// `commitSync()` before them (`at_most_once`); the application waits, and then works.
    BeforeWork,
}

impl Consumer {
    /// `enable.auto.commit`: what earlier polls returned counts as processed by now.
    pub(super) fn auto_commit(&mut self, step: &mut Step) {
        if !self.commits_by_itself() || step.now < self.next_auto_commit {
            return;
        }
        self.next_auto_commit = deadline(step.now, self.config.auto_commit_interval_ms);
        let positions = self.positions();
        if !positions.is_empty() {
            self.commit(CommitKind::Periodic, positions, step);
        }
    }

    pub(super) fn commit(&mut self, kind: CommitKind, offsets: SortedMap<TopicPartition, u64>, step: &mut Step) {
        if self.coordinator.is_none() || self.membership.member_id.is_none() {
            return self.committed(kind, &offsets, Err(ErrorCode::UnknownMemberId), step);
        }
        self.membership.committed_as = self.membership.generation;
        let request = self.commit_request(offsets.clone());
        self.ask_coordinator(request, Purpose::Commit(kind, offsets), step);
    }

    pub(super) fn commit_request(&self, offsets: SortedMap<TopicPartition, u64>) -> Request {
        Request::OffsetCommit(OffsetCommit {
            group: self.group.clone(),
            generation: self.membership.generation.unwrap_or(-1),
            member_id: self.membership.member_id.clone(),
            instance_id: self.instance_id(),
            offsets,
        })
    }

    pub(super) fn committed(
        &mut self,
        kind: CommitKind,
        offsets: &SortedMap<TopicPartition, u64>,
        result: Result<(), ErrorCode>,
        step: &mut Step,
    ) {
        if result == Err(ErrorCode::StaleMemberEpoch) && self.membership.generation != self.membership.committed_as {
            // The member has moved on to another epoch since; in that one the commit is as good as before.
            return self.commit(kind, offsets.clone(), step);
        }
        if let Err(error) = result {
            self.observe(Fact::CommitFailed { error }, step);
            self.learn_from_failed_commit(error);
        }
        match kind {
            // What waits for the latter looks for itself, in the next `poll()`.
            CommitKind::Periodic | CommitKind::BeforeJoin => {}
            CommitKind::AfterWork | CommitKind::BeforeWork => self.commit_again_or_go_on(kind, offsets, result, step),
        }
    }

    /// `commitSync()` retries what a retry can mend, and otherwise throws; the application logs it and polls on.
    fn commit_again_or_go_on(
        &mut self,
        kind: CommitKind,
        offsets: &SortedMap<TopicPartition, u64>,
        result: Result<(), ErrorCode>,
        step: &mut Step,
    ) {
        let is_retriable = result == Err(ErrorCode::RequestTimedOut) && self.coordinator.is_some();
        if is_retriable {
            return self.commit(kind, offsets.clone(), step);
        }
        if matches!(result, Err(ErrorCode::NotCoordinator | ErrorCode::NetworkException)) {
            self.uncommitted = Some(offsets.clone());
            return;
        }
        if matches!(self.application, Application::Committing) {
            // What is not committed is not worked on: somebody else reads it.
            if let Some(work) = self.in_hand.take().filter(|_| result.is_ok() && self.life == Life::Running) {
                return self.begin_work(work, step);
            }
            self.application = Application::Polling;
            if self.is_closing {
                self.close(step);
            }
        }
    }

    /// The coordinator is found again: what it was not told yet is committed now.
    pub(super) fn commit_again(&mut self, step: &mut Step) {
        if let Some(offsets) = self.uncommitted.take()
            && matches!(self.application, Application::Committing)
        {
            let kind = if self.in_hand.is_some() { CommitKind::BeforeWork } else { CommitKind::AfterWork };
            self.commit(kind, offsets, step);
        }
    }

    /// `commitSync()` waits for the coordinator: it has to be looked for although the application does not poll.
    pub(super) fn awaits_coordinator(&self) -> bool {
        self.uncommitted.is_some() && self.coordinator.is_none()
    }

    fn learn_from_failed_commit(&mut self, error: ErrorCode) {
        match error {
            ErrorCode::RebalanceInProgress => self.membership.needs_rejoin = true,
            ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration if self.membership.generation.is_some() => {
                self.membership.lost_by = Some(error);
                self.leave_generation(error);
                self.membership.phase = Phase::Unjoined;
            }
            ErrorCode::FencedInstanceId => self.membership = Membership::lost(error),
            _ => {}
        }
    }
}
