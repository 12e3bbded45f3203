//! A producer's transactions (`TransactionManager`), and the application that begins and ends them.
//!
//! With a `transactional.id` everything is sent in transactions. The application begins one with a record, commits it
//! `commit_after_ms` later, and waits in `commitTransaction()` until the coordinator has decided; what it makes meanwhile goes
//! into the next. When anything cannot be written it aborts. A producer that is fenced writes no more until it is restarted.
//!
//! A consumer's process that writes what it makes of its records has such a producer within, and ends the transactions itself:
//! with every `poll()` one, and the offsets in it (`sendOffsetsToTransaction`).

use super::{Producer, Purpose};
use crate::kernel::later::entrance;
use crate::kernel::{Endpoint, Ppm, Span, Time};
use crate::model::actor::{Out, Timer};
use crate::model::fact::Fact;
use crate::model::kafka::client::deadline;
use crate::model::kafka::cluster::Cluster;
use crate::model::kafka::message::{BrokerId, ErrorCode, OffsetCommit, ProducerIdAndEpoch, Request, Response};
use crate::model::log::Outcome;

/// How soon a producer asks again while the markers of its last transaction are still being written
/// (`TransactionManager.ADD_PARTITIONS_RETRY_BACKOFF_MS`).
const CONCURRENT_BACKOFF: Span = Span::from_millis(20);

/// Where a transactional producer is (`TransactionManager.State`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Inside `initTransactions()`.
    #[default]
    Initializing,
    Ready,
    InTransaction,
    /// Inside `commitTransaction()` or `abortTransaction()`.
    Ending(Outcome),
    /// `FATAL_ERROR`: another instance has taken over, or the coordinator has lost patience.
    Fenced,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Phase::Initializing => "initializing",
            Phase::Ready => "ready",
            Phase::InTransaction => "in transaction",
            Phase::Ending(Outcome::Commit) => "committing",
            Phase::Ending(Outcome::Abort) => "aborting",
            Phase::Fenced => "fenced",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Transacting {
    pub phase: Phase,
    /// When the open transaction began.
    pub began_at: Option<Time>,
    /// How the last one ended.
    pub last: Option<Outcome>,
    pub counts: Ended,
    coordinator: Option<BrokerId>,
    group_coordinator: Option<BrokerId>,
    /// Something was sent in the open transaction: the coordinator may know of it.
    is_known: bool,
    /// What is to be committed with it.
    offsets: Option<OffsetCommit>,
    /// Not to ask a coordinator again before this.
    not_before: Time,
}

/// Transactions, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ended {
    pub committed: u64,
    pub aborted: u64,
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Transactions,
    Group,
}

impl Producer {
    /// Where its transactions are; none without a `transactional.id`.
    pub fn phase(&self) -> Option<Phase> {
        self.transaction.as_ref().map(|transaction| transaction.phase)
    }

    pub fn transaction(&self) -> Option<&Transacting> {
        self.transaction.as_ref()
    }

    pub fn identity(&self) -> ProducerIdAndEpoch {
        self.identity
    }

    /// Whether `send()` takes records now, or keeps its caller waiting.
    pub(super) fn may_write(&self) -> bool {
        self.phase().is_none_or(|phase| matches!(phase, Phase::Ready | Phase::InTransaction))
    }

    pub(super) fn is_flushing(&self) -> bool {
        matches!(self.phase(), Some(Phase::Ending(_)))
    }

    pub(super) fn is_aborting(&self) -> bool {
        matches!(self.phase(), Some(Phase::Ending(Outcome::Abort) | Phase::Fenced))
    }

    /// `beginTransaction()`, if one is needed.
    pub(super) fn begin_transaction(&mut self, now: Time, out: &mut Out) {
        let Some(transaction) = self.transaction.as_mut().filter(|it| it.phase == Phase::Ready) else { return };
        transaction.phase = Phase::InTransaction;
        transaction.began_at = Some(now);
        (transaction.is_known, transaction.last) = (false, None);
        out.observe(self.subject.clone(), Fact::TransactionBegun);
        if self.config.commit_after_ms > 0 && !self.is_output {
            out.arm(Timer::Commit, now + Span::from_millis(u64::from(self.config.commit_after_ms)));
        }
    }

