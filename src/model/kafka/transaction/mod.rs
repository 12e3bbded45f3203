//! What the transaction coordinator keeps of one `transactional.id`, and which changes are in order
//! (`TransactionMetadata`, `TransactionCoordinator`). The broker that is the coordinator carries them out, in
//! `broker/transacting.rs`.
//!
//! It hands out producer ids and epochs, keeps the list of what a transaction has written to, decides how the transaction ends,
//! and has a marker written to every one of those places. Once it has decided there is no way back, whoever fails. This is the
//! second version of the protocol (KIP-890, `transaction.version=2`): the epoch is raised at every end, so that nothing that is
//! still on its way can slip into the next transaction, and it is the leader that registers a partition, when it is first
//! written to.
//!
//! Left out: `__transaction_state` as a log (what is decided is written at once, and outlives every disk; its partitions lie
//! where those of `__consumer_offsets` lie), the first version of the protocol, and that transactional ids are forgotten after
//! seven days.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

use super::message::{EPOCH_MAX, ErrorCode, ProducerId, ProducerIdAndEpoch};
use crate::kernel::{SortedMap, Span, Time};
use crate::model::log::Outcome;
use crate::model::{Name, TopicPartition};

/// `transaction.max.timeout.ms`.
const TIMEOUT_MAX: Span = Span::from_secs(15 * 60);

/// `TransactionState`. Left out are `PrepareEpochFence`, which Kafka only passes through, and `Dead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum TransactionState {
    Empty,
    Ongoing,
    /// Decided: there is no way back.
    PrepareCommit,
    PrepareAbort,
    /// Every marker is written.
    CompleteCommit,
    CompleteAbort,
}

impl TransactionState {
    pub fn name(self) -> &'static str {
        match self {
            TransactionState::Empty => "Empty",
            TransactionState::Ongoing => "Ongoing",
            TransactionState::PrepareCommit => "PrepareCommit",
            TransactionState::PrepareAbort => "PrepareAbort",
            TransactionState::CompleteCommit => "CompleteCommit",
            TransactionState::CompleteAbort => "CompleteAbort",
        }
    }
}

/// What is known of one transactional id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub id: Name,
    /// Who may write now.
    pub producer: ProducerIdAndEpoch,
    /// Who wrote in the transaction that ended last: a retry of its end is known by it.
    previous: Option<ProducerIdAndEpoch>,
    pub state: TransactionState,
    pub timeout: Span,
    /// What it has written to, or, once it is decided, where the marker is still missing.
    pub partitions: BTreeSet<TopicPartition>,
    /// The groups that it commits offsets of.
    pub groups: BTreeSet<Name>,
    pub started_at: Time,
}

/// `__transaction_state`.
#[derive(Clone, Debug, Default)]
pub struct TransactionLog {
    transactions: SortedMap<Name, Transaction>,
}

/// Transactional producers get ids from here on; those without transactions count from 0.
const FIRST_ID: u64 = 1 << 62;

impl TransactionLog {
    pub fn get(&self, id: &Name) -> Option<&Transaction> {
        self.transactions.get(id)
    }

    pub fn all(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.values()
    }

    pub fn write(&mut self, transaction: Transaction) {
        self.transactions.insert(transaction.id.clone(), transaction);
    }

    /// What does not exist any more needs no marker.
    pub fn forget_group(&mut self, group: &Name) {
        for transaction in self.transactions.values_mut() {
            transaction.groups.remove(group);
        }
    }

    /// An id that nobody had (`ProducerIdManager`).
    pub fn next_id(&self) -> ProducerId {
        let given = self.transactions.values().flat_map(|it| it.previous.iter().chain([&it.producer]));
        given.map(|producer| ProducerId(producer.id.0 + 1)).max().unwrap_or(ProducerId(FIRST_ID))
    }
}

impl Transaction {
    /// The first that a producer with this id is told (`InitProducerId`): epoch 0.
    pub fn new(id: Name, producer: ProducerId, timeout: Span) -> Result<Self, ErrorCode> {
        check_timeout(timeout)?;
        Ok(Transaction {
            id,
            producer: ProducerIdAndEpoch { id: producer, epoch: 0 },
            previous: None,
            state: TransactionState::Empty,
            timeout,
            partitions: BTreeSet::new(),
            groups: BTreeSet::new(),
            started_at: Time::ZERO,
        })
    }

    /// How it ends, if that is decided and not done.
    pub fn deciding(&self) -> Option<Outcome> {
        match self.state {
            TransactionState::PrepareCommit => Some(Outcome::Commit),
            TransactionState::PrepareAbort => Some(Outcome::Abort),
            _ => None,
        }
    }

    /// Who its markers are written for: the id that has written, in the epoch that comes after.
    pub fn marked_as(&self) -> ProducerIdAndEpoch {
        match self.previous {
            Some(previous) if previous.id != self.producer.id => ProducerIdAndEpoch { epoch: EPOCH_MAX, ..previous },
            _ => self.producer,
        }
    }

