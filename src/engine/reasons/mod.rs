//! Reasons that lie elsewhere than in the message or timer that brought something about.
//!
//! A session times out because nothing came. The timer that fires was set by the last heartbeat, which is true and
//! explains nothing; the reason a person looks for is what silenced the member. Likewise a consumer learns of a rebalance
//! by the answer to its own heartbeat, and what explains it is whoever came or went.

mod data_path;
mod sharing;
mod transacting;

use self::data_path::DataPath;
use self::sharing::Sharing;
use self::transacting::Transacting;

use super::{Cause, ObservationId};
use crate::kernel::SortedMap;
use crate::model::fact::{ElectionReason, Fact, GroupState, RebalanceReason, Subject};
use crate::model::kafka::message::ErrorCode;
use crate::model::{Name, TopicPartition};

/// The observations that may explain later ones, by the part that they concern.
#[derive(Clone, Debug, Default)]
pub struct Reasons {
    /// What last cut a client, or a group, off from the brokers.
    silenced: SortedMap<Name, ObservationId>,
    /// What last kept a consumer's application from polling.
    hung: SortedMap<Name, ObservationId>,
    /// When a producer last came to wait for buffer memory.
    blocked: SortedMap<Name, ObservationId>,
    /// How a consumer ceased to be a member behind its back.
    given_up: SortedMap<Name, ObservationId>,
    /// Who last came to a group, or went.
    membership: SortedMap<Name, ObservationId>,
    /// The start of a group's last rebalance.
    rebalance: SortedMap<Name, ObservationId>,
    /// What last became of a broker's service: fenced, back, shutting down.
    service: SortedMap<Name, ObservationId>,
    /// The last election in a partition.
    election: SortedMap<TopicPartition, ObservationId>,
    /// When a topic last got partitions.
    grown: SortedMap<Name, ObservationId>,
    data_path: DataPath,
    sharing: Sharing,
    transacting: Transacting,
}

impl Reasons {
    /// `transactional_id`: of the client that it is about.
    pub fn observe(&mut self, id: ObservationId, subject: &Subject, fact: &Fact, transactional_id: Option<&Name>) {
        self.transacting.observe(id, subject, fact, transactional_id);
        self.data_path.observe(id, subject, fact);
        self.sharing.observe(id, subject, fact);
        match subject {
            Subject::Consumer(name) => self.observe_consumer(id, name, fact),
            Subject::Group(name) => self.observe_group(id, name, fact),
            Subject::Producer(name) => self.observe_producer(id, name, fact),
            Subject::Network => self.observe_network(id, fact),
            Subject::Broker(name) => self.observe_broker(id, name, fact),
            Subject::Partition(name) if matches!(fact, Fact::LeaderElected { .. }) => {
                self.election.insert(name.clone(), id);
            }
            Subject::Topic(name) if matches!(fact, Fact::Added | Fact::PartitionsAdded { .. }) => {
                self.grown.insert(name.clone(), id);
            }
            _ => {}
        }
    }

