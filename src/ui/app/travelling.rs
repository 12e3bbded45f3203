//! Going through time and between runs: what plays back, forks, undoes and redoes, and what the page says of it.

use super::App;
use crate::kernel::Time;
use crate::session::{BranchId, Direction, MarkKind, Session};
use crate::ui::action::Action;
use crate::ui::browser::crash;
use crate::ui::toasts::Tone;

/// Events of a journey through time that one action may take, before the frames take over: too short to be noticed.
const AT_ONCE: u64 = 40_000;

impl App {
    pub fn travel(&mut self, action: Action) {
        match action {
            Action::Scrub(to) => {
                self.resumes |= self.session.get_mut().is_playing();
                self.go(to);
            }
            Action::EndScrub if std::mem::take(&mut self.resumes) => self.session.get_mut().play(),
            Action::Jump(to) => self.go(to),
            Action::JumpToEnd => {
                let end = self.session.get_mut().end();
                self.go(end);
            }
            Action::StepTo(direction, kind) => self.step_to(direction, kind),
            Action::CancelSeek => {
                self.arriving = None;
                self.session.get_mut().cancel_seek();
            }
            Action::Undo if self.may_change() => self.undo(),
            Action::Redo if self.may_change() => self.redo(),
            Action::SwitchTo(id) => self.switch_to(id),
            Action::GoTo(id, at) => {
                (self.dialog, self.comparison) = (None, None);
                self.then = Some(at);
                self.switch_to(id);
            }
            Action::RenameBranch(id, name) => self.tried(|session| session.rename_branch(id, &name)),
            Action::DeleteBranch(id) => self.tried(|session| session.delete_branch(id)),
            marking => self.mark(marking),
        }
    }

    fn mark(&mut self, action: Action) {
        let now = self.session.get_mut().now();
        match action {
            Action::Bookmark => self.bookmark(now),
            Action::RenameBookmark(at, name) => self.tried(|session| session.bookmark(at, &name)),
            Action::ForgetBookmark(at) => self.session.get_mut().remove_bookmark(at),
            Action::LoopFrom(at) => self.set_loop(self.stretch.beginning_at(at.unwrap_or(now))),
            Action::LoopTo(at) => self.set_loop(self.stretch.ending_at(at.unwrap_or(now))),
            Action::EndLoop => self.set_loop(Default::default()),
            // Everything else is dealt with above.
            _ => {}
        }
    }

    /// Pauses, and goes there; what is far away takes several frames.
    pub fn go(&mut self, to: Time) {
        (self.arriving, self.then) = (None, None);
        self.head_for(to);
    }

    fn head_for(&mut self, to: Time) {
        let session = self.session.get_mut();
        session.pause();
        session.begin_seek(to);
        let saying = self.arriving.take();
        self.set_out(saying);
    }

    /// Begins a journey that the frames go on with, and says this on arrival.
    pub fn set_out(&mut self, saying: Option<String>) {
        self.arriving = saying;
        let advanced = self.session.get_mut().advance_seek(AT_ONCE);
        if let Err(refusal) = advanced {
            self.arriving = None;
            self.refused(&refusal);
        }
        self.arrived();
    }

    /// Called with every frame too: says what there is to say once the journey is over.
    pub fn arrived(&mut self) {
        if self.session.get_mut().seeking().is_some() {
            return;
        }
        if let Some(kind) = self.session.get_mut().take_missed() {
            self.toasts.report(format!("No {} in the next minute of the run.", kind.name()));
        }
        if let Some(at) = self.then.take() {
            return self.head_for(at);
        }
        if let Some(saying) = self.arriving.take() {
            let session = self.session.get_mut();
            self.branch = current(session);
            // Another log from here on: what is rescued after a crash has to be of that.
            crash::keep(session.scenario());
            // Whoever has changed runs by another way need not be asked back.
            self.toasts.withdraw_offers();
            self.announcer.say(saying.clone());
            self.toasts.report(saying);
        }
    }