    /// A new instance of the producer. What the last one left open has to be aborted first, in a new epoch that fences it off;
    /// meanwhile the new one is told to come back (`prepareInitProducerIdTransit`).
    pub fn begin_producer(&mut self, timeout: Span, new_id: impl FnOnce() -> ProducerId) -> Result<(), ErrorCode> {
        check_timeout(timeout)?;
        match self.state {
            TransactionState::Ongoing => {
                self.fence(new_id);
                Err(ErrorCode::ConcurrentTransactions)
            }
            TransactionState::Empty | TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
                self.raise_epoch(new_id);
                self.previous = None;
                self.timeout = timeout;
                self.state = TransactionState::Empty;
                Ok(())
            }
            _ => Err(ErrorCode::ConcurrentTransactions),
        }
    }

    /// Raises the epoch and aborts: nothing of what the producer still sends counts.
    fn fence(&mut self, new_id: impl FnOnce() -> ProducerId) {
        self.raise_epoch(new_id);
        // Nobody who comes with the last epoch is answered as if that abort were its own.
        self.previous = self.previous.filter(|previous| previous.id != self.producer.id);
        self.state = TransactionState::PrepareAbort;
    }

    /// Aborts it because it has been open for `transaction.timeout.ms`. False if it has not.
    pub fn time_out(&mut self, now: Time, new_id: impl FnOnce() -> ProducerId) -> bool {
        let is_late = self.state == TransactionState::Ongoing && now.since(self.started_at) >= self.timeout;
        if is_late {
            self.fence(new_id);
        }
        is_late
    }

    /// Something is about to be written in it, for the first time in these places.
    pub fn add(
        &mut self,
        now: Time,
        producer: ProducerIdAndEpoch,
        partitions: &[TopicPartition],
        group: Option<&Name>,
    ) -> Result<(), ErrorCode> {
        self.check(producer)?;
        match self.state {
            TransactionState::PrepareCommit | TransactionState::PrepareAbort => {
                return Err(ErrorCode::ConcurrentTransactions);
            }
            TransactionState::Ongoing => {}
            TransactionState::Empty | TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
                self.partitions.clear();
                self.groups.clear();
                self.started_at = now;
                self.state = TransactionState::Ongoing;
            }
        }
        self.partitions.extend(partitions.iter().cloned());
        self.groups.extend(group.cloned());
        Ok(())
    }

    /// The producer ends it (`EndTxn`); it is answered with its identity for the next. An abort is taken even if nothing was
    /// written: the producer may not know.
    pub fn end(
        &mut self,
        producer: ProducerIdAndEpoch,
        outcome: Outcome,
        new_id: impl FnOnce() -> ProducerId,
    ) -> Result<ProducerIdAndEpoch, ErrorCode> {
        if self.previous == Some(producer) {
            return self.end_again(outcome);
        }
        self.check(producer)?;
        match (self.state, outcome) {
            (TransactionState::Ongoing, _) => {}
            (
                TransactionState::Empty | TransactionState::CompleteCommit | TransactionState::CompleteAbort,
                Outcome::Abort,
            ) => {
                self.partitions.clear();
                self.groups.clear();
            }
            (TransactionState::PrepareCommit | TransactionState::PrepareAbort, _) => {
                return Err(ErrorCode::ConcurrentTransactions);
            }
            _ => return Err(ErrorCode::InvalidTxnState),
        }
        self.raise_epoch(new_id);
        self.state = match outcome {
            Outcome::Commit => TransactionState::PrepareCommit,
            Outcome::Abort => TransactionState::PrepareAbort,
        };
        Ok(self.producer)
    }

    /// The answer to the first was lost.
    fn end_again(&self, outcome: Outcome) -> Result<ProducerIdAndEpoch, ErrorCode> {
        match (self.state, outcome) {
            (TransactionState::CompleteCommit, Outcome::Commit) | (TransactionState::CompleteAbort, Outcome::Abort) => {
                Ok(self.producer)
            }
            (TransactionState::PrepareCommit, Outcome::Commit) | (TransactionState::PrepareAbort, Outcome::Abort) => {
                Err(ErrorCode::ConcurrentTransactions)
            }
            _ => Err(ErrorCode::InvalidTxnState),
        }
    }

    fn check(&self, producer: ProducerIdAndEpoch) -> Result<(), ErrorCode> {
        if producer == self.producer {
            return Ok(());
        }
        let is_known = producer.id == self.producer.id || self.previous.is_some_and(|it| it.id == producer.id);
        Err(if is_known { ErrorCode::ProducerFenced } else { ErrorCode::InvalidProducerIdMapping })
    }

    /// The last epoch of an id is for markers only: then another id begins.
    fn raise_epoch(&mut self, new_id: impl FnOnce() -> ProducerId) {
        self.previous = Some(self.producer);
        self.producer = match self.producer.epoch {
            epoch if epoch + 1 >= EPOCH_MAX => ProducerIdAndEpoch { id: new_id(), epoch: 0 },
            epoch => ProducerIdAndEpoch { epoch: epoch + 1, ..self.producer },
        };
    }

    /// Whether every marker is written; then it is over.
    pub fn complete(&mut self) -> bool {
        let Some(outcome) = self.deciding() else { return false };
        if !self.partitions.is_empty() || !self.groups.is_empty() {
            return false;
        }
        self.state = match outcome {
            Outcome::Commit => TransactionState::CompleteCommit,
            Outcome::Abort => TransactionState::CompleteAbort,
        };
        true
    }
}

fn check_timeout(timeout: Span) -> Result<(), ErrorCode> {
    if timeout > TIMEOUT_MAX { Err(ErrorCode::InvalidTransactionTimeout) } else { Ok(()) }
}
