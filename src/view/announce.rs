//! What happened, in a sentence.

use crate::engine::{Observation, World};
use crate::model::fact::{Fact, Subject};

/// The observation as a sentence for somebody who listens; `None` for what happens all the time.
pub fn announce(observation: &Observation, world: &World) -> Option<String> {
    let Subject::Consumer(name) = &observation.subject else { return None };
    let who = world.stage.label_of(name);
    match &observation.fact {
        Fact::Killed => Some(format!("{who} was killed")),
        Fact::Hung => Some(format!("{who} hangs")),
        _ => None,
    }
}
