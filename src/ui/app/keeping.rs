//! Keeping runs in the browser: by itself, and under names. What is done is in [`crate::session::storage`]; here is when.

use std::rc::Rc;

use super::App;
use super::apart::{self, Apart};
use crate::kernel::Time;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::session::storage::apart::{Named, Parts};
use crate::session::storage::autosave::{Content, IN_PART, Snapshot, Status};
use crate::session::storage::shelf::{self, Opened, Unopened};
use crate::session::storage::{Autosave, Entry, Key, Kind, Label, Listed, StoreError};
use crate::ui::action::{Dialog, InspectorTab, Keep};
use crate::ui::browser::storage::{self, LocalStorage};
use crate::ui::browser::{crash, download, offline, tabs, window};
use crate::ui::header::Choice;
use crate::ui::later;
use crate::ui::offer::Offer;
use crate::ui::shelf::{Deleted, Shelf};
use crate::ui::toasts::Tone;

/// A note from the page before a reload that this page asked for: which run to go on with.
const GO_ON: &str = "headwater.go-on";

/// What the page knows about what is kept.
pub struct Keeping {
    autosave: Autosave,
    /// Large files that lie apart from the runs that replay them.
    pub apart: Apart,
    /// The named entry that is on the stage.
    opened: Option<Opened>,
    pub offer: Option<Offer>,
    /// What the dialog shows.
    pub shelf: Rc<Shelf>,
    /// What a person was told already.
    told: Status,
}

impl Keeping {
    pub fn new(scenario: &Scenario) -> Keeping {
        let tab = tabs::name();
        tabs::hold(&tab);
        Keeping {
            autosave: Autosave::new(tab, scenario.commands.len()),
            apart: Apart::default(),
            opened: None,
            offer: None,
            shelf: Rc::default(),
            told: Status::Untouched,
        }
    }

    pub fn status(&self) -> Status {
        self.autosave.status()
    }

    /// Another scenario came onto the stage.
    pub fn opened(&mut self, scenario: &Scenario) {
        self.autosave.opened(scenario.commands.len());
        self.opened = None;
        self.offer = None;
    }

    pub fn changed(&mut self) {
        self.autosave.changed(window::now().as_millis());
    }
}

/// What is kept of a session, once its large files are safe where they lie apart.
fn content(session: &Session, scenario: &Scenario, apart: &mut Apart) -> Result<Content, StoreError> {
    let mut parts = Parts { scenario: scenario.clone(), courses: session.courses() };
    let rows = apart.take_out(&mut parts)?;
    Ok(Content { rows, ..Content::new(parts.scenario.to_json(), parts.courses) })
}

/// The moment on show, or the one that it is on the way to.
fn cursor(session: &Session) -> Time {
    session.seeking().map_or(session.now(), |progress| progress.to)
}

fn keep_fetched_later(app: &App) -> bool {
    app.write_down()
}

impl App {
    /// Called with every frame; says whether the page has to say something else than before.
    pub fn keep_when_due(&mut self) -> bool {
        let session = self.session.get_mut();
        if session.seeking().is_some() {
            // Only on arrival is there something new to keep.
            self.keeping.get_mut().changed();
        }
        let cursor_us = cursor(session).as_micros();
        let is_due = self.keeping.get_mut().autosave.is_due(window::now().as_millis(), cursor_us);
        is_due && self.keep() && self.tell_of_keeping()
    }

    /// The page is hidden or about to close: what is not kept now may never be.
    pub fn keep_before_leaving(&self) {
        let Ok(session) = self.session.try_borrow() else { return };
        let cursor_us = cursor(&session).as_micros();
        drop(session);
        if self.keeping.borrow().autosave.is_behind(cursor_us) {
            self.keep();
        }
    }

    /// Whether that changed what there is to say. Nothing is written down before the writer of documents is here; as soon
    /// as there is something to keep, it is wanted.
    fn keep(&self) -> bool {
        if !later::is_here() && !self.later.is_wanted.replace(true) {
            later::want();
        }
        later::is_here() && later::entrance::<fn(&App) -> bool>(keep_fetched_later)(self)
    }

    fn write_down(&self) -> bool {
        let (Ok(session), Ok(mut keeping)) = (self.session.try_borrow(), self.keeping.try_borrow_mut()) else {
            return false;
        };
        let scenario = session.scenario();
        crash::keep(scenario.clone());
        let snapshot = Snapshot {
            name: self.scenario.title.clone(),
            cursor_us: cursor(&session).as_micros(),
            playing: session.is_playing(),
            commands: scenario.commands.len(),
            branch: session.branches().iter().find(|branch| branch.is_current).map_or(0, |branch| branch.id.0),
        };
        let before = keeping.autosave.status();
        let (now_ms, saved_ms) = (window::now().as_millis(), window::date_ms());
        let Keeping { autosave, apart, .. } = &mut *keeping;
        let content = || content(&session, &scenario, apart);
        let status = autosave.write(&mut LocalStorage, &snapshot, content, now_ms, saved_ms);
        self.put_apart(apart);
        status != before
    }

