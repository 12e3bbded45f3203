//! The whole playground without a browser: a run, its past and its other courses, and the clock that moves it.
//!
//! ```text
//!   Session ── run: the branch that is shown, at the moment that is shown
//!      │
//!      └─ branches ── log          commands, and which of them one gesture gave
//!                     checkpoints  copies of the run at a few moments
//!                     timeline     marks and series
//!                     chronicle    what was observed
//! ```
//!
//! A run is a function of its log, so a branch is its log: everything else is kept to be quick. [`Session::seek`] copies
//! the nearest checkpoint and plays the log from there; [`Session::gesture`] in the past begins another branch;
//! [`Session::undo`] takes a gesture out of the log.

mod bookmarks;
mod branch;
mod branches;
mod checkpoints;
mod chronicle;
mod comparing;
mod edit;
pub mod export;
pub mod import;
mod inquiry;
mod log;
mod looking;
mod news;
pub mod playback;
pub mod rerun;
mod restoring;
pub mod storage;
pub mod terminal;
mod timeline;
mod travel;

pub use branch::{Branch, BranchId};
pub use comparing::Comparing;
pub use inquiry::Inquiry;
pub use playback::{Advance, Speed};
pub use restoring::Course;
pub use timeline::{Direction, LagSeries, Mark, MarkKind, ThroughputSeries, Timeline};
pub use travel::SeekProgress;

use self::branch::Track;
use self::branches::Branches;
use self::edit::Undone;
use self::news::News;
use self::playback::Playback;
use self::travel::Travel;
use crate::engine::{Observation, ObservationId, Progress, World};
use crate::kernel::{Span, Time};
use crate::model::refusal::Refusal;
use crate::scenario::{Bookmark, Run, Scenario, Timed};

/// Events handled in one call at the most: some 20 ms of work. A scenario that asks for more runs slower than asked.
const BUDGET: u64 = 20_000;

/// What a page shows and does.
#[derive(Clone, Debug)]
pub struct Session {
    scenario: Scenario,
    run: Run,
    branches: Branches,
    /// On the way to another moment.
    travel: Option<Travel>,
    /// No mark of this kind was found ahead.
    missed: Option<MarkKind>,
    /// Branches as they were before gestures of theirs were undone.
    undone: Vec<Undone>,
    /// Gestures made so far.
    gestures: u32,
    bookmarks: Vec<Bookmark>,
    playback: Playback,
    news: News,
}

impl Session {
    /// Opens a scenario at the moment at which it wants to be seen first, playing.
    pub fn open(scenario: &Scenario) -> Result<Session, Refusal> {
        let mut session = Session::begin(scenario)?;
        session.move_to(Time::from_millis(scenario.opens_at_ms), u64::MAX, &mut 0)?;
        session.news.clear();
        Ok(session)
    }

    /// Opens a scenario at its very beginning, playing. From there [`Session::begin_seek`] goes a slice at a time, which
    /// is what one wants of a scenario that comes from elsewhere.
    pub fn begin(scenario: &Scenario) -> Result<Session, Refusal> {
        scenario.check()?;
        let mut run = Run::start(scenario)?;
        let mut session = Session {
            branches: Branches::new(Track::begin(scenario, &mut run)),
            playback: Playback::new(Speed::from_factor(scenario.speed)),
            bookmarks: Vec::new(),
            scenario: scenario.clone(),
            run,
            travel: None,
            missed: None,
            undone: Vec::new(),
            gestures: 0,
            news: News::default(),
        };
        for Bookmark { at_us, name } in &scenario.bookmarks {
            session.bookmark(Time::from_micros(*at_us), name)?;
        }
        Ok(session)
    }

    pub fn world(&self) -> &World {
        self.run.world()
    }

    pub fn now(&self) -> Time {
        self.run.now()
    }

    /// The furthest moment that this branch has reached.
    pub fn end(&self) -> Time {
        self.branches.current().end.max(self.now())
    }

    pub fn timeline(&self) -> &Timeline {
        &self.branches.current().timeline
    }

