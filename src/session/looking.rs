//! To the next mark of a kind, or back to the last one; and back to the last change of any kind. What has to be looked
//! through is run through on a copy, a slice at a time as on every way through time, and dropped again: on arrival the run
//! is at what was found, and has seen nothing beyond.

use super::travel::{Course, Errand, Travel};
use super::{Direction, MarkKind, SeekProgress, Session};
use crate::engine::Progress;
use crate::kernel::{Span, Time};
use crate::model::refusal::Refusal;

/// How far ahead of what was played a mark is looked for.
const AHEAD: Span = Span::from_secs(60);

/// Looked through between two glances at the marks.
const SLICE: Span = Span::from_secs(1);

impl Session {
    /// To the next mark of a kind, or back to the last one. Beyond what was played it looks a minute ahead. False if there
    /// is none; then nothing has changed.
    pub fn seek_to_kind(&mut self, kind: MarkKind, direction: Direction) -> Result<bool, Refusal> {
        if !self.begin_seek_to_kind(kind, direction) {
            return Ok(false);
        }
        self.finish_seek()?;
        Ok(self.take_missed().is_none())
    }

    /// Sets out for such a mark. False if it is known that there is none; whether there was one in what is looked through,
    /// [`Session::take_missed`] says on arrival.
    pub fn begin_seek_to_kind(&mut self, kind: MarkKind, direction: Direction) -> bool {
        self.pause();
        self.cancel_seek();
        self.missed = None;
        let found = self.timeline().find(kind, direction, self.now()).map(|mark| mark.at);
        match (found, direction) {
            (Some(at), _) => drop(self.begin_seek(at)),
            (None, Direction::Next) => self.begin_looking(kind),
            (None, Direction::Previous) => return false,
        }
        true
    }

    /// The kind of mark that was looked for in vain, once.
    pub fn take_missed(&mut self) -> Option<MarkKind> {
        self.missed.take()
    }

    /// From the end on, on a copy.
    fn begin_looking(&mut self, kind: MarkKind) {
        let (now, end) = (self.now(), self.end());
        let track = self.branches.current().clone();
        let run = if now == end { self.run.clone() } else { track.resume(end) };
        self.set_out(run, Course::New(Box::new(track)), Errand::LookFor(kind), end + AHEAD);
    }

    pub(super) fn look_further(&mut self, kind: MarkKind, budget: u64) -> Option<SeekProgress> {
        let travel = self.travel.as_mut()?;
        let Course::New(track) = &mut travel.course else { return None };
        let run = &mut travel.run;
        let last_event = run.simulation().events().saturating_add(budget);
        loop {
            let stop = travel.to.min(run.now() + SLICE);
            let left = last_event.saturating_sub(run.simulation().events());
            let advanced = track.advance(run, stop, left, &mut |_, _| {});
            if let Some(mark) = track.timeline.find(kind, Direction::Next, self.run.now()) {
                let at = mark.at;
                return Some(self.begin_seek(at));
            }
            match advanced {
                Ok(Progress::OutOfBudget) => return Some(travel.progress()),
                Ok(Progress::Reached) if stop == travel.to => break,
                // What the scenario is refused is said when the run really comes there.
                Ok(Progress::Reached) | Err(_) => {}
            }
        }
        self.missed = Some(kind);
        self.travel = None;
        None
    }

    /// To the moment of the last visible change before this one; to the beginning if there is none.
    pub fn step_back(&mut self) -> Result<(), Refusal> {
        self.begin_step_back();
        self.finish_seek()
    }

    /// Sets out for that moment.
    pub fn begin_step_back(&mut self) -> SeekProgress {
        self.pause();
        self.look_back_from(just_before(self.now()))
    }

    /// Looks through what lies between this moment and the checkpoint before it.
    fn look_back_from(&mut self, until: Time) -> SeekProgress {
        let track = self.branches.current();
        let mut run = track.resume(until);
        // These lead to the checkpoint itself.
        run.take_observations();
        let course = Course::Known(track.id);
        self.set_out(run, course, Errand::LookBack(None), until)
    }

    pub(super) fn look_further_back(&mut self, mut last: Option<Time>, budget: u64) -> Option<SeekProgress> {
        let Travel { run, from, to, .. } = self.travel.as_mut()?;
        let (from, to) = (*from, *to);
        let last_event = run.simulation().events().saturating_add(budget);
        while run.now() < to {
            let left = last_event.saturating_sub(run.simulation().events());
            let ran = run.run_until(to.min(run.now() + SLICE), left);
            last = run.take_observations().last().map(|observation| observation.at).or(last);
            // What the scenario is refused was said when time ran here first.
            if ran == Ok(Progress::OutOfBudget) {
                let travel = self.travel.as_mut()?;
                travel.errand = Errand::LookBack(last);
                return Some(travel.progress());
            }
        }
        Some(match last {
            Some(at) => self.begin_seek(at),
            None if from == Time::ZERO => self.begin_seek(Time::ZERO),
            None => self.look_back_from(just_before(from)),
        })
    }
}

fn just_before(at: Time) -> Time {
    Time::from_micros(at.as_micros().saturating_sub(1))
}
