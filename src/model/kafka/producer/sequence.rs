//! How an idempotent producer numbers its batches, and begins anew when a number is lost (`TransactionManager`,
//! `TxnPartitionEntry`).
//!
//! Sequence numbers are counted by partition. A producer cannot know whether a batch is in the log that it got no answer
//! for; so it sends the oldest alone, again and again, until the leader has said that it has it. What leaves a gap for good
//! makes it raise its epoch, in which it counts from 0 again.
//!
//! `UNKNOWN_PRODUCER_ID` and `DUPLICATE_SEQUENCE_NUMBER` are not here: a broker answers neither any more (KIP-360).

use super::accumulator::{Queue, SealedBatch};
use super::{Producer, Purpose};
use crate::kernel::order::sort_by_key;
use crate::model::actor::Out;
use crate::model::kafka::broker::advance_sequence;
use crate::model::kafka::message::{EPOCH_MAX, ErrorCode, ProducerId, ProducerIdAndEpoch};

/// One partition's place in its producer's sequence.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// In which epoch the numbers count; none before the first batch.
    identity: Option<ProducerIdAndEpoch>,
    next: u32,
    /// The number after the newest record that was acknowledged.
    acknowledged_to: u32,
    /// Batches up to this number were given up, and nobody knows whether they are in the log.
    unresolved: Option<u32>,
    /// There is a gap: the epoch has to be raised.
    pub is_broken: bool,
}

impl Sequence {
    /// Numbers for so many records.
    pub fn take(&mut self, identity: ProducerIdAndEpoch, records: u32) -> u32 {
        if self.identity != Some(identity) {
            *self = Sequence { identity: Some(identity), ..Sequence::default() };
        }
        let first = self.next;
        self.next = advance_sequence(first, records);
        first
    }

    pub fn acknowledge(&mut self, first: u32, records: u32) {
        self.acknowledged_to = self.acknowledged_to.max(advance_sequence(first, records));
    }

    /// A batch with these numbers was given up without an answer (`markSequenceUnresolved`).
    pub fn leave_unresolved(&mut self, first: u32, records: u32) {
        let to = advance_sequence(first, records);
        self.unresolved = Some(self.unresolved.map_or(to, |newest| newest.max(to)));
    }

    /// The leader has not what comes before this batch. If that was acknowledged, or given up, there is a gap; else the
    /// batch waits for its turn. Where later ones are acknowledged the leader has it as well, further back than it
    /// remembers: in a new epoch it would be written twice (`TransactionManager#canRetry`).
    pub fn out_of_order(&mut self, batch: &SealedBatch) {
        let first = batch.sequence.map(|(_, first)| first);
        self.is_broken |= match self.unresolved {
            None => !batch.is_renumbered && first == Some(self.acknowledged_to),
            unresolved => first == unresolved,
        };
    }

    /// Once nothing is in flight it shows: either a later batch was acknowledged, or there is a gap
    /// (`maybeResolveSequences`).
    fn resolve(&mut self) {
        if self.unresolved.take().is_some() {
            self.is_broken |= self.next != self.acknowledged_to;
        }
    }
}

impl Queue {
    /// Whether this batch, the first of the queue, may go out (`RecordAccumulator#shouldStopDrainBatchesForPartition`): one
    /// that was sent before only if it is the oldest in flight; a new one not while those before it are of another epoch, or
    /// in doubt.
    pub fn may_send(
        &self,
        front: &SealedBatch,
        identity: ProducerIdAndEpoch,
        first_on_the_wire: impl FnOnce() -> Option<u32>,
    ) -> bool {
        match front.sequence {
            None => {
                let is_stale = self.in_flight > 0 && self.sequence.identity != Some(identity);
                !is_stale && self.sequence.unresolved.is_none()
            }
            Some(_) if self.in_flight == 0 => true,
            Some((_, first)) => first_on_the_wire().is_none_or(|other| first < other),
        }
    }

    fn has_unsettled(&self) -> bool {
        self.in_flight > 0 || self.sealed.iter().any(|batch| batch.sequence.is_some())
    }
}

impl Producer {
    /// A new client begins, with nothing to send.
    pub(super) fn take_new_id(&mut self) {
        self.identity = ProducerIdAndEpoch { id: ProducerId(self.identity.id.0 + (1 << 32)), epoch: 0 };
    }

    /// Raises the epoch if a partition has a gap, and numbers what is in flight there anew
    /// (`bumpIdempotentEpochAndResetIdIfNeeded`).
    /// In a transaction there is no way but to abort it: the next has another epoch.
    pub(super) fn mend_sequences(&mut self, out: &mut Out) {
        let mut broken = Vec::new();
        for (partition, queue) in self.accumulator.queues() {
            if queue.sequence.unresolved.is_some() && !queue.has_unsettled() {
                queue.sequence.resolve();
            }
            if queue.sequence.is_broken {
                broken.push(partition);
            }
        }
        if broken.is_empty() {
            return;
        }
        if self.phase().is_some() {
            return self.fail_transaction(ErrorCode::OutOfOrderSequenceNumber, out);
        }
        match self.identity.epoch {
            EPOCH_MAX => self.take_new_id(),
            _ => self.identity.epoch += 1,
        }
        broken.into_iter().for_each(|partition| self.renumber(partition));
    }

    /// `TxnPartitionMap#startSequencesAtBeginning`.
    fn renumber(&mut self, partition: u32) {
        let identity = self.identity;
        let Producer { accumulator, requests, .. } = self;
        let Some(queue) = accumulator.queue(partition) else { return };
        let on_the_wire = requests.waiting_mut().flat_map(|purpose| match purpose {
            Purpose::Produce(sent) => sent.batches.as_mut_slice(),
            _ => &mut [],
        });
        let on_the_wire = on_the_wire.filter(|(name, _)| name.partition == partition).map(|(_, batch)| batch);
        let batches = on_the_wire.chain(&mut queue.sealed).filter(|batch| batch.sequence.is_some());
        let mut batches: Vec<&mut SealedBatch> = batches.collect();
        sort_by_key(&mut batches, |batch| batch.sequence.map(|(_, first)| first));
        queue.sequence = Sequence::default();
        for batch in batches {
            batch.sequence = Some((identity, queue.sequence.take(identity, batch.records.len())));
            batch.is_renumbered = true;
        }
    }
}
