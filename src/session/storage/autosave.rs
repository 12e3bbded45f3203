//! When the run is kept, and under which key. Whoever owns it says when something changed and what time it is.

use super::entry::{FORMAT, Label};
use super::shelf::{self, Key, Kind};
use super::{Store, StoreError};

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
    /// Which course of the run is on show; each is kept as a run of its own.
    pub branch: u32,
}

/// What the page says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// There is nothing of the person's yet.
    #[default]
    Untouched,
    Kept,
    NotKept(StoreError),
}

/// The page's side of keeping runs.
#[derive(Clone, Debug)]
pub struct Autosave {
    tab: String,
    /// Scenarios opened so far: each has a run of its own.
    opened: u32,
    /// The course of the run that was written last.
    branch: u32,
    /// How many commands the scenario had before the person did anything.
    base: usize,
    changed_at_ms: Option<u64>,
    written_at_ms: u64,
    /// The document as it was last written, and the moment then on show.
    document: String,
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
            document: String::new(),
            cursor_us: 0,
            carries_on: None,
            status: Status::Untouched,
        }
    }

    pub fn key(&self) -> Key {
        Key::new(Kind::Run, &format!("{}-{}.{}", self.tab, self.opened, self.branch))
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
        let has_moved = !self.document.is_empty() && self.cursor_us != cursor_us;
        self.changed_at_ms.is_some_and(|at| now_ms >= at + AFTER_MS)
            || (has_moved && now_ms >= self.written_at_ms + CURSOR_EVERY_MS)
    }

    /// Whether anything of the person's would be lost if the page closed now.
    pub fn is_behind(&self, cursor_us: u64) -> bool {
        self.changed_at_ms.is_some() || (!self.document.is_empty() && self.cursor_us != cursor_us)
    }

    /// Writes the run, if the person did anything at all. `document` is asked only if something but the moment changed.
    /// `now_ms` is the clock of [`Autosave::is_due`], `saved_ms` that of the calendar.
    pub fn write(
        &mut self,
        store: &mut dyn Store,
        snapshot: &Snapshot,
        document: impl FnOnce() -> Result<String, StoreError>,
        now_ms: u64,
        saved_ms: u64,
    ) -> Status {
        let has_changed = self.changed_at_ms.take().is_some() || self.branch != snapshot.branch;
        self.branch = snapshot.branch;
        self.written_at_ms = now_ms;
        self.cursor_us = snapshot.cursor_us;
        let actions = self.actions(snapshot.commands);
        if actions == 0 && self.document.is_empty() {
            return self.status;
        }
        let label = Label {
            headwater: FORMAT,
            name: snapshot.name.clone(),
            saved_ms,
            cursor_us: snapshot.cursor_us,
            playing: snapshot.playing,
            actions,
            version: 0,
        };
        let written = self.put(store, &label, has_changed.then_some(document));
        self.status = written.map_or_else(Status::NotKept, |()| Status::Kept);
        self.status
    }

    fn put(
        &mut self,
        store: &mut dyn Store,
        label: &Label,
        document: Option<impl FnOnce() -> Result<String, StoreError>>,
    ) -> Result<(), StoreError> {
        if let Some(document) = document {
            self.document = document()?;
        }
        let key = self.key();
        shelf::put(store, &key, label, &self.document)?;
        match self.carries_on.take().filter(|old| *old != key) {
            Some(old) => store.remove(&old.text()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