    /// A request with records of the open transaction goes out.
    pub(super) fn note_sent(&mut self) {
        if let Some(transaction) = &mut self.transaction {
            transaction.is_known = true;
        }
    }

    /// The application thinks that it is time, and mostly commits.
    pub(super) fn end_in_time(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        type End = fn(&mut Producer, Time, &Cluster, &mut Out);
        entrance::<End>(Producer::end_in_time_fetched_later)(self, now, cluster, out);
    }

    fn end_in_time_fetched_later(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        if self.stall().is_some() {
            return;
        }
        let rate = Ppm(self.config.abort_percent * 10_000);
        let aborts = rate > Ppm(0) && self.aborts.happens(rate);
        let outcome = if aborts { Outcome::Abort } else { Outcome::Commit };
        self.end_transaction(now, outcome, None, cluster, out);
    }

    /// The application comes back from `send()`, and may have wanted to end its transaction meanwhile.
    pub(super) fn commit_if_late(&mut self, now: Time, out: &mut Out) {
        let Some(began_at) = self.transaction.as_ref().and_then(|it| it.began_at) else { return };
        let is_its_own = self.config.commit_after_ms > 0 && !self.is_output;
        if is_its_own && began_at + Span::from_millis(u64::from(self.config.commit_after_ms)) <= now {
            out.arm(Timer::Commit, now);
        }
    }

    /// `commitTransaction()` or `abortTransaction()`; with offsets, `sendOffsetsToTransaction()` before.
    pub fn end_transaction(
        &mut self,
        now: Time,
        outcome: Outcome,
        offsets: Option<OffsetCommit>,
        cluster: &Cluster,
        out: &mut Out,
    ) {
        if let Some(transaction) = self.transaction.as_mut().filter(|it| it.phase == Phase::InTransaction) {
            transaction.offsets = offsets;
            self.begin_ending(outcome, out);
            self.send_ready(now, cluster, out);
        }
    }

    fn begin_ending(&mut self, outcome: Outcome, out: &mut Out) {
        let Some(transaction) = &mut self.transaction else { return };
        transaction.phase = Phase::Ending(outcome);
        out.disarm(Timer::Commit);
        out.observe(self.subject.clone(), Fact::TransactionEnding { outcome });
        if outcome == Outcome::Abort {
            transaction.offsets = None;
            self.counts.failed += self.accumulator.drop_waiting();
        }
    }

    /// Something of it cannot be written (`ABORTABLE_ERROR`), or the producer is fenced.
    pub(super) fn fail_transaction(&mut self, error: ErrorCode, out: &mut Out) {
        if self.transaction.is_some() {
            entrance::<fn(&mut Producer, ErrorCode, &mut Out)>(Producer::fail_transaction_fetched_later)(
                self, error, out,
            );
        }
    }

    fn fail_transaction_fetched_later(&mut self, error: ErrorCode, out: &mut Out) {
        let Some(phase) = self.phase() else { return };
        match error {
            ErrorCode::InvalidProducerEpoch
            | ErrorCode::ProducerFenced
            | ErrorCode::InvalidProducerIdMapping
            | ErrorCode::InvalidTransactionTimeout
            | ErrorCode::InvalidTxnState => self.end_fenced(error, out),
            _ if matches!(phase, Phase::InTransaction | Phase::Ending(Outcome::Commit)) => {
                self.last_error = Some(error.name());
                out.observe(self.subject.clone(), Fact::TransactionFailed { error });
                self.begin_ending(Outcome::Abort, out);
            }
            _ => {}
        }
    }

    fn end_fenced(&mut self, error: ErrorCode, out: &mut Out) {
        let Some(transaction) = self.transaction.as_mut().filter(|it| it.phase != Phase::Fenced) else { return };
        transaction.phase = Phase::Fenced;
        transaction.began_at = None;
        self.last_error = Some(error.name());
        // The application has nothing left to do: it makes no more records either.
        [Timer::Commit, Timer::Arrival, Timer::Replay].into_iter().for_each(|timer| out.disarm(timer));
        out.observe(self.subject.clone(), Fact::ProducerFenced { error });
        self.counts.failed += self.accumulator.drop_waiting();
        self.forget_blocked(out);
    }