    fn observe_consumer(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::Killed => note(&mut self.silenced, name, id),
            Fact::Hung => note(&mut self.hung, name, id),
            Fact::MaxPollExceeded { .. } => note(&mut self.given_up, name, id),
            Fact::Unhung => drop(self.hung.remove(name)),
            Fact::Started => {
                for reasons in [&mut self.silenced, &mut self.hung, &mut self.given_up] {
                    reasons.remove(name);
                }
            }
            _ => {}
        }
    }

    fn observe_producer(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::Killed | Fact::Removed => note(&mut self.silenced, name, id),
            Fact::Added | Fact::Started => drop(self.silenced.remove(name)),
            Fact::SendBlocked { .. } => note(&mut self.blocked, name, id),
            _ => {}
        }
    }

    fn observe_broker(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::Killed | Fact::DiskLost | Fact::ShutDown => note(&mut self.silenced, name, id),
            Fact::Started => drop(self.silenced.remove(name)),
            Fact::Fenced { .. } | Fact::Unfenced | Fact::ShuttingDown => note(&mut self.service, name, id),
            _ => {}
        }
    }

    fn observe_group(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::RebalanceStarted { .. } | Fact::GroupEpochBumped { .. } => note(&mut self.rebalance, name, id),
            Fact::MemberJoined { .. } | Fact::MemberLeft { .. } => note(&mut self.membership, name, id),
            Fact::MemberTimedOut { member, .. } | Fact::MemberRemoved { member, .. } => {
                note(&mut self.membership, name, id);
                if let Some(client) = client_of(member.as_str()) {
                    note(&mut self.given_up, &client.into(), id);
                }
            }
            _ => {}
        }
    }

    fn observe_network(&mut self, id: ObservationId, fact: &Fact) {
        match fact {
            Fact::LinkCut { a, b } | Fact::LinkHeld { a, b } => {
                self.silenced.extend([(a.clone(), id), (b.clone(), id)]);
            }
            Fact::LinkRepaired { a, b } | Fact::LinkReleased { a, b } => {
                self.silenced.remove(a);
                self.silenced.remove(b);
            }
            _ => {}
        }
    }

    /// What explains this fact better than `cause`, the message or timer that brought it; `group` is the group of the
    /// consumer that it is about, and `transactional_id` that of the client.
    pub fn cause_of(
        &self,
        subject: &Subject,
        fact: &Fact,
        group: Option<&Name>,
        transactional_id: Option<&Name>,
        cause: Cause,
    ) -> Cause {
        let better = self.better_cause_of(subject, fact, group);
        let better = better.or_else(|| self.cause_in_transaction(subject, fact, transactional_id).copied());
        let better = better.or_else(|| self.sharing.cause_of(subject, fact));
        let better = better.or_else(|| self.data_path.cause_of(subject, fact, cause));
        better.map_or(cause, Cause::Observation)
    }

    /// Because of what a consumer fetches.
    pub fn cause_of_fetch(&self, consumer: &Name) -> Option<Cause> {
        self.data_path.cause_of_fetch(consumer)
    }

    fn better_cause_of(&self, subject: &Subject, fact: &Fact, group: Option<&Name>) -> Option<ObservationId> {
        let id = match (subject, fact) {
            (Subject::Group(group), fact) => self.cause_in_group(group, fact),
            (Subject::Producer(name), fact) if is_unanswered(fact) => self.silenced.get(name),
            (Subject::Consumer(name), fact) if is_unanswered(fact) => self.silenced.get(name),
            (Subject::Producer(name), Fact::SendBlocked { broker, .. }) => {
                let broker = broker.and_then(|broker| self.silenced.get(&broker.name()));
                broker.or_else(|| self.silenced.get(name))
            }
            (Subject::Producer(name), Fact::BufferExhausted { .. }) => self.blocked.get(name),
            (Subject::Consumer(name), Fact::MaxPollExceeded { .. }) => self.hung.get(name),
            (Subject::Consumer(name), Fact::Lost { .. }) => self.given_up.get(name),
            (Subject::Consumer(_), Fact::RebalanceNoticed) => self.rebalance.get(group?),
            (Subject::Consumer(_), Fact::PartitionsNoticed { topic, .. }) => self.grown.get(topic),
            (Subject::Broker(name), Fact::Fenced { silent_for: Some(_) }) => {
                self.silenced.get(name).or_else(|| self.silenced.get("controller"))
            }
            (Subject::Partition(name), fact) => self.cause_in_partition(name, fact),
            _ => None,
        };
        id.copied()
    }

    fn cause_in_transaction(
        &self,
        subject: &Subject,
        fact: &Fact,
        transactional_id: Option<&Name>,
    ) -> Option<&ObservationId> {
        match (subject, fact) {
            (Subject::Broker(_), Fact::TransactionTimedOut { transactional_id }) => {
                let (client, begun) = self.transacting.left_open(transactional_id)?;
                self.silenced.get(client).or_else(|| self.hung.get(client)).or(Some(begun))
            }
            _ => self.transacting.cause_of(subject, fact, transactional_id),
        }
    }

    fn cause_in_partition(&self, partition: &TopicPartition, fact: &Fact) -> Option<&ObservationId> {
        match fact {
            Fact::LeaderElected { why, .. } => match why {
                ElectionReason::BrokerFenced(broker)
                | ElectionReason::BrokerUnfenced(broker)
                | ElectionReason::ControlledShutdown(broker) => self.service.get(&broker.name()),
                ElectionReason::Preferred | ElectionReason::Unclean(_) => None,
            },
            // Out because it is out of service, or because it could not fetch.
            Fact::IsrShrunk { out, .. } => {
                let out = out.first()?.name();
                self.silenced.get(&out).or_else(|| self.service.get(&out))
            }
            Fact::Truncated { .. } => self.election.get(partition),
            _ => None,
        }
    }

    fn cause_in_group(&self, group: &Name, fact: &Fact) -> Option<&ObservationId> {
        match fact {
            Fact::MemberTimedOut { member, .. } => {
                self.silenced.get(client_of(member.as_str())?).or_else(|| self.silenced.get(group))
            }
            Fact::RebalanceStarted { reason } | Fact::GroupEpochBumped { reason, .. } => match reason {
                // These are explained by the member's own request, or lie with a topic.
                RebalanceReason::LeaderRejoined(_)
                | RebalanceReason::SubscriptionChanged(_)
                | RebalanceReason::MemberRejoined(_)
                | RebalanceReason::StaticMemberReplaced(_) => None,
                RebalanceReason::TopicsChanged => self.grown.values().max(),
                _ => self.membership.get(group),
            },
            Fact::GenerationFormed { .. } | Fact::Emptied { .. } => self.rebalance.get(group),
            Fact::TargetAssigned { .. } | Fact::MemberReconciled { .. } => self.rebalance.get(group),
            Fact::StateChanged { to, .. } if *to != GroupState::Stable => self.rebalance.get(group),
            _ => None,
        }
    }
}

