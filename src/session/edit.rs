//! Doing, undoing and doing again.
//!
//! **Doing.** A gesture is one command or several; either all are carried out or none. Where the run was played further
//! than this moment, a gesture begins another branch, and the one that it leaves stays as it is. At the end it just goes
//! on.
//!
//! **Undoing** takes the gesture that was made last in this branch out of its log, wherever on the time line it was made,
//! and runs the branch without it to the moment that is shown; playback is never undone. Of what was played beyond that
//! moment nothing is known any more, and the branch ends there. Where the gesture had begun the branch, undoing it goes
//! back to the branch that it had left. If another command cannot be carried out without the gesture, undoing is refused
//! and changes nothing.
//!
//! **Doing again** puts the branch back as it was, at the moment that is shown. Another gesture drops what was undone.

use super::branch::{BranchId, Refused, Track};
use super::log::{Entry, GestureId};
use super::travel::{Course, Errand};
use super::{SeekProgress, Session};
use crate::engine::Command;
use crate::model::refusal::Refusal;
use crate::view::deed::{deed, deeds};

/// A branch as it was before a gesture of its was undone.
#[derive(Clone, Debug)]
pub(super) struct Undone {
    track: Track,
    gesture: GestureId,
}

impl Undone {
    pub fn new(track: Track, gesture: GestureId) -> Self {
        Undone { track, gesture }
    }

    pub fn before(&self) -> &Track {
        &self.track
    }

    pub fn gesture(&self) -> GestureId {
        self.gesture
    }

    pub fn branch(&self) -> BranchId {
        self.track.id
    }
}

/// Events of one moment at the most, before somebody acts in it.
const MOMENT_MAX: u64 = 1_000_000;

/// So many can be done again.
const UNDONE_MAX: usize = 100;

impl Session {
    /// Carries out a command now: a gesture of one.
    pub fn dispatch(&mut self, command: Command) -> Result<(), Refusal> {
        self.gesture(vec![command])
    }

    /// Carries out commands now, as one gesture; if one of them is refused, none was carried out.
    pub fn gesture(&mut self, commands: Vec<Command>) -> Result<(), Refusal> {
        if commands.is_empty() {
            return Ok(());
        }
        self.cancel_seek();
        self.settle()?;
        let mut run = self.run.clone();
        let given = run.simulation().commands().len();
        let name = deeds(&commands);
        for command in commands {
            run.dispatch(command)?;
        }
        let gesture = GestureId(self.gestures);
        if self.is_past() {
            self.fork(&format!("{name} at {}", self.now()), gesture)?;
        }
        self.gestures += 1;
        self.undone.clear();
        let track = self.branches.current_mut();
        let next = self.run.simulation().observed();
        let done = run.simulation().commands().from(given);
        let done = done.map(|given| Entry { given: given.clone(), gesture: Some(gesture), next: Some(next) });
        track.log.insert(given, done.collect::<Vec<_>>());
        run.expect(track.log.after(run.simulation().commands().len()));
        track.timeline.forget_samples_from(run.now());
        let news = &mut self.news;
        track.take_down(&mut run, &mut |observations, world| news.hear(observations, world));
        track.timeline.sample(run.world());
        self.run = run;
        Ok(())
    }

    /// Everything of this very moment happens before somebody acts in it. A frame may have ended in the middle of it.
    fn settle(&mut self) -> Result<(), Refusal> {
        let now = self.now();
        self.move_to(now, MOMENT_MAX, &mut 0).map(|_| ())
    }

    /// The run was played further than to this moment.
    pub fn is_past(&self) -> bool {
        self.now() < self.end()
    }

    fn fork(&mut self, name: &str, gesture: GestureId) -> Result<(), Refusal> {
        if self.branches.is_full() {
            let message =
                "there is no room for another branch: delete one that you do not need, or go to the end first";
            return Err(Refusal::new("branch", message));
        }
        let mut fork = self.branches.current().fork(self.branches.next_id(), &self.run);
        fork.name = self.branches.free_name(name);
        fork.begun_by = Some(gesture);
        self.branches.enter(fork);
        Ok(())
    }