    /// Asks the coordinator for whatever is next.
    pub(super) fn drive_transaction(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        if self.transaction.is_some() {
            type Drive = fn(&mut Producer, Time, &Cluster, &mut Out);
            entrance::<Drive>(Producer::drive_transaction_fetched_later)(self, now, cluster, out);
        }
    }

    fn drive_transaction_fetched_later(&mut self, now: Time, cluster: &Cluster, out: &mut Out) {
        let Some(id) = self.config.transactional_id.clone() else { return };
        let Some(transaction) = &self.transaction else { return };
        let is_asking = self.requests.waiting().any(|it| !matches!(it, Purpose::Metadata | Purpose::Produce(_)));
        if is_asking || self.topic.is_none() {
            return;
        }
        let (phase, producer) = (transaction.phase, self.identity);
        let (request, purpose, role) = match phase {
            Phase::Fenced | Phase::Ready | Phase::InTransaction => return,
            Phase::Initializing => {
                let timeout = Span::from_millis(u64::from(self.config.transaction_timeout_ms));
                let request = Request::InitProducerId { transactional_id: id, timeout };
                (request, Purpose::InitProducerId, Role::Transactions)
            }
            Phase::Ending(_) if !self.accumulator.is_settled() => return,
            Phase::Ending(outcome) => match transaction.offsets.clone() {
                Some(commit) => {
                    let request = Request::TxnOffsetCommit { transactional_id: id, producer, commit };
                    (request, Purpose::TxnOffsetCommit, Role::Group)
                }
                None if !transaction.is_known => return self.ended(outcome, producer, out),
                None => {
                    let request = Request::EndTxn { transactional_id: id, producer, outcome };
                    (request, Purpose::EndTxn(outcome), Role::Transactions)
                }
            },
        };
        if transaction.not_before > now {
            return out.arm(Timer::Retry, transaction.not_before);
        }
        self.ask_coordinator(now, (request, purpose, role), cluster, out);
    }

    fn ask_coordinator(
        &mut self,
        now: Time,
        (request, purpose, role): (Request, Purpose, Role),
        cluster: &Cluster,
        out: &mut Out,
    ) {
        let Some(transaction) = &self.transaction else { return };
        let (known, key) = match role {
            Role::Transactions => (transaction.coordinator, self.config.transactional_id.clone()),
            Role::Group => {
                (transaction.group_coordinator, transaction.offsets.as_ref().map(|commit| commit.group.clone()))
            }
        };
        let to: Option<Endpoint> = match known {
            Some(broker) => Some(cluster.endpoint(broker)),
            None => cluster.bootstrap(self.bootstrap),
        };
        let (Some(to), Some(key)) = (to, key) else { return };
        if !self.requests.connect(now, to, out) {
            return self.lose_coordinator(now, role, out);
        }
        let until = deadline(now, self.config.request_timeout_ms);
        match known {
            Some(_) => {
                if matches!(purpose, Purpose::TxnOffsetCommit) {
                    self.note_sent();
                }
                self.requests.send(until, to, request, purpose, out);
            }
            None => {
                self.requests.send(until, to, Request::FindCoordinator { key }, Purpose::FindCoordinator(role), out)
            }
        }
    }

    /// Another broker may coordinate by now: asks who, in a while.
    pub(super) fn lose_coordinator(&mut self, now: Time, role: Role, out: &mut Out) {
        self.bootstrap += 1;
        if let Some(transaction) = &mut self.transaction {
            match role {
                Role::Transactions => transaction.coordinator = None,
                Role::Group => transaction.group_coordinator = None,
            }
        }
        self.ask_again_after(now, Span::from_millis(self.config.retry_backoff_ms), out);
    }

