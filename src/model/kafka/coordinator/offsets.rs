//! Committed offsets: who may commit, and when (`ClassicGroup#validateOffsetCommit`).
//!
//! A committed offset is the *next* one to read. The coordinator never compares it with the log: it may go back, and it
//! may lie beyond the end.

use std::collections::BTreeMap;

use super::Step;
use super::group::Group;
use crate::model::actor::Out;
use crate::model::fact::{Fact, GroupState};
use crate::model::kafka::message::{ErrorCode, OffsetCommit};
use crate::model::{Name, TopicPartition};

impl Group {
    pub(super) fn forget_offsets_of(&mut self, topic: &Name) {
        self.offsets.retain(|partition, _| partition.topic != *topic);
    }

    pub(super) fn commit(&mut self, step: &mut Step, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        if let Err(error) = self.validate_commit(commit) {
            self.observe(Fact::CommitRefused { member: commit.member_id.clone(), error }, step.out);
            return Err(error);
        }
        if let Some(id) = &commit.member_id {
            self.refresh_session(step, id);
        }
        let offsets = self.store(commit.offsets.clone());
        self.observe(Fact::OffsetsCommitted { offsets }, step.out);
        Ok(())
    }

    /// While members prepare to rejoin they may still commit what they have read in this generation. Once the next one
    /// has formed it is too late, and the error tells them why.
    ///
    /// This is what fences off a member that was taken out without noticing: its generation is not the current one, and
    /// what it commits would overwrite the progress of whoever reads its partitions now.
    fn validate_commit(&self, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        match &commit.member_id {
            _ if commit.generation < 0 && self.state == GroupState::Empty => return Ok(()),
            Some(id) => self.validate_member(commit.generation, id)?,
            None => return Err(ErrorCode::UnknownMemberId),
        }
        match self.state {
            GroupState::CompletingRebalance => Err(ErrorCode::RebalanceInProgress),
            _ => Ok(()),
        }
    }

    pub(super) fn reset_offsets(
        &mut self,
        offsets: BTreeMap<TopicPartition, u64>,
        out: &mut Out,
    ) -> Result<(), GroupState> {
        if !matches!(self.state, GroupState::Empty | GroupState::Dead) {
            return Err(self.state);
        }
        let offsets = self.store(offsets);
        self.observe(Fact::OffsetsReset { offsets }, out);
        Ok(())
    }

    fn store(&mut self, offsets: BTreeMap<TopicPartition, u64>) -> Vec<(TopicPartition, u64)> {
        let stored = offsets.iter().map(|(partition, offset)| (partition.clone(), *offset)).collect();
        self.offsets.extend(offsets);
        stored
    }
}
