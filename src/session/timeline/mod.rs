//! What the time line shows: marks for what happened, how far every group was behind, and how much went through.
//!
//! Recorded once, when the run first comes to a moment; going back and playing again records nothing anew. A branch takes
//! over what was recorded before it forked.

mod mark;
mod series;

pub use mark::{Direction, Mark, MarkKind};
pub use series::{LagSeries, ThroughputSeries};

use self::mark::mark;
use self::series::Sampler;
use crate::engine::{Observation, ObservationId, World};
use crate::kernel::Time;

/// The oldest go first. More than any screen has room for.
const MARKS_MAX: usize = 5_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    pub marks: Vec<Mark>,
    pub lag: Vec<LagSeries>,
    /// What all producers together made.
    pub produced: ThroughputSeries,
    /// What each group processed, repetitions included.
    pub consumed: Vec<ThroughputSeries>,
    sampler: Sampler,
    /// The next observation that is news; those before were seen already, when time ran here first.
    next: ObservationId,
}

impl Timeline {
    /// Groups have their series from the beginning on.
    pub fn begin(world: &World) -> Self {
        let mut timeline = Timeline::default();
        world.groups.iter().for_each(|(group, spec)| timeline.ensure(group, spec.hue));
        timeline
    }

    pub fn observe(&mut self, observations: &[Observation], world: &World) {
        for observation in observations.iter().filter(|observation| observation.id >= self.next) {
            self.marks.extend(mark(observation, world));
        }
        if let Some(last) = observations.last() {
            self.next = self.next.max(ObservationId(last.id.0 + 1));
        }
        let surplus = self.marks.len().saturating_sub(MARKS_MAX);
        self.marks.drain(..surplus);
    }

    /// The next mark of a kind after this moment, or the last one before it, as far as time has run.
    pub fn find(&self, kind: MarkKind, direction: Direction, now: Time) -> Option<&Mark> {
        let mut of_kind = self.marks.iter().filter(|mark| mark.kind == kind);
        match direction {
            Direction::Next => of_kind.find(|mark| mark.at > now),
            Direction::Previous => of_kind.rfind(|mark| mark.at < now),
        }
    }

    /// From this moment on another run goes on, whose next observation is this one.
    pub fn forget_after(&mut self, now: Time, next: ObservationId) {
        self.marks.retain(|mark| mark.observation < next);
        self.forget_samples_from(now);
        self.next = self.next.min(next);
    }
}
