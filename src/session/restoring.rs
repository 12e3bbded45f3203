//! What has to be kept of a session beside its scenario, so that it can be had again: the other branches, which commands
//! one gesture gave, and what was undone.
//!
//! A branch is its log, so that is all that is kept of it, and of its log what the branch on show has not got as well. What
//! happened in a branch is found out again when somebody goes there.

use serde::{Deserialize, Serialize};

use super::Session;
use super::branch::{BranchId, Track};
use super::edit::Undone;
use super::log::{GestureId, Log};
use crate::kernel::Time;
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Scenario, Timed};

/// A branch, or what one was before a gesture of its was undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    id: BranchId,
    name: String,
    /// The name was given by somebody.
    #[serde(default, rename = "named")]
    is_named: bool,
    #[serde(default)]
    parent: Option<BranchId>,
    forked_at_us: u64,
    /// The gesture with which it forked.
    #[serde(default)]
    begun_by: Option<u32>,
    end_us: u64,
    /// It begins with as many commands of the branch on show...
    same: u32,
    /// ...and goes on with these.
    #[serde(default)]
    then: Vec<Timed>,
    /// What people gave: places of its commands, and their gestures.
    #[serde(default)]
    made: Vec<(u32, u32)>,
    /// The gesture that was undone; none if it is a branch.
    #[serde(default)]
    undone: Option<u32>,
}

impl Course {
    fn of(track: &Track, shown: &Log, undone: Option<GestureId>) -> Course {
        let same = track.log.commands().zip(shown.commands()).take_while(|(one, other)| one == other).count();
        Course {
            id: track.id,
            name: track.name.clone(),
            is_named: track.is_named,
            parent: track.parent,
            forked_at_us: track.forked_at.as_micros(),
            begun_by: track.begun_by.map(|gesture| gesture.0),
            end_us: track.end.as_micros(),
            same: same as u32,
            then: track.log.after(same).map(Timed::from).collect(),
            made: track.log.gestures().map(|(place, gesture)| (place as u32, gesture.0)).collect(),
            undone: undone.map(|gesture| gesture.0),
        }
    }

    /// Those that the branch on show has not got.
    pub(super) fn commands(&self) -> &[Timed] {
        &self.then
    }

    pub(super) fn commands_mut(&mut self) -> &mut [Timed] {
        &mut self.then
    }

    pub fn is_branch(&self) -> bool {
        self.undone.is_none()
    }

    /// Somebody would miss it most.
    pub fn is_named(&self) -> bool {
        self.is_named && self.is_branch()
    }

    /// The track of the branch, with nothing known of it but its beginning. None if it does not go with the scenario.
    fn track(&self, shown: &Scenario) -> Option<Track> {
        let mut commands = shown.commands.get(..self.same as usize)?.to_vec();
        commands.extend(self.then.iter().cloned());
        let scenario = Scenario { commands, ..shown.clone() };
        scenario.check().ok()?;
        let mut run = Run::start(&scenario).ok()?;
        let mut track = Track::begin(&scenario, &mut run);
        self.label(&mut track);
        Some(track)
    }

    fn label(&self, track: &mut Track) {
        track.id = self.id;
        track.name = self.name.clone();
        track.is_named = self.is_named;
        track.parent = self.parent;
        track.forked_at = Time::from_micros(self.forked_at_us);
        track.begun_by = self.begun_by.map(GestureId);
        track.end = Time::from_micros(self.end_us);
        for (place, gesture) in &self.made {
            track.log.attribute(*place as usize, GestureId(*gesture));
        }
    }

    fn last_gesture(&self) -> Option<u32> {
        self.made.iter().map(|(_, gesture)| *gesture).chain(self.undone).max()
    }
}

impl Session {
    /// The branch on show, then every other, the one that was visited last at the end, then what can be done again. Nothing
    /// if nobody did anything.
    pub fn courses(&self) -> Vec<Course> {
        let shown = self.branches.current();
        let others = self.branches.visited().filter(|track| track.id != shown.id);
        let branches = std::iter::once(shown).chain(others).map(|track| Course::of(track, &shown.log, None));
        let undone = self.undone.iter().map(|undone| Course::of(undone.before(), &shown.log, Some(undone.gesture())));
        let courses: Vec<Course> = branches.chain(undone).collect();
        let is_touched = courses.len() > 1 || courses.iter().any(|course| !course.made.is_empty());
        if is_touched { courses } else { Vec::new() }
    }

    /// Opens a scenario at its very beginning with what was kept beside it. What of that does not go with the scenario is
    /// left out; how many those are is said.
    pub fn restore(scenario: &Scenario, courses: &[Course]) -> Result<(Session, usize), Refusal> {
        let mut session = Session::begin(scenario)?;
        let Some((shown, others)) = courses.split_first() else { return Ok((session, 0)) };
        shown.label(session.branches.current_mut());
        session.branches.renumber();
        let mut lost = 0;
        for course in others {
            let is_kept = match (course.track(scenario), course.undone) {
                (Some(track), None) => session.branches.add(track),
                (Some(track), Some(gesture)) => {
                    session.undone.push(Undone::new(track, GestureId(gesture)));
                    true
                }
                (None, _) => false,
            };
            lost += usize::from(!is_kept);
        }
        session.branches.forget_unknown_parents();
        session.gestures = courses.iter().filter_map(Course::last_gesture).max().map_or(0, |last| last + 1);
        Ok((session, lost))
    }
}