    fn ask_again_after(&mut self, now: Time, backoff: Span, out: &mut Out) {
        if let Some(transaction) = &mut self.transaction {
            transaction.not_before = now + backoff;
            out.arm(Timer::Retry, transaction.not_before);
        }
    }

    /// How soon a batch is sent again after this error.
    pub(super) fn backoff_after(&self, error: ErrorCode) -> Span {
        match error {
            ErrorCode::ConcurrentTransactions => CONCURRENT_BACKOFF,
            _ => Span::from_millis(self.config.retry_backoff_ms),
        }
    }

    pub(super) fn take_coordinators_answer(&mut self, now: Time, purpose: &Purpose, response: Response, out: &mut Out) {
        type Take = fn(&mut Producer, Time, &Purpose, Response, &mut Out);
        let take = entrance::<Take>(Producer::take_coordinators_answer_fetched_later);
        take(self, now, purpose, response, out);
    }

    fn take_coordinators_answer_fetched_later(
        &mut self,
        now: Time,
        purpose: &Purpose,
        response: Response,
        out: &mut Out,
    ) {
        let Some(transaction) = &mut self.transaction else { return };
        let error = match (purpose, response) {
            (Purpose::FindCoordinator(role), Response::FindCoordinator(Ok(broker))) => {
                return match role {
                    Role::Transactions => transaction.coordinator = Some(broker),
                    Role::Group => transaction.group_coordinator = Some(broker),
                };
            }
            (Purpose::InitProducerId, Response::InitProducerId(Ok(identity))) => {
                transaction.phase = Phase::Ready;
                self.identity = identity;
                out.observe(self.subject.clone(), Fact::ProducerIdAcquired { epoch: identity.epoch });
                self.unblock(now, out);
                return;
            }
            (Purpose::TxnOffsetCommit, Response::TxnOffsetCommit(Ok(()))) => {
                transaction.offsets = None;
                return;
            }
            (Purpose::EndTxn(outcome), Response::EndTxn(Ok(identity))) => {
                self.ended(*outcome, identity, out);
                self.unblock(now, out);
                return;
            }
            (_, Response::InitProducerId(Err(error)) | Response::EndTxn(Err(error))) => error,
            (_, Response::TxnOffsetCommit(Err(error)) | Response::FindCoordinator(Err(error))) => error,
            (_, Response::Refused(error)) => error,
            _ => return,
        };
        self.coordinator_refused(now, purpose.role(), error, out);
    }

    fn coordinator_refused(&mut self, now: Time, role: Role, error: ErrorCode, out: &mut Out) {
        match error {
            ErrorCode::ConcurrentTransactions => self.ask_again_after(now, CONCURRENT_BACKOFF, out),
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => self.lose_coordinator(now, role, out),
            error => self.fail_transaction(error, out),
        }
    }

    /// The coordinator has decided, and sees to the markers by itself.
    fn ended(&mut self, outcome: Outcome, identity: ProducerIdAndEpoch, out: &mut Out) {
        let Some(transaction) = &mut self.transaction else { return };
        transaction.phase = Phase::Ready;
        transaction.began_at = None;
        transaction.last = Some(outcome);
        match outcome {
            Outcome::Commit => transaction.counts.committed += 1,
            Outcome::Abort => transaction.counts.aborted += 1,
        }
        self.identity = identity;
        self.accumulator.forget_sequences();
        out.observe(self.subject.clone(), Fact::TransactionEnded { outcome });
    }

    /// The client begins anew: with a `transactional.id`, inside `initTransactions()`.
    pub(super) fn begin_client(&mut self) {
        let counts = self.transaction.as_ref().map(|transaction| transaction.counts).unwrap_or_default();
        let is_transactional = self.config.transactional_id.is_some();
        self.transaction = is_transactional.then(|| Transacting { counts, ..Transacting::default() });
    }
}

impl Purpose {
    pub(super) fn role(&self) -> Role {
        match self {
            Purpose::FindCoordinator(role) => *role,
            Purpose::TxnOffsetCommit => Role::Group,
            _ => Role::Transactions,
        }
    }
}