    fn tell_of_keeping(&mut self) -> bool {
        let keeping = self.keeping.get_mut();
        let status = keeping.status();
        let what = match status {
            Status::KeptInPart => IN_PART.to_owned(),
            Status::Untouched | Status::Kept | Status::NotKept(StoreError::UnderWay) => return true,
            Status::NotKept(error) => error.to_string(),
        };
        if keeping.told != status {
            keeping.told = status;
            self.toasts.say(Tone::Refused, what);
        }
        true
    }

    /// The tabs that are open are known: time to look what was left behind. A link or a first visit is left in peace.
    pub fn look_back(&mut self, open: Vec<String>) -> bool {
        let _ = shelf::prune(&mut LocalStorage, &open);
        apart::forget_unneeded(&open);
        let Ok(listed) = shelf::list(&LocalStorage) else { return false };
        if let Some(id) = storage::take_note(GO_ON) {
            return self.carry_on(Key::new(Kind::Run, &id));
        }
        if window::has_link() || self.keeping.get_mut().status() != Status::Untouched {
            return false;
        }
        let Some(left) = shelf::left_behind(&listed, &open) else { return false };
        match shelf::open(&LocalStorage, &left.key) {
            Ok(entry) => self.keeping.get_mut().offer = Some(Offer::of(&left.key, &entry.label, window::date_ms())),
            Err(Unopened::Unreadable(why)) => self.toasts.say(
                Tone::Refused,
                format!("Your last run cannot be opened: {why}. It is kept; My scenarios has it for download."),
            ),
            Err(_) => return false,
        }
        true
    }

    /// Lets the next page go on where this one is.
    fn reload(&mut self) {
        let _ = self.keep();
        let keeping = self.keeping.get_mut();
        match keeping.status() {
            Status::Kept | Status::KeptInPart => storage::leave_note(GO_ON, &keeping.autosave.key().id),
            Status::Untouched => {}
            // Reloading would lose it.
            Status::NotKept(error) => return self.toasts.say(Tone::Refused, error.to_string()),
        }
        offline::take_update();
        window::reload();
    }

    pub fn keep_as_asked(&mut self, keep: Keep) {
        let done = match keep {
            Keep::Show => {
                self.file = None;
                self.dialog = Some(Dialog::Mine);
                Ok(())
            }
            Keep::CarryOn(key) | Keep::Open(key) => {
                self.carry_on(key);
                Ok(())
            }
            Keep::NotNow => {
                self.keeping.get_mut().offer = None;
                return;
            }
            Keep::Reload => return self.reload(),
            Keep::ReloadLater => {
                self.has_update = false;
                return;
            }
            Keep::Save(name) => self.save(name),
            Keep::Rename(key, name) => shelf::rename(&mut LocalStorage, &key, &tabs::name(), &name),
            Keep::Duplicate(key) => shelf::duplicate(&mut LocalStorage, &key, &tabs::name()),
            Keep::Delete(key, name) => self.delete(key, name),
            Keep::PutBack(deleted) => self.put_back(&deleted),
            Keep::Download(key) => self.download_raw(&key),
            Keep::PutApart(put) => {
                self.have_put_apart(put);
                return;
            }
            Keep::Fetched(key, fetched) => {
                self.fetched(&key, fetched);
                Ok(())
            }
        };
        if let Err(error) = done {
            self.toasts.say(Tone::Refused, error.to_string());
        }
        self.list_shelf();
    }

    fn save(&mut self, name: String) -> Result<(), StoreError> {
        let session = self.session.get_mut();
        let scenario = session.scenario();
        let keeping = self.keeping.get_mut();
        let label = Label {
            name: name.clone(),
            saved_ms: window::date_ms(),
            cursor_us: cursor(session).as_micros(),
            playing: session.is_playing(),
            actions: keeping.autosave.actions(scenario.commands.len()),
            ..Label::default()
        };
        let content = content(session, &scenario, &mut keeping.apart);
        let Content { document, courses, rows, .. } = content?;
        let label = Label { courses, ..label }.with_rows(rows);
        let opened = keeping.opened.as_ref();
        let saved = shelf::save(&mut LocalStorage, opened, &tabs::name(), label, &document)?;
        let name = shelf::open(&LocalStorage, &saved.key).map_or(name, |entry| entry.label.name);
        self.toasts.say(Tone::Note, format!("Saved as “{name}”."));
        self.scenario = Choice { name: saved.key.text(), title: name };
        keeping.opened = Some(saved);
        Ok(())
    }

