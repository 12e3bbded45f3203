//! Who reads a partition for a group, and since when nobody does.

use crate::kernel::{SortedMap, Span, Time};
use crate::model::fact::Fact;
use crate::model::{Name, TopicPartition};

/// A fold over what a group's consumers report.
#[derive(Clone, Debug, Default)]
pub struct Ownership {
    owners: SortedMap<TopicPartition, Owner>,
    /// For how long partitions were not read by anybody, summed up over those that found a reader again.
    unread: Span,
    /// The same of one partition, the last time that it changed hands.
    gaps: SortedMap<TopicPartition, Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A live consumer, which believes that the partition is its.
    Live(Name),
    /// Nobody reads it since then; whose it was.
    Nobody { since: Time, was: Name },
}

impl Ownership {
    pub fn observe(&mut self, now: Time, consumer: &Name, fact: &Fact) {
        match fact {
            Fact::Assigned { partitions } => self.take(now, consumer, partitions),
            Fact::Revoked { partitions } | Fact::Lost { partitions, .. } => {
                partitions.iter().for_each(|partition| self.release(now, consumer, partition));
            }
            Fact::Killed | Fact::Hung | Fact::Closed | Fact::MaxPollExceeded { .. } => self.release_all(now, consumer),
            Fact::Unhung => self.take_back(now, consumer),
            _ => {}
        }
    }

    pub fn owner(&self, partition: &TopicPartition) -> Option<&Owner> {
        self.owners.get(partition)
    }

    /// For how long partitions that had a reader once were not read by anybody, all partitions together.
    pub fn unread(&self, now: Time) -> Span {
        self.owners.values().fold(self.unread, |sum, owner| sum + owner.unread(now))
    }

    /// For how long nobody read it the last time that it changed hands; none if it never did.
    pub fn gap(&self, partition: &TopicPartition) -> Option<Span> {
        self.gaps.get(partition).copied()
    }

    fn take(&mut self, now: Time, consumer: &Name, partitions: &[TopicPartition]) {
        for partition in partitions {
            let before = self.owners.insert(partition.clone(), Owner::Live(consumer.clone()));
            if let Some(owner) = before {
                self.unread = self.unread + owner.unread(now);
                self.gaps.insert(partition.clone(), owner.unread(now));
            }
        }
    }

    fn release(&mut self, since: Time, consumer: &Name, partition: &TopicPartition) {
        if let Some(owner) = self.owners.get_mut(partition)
            && *owner == Owner::Live(consumer.clone())
        {
            *owner = Owner::Nobody { since, was: consumer.clone() };
        }
    }

    fn release_all(&mut self, since: Time, consumer: &Name) {
        let all: Vec<TopicPartition> = self.owners.keys().cloned().collect();
        all.iter().for_each(|partition| self.release(since, consumer, partition));
    }

    /// It carries on as if nothing had happened, with whatever nobody has taken meanwhile.
    fn take_back(&mut self, now: Time, consumer: &Name) {
        for owner in self.owners.values_mut() {
            if matches!(owner, Owner::Nobody { was, .. } if was == consumer) {
                self.unread = self.unread + owner.unread(now);
                *owner = Owner::Live(consumer.clone());
            }
        }
    }
}

impl Owner {
    fn unread(&self, now: Time) -> Span {
        match self {
            Owner::Live(_) => Span::ZERO,
            Owner::Nobody { since, .. } => now.since(*since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Time = Time::from_secs(5);

    fn orders() -> TopicPartition {
        TopicPartition::new(&"orders".into(), 0)
    }

    fn owned_by(consumer: &str) -> Ownership {
        let mut ownership = Ownership::default();
        ownership.observe(Time::ZERO, &consumer.into(), &Fact::Assigned { partitions: vec![orders()] });
        ownership
    }

    #[test]
    fn nobody_reads_a_partition_from_the_moment_its_owner_is_killed() {
        let mut ownership = owned_by("a");
        ownership.observe(LATER, &"a".into(), &Fact::Killed);
        assert_eq!(ownership.owner(&orders()), Some(&Owner::Nobody { since: LATER, was: "a".into() }));
    }

    #[test]
    fn the_time_without_a_reader_is_summed_up() {
        let mut ownership = owned_by("a");
        ownership.observe(LATER, &"a".into(), &Fact::Killed);
        assert_eq!(ownership.unread(Time::from_secs(7)), Span::from_secs(2));
        ownership.observe(Time::from_secs(8), &"b".into(), &Fact::Assigned { partitions: vec![orders()] });
        assert_eq!(ownership.unread(Time::from_secs(60)), Span::from_secs(3));
    }

    #[test]
    fn a_partition_that_changes_hands_was_unread_for_so_long() {
        let mut ownership = owned_by("a");
        assert_eq!(ownership.gap(&orders()), None);
        ownership.observe(LATER, &"a".into(), &Fact::Revoked { partitions: vec![orders()] });
        let until = LATER + Span::from_millis(300);
        ownership.observe(until, &"b".into(), &Fact::Assigned { partitions: vec![orders()] });
        assert_eq!(ownership.gap(&orders()), Some(Span::from_millis(300)));
    }

    #[test]
    fn what_another_has_taken_meanwhile_is_not_released_again() {
        let mut ownership = owned_by("a");
        ownership.observe(LATER, &"b".into(), &Fact::Assigned { partitions: vec![orders()] });
        ownership.observe(LATER, &"a".into(), &Fact::Killed);
        assert_eq!(ownership.owner(&orders()), Some(&Owner::Live("b".into())));
    }
}
