//! The classic group protocol (`ClassicGroup`, and the rules for it in `GroupMetadataManager`).
//!
//! Members ask to join and are kept waiting until everybody has asked; the coordinator answers them all at once with a new
//! generation and names one of them leader. The leader works out who reads what and hands it in with its SyncGroup; the
//! coordinator hands it on to the others. Heartbeats keep a member in, and are how it learns that it must join again:
//!
//! ```text
//!          join              all joined, or timeout            the leader's SyncGroup
//!  Empty ───────▶ PreparingRebalance ───────▶ CompletingRebalance ───────▶ Stable
//!    ▲                │    ▲                        │                        │
//!    └── nobody left ─┘    └── join, leave, timeout ┴────────────────────────┘
//! ```
//!
//! We model dynamic and static members: ids handed out before the first join, the initial rebalance delay, rebalance and
//! session timeouts, the vote for an assignor, `group.max.size`, and the fencing of those that come too late.
//!
//! Left out: the order of Kafka's hash map of members. It decides which member succeeds a leader; with us that is the one
//! that joined earliest among the rest. An operator cannot remove a static member by its instance id.

mod group;
mod heartbeat;
mod initial_delay;
mod join;
mod member;
mod membership;
mod protocol;
mod rebalance;
mod static_member;
mod sync;

pub use group::{ClassicGroup, Progress};
pub use member::Member;

use super::member_id::member_id;
use super::{Caller, Step};
