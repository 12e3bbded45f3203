//! Batches being filled and batches waiting to be sent, by partition (`RecordAccumulator`), and the memory that they are in
//! (`BufferPool`).
//!
//! A batch takes `batch.size` bytes of `buffer.memory` as soon as it is begun, or as many as its first record needs, however
//! little will be in it; it gives them back when it is acknowledged or given up. A batch that nobody could send yet goes on
//! being filled in Kafka after it has lingered. Here it takes no more records then, but the partition's next batch takes what
//! is left of its memory, so that as much is in use as there.

use std::collections::VecDeque;
use std::sync::Arc;

use super::sequence::Sequence;
use crate::kernel::{Span, Time};
use crate::model::kafka::message::ProducerIdAndEpoch;
use crate::model::log::{BATCH_OVERHEAD_BYTES, Record, Records};

#[derive(Clone, Debug, Default)]
pub struct Accumulator {
    queues: Vec<Queue>,
    /// When open batches have lingered enough, earliest first: `linger.ms` is the same for all.
    lingering: VecDeque<(Time, u32)>,
    new_deadline: Option<Time>,
    records: u64,
    /// How many bytes of `buffer.memory` are in use: by what is filled, waits, or is on the wire.
    in_use: u64,
    /// How long the next record has waited for memory.
    pub waited: Span,
    /// How far ahead the clock is that stamps records.
    pub clock_ahead_us: i64,
}

/// One partition's batches, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub sealed: VecDeque<SealedBatch>,
    open: Option<Records>,
    /// How long the open batch's first record waited for memory.
    open_waited: Span,
    /// What the open batch has taken of the buffer memory.
    open_buffer: u64,
    /// What is left of that which the newest batch has taken, as long as it was not sent.
    room: u64,
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
    /// How long its first record waited for memory, which `delivery.timeout.ms` does not count.
    pub waited: Span,
    /// So many bytes of the buffer memory are its.
    pub buffer: u64,
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
            self.in_use -= queue.sealed.drain(..).map(|batch| batch.buffer).sum::<u64>() + queue.open_buffer;
            (queue.open, queue.open_buffer, queue.room) = (None, 0, 0);
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
    /// linger at all. Gives the record back where it needs more than is left of so many bytes of memory.
    pub fn append(
        &mut self,
        now: Time,
        partition: u32,
        record: Record,
        (batch_size, linger, memory): (u64, Span, u64),
    ) -> Result<bool, Record> {
        let queue = &mut self.queues[partition as usize];
        let mut is_urgent = linger == Span::ZERO;
        let bytes = record.bytes();
        let overflows = queue.open.as_ref().is_some_and(|open| open.bytes() + bytes > batch_size);
        if overflows {
            queue.seal();
            is_urgent = true;
        }
        if queue.room < bytes {
            let buffer = batch_size.max(BATCH_OVERHEAD_BYTES + bytes);
            if self.in_use + buffer > memory {
                return Err(record);
            }
            self.in_use += buffer;
            queue.open_buffer += buffer;
            queue.room = buffer - BATCH_OVERHEAD_BYTES;
        }
        queue.room -= bytes;
        if queue.open.is_none() {
            queue.open_until = now + linger;
            queue.open_waited = self.waited;
            queue.had_a_batch = true;
            self.lingering.push_back((queue.open_until, partition));
            self.new_deadline = (self.lingering.len() == 1).then_some(queue.open_until);
        }
        let open = queue.open.get_or_insert_with(|| Records::stamped_ahead(self.clock_ahead_us));
        open.push(record);
        is_urgent |= open.bytes() >= batch_size;
        self.records += 1;
        Ok(is_urgent)
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
            queue.close_buffer();
        }
        expired
    }

    /// Whether each of so many partitions has had a batch.
    pub fn all_had_a_batch(&self, partitions: u32) -> bool {
        self.queues.len() as u32 >= partitions && self.queues.iter().all(|queue| queue.had_a_batch)
    }

    /// How many batches of this partition wait to be sent.
    pub fn load(&self, partition: u32) -> u32 {
        self.queues.get(partition as usize).map_or(0, Queue::batches)
    }

    /// The partition with the most batches, those on the wire included.
    pub fn fullest(&self) -> Option<u32> {
        let batches = |&partition: &u32| self.load(partition) + self.queues[partition as usize].in_flight;
        (0..self.queues.len() as u32).rev().max_by_key(batches)
    }

    pub fn in_use(&self) -> u64 {
        self.in_use
    }

    /// A batch is done with: its memory is free (`BufferPool#deallocate`).
    pub fn free(&mut self, batch: &SealedBatch) {
        self.in_use -= batch.buffer;
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
            self.sealed.push_back(SealedBatch {
                records,
                waited: self.open_waited,
                buffer: std::mem::take(&mut self.open_buffer),
                attempts: 0,
                not_before: Time::ZERO,
                sequence: None,
                is_renumbered: false,
            });
        }
    }

    /// The oldest batch was taken out: if that was the one whose memory the next would have shared, it does not any more.
    pub fn close_buffer(&mut self) {
        if self.sealed.is_empty() && self.open_buffer == 0 {
            self.room = 0;
        }
    }
}
