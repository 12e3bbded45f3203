//! The group coordinator: the broker's half of the group protocols, and the keeper of committed offsets.
//!
//! In the real system this is `GroupMetadataManager`, `OffsetMetadataManager` and the groups of the module
//! `group-coordinator`. There are two protocols for groups whose members own partitions. In the older, `classic`, the coordinator gets everybody together and one
//! of the members decides; in the newer, `consumer` (KIP-848), the coordinator decides and leads each member there. In a
//! `share` group (KIP-932) nobody owns anything.
//!
//! Left out:
//! - `__consumer_offsets` as a log. Kafka appends assignments and commits there and answers once they are replicated; we
//!   answer at once. When another broker takes over it knows everything the last one did, the generation that was forming
//!   included, and gives every member a new session.
//! - Converting a group with members from one protocol to the other. An empty group changes over as soon as somebody
//!   asks who speaks the other.

mod classic;
pub mod consumer;
mod group;
mod member_id;
mod modern;
mod offsets;
mod share;

#[cfg(test)]
mod tests;

pub use classic::{ClassicGroup, Progress};
pub use consumer::ConsumerGroup;
pub use group::{Group, Member};
pub use member_id::{client_id_of, member_id};
pub use modern::MemberState;
pub use share::ShareGroup;

use self::group::Kind;
use super::cluster::Cluster;
use super::config::ClusterConfig;
use super::message::{
    ConsumerGroupHeartbeat, Correlation, ErrorCode, HeartbeatAnswer, JoinGroup, Message, OffsetCommit, ProducerId,
    Request, Response,
};
use crate::kernel::{Endpoint, SortedMap, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::{Fact, GroupState, Subject};
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};

/// The groups that one broker coordinates.
#[derive(Clone, Debug, Default)]
pub struct Coordinator {
    groups: SortedMap<Name, Group>,
    /// Somebody has committed an offset: from then on it looks for those that have expired.
    expires_offsets: bool,
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
    cluster: &'a Cluster,
    config: &'a ClusterConfig,
    out: &'a mut Out,
}

impl<'a> Step<'a> {
    fn new(now: Time, cluster: &'a Cluster, out: &'a mut Out) -> Self {
        Step { now, cluster, config: &cluster.config, out }
    }

    fn answer(&mut self, caller: Caller, response: Response) {
        caller.answer(response, self.out);
    }
}

impl Coordinator {
    /// Handles one of the requests that name a group: those of [`Coordinator::handle_classic`], ConsumerGroupHeartbeat,
    /// ShareGroupHeartbeat.
    pub fn handle(&mut self, now: Time, cluster: &Cluster, caller: Caller, request: &Request, out: &mut Out) {
        let step = &mut Step::new(now, cluster, out);
        match request {
            Request::ConsumerGroupHeartbeat(heartbeat) => {
                let result = self.heartbeat(step, heartbeat);
                step.answer(caller, Response::ConsumerGroupHeartbeat(result));
            }
            Request::ShareGroupHeartbeat(heartbeat) => {
                let result = self.share(heartbeat).and_then(|group| group.heartbeat(step, heartbeat));
                step.answer(caller, Response::ShareGroupHeartbeat(result));
            }
            request => self.handle_classic(now, cluster, caller, request, out),
        }
    }

    /// Handles JoinGroup, SyncGroup, Heartbeat, LeaveGroup, OffsetCommit, OffsetFetch. The answer goes out through `out`: now,
    /// or once the rest of the group is where it must be.
    pub fn handle_classic(&mut self, now: Time, cluster: &Cluster, caller: Caller, request: &Request, out: &mut Out) {
        let step = &mut Step::new(now, cluster, out);
        match request {
            Request::JoinGroup(join) => self.join(step, caller, join),
            Request::SyncGroup { group, generation, member_id, instance_id, assignments } => {
                match self.classic(group) {
                    Ok(group) => group.sync(step, caller, *generation, member_id, instance_id.as_ref(), assignments),
                    Err(code) => step.answer(caller, Response::SyncGroup(Err(code))),
                }
            }
            Request::Heartbeat { group, generation, member_id, instance_id } => {
                let heartbeat =
                    |group: &mut ClassicGroup| group.heartbeat(step, *generation, member_id, instance_id.as_ref());
                let result = self.classic(group).and_then(heartbeat);
                step.answer(caller, Response::Heartbeat(result));
            }
            Request::LeaveGroup { group, member_id, instance_id } => {
                let leave = |group: &mut ClassicGroup| group.leave(step, member_id, instance_id.as_ref());
                let result = self.classic(group).and_then(leave);
                step.answer(caller, Response::LeaveGroup(result));
            }
            Request::OffsetCommit(commit) => {
                let result = self.commit(step, commit);
                step.answer(caller, Response::OffsetCommit(result));
            }
            Request::OffsetFetch { group, partitions } => {
                step.answer(caller, self.fetch_offsets(group, partitions));
            }
            other => unreachable!("{} names no group: the broker answers it itself", other.api()),
        }
    }

