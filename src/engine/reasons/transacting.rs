//! Reasons in transactions.
//!
//! A transaction times out because nobody ended it: what explains that is what became of its producer. Whoever is fenced off
//! learns it by the answer to its own request, and what explains it is whoever came in its place, or that it took too long.

use crate::engine::ObservationId;
use crate::kernel::SortedMap;
use crate::model::Name;
use crate::model::fact::{Fact, Subject};
use crate::model::kafka::message::ErrorCode;
use crate::model::kafka::transaction::TransactionState;

/// By `transactional.id`, whichever client it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Transacting {
    /// Who began its last transaction, and when.
    begun: SortedMap<Name, (Name, ObservationId)>,
    /// What last gave it another epoch, and the client that had asked for one.
    fenced: SortedMap<Name, (Option<Name>, ObservationId)>,
    /// That it took too long, until its abort is decided.
    timed_out: SortedMap<Name, ObservationId>,
    /// By client: what went wrong in its transaction, until it aborts it.
    failed: SortedMap<Name, ObservationId>,
}

impl Transacting {
    /// `transactional_id`: of the client that it is about.
    pub fn observe(&mut self, id: ObservationId, subject: &Subject, fact: &Fact, transactional_id: Option<&Name>) {
        match (subject, fact) {
            (Subject::Producer(name) | Subject::Consumer(name), Fact::TransactionBegun) => {
                transactional_id.map(|of| self.begun.insert(of.clone(), (name.clone(), id)));
            }
            (Subject::Producer(name) | Subject::Consumer(name), Fact::ProducerIdAcquired { .. }) => {
                transactional_id.map(|of| self.fenced.insert(of.clone(), (Some(name.clone()), id)));
            }
            (Subject::Producer(name) | Subject::Consumer(name), Fact::TransactionFailed { .. }) => {
                self.failed.insert(name.clone(), id);
            }
            (Subject::Producer(name) | Subject::Consumer(name), Fact::TransactionEnding { .. }) => {
                self.failed.remove(name);
            }
            (_, Fact::TransactionTimedOut { transactional_id: of }) => {
                self.fenced.insert(of.clone(), (None, id));
                self.timed_out.insert(of.clone(), id);
            }
            (_, Fact::TransactionStateChanged { transactional_id: of, to: TransactionState::PrepareAbort, .. }) => {
                let id = self.timed_out.remove(of).unwrap_or(id);
                self.fenced.insert(of.clone(), (None, id));
            }
            _ => {}
        }
    }

    /// Who left the transaction open, and where it began.
    pub fn left_open(&self, transactional_id: &Name) -> Option<&(Name, ObservationId)> {
        self.begun.get(transactional_id)
    }

    /// `transactional_id`: of the client that it is about.
    pub fn cause_of(&self, subject: &Subject, fact: &Fact, transactional_id: Option<&Name>) -> Option<&ObservationId> {
        match (subject, fact) {
            (_, Fact::TransactionStateChanged { transactional_id: of, to: TransactionState::PrepareAbort, .. }) => {
                self.timed_out.get(of)
            }
            (Subject::Producer(client) | Subject::Consumer(client), Fact::TransactionEnding { .. }) => {
                self.failed.get(client)
            }
            (
                Subject::Producer(client) | Subject::Consumer(client),
                Fact::ProducerFenced { error } | Fact::BatchFailed { error, .. },
            ) if matches!(error, ErrorCode::InvalidProducerEpoch | ErrorCode::ProducerFenced) => {
                let (by, id) = self.fenced.get(transactional_id?)?;
                (by.as_ref() != Some(client)).then_some(id)
            }
            _ => None,
        }
    }
}
