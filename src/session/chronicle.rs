//! What was observed, kept to be asked for by its id.

use std::collections::VecDeque;

use crate::engine::{Observation, ObservationId, World};
use crate::model::fact::{Fact, Subject};
use crate::view::announce::announce;

/// The oldest go first; they can still be had, by running to them again from a checkpoint.
const KEPT_MAX: usize = 4_096;

/// The sparse observations of a run: of groups, of consumers' lives, of commands and faults, in the order of their ids.
/// Those of the data path are many and are had by running to them again: ids are the same every time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chronicle {
    kept: VecDeque<Observation>,
}

impl Chronicle {
    pub fn observe(&mut self, observations: &[Observation], world: &World) {
        let next = self.kept.back().map_or(ObservationId(0), |last| ObservationId(last.id.0 + 1));
        let news = observations.iter().filter(|observation| observation.id >= next);
        self.kept.extend(news.filter(|observation| is_sparse(observation, world)).cloned());
        let surplus = self.kept.len().saturating_sub(KEPT_MAX);
        self.kept.drain(..surplus);
    }

    pub fn get(&self, id: ObservationId) -> Option<&Observation> {
        let at = self.kept.binary_search_by_key(&id, |observation| observation.id).ok()?;
        self.kept.get(at)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Observation> {
        self.kept.iter()
    }

    /// Observations from this one on are of another run now.
    pub fn forget_from(&mut self, next: ObservationId) {
        self.kept.retain(|observation| observation.id < next);
    }
}

/// Told in a sentence, of a group or of the stage: everything but the data path.
fn is_sparse(observation: &Observation, world: &World) -> bool {
    match observation.subject {
        Subject::Group(_) => !matches!(observation.fact, Fact::OffsetsCommitted { .. }),
        Subject::Stage => true,
        _ => announce(observation, world).is_some(),
    }
}
