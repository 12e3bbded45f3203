//! A branch: one course of the run, as far as it was ever played.

use serde::{Deserialize, Serialize};

use super::checkpoints::Checkpoints;
use super::chronicle::Chronicle;
use super::log::{GestureId, Log};
use super::timeline::Timeline;
use crate::engine::{Observation, ObservationId, Progress, Simulation, TimedCommand, World};
use crate::kernel::{Span, Time};
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Scenario};

/// Counted from 0, the run that a scenario begins with; never given twice in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BranchId(pub u32);

/// What a list of branches shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    pub id: BranchId,
    pub name: String,
    /// The branch from which it forked.
    pub parent: Option<BranchId>,
    /// When it forked; zero for the first.
    pub forked_at: Time,
    /// The furthest moment that was played.
    pub end: Time,
    /// Commands given by people, those before the fork included; the scenario's own are not counted.
    pub commands: u32,
    pub is_current: bool,
}

/// A stretch to run again between two looks at what was observed: observations pile up until they are taken.
const SLICE: Span = Span::from_millis(500);

/// All that is known of a branch. A run is moved through time together with its track, which takes down what happens.
#[derive(Clone, Debug)]
pub struct Track {
    pub id: BranchId,
    pub name: String,
    /// Given by somebody, not made up.
    pub is_named: bool,
    pub parent: Option<BranchId>,
    pub forked_at: Time,
    /// The gesture with which it forked.
    pub begun_by: Option<GestureId>,
    pub log: Log,
    pub end: Time,
    pub timeline: Timeline,
    pub chronicle: Chronicle,
    pub checkpoints: Checkpoints,
}

/// A command that was due could not be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub refusal: Refusal,
    pub given: Option<Box<TimedCommand>>,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        refused.refusal
    }
}

/// Hears what is observed while a run moves.
pub type Ear<'a> = &'a mut dyn FnMut(Vec<Observation>, &World);

impl Track {
    /// The first branch: the scenario as it is. `run` is at its beginning, and what the scenario does there is done.
    pub fn begin(scenario: &Scenario, run: &mut Run) -> Self {
        let log = Log::scripted(scenario.commands.iter().map(|timed| timed.clone().into()));
        let nothing = Simulation::new(scenario.seed, scenario.cluster.clone());
        let observations = run.take_observations();
        let world = run.world();
        let mut track = Track {
            id: BranchId(0),
            name: "Original run".into(),
            is_named: false,
            parent: None,
            forked_at: Time::ZERO,
            begun_by: None,
            log,
            end: Time::ZERO,
            timeline: Timeline::begin(world),
            chronicle: Chronicle::default(),
            checkpoints: Checkpoints::new(&nothing),
        };
        track.timeline.observe(&observations, world);
        track.chronicle.observe(&observations, world);
        track
    }

    /// Another branch that has everything in common with this one up to where the run is. What the scenario does after it
    /// is still to come; what people did after it is not.
    pub fn fork(&self, id: BranchId, run: &Run) -> Track {
        let given = run.simulation().commands().len();
        let mut fork = Track { id, parent: Some(self.id), forked_at: run.now(), is_named: false, ..self.clone() };
        fork.log.forget_gestures_after(given);
        fork.forget_after(run.now(), run.simulation().observed(), given);
        fork
    }

    /// What was taken down from this moment on is of another run: one that has given so many commands by then, and whose
    /// next observation is this one.
    pub fn forget_after(&mut self, at: Time, next: ObservationId, given: usize) {
        self.end = self.end.min(at);
        self.timeline.forget_after(at, next);
        self.chronicle.forget_from(next);
        self.checkpoints.forget_after(at, given);
    }

    /// The run at the last checkpoint at or before this moment, with all that is in the log after it still to come.
    pub fn resume(&self, at: Time) -> Run {
        self.resume_from(self.checkpoints.before(at))
    }

    pub fn resume_from(&self, checkpoint: &Simulation) -> Run {
        Run::resume(checkpoint.clone(), self.log.after(checkpoint.commands().len()))
    }

    /// An observation of this branch, as far as it was played. The sparse ones are kept, any other is had by running to it
    /// again from the checkpoint before it.
    pub fn observation(&self, id: ObservationId) -> Option<Observation> {
        if let Some(known) = self.chronicle.get(id) {
            return Some(known.clone());
        }
        let mut run = self.resume_from(self.checkpoints.before_observation(id));
        while run.simulation().observed() <= id && run.now() < self.end {
            let stop = self.end.min(run.now() + SLICE);
            // What the scenario is refused was said when time ran here first.
            while run.run_until(stop, u64::MAX).is_err() {}
            let found = run.take_observations().into_iter().find(|observation| observation.id == id);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Moves the run on in slices, so that samples and checkpoints lie at the same moments whoever moves time. A command
    /// that is refused drops out of the log.
    pub fn advance(&mut self, run: &mut Run, target: Time, budget: u64, ear: Ear) -> Result<Progress, Refused> {
        let last_event = run.simulation().events().saturating_add(budget);
        loop {
            let stop = self.timeline.next_sample_at(run.now()).min(target);
            let progress = run.run_until(stop, last_event.saturating_sub(run.simulation().events()));
            self.take_down(run, ear);
            match progress {
                Ok(Progress::Reached) => {}
                Ok(Progress::OutOfBudget) => return Ok(Progress::OutOfBudget),
                Err(refusal) => {
                    let given = self.log.remove(run.simulation().commands().len()).map(Box::new);
                    return Err(Refused { refusal, given });
                }
            }
            self.timeline.sample(run.world());
            self.checkpoints.keep(run.simulation());
            if stop >= target {
                return Ok(Progress::Reached);
            }
        }
    }

    /// Takes down what was observed.
    pub fn take_down(&mut self, run: &mut Run, ear: Ear) {
        self.end = self.end.max(run.now());
        let observations = run.take_observations();
        self.timeline.observe(&observations, run.world());
        self.chronicle.observe(&observations, run.world());
        ear(observations, run.world());
    }

    pub fn shown(&self, current: BranchId) -> Branch {
        Branch {
            id: self.id,
            name: self.name.clone(),
            parent: self.parent,
            forked_at: self.forked_at,
            end: self.end,
            commands: self.log.gestured() as u32,
            is_current: self.id == current,
        }
    }
}