    /// Of another branch; none if there is no such branch.
    pub fn timeline_of(&self, id: BranchId) -> Option<&Timeline> {
        self.branches.get(id).map(|track| &track.timeline)
    }

    pub fn digest(&self) -> String {
        self.run.simulation().digest().to_string()
    }

    /// What was observed under this id in this branch, as far as it was played.
    pub fn observation(&self, id: ObservationId) -> Option<Observation> {
        self.branches.current().observation(id)
    }

    /// Events handled so far.
    pub fn events(&self) -> u64 {
        self.run.simulation().events()
    }

    /// Every course that the run has taken, in the order in which they began.
    pub fn branches(&self) -> Vec<Branch> {
        self.branches.list()
    }

    /// Gives a branch a name, 1 to 60 characters that no other has. One with a name is never dropped to make room.
    pub fn rename_branch(&mut self, id: BranchId, name: &str) -> Result<(), Refusal> {
        self.branches.rename(id, name)
    }

    /// Drops a branch, but not the current one. What forked from it stays, as a fork of its parent.
    pub fn delete_branch(&mut self, id: BranchId) -> Result<(), Refusal> {
        self.branches.delete(id)?;
        self.undone.retain(|undone| undone.branch() != id);
        Ok(())
    }

    /// Moves virtual time on by `wall` of real time at the current speed, if it plays. On the way to another moment it goes
    /// on with that.
    pub fn frame(&mut self, wall: Span) -> Result<Advance, Refusal> {
        if self.travel.is_some() {
            return self.advance_seek(BUDGET).map(|_| Advance::Behind);
        }
        let Some(target) = self.playback.target(self.now(), wall) else { return Ok(Advance::Paused) };
        if self.move_to(target, BUDGET, &mut 0)? == Progress::OutOfBudget {
            return Ok(Advance::Behind);
        }
        if let Some(beginning) = self.playback.over(target) {
            self.begin_seek(beginning);
            self.advance_seek(BUDGET)?;
        }
        Ok(self.playback.arrived(target))
    }

    /// Moves the run on; counts what is observed.
    fn move_to(&mut self, target: Time, budget: u64, seen: &mut usize) -> Result<Progress, Refusal> {
        let Session { run, branches, news, .. } = self;
        let progress = branches.current_mut().advance(run, target, budget, &mut |observations, world| {
            *seen += observations.len();
            news.hear(observations, world);
        })?;
        Ok(progress)
    }

    /// What happened since the last call, in sentences.
    pub fn take_announcements(&mut self) -> Vec<String> {
        self.news.take(self.run.world())
    }

    /// What the scenario says of itself.
    pub fn about(&self) -> &str {
        &self.scenario.about
    }

    /// The scenario with everything that was done in this branch: opened again, it runs to the same state.
    pub fn scenario(&self) -> Scenario {
        let commands: Vec<Timed> = self.branches.current().log.commands().map(|given| given.clone().into()).collect();
        let bookmarks = self.bookmarks.clone();
        Scenario { commands, bookmarks, speed: self.playback.speed().as_factor(), ..self.scenario.clone() }
    }

    pub fn play(&mut self) {
        self.playback.play(None);
    }

    /// Plays to this moment exactly, then pauses.
    pub fn play_until(&mut self, until: Time) {
        self.playback.play(Some(until));
    }

    pub fn pause(&mut self) {
        self.playback.pause();
    }

    pub fn is_playing(&self) -> bool {
        self.playback.is_playing()
    }

    /// Plays this stretch over and over, from its beginning to its end; `None` ends that. A stretch without length is none.
    pub fn set_loop(&mut self, stretch: Option<(Time, Time)>) {
        self.playback.set_loop(stretch);
    }

    pub fn looped(&self) -> Option<(Time, Time)> {
        self.playback.looped()
    }

    pub fn speed(&self) -> Speed {
        self.playback.speed()
    }

    pub fn set_speed(&mut self, speed: Speed) {
        self.playback.set_speed(speed);
    }
}

#[cfg(test)]
mod tests;