    /// A timer that the coordinator set has run out.
    pub fn fire(&mut self, now: Time, cluster: &Cluster, timer: &Timer, out: &mut Out) {
        let step = &mut Step::new(now, cluster, out);
        match timer {
            Timer::Session { group, member } => match self.groups.get_mut(group).map(|group| &mut group.kind) {
                Some(Kind::Classic(group)) => group.expire_session(step, member),
                Some(Kind::Consumer(group)) => group.expire_session(step, member),
                Some(Kind::Share(group)) => group.expire_session(step, member),
                None => {}
            },
            Timer::Revocation { group, member } => {
                if let Ok(group) = self.consumer(group) {
                    group.expire_revocation(step, member);
                }
            }
            Timer::PendingMember { group, member } => self.with(group, |group| group.expire_pending(step, member)),
            Timer::Join { group } => self.with(group, |group| group.end_join_phase(step)),
            Timer::Sync { group } => self.with(group, |group| group.end_sync_phase(step)),
            Timer::OffsetExpiry => self.expire_offsets(step),
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
        now: Time,
        group: &Name,
        offsets: SortedMap<TopicPartition, u64>,
        out: &mut Out,
    ) -> Result<(), GroupState> {
        self.group_or_new(group).reset_offsets(now, offsets, out)
    }

    /// `kafka-consumer-groups --delete-offsets`, of a topic that nobody in the group subscribes to.
    pub fn delete_offsets(&mut self, group: &Name, partitions: &[TopicPartition], out: &mut Out) {
        if let Some(group) = self.groups.get_mut(group) {
            group.delete_offsets(partitions, out);
        }
    }

    /// Deletes the group with its offsets, whoever is in it. Kafka does this to empty groups only; the playground stops
    /// the members in the same breath, and they get no answer any more.
    pub fn remove_group(&mut self, group: &Name, out: &mut Out) {
        if let Some(mut group) = self.groups.remove(group) {
            group.dissolve(out);
        }
    }

    /// Takes over a group as the coordinator before left it, or as this one finds it on its disk (`onLoaded`).
    pub fn load(&mut self, now: Time, cluster: &Cluster, mut group: Group, out: &mut Out) {
        let step = &mut Step::new(now, cluster, out);
        group.resume(step);
        self.groups.insert(group.name.clone(), group);
        self.expires_offsets = true;
        self.arm_expiry(step);
    }

    /// Puts a group's state on this broker's disk; it does nothing until it is loaded.
    pub fn keep(&mut self, group: Group) {
        self.groups.insert(group.name.clone(), group);
    }

    /// Another broker coordinates this group now: forgets it, and tells those who wait (`onUnloaded`).
    pub fn unload(&mut self, group: &Name, out: &mut Out) {
        if let Some(mut group) = self.groups.remove(group) {
            group.stop(out);
        }
    }

    /// A deleted topic takes the offsets that were committed for it along.
    pub fn remove_topic(&mut self, topic: &Name) {
        self.groups.values_mut().for_each(|group| group.offsets.forget_topic(topic));
    }

    fn join(&mut self, step: &mut Step, caller: Caller, request: &JoinGroup) {
        let result = validate_session_timeout(step.config, request.session_timeout).and_then(|()| {
            let is_new = request.member_id.is_none();
            if is_new { self.classic_or_new(&request.group) } else { self.classic(&request.group) }
        });
        match result {
            Ok(group) => group.join(step, caller, request),
            Err(code) => step.answer(caller, Response::JoinGroup(Err(code.into()))),
        }
    }

    fn heartbeat(&mut self, step: &mut Step, request: &ConsumerGroupHeartbeat) -> Result<HeartbeatAnswer, ErrorCode> {
        let group = match request.member_epoch {
            0 => self.consumer_or_new(&request.group)?,
            _ => self.consumer(&request.group)?,
        };
        if request.member_epoch < 0 { group.leave(step, request) } else { group.heartbeat(step, request) }
    }

    fn commit(&mut self, step: &mut Step, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        let is_known = self.groups.contains_key(&commit.group);
        if !is_known && commit.generation >= 0 {
            return Err(ErrorCode::IllegalGeneration);
        }
        if !self.expires_offsets {
            self.expires_offsets = true;
            self.arm_expiry(step);
        }
        self.group_or_new(&commit.group).commit(step, commit)
    }

    /// What an open transaction may change is not told (`requireStable`, which every consumer asks for).
    fn fetch_offsets(&self, group: &Name, partitions: &[TopicPartition]) -> Response {
        let group = self.groups.get(group);
        let is_unstable = |one: &&TopicPartition| group.is_some_and(|group| group.offsets.is_unstable(one));
        let unstable: Vec<TopicPartition> = partitions.iter().filter(is_unstable).cloned().collect();
        let stable = partitions.iter().filter(|one| !unstable.contains(one));
        let offsets = stable.map(|one| (one.clone(), group.and_then(|group| group.committed(one)))).collect();
        Response::OffsetFetch { offsets, unstable }
    }

    /// What becomes of offsets together with a transaction.
    pub fn commit_in_transaction(
        &mut self,
        now: Time,
        cluster: &Cluster,
        producer: ProducerId,
        commit: &OffsetCommit,
        out: &mut Out,
    ) -> Result<(), ErrorCode> {
        let step = &mut Step::new(now, cluster, out);
        match self.groups.get_mut(&commit.group) {
            Some(group) => group.commit_in_transaction(step, producer, commit),
            None => Err(ErrorCode::IllegalGeneration),
        }
    }

    /// A transaction's marker came for the offsets of this group.
    pub fn end_transaction(
        &mut self,
        now: Time,
        cluster: &Cluster,
        producer: ProducerId,
        outcome: Outcome,
        group: &Name,
        out: &mut Out,
    ) {
        let step = &mut Step::new(now, cluster, out);
        if let Some(group) = self.groups.get_mut(group) {
            group.end_transaction(now, producer, outcome, step.out);
            if !self.expires_offsets {
                self.expires_offsets = true;
                self.arm_expiry(step);
            }
        }
    }

    /// Every `offsets.retention.check.interval.ms`, counted from the broker's start. A group without members whose last
    /// offset is forgotten is forgotten with it.
    fn expire_offsets(&mut self, step: &mut Step) {
        let retention = Span::from_secs(step.config.offsets_retention_minutes * 60);
        self.groups.retain(|name, group| {
            let is_over = group.expire_offsets(step.now, retention, step.out);
            if is_over {
                let fact = Fact::StateChanged { from: group.state(), to: GroupState::Dead };
                step.out.observe(Subject::Group(name.clone()), fact);
            }
            !is_over
        });
        self.arm_expiry(step);
    }

    fn arm_expiry(&self, step: &mut Step) {
        let interval = step.config.offsets_retention_check_interval_ms * 1_000;
        let checks = step.now.as_micros() / interval;
        step.out.arm(Timer::OffsetExpiry, Time::from_micros((checks + 1) * interval));
    }

    /// The group of somebody who says that it is a member, in the classic protocol.
    fn classic(&mut self, group: &Name) -> Result<&mut ClassicGroup, ErrorCode> {
        match self.groups.get_mut(group).map(|group| &mut group.kind) {
            Some(Kind::Classic(group)) => Ok(group),
            Some(Kind::Consumer(_) | Kind::Share(_)) | None => Err(ErrorCode::UnknownMemberId),
        }
    }

    /// A group with the consumer protocol that has members takes nobody with the classic one.
    fn classic_or_new(&mut self, group: &Name) -> Result<&mut ClassicGroup, ErrorCode> {
        let found = self.group_or_new(group);
        if !matches!(found.kind, Kind::Classic(_)) {
            if found.state() != GroupState::Empty {
                return Err(ErrorCode::InconsistentGroupProtocol);
            }
            found.kind = Kind::Classic(ClassicGroup::new(group.clone()));
        }
        match &mut found.kind {
            Kind::Classic(group) => Ok(group),
            _ => unreachable!("it has just been made a classic one"),
        }
    }

    fn consumer(&mut self, group: &Name) -> Result<&mut ConsumerGroup, ErrorCode> {
        match self.groups.get_mut(group).map(|group| &mut group.kind) {
            Some(Kind::Consumer(group)) => Ok(group),
            Some(Kind::Classic(_) | Kind::Share(_)) | None => Err(ErrorCode::GroupIdNotFound),
        }
    }

    fn consumer_or_new(&mut self, group: &Name) -> Result<&mut ConsumerGroup, ErrorCode> {
        let found = self.group_or_new(group);
        if !matches!(found.kind, Kind::Consumer(_)) {
            if found.state() != GroupState::Empty {
                return Err(ErrorCode::GroupIdNotFound);
            }
            found.kind = Kind::Consumer(ConsumerGroup::new(group.clone()));
        }
        match &mut found.kind {
            Kind::Consumer(group) => Ok(group),
            _ => unreachable!("it has just been made one with the consumer protocol"),
        }
    }

    /// The share group that a heartbeat is about; an empty group of another kind becomes one when somebody joins it so.
    fn share(&mut self, request: &ConsumerGroupHeartbeat) -> Result<&mut ShareGroup, ErrorCode> {
        let found = self.group_or_new(&request.group);
        if !matches!(found.kind, Kind::Share(_)) {
            if found.state() != GroupState::Empty || request.member_epoch != 0 {
                return Err(ErrorCode::GroupIdNotFound);
            }
            found.kind = Kind::Share(ShareGroup::new(request.group.clone()));
        }
        match &mut found.kind {
            Kind::Share(group) => Ok(group),
            _ => unreachable!("it has just been made a share group"),
        }
    }

    fn group_or_new(&mut self, group: &Name) -> &mut Group {
        self.groups.entry(group.clone()).or_insert_with(|| Group::classic(group.clone()))
    }

    fn with(&mut self, group: &Name, act: impl FnOnce(&mut ClassicGroup)) {
        if let Ok(group) = self.classic(group) {
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