    fn step_to(&mut self, direction: Direction, kind: Option<MarkKind>) {
        let Some(kind) = kind else { return self.step_to_any(direction) };
        (self.arriving, self.then) = (None, None);
        let session = self.session.get_mut();
        if session.begin_seek_to_kind(kind, direction) {
            return self.set_out(None);
        }
        let way = if direction == Direction::Next { "later" } else { "earlier" };
        self.toasts.report(format!("There is no {way} {}.", kind.name()));
    }

    fn step_to_any(&mut self, direction: Direction) {
        let session = self.session.get_mut();
        let (now, marks) = (session.now(), &session.timeline().marks);
        let found = match direction {
            Direction::Next => marks.iter().find(|mark| mark.at > now),
            Direction::Previous => marks.iter().rfind(|mark| mark.at < now),
        };
        match found.map(|mark| (mark.at, mark.label.clone())) {
            Some((at, label)) => {
                self.go(at);
                self.announcer.say(label);
            }
            None if direction == Direction::Previous => self.go(Time::ZERO),
            None => self.toasts.report("Nothing is marked after this moment.".into()),
        }
    }

    fn undo(&mut self) {
        let session = self.session.get_mut();
        match session.next_undo() {
            Some(what) if session.begin_undo().is_some() => self.set_out(Some(format!("Undone: {what}"))),
            _ => self.toasts.report("There is nothing to undo.".into()),
        }
    }

    fn redo(&mut self) {
        let session = self.session.get_mut();
        match session.next_redo() {
            Some(what) if session.begin_redo().is_some() => self.set_out(Some(format!("Done again: {what}"))),
            _ => self.toasts.report("There is nothing to redo.".into()),
        }
    }

    fn switch_to(&mut self, id: BranchId) {
        let session = self.session.get_mut();
        let name = session.branches().into_iter().find(|branch| branch.id == id).map(|branch| branch.name);
        match session.begin_switch(id) {
            Ok(_) => self.set_out(name.map(|name| format!("This is the run “{name}”"))),
            Err(refusal) => self.refused(&refusal),
        }
    }

    fn set_loop(&mut self, stretch: super::Stretch) {
        self.stretch = stretch;
        let session = self.session.get_mut();
        session.set_loop(stretch.whole());
        if stretch.whole().is_some() {
            session.play();
        }
    }

    /// For now by what happened last, else by a number; a name is there to be changed.
    fn bookmark(&mut self, now: Time) {
        let session = self.session.get_mut();
        if let Some(known) = session.bookmarks().iter().find(|bookmark| bookmark.at() == now) {
            let text = format!("This moment is bookmarked as “{}”. Moments has the list.", known.name);
            return self.toasts.say(Tone::Note, text);
        }
        let recent =
            session.timeline().marks.iter().rfind(|mark| mark.at <= now && now.since(mark.at).as_millis() < 500);
        let name = recent.map_or(format!("Moment {}", session.bookmarks().len() + 1), |mark| mark.label.clone());
        match session.bookmark(now, &name) {
            Ok(()) => self.toasts.say(Tone::Note, format!("Bookmarked {now} as “{name}”. Rename it under Moments.")),
            Err(refusal) => self.refused(&refusal),
        }
    }

    pub fn tried(&mut self, act: impl FnOnce(&mut Session) -> Result<(), crate::model::refusal::Refusal>) {
        if let Err(refusal) = act(self.session.get_mut()) {
            self.refused(&refusal);
        }
    }

    /// After a command: has acting in the past begun another run?
    pub fn note_fork(&mut self) {
        let left = std::mem::replace(&mut self.branch, current(self.session.get_mut()));
        if left != self.branch && self.session.get_mut().branches().iter().any(|branch| branch.id == left) {
            let text = "You acted in the past, so another run begins here. The one you left is kept as it was.";
            self.announcer.say(text.into());
            self.toasts.offer(text.into(), "Return to the other run", Action::SwitchTo(left));
        }
    }
}

pub fn current(session: &Session) -> BranchId {
    session.branches().iter().find(|branch| branch.is_current).map_or(BranchId(0), |branch| branch.id)
}
