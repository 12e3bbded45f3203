//! When the run is kept, and under which key. Whoever owns it says when something changed and what time it is.

use serde_json::Value;

use super::entry::Label;
use super::shelf::{self, Key, Kind};
use super::{Store, StoreError};
use crate::kernel::document;
use crate::session::Course;

/// From the last change to the moment at which it is kept, so that a drag is written once.
const AFTER_MS: u64 = 300;
/// While time runs on and nothing else changes, the moment on show is kept this often.
const CURSOR_EVERY_MS: u64 = 5_000;

/// What there is to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub name: String,
    pub cursor_us: u64,
    pub playing: bool,
    /// Commands of the scenario with everything that was done.
    pub commands: usize,
    /// Which branch of the run is on show.
    pub branch: u32,
}

/// What is written of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    pub document: String,
    /// The other branches, and what can be undone.
    pub courses: Value,
    /// Ids of what lies apart from both.
    pub rows: Vec<String>,
    /// Something of that is left out, for want of room.
    pub is_partial: bool,
}

/// For whoever has more than that.
pub const IN_PART: &str = "There is not enough room in the browser's storage for all the runs of this one. The one on the \
                           stage is kept; name, export or share others that you need.";

/// For the courses of a run there is so much room, in bytes of text: a tenth of what browsers give a page.
pub const COURSES_MAX: usize = 500_000;

impl Content {
    /// As many of the courses as there is room for. Those go first that would be missed least: what was undone, then
    /// branches without a name, in the order in which they were last visited.
    pub fn new(document: String, mut courses: Vec<Course>) -> Content {
        let all = courses.len();
        loop {
            let text = document::to_value(&courses);
            if courses.is_empty() || text.to_string().len() <= COURSES_MAX {
                let is_partial = courses.len() < all;
                let courses = if courses.is_empty() { Value::Null } else { text };
                return Content { document, courses, rows: Vec::new(), is_partial };
            }
            let undone = courses.iter().position(|course| !course.is_branch());
            let unnamed = || courses.iter().skip(1).position(|course| !course.is_named()).map(|at| at + 1);
            let first = undone.or_else(unnamed).unwrap_or(courses.len() - 1);
            courses.remove(first);
        }
    }
}

/// What the page says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// There is nothing of the person's yet.
    #[default]
    Untouched,
    Kept,
    /// Without some of the run's other branches.
    KeptInPart,
    NotKept(StoreError),
}

/// The page's side of keeping runs.
#[derive(Clone, Debug)]
pub struct Autosave {
    tab: String,
    /// Scenarios opened so far: each has a run of its own.
    opened: u32,
    /// The branch of the run that was written last.
    branch: u32,
    /// How many commands the scenario had before the person did anything.
    base: usize,
    changed_at_ms: Option<u64>,
    written_at_ms: u64,
    /// What was last written, and the moment then on show.
    content: Content,
    /// It is older than what is on the stage, which could not be written.
    is_stale: bool,
    cursor_us: u64,
    /// The run that this one carries on: gone once this one is written.
    carries_on: Option<Key>,
    status: Status,
}

impl Autosave {
    /// For a page that calls itself `tab`: a name that no other page has. `commands` are those of the scenario that it
    /// opened with.
    pub fn new(tab: String, commands: usize) -> Autosave {
        Autosave {
            tab,
            opened: 0,
            branch: 0,
            base: commands,
            changed_at_ms: None,
            written_at_ms: 0,
            content: Content::default(),
            is_stale: false,
            cursor_us: 0,
            carries_on: None,
            status: Status::Untouched,
        }
    }

    pub fn key(&self) -> Key {
        Key::new(Kind::Run, &format!("{}-{}", self.tab, self.opened))
    }

    pub fn tab(&self) -> &str {
        &self.tab
    }

    /// What the person did, where the scenario has so many commands by now.
    pub fn actions(&self, commands: usize) -> u32 {
        commands.saturating_sub(self.base) as u32
    }

    pub fn status(&self) -> Status {
        self.status
    }

    /// Another scenario is on the stage; the run before stays where it was written.
    pub fn opened(&mut self, commands: usize) {
        *self = Autosave { opened: self.opened + 1, ..Autosave::new(std::mem::take(&mut self.tab), commands) };
    }

    /// A run that was kept is on the stage again. It goes on under a key of this page's.
    pub fn carried_on(&mut self, from: &Key, actions: u32, commands: usize, now_ms: u64) {
        self.opened(commands - (actions as usize).min(commands));
        self.carries_on = (from.kind == Kind::Run).then(|| from.clone());
        self.changed(now_ms);
    }

    pub fn changed(&mut self, now_ms: u64) {
        self.changed_at_ms = Some(now_ms);
    }

    /// Whether it is time to write. `cursor_us` is the moment on show.
    pub fn is_due(&self, now_ms: u64, cursor_us: u64) -> bool {
        let has_moved = !self.content.document.is_empty() && self.cursor_us != cursor_us;
        self.changed_at_ms.is_some_and(|at| now_ms >= at + AFTER_MS)
            || (has_moved && now_ms >= self.written_at_ms + CURSOR_EVERY_MS)
    }

    /// Whether anything of the person's would be lost if the page closed now.
    pub fn is_behind(&self, cursor_us: u64) -> bool {
        self.changed_at_ms.is_some()
            || self.is_stale
            || (!self.content.document.is_empty() && self.cursor_us != cursor_us)
    }

    /// Writes the run, if the person did anything at all. `content` is asked only if something but the moment changed.
    /// `now_ms` is the clock of [`Autosave::is_due`], `saved_ms` that of the calendar.
    pub fn write(
        &mut self,
        store: &mut dyn Store,
        snapshot: &Snapshot,
        content: impl FnOnce() -> Result<Content, StoreError>,
        now_ms: u64,
        saved_ms: u64,
    ) -> Status {
        let has_changed = self.changed_at_ms.take().is_some() || self.is_stale || self.branch != snapshot.branch;
        self.branch = snapshot.branch;
        self.written_at_ms = now_ms;
        self.cursor_us = snapshot.cursor_us;
        let actions = self.actions(snapshot.commands);
        if actions == 0 && self.content.document.is_empty() {
            return self.status;
        }
        let label = Label {
            name: snapshot.name.clone(),
            saved_ms,
            cursor_us: snapshot.cursor_us,
            playing: snapshot.playing,
            actions,
            ..Label::default()
        };
        let written = self.put(store, label, has_changed.then_some(content));
        self.status = match written {
            Ok(()) if self.content.is_partial => Status::KeptInPart,
            Ok(()) => Status::Kept,
            Err(error) => Status::NotKept(error),
        };
        self.status
    }

    fn put(
        &mut self,
        store: &mut dyn Store,
        mut label: Label,
        content: Option<impl FnOnce() -> Result<Content, StoreError>>,
    ) -> Result<(), StoreError> {
        if let Some(content) = content {
            self.is_stale = true;
            self.content = content()?;
            self.is_stale = false;
        }
        let key = self.key();
        label = label.with_rows(self.content.rows.clone());
        label.courses = self.content.courses.clone();
        let mut written = shelf::put(store, &key, &label, &self.content.document);
        if written == Err(StoreError::Full) && !label.courses.is_null() {
            // The branch that is on show is worth more than none.
            label.courses = Value::Null;
            self.content.is_partial = true;
            written = shelf::put(store, &key, &label, &self.content.document);
        }
        written?;
        match self.carries_on.take().filter(|old| *old != key) {
            Some(old) => store.remove(&old.text()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
