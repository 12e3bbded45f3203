//! Batches being filled and batches waiting to be sent, by partition (`RecordAccumulator`).

use std::collections::VecDeque;
use std::sync::Arc;

use super::sequence::Sequence;
use crate::kernel::{Span, Time};
use crate::model::kafka::message::ProducerIdAndEpoch;
use crate::model::log::{Record, Records};

#[derive(Clone, Debug, Default)]
pub struct Accumulator {
    queues: Vec<Queue>,
    /// When open batches have lingered enough, earliest first: `linger.ms` is the same for all.
    lingering: VecDeque<(Time, u32)>,
    new_deadline: Option<Time>,
    records: u64,
    /// How far ahead the clock is that stamps records.
    pub clock_ahead_us: i64,
}

/// One partition's batches, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub sealed: VecDeque<SealedBatch>,
    open: Option<Records>,
    had_a_batch: bool,
    open_until: Time,
    /// Batches of this partition on the wire.
    pub in_flight: u32,
    pub sequence: Sequence,
}

/// A batch that takes no more records.
#[derive(Clone, Debug)]
pub struct SealedBatch {
    pub records: Arc<Records>,
    pub attempts: u32,
    /// Not to be sent again before this.
    pub not_before: Time,
    /// Whose sequence numbers it has, from which on; none before it is first sent.
    pub sequence: Option<(ProducerIdAndEpoch, u32)>,
    /// It was given other sequence numbers than it was first sent with.
    pub is_renumbered: bool,
}

impl Accumulator {
    pub fn grow(&mut self, partitions: u32) {
        self.queues.resize_with(self.queues.len().max(partitions as usize), Queue::default);
    }

    /// Gives up everything that waits, and counts it as failed.
    pub fn clear(&mut self, failed: &mut u64) {
        *failed += self.records;
        *self = Accumulator::default();
    }

    /// Gives up what waits to be sent; what is on the wire is waited for. Returns how many records that were.
    pub fn drop_waiting(&mut self) -> u64 {
        for queue in &mut self.queues {
            queue.sealed.clear();
            queue.open = None;
        }
        self.lingering.clear();
        std::mem::take(&mut self.records)
    }

    /// Nothing waits, and nothing is on the wire.
    pub fn is_settled(&self) -> bool {
        self.records == 0 && self.queues.iter().all(|queue| queue.in_flight == 0)
    }

    /// Every partition begins at 0 again, in another epoch.
    pub fn forget_sequences(&mut self) {
        self.queues.iter_mut().for_each(|queue| queue.sequence = Sequence::default());
    }

    /// `flush()`: no batch waits for more records.
    pub fn seal_all(&mut self) {
        self.queues.iter_mut().for_each(Queue::seal);
        self.lingering.clear();
    }

    /// Appends to the partition's open batch, or to a new one if it would not fit. True if a batch is full, or does not
    /// linger at all.
    pub fn append(&mut self, now: Time, partition: u32, record: Record, batch_size: u64, linger: Span) -> bool {
        let queue = &mut self.queues[partition as usize];
        let mut is_urgent = linger == Span::ZERO;
        let overflows = queue.open.as_ref().is_some_and(|open| open.bytes() + record.bytes() > batch_size);
        if overflows {
            queue.seal();
            is_urgent = true;
        }
        if queue.open.is_none() {
            queue.open_until = now + linger;
            queue.had_a_batch = true;
            self.lingering.push_back((queue.open_until, partition));
            self.new_deadline = (self.lingering.len() == 1).then_some(queue.open_until);
        }
        let open = queue.open.get_or_insert_with(|| Records::stamped_ahead(self.clock_ahead_us));
        open.push(record);
        is_urgent |= open.bytes() >= batch_size;
        self.records += 1;
        is_urgent
    }

    /// The moment to look again, if the last append made it earlier than it was.
    pub fn take_new_deadline(&mut self) -> Option<Time> {
        self.new_deadline.take()
    }

    /// Seals the batches that have lingered enough or are full; says when the next will have.
    pub fn seal_ready(&mut self, now: Time, batch_size: u64) -> Option<Time> {
        for queue in &mut self.queues {
            let is_full = queue.open.as_ref().is_some_and(|open| open.bytes() >= batch_size);
            if queue.open.is_some() && (is_full || queue.open_until <= now) {
                queue.seal();
            }
        }
        let queues = &self.queues;
        let is_stale = |&(until, partition): &(Time, u32)| {
            let queue = &queues[partition as usize];
            queue.open.is_none() || queue.open_until != until
        };
        while self.lingering.front().is_some_and(is_stale) {
            self.lingering.pop_front();
        }
        self.lingering.front().map(|&(until, _)| until)
    }

    pub fn queue(&mut self, partition: u32) -> Option<&mut Queue> {
        self.queues.get_mut(partition as usize)
    }

    pub fn queues(&mut self) -> impl Iterator<Item = (u32, &mut Queue)> {
        self.queues.iter_mut().enumerate().map(|(partition, queue)| (partition as u32, queue))
    }

    /// Takes out the sealed batches that are too old, each with its partition.
    pub fn take_expired(&mut self, is_expired: impl Fn(&SealedBatch) -> bool) -> Vec<(u32, SealedBatch)> {
        let mut expired = Vec::new();
        for (partition, queue) in (0..).zip(&mut self.queues) {
            while let Some(batch) = queue.sealed.pop_front_if(|batch| is_expired(batch)) {
                self.records -= u64::from(batch.records.len());
                expired.push((partition, batch));
            }
        }
        expired
    }

    /// How many batches wait for each of these partitions; none before all of the topic have had one.
    pub fn loads(&self, partitions: u32, available: &[u32]) -> Option<Vec<u32>> {
        let all_had_one = self.queues.len() as u32 >= partitions && self.queues.iter().all(|queue| queue.had_a_batch);
        let load = |&partition: &u32| self.queues.get(partition as usize).map_or(0, Queue::batches);
        all_had_one.then(|| available.iter().map(load).collect())
    }

    /// A batch left the accumulator for good or for the wire.
    pub fn took(&mut self, records: u32) {
        self.records -= u64::from(records);
    }

    /// Puts a batch back to be sent again, in the order of sequence; without one, before all others.
    pub fn put_back(&mut self, partition: u32, batch: SealedBatch) {
        self.records += u64::from(batch.records.len());
        let Some(queue) = self.queues.get_mut(partition as usize) else { return };
        let Some((_, own)) = batch.sequence else { return queue.sealed.push_front(batch) };
        let first = |batch: &SealedBatch| batch.sequence.map_or(u32::MAX, |(_, first)| first);
        let at = queue.sealed.iter().position(|other| first(other) > own).unwrap_or(queue.sealed.len());
        queue.sealed.insert(at, batch);
    }

    /// Does the partition's last batch still take records?
    pub fn has_incomplete_batch(&self, partition: u32) -> bool {
        self.queues[partition as usize].open.is_some()
    }

    pub fn records(&self) -> u64 {
        self.records
    }
}

impl Queue {
    fn batches(&self) -> u32 {
        self.sealed.len() as u32 + u32::from(self.open.is_some())
    }

    fn seal(&mut self) {
        if let Some(open) = self.open.take() {
            let records = open.seal();
            let not_before = Time::ZERO;
            let batch = SealedBatch { records, attempts: 0, not_before, sequence: None, is_renumbered: false };
            self.sealed.push_back(batch);
        }
    }
}
