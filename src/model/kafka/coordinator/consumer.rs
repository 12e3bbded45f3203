//! The consumer group protocol (KIP-848; `ConsumerGroup`, and the rules for it in `GroupMetadataManager`).
//!
//! There is one request, the heartbeat, and no generation. The coordinator itself works out who is to read what, the
//! *target*, and each member is led towards it on its own: first it gives up what is not to be its, then it gets what
//! others have given up. Nobody waits for the rest, so that a slow member only holds up those that get its partitions.
//!
//! Three epochs tell how far this is. The *group's* goes up with every change of its members, their subscriptions or the
//! topics; the *target's* follows when the next heartbeat has the target worked out anew; a *member's* when it has got
//! there:
//!
//! ```text
//!          join                     target worked out                  everybody has got there
//!  Empty ───────▶ Assigning ─────────────────────────▶ Reconciling ─────────────────────────▶ Stable
//!    ▲                ▲                                     │                                    │
//!    └── nobody left ─┴──────── join, leave, timeout, topic grows ──────────────────────────────┘
//! ```
//!
//! Left out: subscriptions by regular expression, racks, and the delay between two assignments. Kafka's hash map of members
//! is taken to be filled in the order of joining; only two ids that fall into the same bucket would show the difference.

mod heartbeat;
mod membership;
mod reconcile;
mod target;

pub use super::modern::{Member, MemberState};

use super::Step;
use super::modern::ModernGroup;
use crate::kernel::SortedMap;
use crate::model::actor::Out;
use crate::model::fact::GroupState;
use crate::model::kafka::assignor::remote::{RemoteAssignor, TopicSpec};
use crate::model::kafka::message::{ErrorCode, OffsetCommit};
use crate::model::{Name, TopicPartition};

/// `org.apache.kafka.coordinator.group.modern.consumer.ConsumerGroup`.
#[derive(Clone, Debug)]
pub struct ConsumerGroup {
    modern: ModernGroup,
    target_epoch: i32,
    /// By member id: what each is to read.
    targets: SortedMap<Name, Vec<TopicPartition>>,
    /// What the target was worked out for: the topics that members subscribe to, and that exist.
    topics: SortedMap<Name, TopicSpec>,
    /// Who holds a partition: the epoch that its owner has. A partition that is to be given up is held until it is.
    holders: SortedMap<TopicPartition, i32>,
    /// That the last target was worked out by.
    assignor: Option<RemoteAssignor>,
}

impl ConsumerGroup {
    pub(super) fn new(name: Name) -> Self {
        ConsumerGroup {
            modern: ModernGroup::new(name),
            target_epoch: 0,
            targets: SortedMap::new(),
            topics: SortedMap::new(),
            holders: SortedMap::new(),
            assignor: None,
        }
    }

    pub fn state(&self) -> GroupState {
        self.modern.state
    }

    /// Goes up with every change that needs another target; 0 before the first member.
    pub fn epoch(&self) -> i32 {
        self.modern.epoch
    }

    /// The group's epoch that the target was worked out for.
    pub fn target_epoch(&self) -> i32 {
        self.target_epoch
    }

    pub fn assignor(&self) -> Option<RemoteAssignor> {
        self.assignor
    }

    /// In the order of joining.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.modern.members.iter()
    }

    pub fn member(&self, id: &Name) -> Option<&Member> {
        self.modern.member(id)
    }

    /// What a member is to read once it has got there, sorted.
    pub fn target(&self, id: &Name) -> &[TopicPartition] {
        self.targets.get(id).map_or(&[], Vec::as_slice)
    }

    /// How many members are where they are to be.
    pub fn reconciled(&self) -> u32 {
        self.modern.members.iter().filter(|member| member.is_reconciled_to(self.target_epoch)).count() as u32
    }

    pub(super) fn is_subscribed_to(&self, topic: &Name) -> bool {
        self.modern.members.iter().any(|member| member.topics.contains(topic))
    }

    /// `ConsumerGroup#validateOffsetCommit`.
    pub(super) fn validate_commit(&self, commit: &OffsetCommit) -> Result<(), ErrorCode> {
        if commit.generation < 0 && self.modern.members.is_empty() {
            return Ok(());
        }
        let member = commit.member_id.as_ref().and_then(|id| self.member(id)).ok_or(ErrorCode::UnknownMemberId)?;
        if member.epoch == commit.generation { Ok(()) } else { Err(ErrorCode::StaleMemberEpoch) }
    }

    /// `ConsumerGroup#maybeUpdateGroupState`.
    fn update_state(&mut self, out: &mut Out) {
        let is_reconciled = |member: &Member| member.is_reconciled_to(self.target_epoch);
        let to = match () {
            () if self.modern.members.is_empty() => GroupState::Empty,
            () if self.modern.epoch > self.target_epoch => GroupState::Assigning,
            () if !self.modern.members.iter().all(is_reconciled) => GroupState::Reconciling,
            () => GroupState::Stable,
        };
        self.modern.enter(to, out);
    }

    pub(super) fn dissolve(&mut self, out: &mut Out) {
        self.modern.dissolve(out);
    }

    pub(super) fn resume(&mut self, step: &mut Step) {
        self.modern.resume(step);
    }

    pub(super) fn stop(&self, out: &mut Out) {
        self.modern.stop(out);
    }
}
