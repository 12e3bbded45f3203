//! The vote for an assignor (`ClassicGroup#selectProtocol`).

use super::group::ClassicGroup;
use crate::kernel::SortedMap;
use crate::model::fact::GroupState;
use crate::model::kafka::assignor::Assignor;
use crate::model::kafka::java_order::{Buckets, iteration_order};

impl ClassicGroup {
    /// Whether a joiner has an assignor in common with *all* members. It itself counts if it is a member already, so a
    /// member on its own cannot change its one assignor without leaving.
    pub(super) fn supports_any(&self, protocols: &[Assignor]) -> bool {
        if self.state == GroupState::Empty {
            return !protocols.is_empty();
        }
        protocols.iter().any(|protocol| self.is_supported_by_all(*protocol))
    }

    /// Every member votes for the first on its list that all support; most votes win. Of two that tie, the one that comes
    /// first in Kafka's hash map of votes.
    pub(super) fn select_protocol(&self) -> Option<Assignor> {
        let ballots = self
            .members
            .iter()
            .filter_map(|member| member.protocols.iter().copied().find(|protocol| self.is_supported_by_all(*protocol)));
        let mut votes: SortedMap<&str, (u32, Assignor)> = SortedMap::new();
        for protocol in ballots {
            votes.entry(protocol.name()).or_insert((0, protocol)).0 += 1;
        }
        let most = votes.values().map(|(count, _)| *count).max()?;
        let order = iteration_order(Buckets::default(), votes.keys().copied());
        order.into_iter().map(|name| votes[name]).find(|(count, _)| *count == most).map(|(_, protocol)| protocol)
    }

    fn is_supported_by_all(&self, protocol: Assignor) -> bool {
        self.members.iter().all(|member| member.protocols.contains(&protocol))
    }
}
