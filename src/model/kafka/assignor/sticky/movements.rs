//! Which partitions a reassignment has moved, from whom to whom (`PartitionMovements`).
//!
//! When a partition of a topic is to go from one member to another, and one of the same topic has gone the other way
//! before, that one is sent back instead.

use super::Part;
use crate::kernel::SortedMap;
use crate::model::kafka::java_order::JavaHashSet;

/// From whom, to whom.
type Pair = (usize, usize);

#[derive(Default)]
pub(super) struct Movements {
    of_part: SortedMap<Part, Pair>,
    of_topic: SortedMap<usize, SortedMap<Pair, JavaHashSet<Part>>>,
}

impl Movements {
    /// The partition to move in the place of `part`.
    pub fn better_than(&self, part: Part, from: usize, to: usize) -> Part {
        let Some(pairs) = self.of_topic.get(&part.topic) else { return part };
        let from = self.of_part.get(&part).map_or(from, |(source, _)| *source);
        pairs.get(&(to, from)).and_then(JavaHashSet::first).unwrap_or(part)
    }

    /// A partition that moves on has come from where it was first; one that comes home has not moved.
    pub fn record(&mut self, part: Part, from: usize, to: usize) {
        let source = match self.forget(part) {
            Some((source, _)) if source == to => return,
            Some((source, _)) => source,
            None => from,
        };
        self.of_part.insert(part, (source, to));
        self.of_topic.entry(part.topic).or_default().entry((source, to)).or_default().insert(part);
    }

    fn forget(&mut self, part: Part) -> Option<Pair> {
        let pair = self.of_part.remove(&part)?;
        let pairs = self.of_topic.get_mut(&part.topic)?;
        if let Some(parts) = pairs.get_mut(&pair) {
            parts.remove(&part);
            if parts.is_empty() {
                pairs.remove(&pair);
            }
        }
        if pairs.is_empty() {
            self.of_topic.remove(&part.topic);
        }
        Some(pair)
    }
}
