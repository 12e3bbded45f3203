//! Reasons on the data path.
//!
//! Records move in loops: a producer's next record is made by a timer that the last one set, a consumer fetches because its
//! last fetch was answered. True, and it leads back through the whole run to explain nothing. Here a loop is explained by
//! what began it: a batch by what makes the producer produce, a poll by what made its records readable or, where they had
//! been that for long, by what put the position there.

use std::collections::VecDeque;

use super::note;
use crate::engine::{Cause, ObservationId};
use crate::kernel::SortedMap;
use crate::model::fact::{Fact, Subject};
use crate::model::{Name, TopicPartition};

/// Appends that wait to be replicated, and advances of high watermarks that fetches may still be answered by. Older ones
/// explain nothing new.
const RECENT_MAX: usize = 256;

#[derive(Clone, Debug, Default)]
pub struct DataPath {
    /// What makes a producer produce.
    source: SortedMap<Name, ObservationId>,
    /// The file that a producer replays.
    replay: SortedMap<Name, ObservationId>,
    /// When somebody last published by hand.
    by_hand: SortedMap<Name, ObservationId>,
    /// Log ends above the high watermark, and what made them.
    appended: SortedMap<TopicPartition, VecDeque<(u64, ObservationId)>>,
    /// When a partition last closed a segment: what can be cleaned since.
    rolled: SortedMap<TopicPartition, ObservationId>,
    /// The last advances of high watermarks, of all partitions.
    advanced: VecDeque<ObservationId>,
    /// What last set a position of a consumer.
    position: SortedMap<Name, ObservationId>,
    /// A consumer's last poll.
    polled: SortedMap<Name, ObservationId>,
}

impl DataPath {
    pub fn observe(&mut self, id: ObservationId, subject: &Subject, fact: &Fact) {
        match subject {
            Subject::Producer(name) => self.observe_producer(id, name, fact),
            Subject::Partition(partition) => self.observe_partition(id, partition, fact),
            Subject::Consumer(name) => self.observe_consumer(id, name, fact),
            Subject::Topic(topic) if *fact == Fact::Removed => {
                self.appended.retain(|partition, _| partition.topic != *topic);
                self.rolled.retain(|partition, _| partition.topic != *topic);
            }
            _ => {}
        }
    }

    fn observe_producer(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::Added | Fact::Connected { .. } | Fact::Reconfigured | Fact::ProducingStarted | Fact::Started => {
                note(&mut self.source, name, id);
            }
            Fact::ReplayStarted { .. } => note(&mut self.replay, name, id),
            Fact::ReplayEnded { .. } => drop(self.replay.remove(name)),
            Fact::PublishedByHand { .. } => note(&mut self.by_hand, name, id),
            Fact::Removed => {
                for reasons in [&mut self.source, &mut self.replay, &mut self.by_hand] {
                    reasons.remove(name);
                }
            }
            _ => {}
        }
    }

    fn observe_partition(&mut self, id: ObservationId, partition: &TopicPartition, fact: &Fact) {
        match fact {
            Fact::Appended { base_offset, records } => {
                self.note_end(partition, base_offset + u64::from(*records), id);
            }
            Fact::MarkerWritten { offset, .. } => self.note_end(partition, offset + 1, id),
            Fact::SegmentRolled { .. } => drop(self.rolled.insert(partition.clone(), id)),
            Fact::HighWatermarkAdvanced { to } => {
                push(&mut self.advanced, id);
                if let Some(ends) = self.appended.get_mut(partition) {
                    ends.retain(|(end, _)| end > to);
                }
            }
            _ => {}
        }
    }

    fn note_end(&mut self, partition: &TopicPartition, end: u64, id: ObservationId) {
        match self.appended.get_mut(partition) {
            Some(ends) => push(ends, (end, id)),
            None => drop(self.appended.insert(partition.clone(), VecDeque::from([(end, id)]))),
        }
    }

    fn observe_consumer(&mut self, id: ObservationId, name: &Name, fact: &Fact) {
        match fact {
            Fact::PositionFromCommit { .. }
            | Fact::PositionReset { .. }
            | Fact::Sought { .. }
            | Fact::PositionsRestored { .. } => {
                note(&mut self.position, name, id);
            }
            Fact::Polled { .. } => note(&mut self.polled, name, id),
            Fact::Removed => {
                self.position.remove(name);
                self.polled.remove(name);
            }
            _ => {}
        }
    }

    /// `cause`: the message or timer that brought it.
    pub fn cause_of(&self, subject: &Subject, fact: &Fact, cause: Cause) -> Option<ObservationId> {
        match (subject, fact) {
            (Subject::Producer(name), Fact::BatchSent { .. }) => self.cause_of_batch(name, cause),
            (Subject::Partition(partition), Fact::HighWatermarkAdvanced { to }) => {
                let below = |(end, _): &&(u64, ObservationId)| end <= to;
                self.appended.get(partition)?.iter().take_while(below).last().map(|(_, id)| *id)
            }
            (Subject::Partition(partition), Fact::Cleaned { .. }) => self.rolled.get(partition).copied(),
            (Subject::Consumer(name), Fact::Polled { .. }) if !self.is_news(cause) => self.position.get(name).copied(),
            (Subject::Consumer(name), Fact::Processed { .. }) => self.polled.get(name).copied(),
            _ => None,
        }
    }

    fn cause_of_batch(&self, name: &Name, cause: Cause) -> Option<ObservationId> {
        let by_hand = self.by_hand.get(name).copied();
        let is_by_hand = by_hand.is_some_and(|id| cause == Cause::Observation(id));
        let others = || self.replay.get(name).or_else(|| self.source.get(name)).copied();
        by_hand.filter(|_| is_by_hand).or_else(others)
    }

    /// Records have become readable just now.
    fn is_news(&self, cause: Cause) -> bool {
        matches!(cause, Cause::Observation(id) if self.advanced.binary_search(&id).is_ok())
    }

    /// Because of what a consumer fetches: it reads on from a position that was set once.
    pub fn cause_of_fetch(&self, consumer: &Name) -> Option<Cause> {
        self.position.get(consumer).map(|id| Cause::Observation(*id))
    }
}

