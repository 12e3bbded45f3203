//! One member of such a group (`ModernGroupMember`, and what `ConsumerGroupMember` adds to it).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::kernel::{Span, Time};
use crate::model::kafka::assignor::remote::RemoteAssignor;
use crate::model::{Name, TopicPartition};

/// The epoch with which a member joins.
pub const JOINING: i32 = 0;
/// The epoch with which a member says that it leaves.
pub const LEAVING: i32 = -1;
/// The epoch with which a static member says that it will be back.
pub const LEAVING_FOR_NOW: i32 = -2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: Name,
    pub client_id: Name,
    /// `group.instance.id`: it is static.
    pub instance_id: Option<Name>,
    pub topics: BTreeSet<Name>,
    /// `group.remote.assignor`, if it asks for one.
    pub assignor: Option<RemoteAssignor>,
    /// Its `max.poll.interval.ms`: how long it may take to give partitions up.
    pub rebalance_timeout: Span,
    pub state: MemberState,
    pub epoch: i32,
    /// The one before; accepted as well, for the answer with the new one may have been lost.
    pub previous_epoch: i32,
    pub assigned: BTreeSet<TopicPartition>,
    /// What it has been told to give up, and has not said that it has.
    pub pending_revocation: BTreeSet<TopicPartition>,
    /// When a heartbeat of its last came in.
    pub heard_at: Time,
    /// When it is removed if nothing more is heard.
    pub session_deadline: Option<Time>,
    pub session_timeout: Span,
}

/// How far a member is on its way to the target (`MemberState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberState {
    /// It has got there.
    Stable,
    /// It has to give something up first.
    UnrevokedPartitions,
    /// It has to wait for what others give up.
    UnreleasedPartitions,
}

impl MemberState {
    /// As Kafka's own code writes it.
    pub fn name(self) -> &'static str {
        match self {
            MemberState::Stable => "STABLE",
            MemberState::UnrevokedPartitions => "UNREVOKED_PARTITIONS",
            MemberState::UnreleasedPartitions => "UNRELEASED_PARTITIONS",
        }
    }
}

impl Member {
    pub(super) fn new(id: Name) -> Self {
        Member {
            client_id: id.clone(),
            id,
            instance_id: None,
            topics: BTreeSet::new(),
            assignor: None,
            rebalance_timeout: Span::ZERO,
            state: MemberState::Stable,
            epoch: JOINING,
            previous_epoch: LEAVING,
            assigned: BTreeSet::new(),
            pending_revocation: BTreeSet::new(),
            heard_at: Time::ZERO,
            session_deadline: None,
            session_timeout: Span::ZERO,
        }
    }

    pub fn is_reconciled_to(&self, target_epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == target_epoch
    }

    pub fn has_left_for_now(&self) -> bool {
        self.epoch == LEAVING_FOR_NOW
    }

    /// Everything that nobody else may have yet.
    pub fn held(&self) -> impl Iterator<Item = &TopicPartition> {
        self.assigned.iter().chain(&self.pending_revocation)
    }
}
