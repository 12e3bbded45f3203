//! The group coordinator: the broker's half of the classic group protocol.
//!
//! In the real system this is `GroupMetadataManager` and `ClassicGroup` of the module `group-coordinator`. Members ask to
//! join and are kept waiting until everybody has asked; the coordinator answers them all at once with a new generation and
//! names one of them leader. The leader works out who reads what and hands it in with its SyncGroup; the coordinator hands
//! it on to the others. Heartbeats keep a member in, and are how it learns that it must join again:
//!
//! ```text
//!          join              all joined, or timeout            the leader's SyncGroup
//!  Empty ───────▶ PreparingRebalance ───────▶ CompletingRebalance ───────▶ Stable
//!    ▲                │    ▲                        │                        │
//!    └── nobody left ─┘    └── join, leave, timeout ┴────────────────────────┘
//! ```
//!
//! We model dynamic members: ids handed out before the first join, the initial rebalance delay, rebalance and session
//! timeouts, the vote for an assignor, and committed offsets with their fencing by generation.
//!
//! Left out:
//! - Static membership. With `group.instance.id` set, a Kafka consumer that restarts within its session timeout takes its
//!   old place, and its partitions, without a rebalance; and it does not leave on `close()`. Our members are all dynamic.
//! - `__consumer_offsets` as a log. Kafka appends assignments and commits there and answers once they are replicated; we
//!   answer at once, and a coordinator never moves to another broker.
//! - Expiry of offsets (`offsets.retention.minutes`), transactional offsets, and `group.max.size`, unlimited by default.
//! - The order of Kafka's hash map of members. It decides which member succeeds a leader; with us that is the one that
//!   joined earliest among the rest.

mod group;
mod heartbeat;
mod initial_delay;
mod join;
mod member;
mod member_id;
mod membership;
mod offsets;
mod protocol;
mod rebalance;
mod sync;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use group::{Group, Progress};
pub use member::Member;
pub use member_id::client_id_of;

use super::config::ClusterConfig;
use super::message::{Correlation, ErrorCode, JoinGroup, Message, OffsetCommit, Request, Response};
use crate::kernel::{Endpoint, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::GroupState;
use crate::model::{Name, TopicPartition};

/// The groups that one broker coordinates.
#[derive(Clone, Debug, Default)]
pub struct Coordinator {
    groups: BTreeMap<Name, Group>,
}

/// Whom to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caller {
    pub endpoint: Endpoint,
    pub correlation: Correlation,
}

impl Caller {
    pub fn answer(self, response: Response, out: &mut Out) {
        out.send(self.endpoint, Message::Response { correlation: self.correlation, response });
    }
}

/// What every rule needs while one request or timer is handled.
struct Step<'a> {
    now: Time,
    config: &'a ClusterConfig,
    out: &'a mut Out,
}

impl Step<'_> {
    fn answer(&mut self, caller: Caller, response: Response) {
        caller.answer(response, self.out);
    }
}

impl Coordinator {
    /// Handles one of the requests that name a group: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, OffsetCommit,
    /// OffsetFetch. The answer goes out through `out`: now, or once the rest of the group is where it must be.
    pub fn handle(&mut self, now: Time, config: &ClusterConfig, caller: Caller, request: &Request, out: &mut Out) {
        let step = &mut Step { now, config, out };
        match request {
            Request::JoinGroup(join) => self.join(step, caller, join),
            Request::SyncGroup { group, generation, member_id, assignments } => match self.groups.get_mut(group) {
                Some(group) => group.sync(step, caller, *generation, member_id, assignments),
                None => step.answer(caller, Response::SyncGroup(Err(ErrorCode::UnknownMemberId))),
            },
            Request::Heartbeat { group, generation, member_id } => {
                let result = self.member_group(group).and_then(|group| group.heartbeat(step, *generation, member_id));
                step.answer(caller, Response::Heartbeat(result));
            }
            Request::LeaveGroup { group, member_id } => {
                let result = self.member_group(group).and_then(|group| group.leave(step, member_id));
                step.answer(caller, Response::LeaveGroup(result));
            }
            Request::OffsetCommit(commit) => {
                let result = self.commit(step, commit);
                step.answer(caller, Response::OffsetCommit(result));
            }
            Request::OffsetFetch { group, partitions } => {
                let offsets = self.committed(group, partitions);
                step.answer(caller, Response::OffsetFetch { offsets });
            }
            other => unreachable!("{} names no group: the broker answers it itself", other.api()),
        }
    }

