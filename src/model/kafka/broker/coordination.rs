//! Requests about groups: this broker answers those whose partition of `__consumer_offsets` it leads.

use super::Broker;
use crate::kernel::Time;
use crate::model::Name;
use crate::model::actor::Out;
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::coordinator::Caller;
use crate::model::kafka::message::{ErrorCode, OffsetCommit, Request, Response};

impl Broker {
    /// Whether it leads the group's partition of `__consumer_offsets`, as far as it knows.
    pub fn coordinates(&self, group: &Name) -> bool {
        self.metadata.coordinator(group) == Some(self.id)
    }

    /// A heartbeat of one of the newer protocols.
    pub(super) fn coordinate_modern(
        &mut self,
        now: Time,
        caller: Caller,
        request: &Request,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        match group_of(request) {
            Some(group) if !self.coordinates(group) => {
                caller.answer(Response::Refused(ErrorCode::NotCoordinator), out);
            }
            Some(_) => self.coordinator.handle(now, cluster, caller, request, out),
            None => {}
        }
    }

    pub(super) fn coordinate(&mut self, now: Time, caller: Caller, request: Request, cluster: &Cluster, out: &mut Out) {
        let Some(group) = group_of(&request) else { return };
        if !self.coordinates(group) {
            return caller.answer(Response::Refused(ErrorCode::NotCoordinator), out);
        }
        match request {
            Request::OffsetCommit(commit) => self.commit(now, caller, commit, cluster, out),
            request => self.coordinator.handle_classic(now, cluster, caller, &request, out),
        }
    }

    /// Nobody commits for a topic that was deleted. Kafka says so partition by partition; we have one answer for all, an
    /// error if nothing is left to commit.
    fn commit(&mut self, now: Time, caller: Caller, commit: OffsetCommit, cluster: &Cluster, out: &mut Out) {
        let mut commit = commit;
        let asked = commit.offsets.len();
        commit.offsets.retain(|partition, _| self.metadata.replicas(partition).is_some());
        if asked > 0 && commit.offsets.is_empty() {
            return caller.answer(Response::OffsetCommit(Err(ErrorCode::UnknownTopicOrPartition)), out);
        }
        self.coordinator.handle_classic(now, cluster, caller, &Request::OffsetCommit(commit), out);
    }
}

/// The group that a request is about.
fn group_of(request: &Request) -> Option<&Name> {
    match request {
        Request::JoinGroup(join) => Some(&join.group),
        Request::OffsetCommit(commit) => Some(&commit.group),
        Request::ConsumerGroupHeartbeat(heartbeat) | Request::ShareGroupHeartbeat(heartbeat) => Some(&heartbeat.group),
        Request::SyncGroup { group, .. }
        | Request::Heartbeat { group, .. }
        | Request::LeaveGroup { group, .. }
        | Request::OffsetFetch { group, .. } => Some(group),
        _ => None,
    }
}
