//! The commands of one branch, and which of them one gesture gave.

use crate::engine::{ObservationId, TimedCommand};
use crate::kernel::Time;
use crate::view::deed::deeds;

/// What somebody did in one go, be it one command or several: undone and redone together. Counted over the whole session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GestureId(pub u32);

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub given: TimedCommand,
    /// None for what the scenario itself does.
    pub gesture: Option<GestureId>,
    /// What would have been observed next, had it not been for the gesture. None where that is not known: the run was not
    /// played since it was opened.
    pub next: Option<ObservationId>,
}

/// Everything that was and will be done in a branch, in the order of time. The first of them are the run's own commands
/// as far as it has come, the rest is still to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    entries: Vec<Entry>,
}

impl Log {
    pub fn scripted(commands: impl Iterator<Item = TimedCommand>) -> Self {
        Log { entries: commands.map(|given| Entry { given, gesture: None, next: None }).collect() }
    }

    /// Commands that people gave.
    pub fn gestured(&self) -> usize {
        self.entries.iter().filter(|entry| entry.gesture.is_some()).count()
    }

    pub fn commands(&self) -> impl Iterator<Item = &TimedCommand> {
        self.entries.iter().map(|entry| &entry.given)
    }

    /// By its place: a command's id in the run.
    pub fn get(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// What is to come after so many commands.
    pub fn after(&self, given: usize) -> impl Iterator<Item = TimedCommand> {
        self.entries.iter().skip(given).map(|entry| entry.given.clone())
    }

    /// Notes what was done at this place of the log.
    pub fn insert(&mut self, at: usize, entries: impl IntoIterator<Item = Entry>) {
        self.entries.splice(at..at, entries);
    }

    /// The command at this place was refused: it is no part of the run.
    pub fn remove(&mut self, at: usize) -> Option<TimedCommand> {
        (at < self.entries.len()).then(|| self.entries.remove(at).given)
    }

    /// Drops what people did after so many commands; what the scenario does stays to come.
    pub fn forget_gestures_after(&mut self, given: usize) {
        let mut n = 0;
        self.entries.retain(|entry| {
            n += 1;
            n <= given || entry.gesture.is_none()
        });
    }

    /// Notes that this gesture gave the command at a place.
    pub fn attribute(&mut self, at: usize, gesture: GestureId) {
        if let Some(entry) = self.entries.get_mut(at) {
            entry.gesture = Some(gesture);
        }
    }

    /// The places of what people gave, and their gestures.
    pub fn gestures(&self) -> impl Iterator<Item = (usize, GestureId)> {
        self.entries.iter().enumerate().filter_map(|(at, entry)| Some((at, entry.gesture?)))
    }

    /// The gesture made last, wherever on the time line.
    pub fn last_gesture(&self) -> Option<GestureId> {
        self.entries.iter().filter_map(|entry| entry.gesture).max()
    }

    /// A gesture's first command, and its place.
    pub fn find(&self, gesture: GestureId) -> Option<(usize, &Entry)> {
        self.entries.iter().enumerate().find(|(_, entry)| entry.gesture == Some(gesture))
    }

    pub fn without(&self, gesture: GestureId) -> Log {
        let others = self.entries.iter().filter(|entry| entry.gesture != Some(gesture));
        Log { entries: others.cloned().collect() }
    }

    /// What a gesture did, and when: "kill inventory-2 at 0:12.400".
    pub fn sentence(&self, gesture: GestureId) -> Option<String> {
        let at = self.find(gesture)?.1.given.at;
        let of_gesture = self.entries.iter().filter(|entry| entry.gesture == Some(gesture));
        Some(format!("{} at {at}", deeds(of_gesture.map(|entry| &entry.given.command))))
    }

    /// When two logs part: the time of the first command that only one of them has. None if they are the same.
    pub fn parts_from(&self, other: &Log) -> Option<Time> {
        let same = self.commands().zip(other.commands()).take_while(|(one, another)| one == another).count();
        let next = |log: &Log| log.get(same).map(|entry| entry.given.at);
        [next(self), next(other)].into_iter().flatten().min()
    }
}
