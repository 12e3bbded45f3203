//! Transactions: what goes wrong in them, and who may not write any more. That one begins or is committed goes on all the time.

use super::{label, offsets};
use crate::engine::World;
use crate::model::Name;
use crate::model::fact::Fact;
use crate::model::kafka::message::ErrorCode;
use crate::model::log::Outcome;

/// As the client tells: a producer, or a consumer that writes.
pub fn client(world: &World, name: &Name, fact: &Fact) -> Option<String> {
    let who = label(world, name);
    Some(match fact {
        Fact::TransactionEnded { outcome: Outcome::Abort } => {
            format!("{who} has aborted its transaction: who reads read_committed sees none of it")
        }
        Fact::TransactionFailed { error } => {
            format!(
                "something of the transaction of {who} cannot be written ({}), so it has to be aborted",
                error.name()
            )
        }
        Fact::ProducerFenced { error: ErrorCode::InvalidTransactionTimeout } => {
            format!("{who} may not write: its transaction.timeout.ms is more than the brokers allow")
        }
        Fact::ProducerFenced { error } => {
            format!("{who} is fenced off ({}): what it sends counts no more until it starts anew", error.name())
        }
        Fact::PositionsRestored { offsets: none } if none.is_empty() => return None,
        Fact::PositionsRestored { offsets: restored } => {
            format!("{who} goes back to where its aborted transaction began: {}", offsets(restored))
        }
        _ => return None,
    })
}

/// As the coordinator tells.
pub fn coordinator(fact: &Fact) -> Option<String> {
    match fact {
        Fact::TransactionTimedOut { transactional_id } => Some(format!(
            "{transactional_id} left its transaction open for longer than transaction.timeout.ms: its coordinator aborts it"
        )),
        _ => None,
    }
}