fn push<T>(recent: &mut VecDeque<T>, item: T) {
    if recent.len() == RECENT_MAX {
        recent.pop_front();
    }
    recent.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Subject {
        Subject::Partition(TopicPartition::new(&"orders".into(), 0))
    }

    fn consumer() -> Subject {
        Subject::Consumer("inventory-1".into())
    }

    #[test]
    fn the_high_watermark_advances_because_of_the_last_append_below_it() {
        let mut path = DataPath::default();
        for (id, base_offset) in [(1, 0), (2, 5), (3, 10)] {
            path.observe(ObservationId(id), &orders(), &Fact::Appended { base_offset, records: 5 });
        }
        let advanced = Fact::HighWatermarkAdvanced { to: 10 };
        let cause = path.cause_of(&orders(), &advanced, Cause::Observation(ObservationId(3)));
        assert_eq!(cause, Some(ObservationId(2)));
    }

    #[test]
    fn a_poll_is_due_to_news_or_else_to_the_position_that_it_reads_on_from() {
        let mut path = DataPath::default();
        let partition = TopicPartition::new(&"orders".into(), 0);
        path.observe(ObservationId(1), &consumer(), &Fact::PositionFromCommit { partition, offset: 3 });
        path.observe(ObservationId(2), &orders(), &Fact::HighWatermarkAdvanced { to: 9 });
        let polled = Fact::Polled { records: 1 };
        let because = |id| path.cause_of(&consumer(), &polled, Cause::Observation(ObservationId(id)));
        assert_eq!(because(2), None, "the message that brought it says it already");
        assert_eq!(because(0), Some(ObservationId(1)));
    }

    #[test]
    fn a_batch_is_due_to_the_hand_that_published_it_and_others_to_the_workload() {
        let (mut path, checkout) = (DataPath::default(), Subject::Producer("checkout".into()));
        path.observe(ObservationId(1), &checkout, &Fact::Added);
        path.observe(ObservationId(2), &checkout, &Fact::PublishedByHand { records: 1 });
        let partition = TopicPartition::new(&"orders".into(), 0);
        let sent = Fact::BatchSent { partition, records: 1, bytes: 100 };
        let because = |id| path.cause_of(&checkout, &sent, Cause::Observation(ObservationId(id)));
        assert_eq!((because(2), because(0)), (Some(ObservationId(2)), Some(ObservationId(1))));
    }
}