    fn delete(&mut self, key: Key, name: String) -> Result<(), StoreError> {
        if let Some(text) = shelf::delete(&mut LocalStorage, &key)? {
            Rc::make_mut(&mut self.keeping.get_mut().shelf).deleted.push(Deleted { key, name, text });
        }
        Ok(())
    }

    fn put_back(&mut self, deleted: &Deleted) -> Result<(), StoreError> {
        shelf::put_back(&mut LocalStorage, &deleted.key, &deleted.text)?;
        Rc::make_mut(&mut self.keeping.get_mut().shelf).deleted.retain(|one| one.key != deleted.key);
        Ok(())
    }

    fn download_raw(&mut self, key: &Key) -> Result<(), StoreError> {
        use crate::session::storage::Store;
        if let Some(text) = LocalStorage.get(&key.text())? {
            download::save("headwater-kept.txt", &text, "text/plain");
        }
        Ok(())
    }

    /// Brings the dialog's list up to date.
    pub fn list_shelf(&mut self) {
        let own = self.keeping.get_mut().autosave.key();
        let listed = shelf::list(&LocalStorage);
        let shelf = Rc::make_mut(&mut self.keeping.get_mut().shelf);
        shelf.now_ms = window::date_ms();
        match listed {
            Ok(listed) => {
                shelf.trouble = None;
                // The run that is on the stage is no news.
                shelf.listed = listed.into_iter().filter(|one: &Listed| one.key != own).collect();
            }
            Err(error) => shelf.trouble = Some(error.to_string()),
        }
    }

    /// Puts what was kept on the stage, at the moment at which it was kept, as soon as all of it is there. Whether that
    /// worked at once.
    fn carry_on(&mut self, key: Key) -> bool {
        let Some(entry) = self.entry(&key) else { return false };
        if !entry.label.rows.is_empty() {
            self.fetch(key, entry.label.rows);
            return false;
        }
        self.put_on_stage(&key, entry, &[])
    }

    /// An entry, unless it cannot be opened; then it is said why.
    pub fn entry(&mut self, key: &Key) -> Option<Entry> {
        let why = match shelf::open(&LocalStorage, key) {
            Ok(entry) => return Some(entry),
            Err(Unopened::Gone) => "This run is gone: another tab has deleted it.".to_owned(),
            Err(Unopened::Store(error)) => error.to_string(),
            Err(Unopened::Unreadable(why)) => cannot_be_opened(why),
        };
        self.toasts.say(Tone::Refused, why);
        None
    }

    /// `taken` are the rows that lie apart from the entry.
    pub fn put_on_stage(&mut self, key: &Key, entry: Entry, taken: &[Named]) -> bool {
        // What is on the stage now is not lost by opening something else.
        self.keep_before_leaving();
        let Entry { label, scenario } = entry;
        let courses = label.courses();
        let is_lost = courses.is_none();
        let mut parts = Parts { scenario, courses: courses.unwrap_or_default() };
        parts.put_in(taken);
        let Parts { scenario, courses } = parts;
        let (mut session, lost) = match Session::restore(&scenario, &courses) {
            Ok(restored) => restored,
            Err(refusal) => {
                self.refused(&refusal);
                return false;
            }
        };
        if lost > 0 || is_lost {
            self.toasts.say(Tone::Refused, "Other runs that were kept with this one cannot be opened any more.".into());
        }
        // A slice at a time, with every frame, however far it is; first to where the run was played, if it went back.
        let (cursor, end) = (Time::from_micros(label.cursor_us), session.end());
        let by_way_of = (cursor < end).then_some(cursor);
        session.begin_seek(cursor.max(end));
        if !label.playing {
            session.pause();
        }
        *self.session.get_mut() = session;
        let name = if key.kind == Kind::Saved { key.text() } else { scenario.name.clone() };
        self.opened(Choice { name, title: label.name });
        let now_ms = window::now().as_millis();
        self.then = by_way_of;
        let keeping = self.keeping.get_mut();
        if key.kind == Kind::Saved {
            keeping.opened = Some(Opened { key: key.clone(), version: label.version });
        } else {
            keeping.autosave.carried_on(key, label.actions, scenario.commands.len(), now_ms);
        }
        self.dialog = None;
        self.select(None, InspectorTab::Main);
        true
    }
}

pub fn cannot_be_opened(why: impl std::fmt::Display) -> String {
    format!("This run cannot be opened: {why}. It is kept as it is.")
}