/// Nothing came back. Where somebody is cut off, that explains it; else what was sent does.
fn is_unanswered(fact: &Fact) -> bool {
    match fact {
        Fact::BatchRetried { error, .. } | Fact::BatchFailed { error, .. } | Fact::CommitFailed { error } => {
            *error == ErrorCode::RequestTimedOut
        }
        Fact::RequestTimedOut { .. } => true,
        _ => false,
    }
}

fn note(reasons: &mut SortedMap<Name, ObservationId>, name: &Name, id: ObservationId) {
    reasons.insert(name.clone(), id);
}

/// A member's id is its client's, a dash, and a UUID.
fn client_of(member: &str) -> Option<&str> {
    member.get(..member.len().checked_sub(37)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KILL: ObservationId = ObservationId(7);

    fn timed_out() -> Fact {
        let member = "inventory-2-df8406a8-2ffb-a321-2074-0335c3ca494d".into();
        Fact::MemberTimedOut { member, silent_for: crate::kernel::Span::from_secs(10) }
    }

    fn inventory() -> Subject {
        Subject::Group("inventory".into())
    }

    fn after_a_kill() -> Reasons {
        let mut reasons = Reasons::default();
        reasons.observe(KILL, &Subject::Consumer("inventory-2".into()), &Fact::Killed, None);
        reasons
    }

    #[test]
    fn a_session_times_out_because_its_consumer_was_killed() {
        let cause = after_a_kill().better_cause_of(&inventory(), &timed_out(), None);
        assert_eq!(cause, Some(KILL));
    }

    #[test]
    fn a_consumer_that_started_again_was_not_silenced_by_what_came_before() {
        let mut reasons = after_a_kill();
        reasons.observe(ObservationId(8), &Subject::Consumer("inventory-2".into()), &Fact::Started, None);
        assert_eq!(reasons.better_cause_of(&inventory(), &timed_out(), None), None);
    }

    #[test]
    fn a_rebalance_begins_because_a_session_timed_out_and_the_others_notice_because_it_began() {
        let (timeout, start) = (ObservationId(9), ObservationId(10));
        let mut reasons = after_a_kill();
        reasons.observe(timeout, &inventory(), &timed_out(), None);
        let started = Fact::RebalanceStarted { reason: RebalanceReason::SessionTimeout("inventory-2".into()) };
        assert_eq!(reasons.better_cause_of(&inventory(), &started, None), Some(timeout));
        reasons.observe(start, &inventory(), &started, None);
        let other = Subject::Consumer("inventory-1".into());
        let noticed = reasons.better_cause_of(&other, &Fact::RebalanceNoticed, Some(&"inventory".into()));
        assert_eq!(noticed, Some(start));
    }
    fn checkout() -> Subject {
        Subject::Producer("checkout".into())
    }

    /// What a transaction of `shop` times out because of, after `before` has happened to the producer that began it.
    fn cause_of_timeout(before: &[Fact]) -> Option<ObservationId> {
        let (mut reasons, shop) = (Reasons::default(), Name::from("shop"));
        for (id, fact) in (1..).zip(before) {
            reasons.observe(ObservationId(id), &checkout(), fact, Some(&shop));
        }
        let timed_out = Fact::TransactionTimedOut { transactional_id: shop };
        reasons.cause_in_transaction(&Subject::Broker("broker-1".into()), &timed_out, None).copied()
    }

    #[test]
    fn a_transaction_times_out_because_its_producer_was_killed_or_else_because_nobody_ended_it() {
        assert_eq!(cause_of_timeout(&[Fact::TransactionBegun, Fact::Killed]), Some(ObservationId(2)));
        assert_eq!(cause_of_timeout(&[Fact::Killed, Fact::Started, Fact::TransactionBegun]), Some(ObservationId(3)));
    }

    #[test]
    fn a_producer_is_fenced_off_by_whoever_got_its_id_after_it_and_never_by_itself() {
        let (mut reasons, shop) = (Reasons::default(), Name::from("shop"));
        let fenced = Fact::ProducerFenced { error: ErrorCode::ProducerFenced };
        reasons.observe(ObservationId(1), &checkout(), &Fact::ProducerIdAcquired { epoch: 0 }, Some(&shop));
        assert_eq!(reasons.cause_in_transaction(&checkout(), &fenced, Some(&shop)), None);
        let other = Subject::Producer("other".into());
        reasons.observe(ObservationId(2), &other, &Fact::ProducerIdAcquired { epoch: 1 }, Some(&shop));
        assert_eq!(reasons.cause_in_transaction(&checkout(), &fenced, Some(&shop)), Some(&ObservationId(2)));
    }
}
