//! What was seen, and because of what.

use serde::Serialize;

use crate::kernel::Time;
use crate::model::fact::{Fact, Subject};

/// Observations of a run, counted from 0 in the order in which they were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ObservationId(pub u64);

/// Commands of a run, counted from 0 in the order in which they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CommandId(pub u32);

/// One visible change: when, of what, which, and why. Following the causes ends at a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Observation {
    pub id: ObservationId,
    pub at: Time,
    pub subject: Subject,
    #[serde(flatten)]
    pub fact: Fact,
    pub cause: Cause,
}

/// Why something happened. There is no third kind: nothing happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Command(CommandId),
    /// An earlier observation: through a message it sent or a timer it set.
    Observation(ObservationId),
}
