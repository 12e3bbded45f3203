//! Reasons around the records of share groups.
//!
//! A lock is over by a timer, which says nothing of why it was let run out: the member was killed while it had the records
//! in its hands, or it hangs, or it is too slow. And what is delivered again is so because of what put it on offer.

use super::{client_of, note};
use crate::engine::ObservationId;
use crate::kernel::SortedMap;
use crate::model::fact::{Fact, SettleReason, Subject};
use crate::model::{Name, TopicPartition};

#[derive(Clone, Debug, Default)]
pub struct Sharing {
    /// By member id: when it last got records.
    acquired: SortedMap<Name, ObservationId>,
    /// By client: what last kept it from going on with what it had. Not taken back when it starts again: then it has
    /// another member id.
    stopped: SortedMap<Name, ObservationId>,
    slowed: SortedMap<Name, ObservationId>,
    processed: SortedMap<Name, ObservationId>,
    /// When records of a group in a partition were last put on offer again.
    released: SortedMap<(Name, TopicPartition), ObservationId>,
    /// When records of a partition last became readable.
    readable: SortedMap<TopicPartition, ObservationId>,
}

impl Sharing {
    pub fn observe(&mut self, id: ObservationId, subject: &Subject, fact: &Fact) {
        match subject {
            Subject::Consumer(name) => self.observe_consumer(id, name, fact),
            Subject::Partition(partition) => self.observe_partition(id, partition, fact),
            Subject::Network => {
                if let Fact::LinkCut { a, b } | Fact::LinkHeld { a, b } = fact {
                    note(&mut self.stopped, a, id);
                    note(&mut self.stopped, b, id);
                }
            }
            _ => {}
        }
    }

    fn observe_consumer(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::Killed | Fact::Hung => note(&mut self.stopped, name, id),
            Fact::SlowedDown { percent: 100 } => drop(self.slowed.remove(name)),
            Fact::SlowedDown { .. } => note(&mut self.slowed, name, id),
            Fact::Processed { .. } => note(&mut self.processed, name, id),
            Fact::Removed => {
                for reasons in [&mut self.stopped, &mut self.slowed, &mut self.processed] {
                    reasons.remove(name);
                }
            }
            _ => {}
        }
    }

    fn observe_partition(&mut self, id: ObservationId, partition: &TopicPartition, fact: &Fact) {
        match fact {
            Fact::HighWatermarkAdvanced { .. } => drop(self.readable.insert(partition.clone(), id)),
            Fact::RecordsAcquired { member, .. } => note(&mut self.acquired, member, id),
            Fact::ShareSettled { group, released, .. } if *released > 0 => {
                self.released.insert((group.clone(), partition.clone()), id);
            }
            _ => {}
        }
    }

    pub fn cause_of(&self, subject: &Subject, fact: &Fact) -> Option<ObservationId> {
        let Subject::Partition(partition) = subject else { return None };
        match fact {
            Fact::RecordsAcquired { delivery_count: 1, .. } => self.readable.get(partition).copied(),
            Fact::RecordsAcquired { group, .. } => self.released.get(&(group.clone(), partition.clone())).copied(),
            Fact::ShareSettled { member, why: SettleReason::LockOver, .. } => self.cause_of_lock(member),
            Fact::ShareSettled { member, why: SettleReason::Acknowledged, .. } => {
                self.processed.get(client_of(member.as_str())?).copied()
            }
            _ => None,
        }
    }

    /// Why a member did not say in time what it did with what it had.
    fn cause_of_lock(&self, member: &Name) -> Option<ObservationId> {
        let client = client_of(member.as_str())?;
        let acquired = self.acquired.get(member).copied();
        let stopped = self.stopped.get(client).copied().filter(|stopped| acquired.is_none_or(|at| *stopped > at));
        stopped.or_else(|| self.slowed.get(client).copied()).or(acquired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: &str = "g-1-df8406a8-2ffb-a321-2074-0335c3ca494d";

    fn orders() -> Subject {
        Subject::Partition(TopicPartition::new(&"orders".into(), 0))
    }

    fn acquired() -> Fact {
        let (group, member) = ("g".into(), MEMBER.into());
        Fact::RecordsAcquired { group, member, from: 0, to: 1, records: 1, delivery_count: 1 }
    }

    fn lock_over() -> Fact {
        let (group, member, why) = ("g".into(), MEMBER.into(), SettleReason::LockOver);
        Fact::ShareSettled { group, member, from: 0, to: 1, why, accepted: 0, released: 1, archived: 0, start: 0 }
    }

    fn after(events: &[(Subject, Fact)]) -> Sharing {
        let mut sharing = Sharing::default();
        for (id, (subject, fact)) in (0..).zip(events) {
            sharing.observe(ObservationId(id), subject, fact);
        }
        sharing
    }

    #[test]
    fn a_lock_is_over_because_its_member_was_killed_with_the_records_in_its_hands() {
        let consumer = Subject::Consumer("g-1".into());
        let events = [(orders(), acquired()), (consumer.clone(), Fact::Killed), (consumer, Fact::Started)];
        assert_eq!(after(&events).cause_of(&orders(), &lock_over()), Some(ObservationId(1)));
    }

    #[test]
    fn a_lock_is_over_because_its_member_was_slowed_down_and_else_since_it_got_the_records() {
        let consumer = Subject::Consumer("g-1".into());
        let events =
            [(consumer.clone(), Fact::Killed), (consumer, Fact::SlowedDown { percent: 900 }), (orders(), acquired())];
        assert_eq!(after(&events).cause_of(&orders(), &lock_over()), Some(ObservationId(1)));
        assert_eq!(after(&events[2..]).cause_of(&orders(), &lock_over()), Some(ObservationId(0)));
    }

    #[test]
    fn records_are_delivered_again_because_they_were_put_on_offer_again() {
        let again = match acquired() {
            Fact::RecordsAcquired { group, member, from, to, records, .. } => {
                Fact::RecordsAcquired { group, member, from, to, records, delivery_count: 2 }
            }
            other => other,
        };
        let sharing = after(&[
            (orders(), Fact::HighWatermarkAdvanced { to: 1 }),
            (orders(), acquired()),
            (orders(), lock_over()),
        ]);
        assert_eq!(sharing.cause_of(&orders(), &acquired()), Some(ObservationId(0)));
        assert_eq!(sharing.cause_of(&orders(), &again), Some(ObservationId(2)));
    }
}