    /// A timer that the coordinator set has run out.
    pub fn fire(&mut self, now: Time, config: &ClusterConfig, timer: &Timer, out: &mut Out) {
        let step = &mut Step { now, config, out };
        match timer {
            Timer::Session { group, member } => self.with(group, |group| group.expire_session(step, member)),
            Timer::PendingMember { group, member } => self.with(group, |group| group.expire_pending(step, member)),
            Timer::Join { group } => self.with(group, |group| group.end_join_phase(step)),
            Timer::Sync { group } => self.with(group, |group| group.end_sync_phase(step)),
            other => unreachable!("{other:?} is not a timer of the coordinator"),
        }
    }

    /// As it stands; `None` before anybody has joined it or committed for it.
    pub fn group(&self, name: &Name) -> Option<&Group> {
        self.groups.get(name)
    }

    pub fn groups(&self) -> impl Iterator<Item = (&Name, &Group)> {
        self.groups.iter()
    }

    /// `kafka-consumer-groups --reset-offsets --execute`. Refused, with the state the group is in, while it has members:
    /// they would overwrite the offsets with their own (`NON_EMPTY_GROUP`).
    pub fn reset_offsets(
        &mut self,
        group: &Name,
        offsets: BTreeMap<TopicPartition, u64>,
        out: &mut Out,
    ) -> Result<(), GroupState> {
        self.group_or_new(group).reset_offsets(offsets, out)
    }

    /// Deletes the group with its offsets, whoever is in it. Kafka does this to empty groups only; the playground stops
    /// the members in the same breath, and they get no answer any more.
    pub fn remove_group(&mut self, group: &Name, out: &mut Out) {
        if let Some(mut group) = self.groups.remove(group) {
            group.dissolve(out);
        }
    }

    /// A deleted topic takes the offsets that were committed for it along.
    pub fn remove_topic(&mut self, topic: &Name) {
        self.groups.values_mut().for_each(|group| group.forget_offsets_of(topic));
    }

    fn join(&mut self, step: &mut Step, caller: Caller, request: &JoinGroup) {
        let result = validate_session_timeout(step.config, request.session_timeout).and_then(|()| {
            let is_new = request.member_id.is_none();
            if is_new { Ok(self.group_or_new(&request.group)) } else { self.member_group(&request.group) }
        });
        match result {
            Ok(group) => group.join(step, caller, request),
            Err(code) => step.answer(caller, Response::JoinGroup(Err(code.into()))),
        }
    }

    fn commit(&mut self, step: &mut Step, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        let is_known = self.groups.contains_key(&commit.group);
        if !is_known && commit.generation >= 0 {
            return Err(ErrorCode::IllegalGeneration);
        }
        self.group_or_new(&commit.group).commit(step, commit)
    }

    fn committed(&self, group: &Name, partitions: &[TopicPartition]) -> BTreeMap<TopicPartition, Option<u64>> {
        let group = self.groups.get(group);
        partitions.iter().map(|one| (one.clone(), group.and_then(|group| group.committed(one)))).collect()
    }

    /// The group of somebody who says that it is a member.
    fn member_group(&mut self, group: &Name) -> Result<&mut Group, ErrorCode> {
        self.groups.get_mut(group).ok_or(ErrorCode::UnknownMemberId)
    }

    fn group_or_new(&mut self, group: &Name) -> &mut Group {
        self.groups.entry(group.clone()).or_insert_with(|| Group::new(group.clone()))
    }

    fn with(&mut self, group: &Name, act: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.get_mut(group) {
            act(group);
        }
    }
}

fn validate_session_timeout(config: &ClusterConfig, timeout: Span) -> Result<(), ErrorCode> {
    let least = Span::from_millis(config.group_min_session_timeout_ms);
    let most = Span::from_millis(config.group_max_session_timeout_ms);
    if timeout < least || timeout > most {
        return Err(ErrorCode::InvalidSessionTimeout);
    }
    Ok(())
}
