//! One member of a group, as the coordinator keeps it (`ClassicGroupMember`).

use super::Caller;
use crate::kernel::{Span, Time};
use crate::model::kafka::assignor::{Assignor, Metadata, Subscription};
use crate::model::kafka::message::JoinGroup;
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug)]
pub struct Member {
    pub id: Name,
    pub client_id: Name,
    /// `group.instance.id`: it is static.
    pub instance_id: Option<Name>,
    /// Its subscription, and what else the leader is told.
    pub metadata: Metadata,
    /// What it can be assigned with, in order of preference.
    pub protocols: Vec<Assignor>,
    pub session_timeout: Span,
    pub rebalance_timeout: Span,
    /// What the leader gave it last. It stays during a rebalance, until the next leader has decided.
    pub assignment: Vec<TopicPartition>,
    /// When a request of its last came in.
    pub heard_at: Time,
    /// When it is removed if nothing more is heard; `None` while the coordinator itself keeps it waiting.
    pub session_deadline: Option<Time>,
    pub(super) tenure: Tenure,
    pub(super) awaiting_join: Option<Caller>,
    pub(super) awaiting_sync: Option<Caller>,
}

/// Has it ever been in a generation?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tenure {
    New,
    Established,
}

impl Member {
    pub(super) fn new(id: Name, now: Time, request: &JoinGroup) -> Self {
        Member {
            id,
            client_id: request.client_id.clone(),
            instance_id: request.instance_id.clone(),
            metadata: request.metadata.clone(),
            protocols: request.protocols.clone(),
            session_timeout: request.session_timeout,
            rebalance_timeout: request.rebalance_timeout,
            assignment: Vec::new(),
            heard_at: now,
            session_deadline: None,
            tenure: Tenure::New,
            awaiting_join: None,
            awaiting_sync: None,
        }
    }

    /// Its JoinGroup is waiting for the others.
    pub fn is_awaiting_join(&self) -> bool {
        self.awaiting_join.is_some()
    }

    /// Its SyncGroup is waiting for the leader's.
    pub fn is_awaiting_sync(&self) -> bool {
        self.awaiting_sync.is_some()
    }

    /// Asks it for the same as before: what lets a follower come back without a rebalance.
    pub(super) fn matches(&self, request: &JoinGroup) -> bool {
        self.protocols == request.protocols && self.metadata == request.metadata
    }

    /// Wants the same as before, and perhaps owns something else.
    pub(super) fn subscribes_alike(&self, request: &JoinGroup) -> bool {
        self.protocols == request.protocols && self.metadata.topics == request.metadata.topics
    }

    /// What the leader is told of it.
    pub(super) fn subscription(&self) -> Subscription {
        let (member_id, instance_id) = (self.id.clone(), self.instance_id.clone());
        Subscription { member_id, instance_id, metadata: self.metadata.clone() }
    }

    pub(super) fn update(&mut self, request: &JoinGroup) {
        self.metadata.clone_from(&request.metadata);
        self.protocols.clone_from(&request.protocols);
        self.session_timeout = request.session_timeout;
        self.rebalance_timeout = request.rebalance_timeout;
    }
}