    /// What [`Session::undo`] would take back, for a tooltip: "kill inventory-2 at 0:12.400". None if there is nothing.
    pub fn next_undo(&self) -> Option<String> {
        let log = &self.branches.current().log;
        log.sentence(log.last_gesture()?)
    }

    /// What [`Session::redo`] would do again.
    pub fn next_redo(&self) -> Option<String> {
        let Undone { track, gesture } = self.undone.last()?;
        track.log.sentence(*gesture)
    }

    /// Takes back the last gesture of this branch; false if there is none.
    pub fn undo(&mut self) -> Result<bool, Refusal> {
        let has_begun = self.begin_undo().is_some();
        self.finish_seek()?;
        Ok(has_begun)
    }

    /// Does again what was undone last; false if there is nothing.
    pub fn redo(&mut self) -> Result<bool, Refusal> {
        let has_begun = self.begin_redo().is_some();
        self.finish_seek()?;
        Ok(has_begun)
    }

    /// Sets out to take back the last gesture of this branch; [`Session::advance_seek`] does it, from the last checkpoint
    /// before the gesture.
    pub fn begin_undo(&mut self) -> Option<SeekProgress> {
        self.cancel_seek();
        let track = self.branches.current();
        let gesture = track.log.last_gesture()?;
        let (id, to) = (track.id, self.now());
        if let Some(parent) = self.left_by(gesture) {
            let run = parent.resume(to);
            let course = Course::Known(parent.id);
            return Some(self.set_out(run, course, Errand::Undo(id), to));
        }
        let track = without(track, gesture)?;
        let run = track.resume(to);
        Some(self.set_out(run, Course::New(Box::new(track)), Errand::Undo(id), to))
    }

    /// Another command could not be carried out any more.
    pub(super) fn cannot_undo(&self, refused: Refused) -> Refusal {
        let Refused { refusal: Refusal { message, .. }, given } = refused;
        let gesture = self.next_undo().unwrap_or_default();
        let given = given.map(|given| format!("{} at {}", deed(&given.command), given.at)).unwrap_or_default();
        let message =
            format!("without “{gesture}”, the run cannot go on as it did: {message} when it comes to “{given}”");
        Refusal::new("undo", message)
    }

    /// The branch that was left with this gesture, if it began the current one and no other came of that.
    fn left_by(&self, gesture: GestureId) -> Option<&Track> {
        let track = self.branches.current();
        let has_begun = track.begun_by == Some(gesture) && !self.branches.has_children(track.id);
        self.branches.get(track.parent.filter(|_| has_begun)?)
    }

    /// Sets out to do again what was undone last.
    pub fn begin_redo(&mut self) -> Option<SeekProgress> {
        self.cancel_seek();
        let mut track = self.undone.last()?.track.clone();
        if let Some(known) = self.branches.get(track.id) {
            (track.name, track.is_named) = (known.name.clone(), known.is_named);
        }
        let to = self.now();
        let run = track.resume(to);
        Some(self.set_out(run, Course::New(Box::new(track)), Errand::Redo, to))
    }

    /// After an undo has arrived: `before` is the branch as it was.
    pub(super) fn keep_undone(&mut self, id: BranchId, before: Track) {
        let Some(gesture) = before.log.last_gesture() else { return };
        if self.branches.current().id != id {
            self.branches.take(id);
        }
        // Those below it are come to again by way of this one, a gesture at a time: what they share is enough.
        if let Some(below) = self.undone.last_mut() {
            below.track.checkpoints.rest();
        }
        self.undone.push(Undone { track: before, gesture });
        let surplus = self.undone.len().saturating_sub(UNDONE_MAX);
        self.undone.drain(..surplus);
    }
}

/// The branch as it is without a gesture, as far as anything is known of it.
fn without(track: &Track, gesture: GestureId) -> Option<Track> {
    let (given, first) = track.log.find(gesture)?;
    let at = first.given.at;
    // If it is not known how far the branch goes without the gesture, the copy before it says so.
    let copy = track.checkpoints.before_command(at, given);
    let (until, next) = first.next.map_or((copy.now(), copy.observed()), |next| (at, next));
    let mut track = Track { log: track.log.without(gesture), ..track.clone() };
    track.forget_after(at, next, given);
    track.end = track.end.min(until);
    Some(track)
}
