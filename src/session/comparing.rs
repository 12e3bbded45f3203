//! Comparing two branches: both are run through again from where they part, a slice at a time.

use super::branch::{BranchId, Track};
use super::{SeekProgress, Session, Timeline};
use crate::engine::{Progress, TimedCommand};
use crate::kernel::{Span, Time};
use crate::model::refusal::Refusal;
use crate::scenario::Run;
use crate::view::comparison::{Comparison, Metrics, Told, command_differences, differences};

const SLICE: Span = Span::from_millis(500);

/// A comparison in the making. Independent of the session, which may go on meanwhile.
#[derive(Clone, Debug)]
pub struct Comparing {
    at: Time,
    same_until: Time,
    a: Half,
    b: Half,
}

/// One branch on its way: first for what is told of it since the fork, then to the moment of the numbers.
#[derive(Clone, Debug)]
struct Half {
    track: Track,
    run: Run,
    from: Time,
    told: Told,
    metrics: Option<Metrics>,
}

impl Session {
    /// Begins to compare two branches at a moment, or at the end of the longer one; what was not played so far is run
    /// through without anybody watching.
    pub fn begin_compare(&self, a: BranchId, b: BranchId, at: Option<Time>) -> Result<Comparing, Refusal> {
        let (a, b) = (self.branches.known(a)?, self.branches.known(b)?);
        let at = at.unwrap_or(a.end.max(b.end));
        let same_until = a.log.parts_from(&b.log).unwrap_or(at).min(at);
        Ok(Comparing { at, same_until, a: Half::new(a, same_until), b: Half::new(b, same_until) })
    }

    /// Compares two branches at the end of the longer one, in one go.
    pub fn compare(&self, a: BranchId, b: BranchId) -> Result<Comparison, Refusal> {
        let mut comparing = self.begin_compare(a, b, None)?;
        loop {
            comparing.advance(u64::MAX);
            if let Some(comparison) = comparing.comparison() {
                return Ok(comparison);
            }
        }
    }
}

impl Comparing {
    /// Goes on for at most so many events; says how far it is.
    pub fn advance(&mut self, budget: u64) -> SeekProgress {
        let half = if self.a.metrics.is_none() { &mut self.a } else { &mut self.b };
        if half.metrics.is_none() {
            half.advance(self.at, self.same_until, budget);
        }
        let gone = |half: &Half| half.run.now().since(half.from);
        let way = Span::from_micros(gone(&self.a).as_micros() + gone(&self.b).as_micros());
        let (from, to) = (Time::ZERO, self.at.since(self.a.from) + self.at.since(self.b.from));
        let is_done = self.comparison().is_some();
        SeekProgress { from, at: if is_done { from + to } else { from + way }, to: from + to }
    }

    /// What was recorded of both, so far.
    pub fn timelines(&self) -> (&Timeline, &Timeline) {
        (&self.a.track.timeline, &self.b.track.timeline)
    }

    /// The result, once both sides are there.
    pub fn comparison(&self) -> Option<Comparison> {
        let (a, b) = (self.a.metrics.clone()?, self.b.metrics.clone()?);
        let commands = |half: &Half| -> Vec<TimedCommand> {
            half.track.log.commands().filter(|given| given.at <= self.at).cloned().collect()
        };
        let (differences, is_cut) = differences(&self.a.told, &self.b.told);
        Some(Comparison {
            at: self.at,
            same_until: self.same_until,
            a,
            b,
            commands: command_differences(&commands(&self.a), &commands(&self.b)),
            differences,
            is_cut: is_cut || self.a.told.is_full() || self.b.told.is_full(),
        })
    }
}

impl Half {
    fn new(track: &Track, same_until: Time) -> Self {
        let mut run = track.resume(same_until);
        run.take_observations();
        Half { track: track.clone(), from: run.now(), run, told: Told::default(), metrics: None }
    }

    fn advance(&mut self, at: Time, since: Time, budget: u64) {
        let last_event = self.run.simulation().events().saturating_add(budget);
        // Enough has been told; the numbers are nearer from another copy.
        let nearest = self.track.checkpoints.before(at);
        if self.told.is_full() && nearest.now() > self.run.now() {
            self.run = self.track.resume(at);
        }
        let Half { track, run, told, metrics, .. } = self;
        while metrics.is_none() {
            let left = last_event.saturating_sub(run.simulation().events());
            let stop = at.min(run.now() + SLICE);
            // A command that is refused is left out, as when the branch is played.
            let progress = track.advance(run, stop, left, &mut |observations, world| {
                for observation in observations.into_iter().filter(|observation| observation.at >= since) {
                    if !told.is_full() {
                        told.hear(observation, world);
                    }
                }
            });
            match progress {
                Ok(Progress::OutOfBudget) => return,
                Ok(Progress::Reached) if stop == at => *metrics = Some(Metrics::of(run.world())),
                Ok(Progress::Reached) | Err(_) => {}
            }
        }
    }
}
