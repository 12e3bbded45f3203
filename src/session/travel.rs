//! Going to another moment, or to another course of the run: on a copy, a slice at a time, so that the page can show how
//! far it is and give up. Only on arrival does the session change.

use super::branch::{BranchId, Refused, Track};
use super::{MarkKind, Session};
use crate::engine::Progress;
use crate::kernel::Time;
use crate::model::refusal::Refusal;
use crate::scenario::Run;

/// How far a way to another moment has been gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeekProgress {
    /// The checkpoint from which it goes.
    pub from: Time,
    pub at: Time,
    pub to: Time,
}

impl SeekProgress {
    pub fn is_done(self) -> bool {
        self.at >= self.to
    }

    /// Thousandths of the way.
    pub fn permille(self) -> u32 {
        let way = self.to.since(self.from).as_micros().max(1);
        let gone = self.at.since(self.from).as_micros().min(way);
        if self.is_done() { 1_000 } else { (u128::from(gone) * 1_000 / u128::from(way)) as u32 }
    }
}

/// A run on its way.
#[derive(Clone, Debug)]
pub(super) struct Travel {
    pub run: Run,
    pub course: Course,
    pub errand: Errand,
    pub from: Time,
    pub to: Time,
}

/// What is settled on arrival.
#[derive(Clone, Debug)]
pub(super) enum Errand {
    Go,
    /// No mark of this kind is known yet: where is the next?
    LookFor(MarkKind),
    /// The last change before the moment on show: the latest that was seen on the way.
    LookBack(Option<Time>),
    /// The branch as it was can be had again.
    Undo(BranchId),
    /// The last that was undone is done again.
    Redo,
}

/// Which branch it is a run of.
#[derive(Clone, Debug)]
pub(super) enum Course {
    Known(BranchId),
    /// One that takes its place among the branches on arrival.
    New(Box<Track>),
}

impl Travel {
    pub fn progress(&self) -> SeekProgress {
        SeekProgress { from: self.from, at: self.run.now(), to: self.to }
    }
}

impl Session {
    /// To any moment of the run, past or to come. What was recorded after it stays to be played again.
    ///
    /// The state is that of a run which was never interrupted, to the bit. If a command of the scenario is refused on the
    /// way, that is where it ends; asked again, it goes on without that command.
    pub fn seek(&mut self, to: Time) -> Result<(), Refusal> {
        self.begin_seek(to);
        self.finish_seek()
    }

    /// Sets out for a moment; [`Session::advance_seek`] goes there. Until it has arrived, the session shows what it showed.
    pub fn begin_seek(&mut self, to: Time) -> SeekProgress {
        let track = self.branches.current();
        let is_nearer = self.now() <= to && track.checkpoints.before(to).now() <= self.now();
        let run = if is_nearer { self.run.clone() } else { track.resume(to) };
        let course = Course::Known(track.id);
        self.set_out(run, course, Errand::Go, to)
    }

    pub(super) fn set_out(&mut self, run: Run, course: Course, errand: Errand, to: Time) -> SeekProgress {
        let travel = Travel { from: run.now(), run, course, errand, to };
        self.travel.insert(travel).progress()
    }

    /// Sets out for a branch, to this moment or, if it was not played as far, to its end.
    pub fn begin_switch(&mut self, id: BranchId) -> Result<SeekProgress, Refusal> {
        let track = self.branches.known(id)?;
        let to = self.now().min(track.end);
        let run = track.resume(to);
        Ok(self.set_out(run, Course::Known(id), Errand::Go, to))
    }

    /// Goes to a branch, to this moment or, if it was not played as far, to its end.
    pub fn switch_to(&mut self, id: BranchId) -> Result<(), Refusal> {
        self.begin_switch(id)?;
        self.finish_seek()
    }

    /// Goes on for at most so many events; none if there is nowhere to go.
    pub fn advance_seek(&mut self, budget: u64) -> Result<Option<SeekProgress>, Refusal> {
        let Some(travel) = &mut self.travel else { return Ok(None) };
        match travel.errand {
            Errand::LookFor(kind) => return Ok(self.look_further(kind, budget)),
            Errand::LookBack(last) => return Ok(self.look_further_back(last, budget)),
            Errand::Go | Errand::Undo(_) | Errand::Redo => {}
        }
        let track = match &mut travel.course {
            Course::Known(id) => self.branches.get_mut(*id),
            Course::New(track) => Some(&mut **track),
        };
        let Some(track) = track else { return Ok(None) };
        let advanced = track.advance(&mut travel.run, travel.to, budget, &mut |_, _| {});
        let progress = travel.progress();
        match (advanced, &travel.course) {
            (Ok(Progress::OutOfBudget), _) => Ok(Some(progress)),
            (Ok(Progress::Reached), _) => {
                self.arrive();
                Ok(Some(progress))
            }
            // A course that cannot be gone is not taken.
            (Err(refused), Course::New(_)) => Err(self.turn_back(refused)),
            (Err(refused), Course::Known(_)) => {
                self.arrive();
                Err(refused.into())
            }
        }
    }

    fn turn_back(&mut self, refused: Refused) -> Refusal {
        match self.travel.take() {
            Some(Travel { errand: Errand::Undo(_), .. }) => self.cannot_undo(refused),
            _ => refused.into(),
        }
    }

    fn arrive(&mut self) {
        let Some(Travel { run, course, errand, .. }) = self.travel.take() else { return };
        let before = match errand {
            Errand::Undo(id) => self.branches.get(id).cloned(),
            Errand::Go | Errand::LookFor(_) | Errand::LookBack(_) | Errand::Redo => None,
        };
        match course {
            Course::Known(id) => self.branches.visit(id),
            Course::New(track) => self.branches.enter(*track),
        }
        match (errand, before) {
            (Errand::Undo(id), Some(before)) => self.keep_undone(id, before),
            (Errand::Redo, _) => drop(self.undone.pop()),
            _ => {}
        }
        self.run = run;
        self.news.clear();
    }

    pub(super) fn finish_seek(&mut self) -> Result<(), Refusal> {
        while self.travel.is_some() {
            self.advance_seek(u64::MAX)?;
        }
        Ok(())
    }

    /// How far the way to another moment has been gone, if there is one.
    pub fn seeking(&self) -> Option<SeekProgress> {
        self.travel.as_ref().map(Travel::progress)
    }

    /// Stays where it is.
    pub fn cancel_seek(&mut self) {
        self.travel = None;
    }

    /// To the next visible change.
    pub fn step(&mut self) -> Result<(), Refusal> {
        self.pause();
        self.cancel_seek();
        let mut seen = 0;
        for _ in 0..super::BUDGET {
            let command = self.run.pending().next().map(|command| command.at);
            let next = [self.run.simulation().next_event_at(), command].into_iter().flatten().min();
            let Some(next) = next else { break };
            self.move_to(next, 1, &mut seen)?;
            if seen > 0 {
                break;
            }
        }
        Ok(())
    }
}
