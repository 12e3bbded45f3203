//! What each action does.

use super::{Access, App, adding, show, travelling, typing};
use crate::engine::command::Command;
use crate::model::Name;
use crate::model::refusal::Refusal;
use crate::scenario::catalog;
use crate::session::Session;
use crate::ui::action::{Action, Browse, CameraMove, CameraOrder, InspectorTab, Messages, PartKind, Place};
use crate::ui::browser::{crash, storage, theme};
use crate::ui::header::Choice;
use crate::ui::hints::Hints;
use crate::ui::palette::PartDrop;
use crate::ui::stage::{DropTarget, free_place};
use crate::ui::theme::Theme;
use crate::ui::toasts::Tone;

impl App {
    /// Says whether the page has to be rendered, which is nearly always.
    pub fn perform(&mut self, action: Action) -> bool {
        match action {
            Action::Do(command) => _ = self.do_all(vec![command]),
            Action::DoAll(commands) => _ = self.do_all(commands),
            Action::Select(name) => self.select(name, InspectorTab::Main),
            Action::OpenInspector(name, tab) => self.select(Some(name), tab),
            Action::Browse(browse) => self.browse = browse,
            Action::Add(kind, place) => self.add(kind, place),
            Action::StopAnd(command) => self.stop_and(command),
            Action::Remove(part) => self.remove(part.as_ref()),
            Action::AddConsumer(group) => _ = self.do_all(adding::consumer(&group, &self.panels.view)),
            Action::SetTheme(theme) => self.set_theme(theme),
            Action::ShowMessages(messages) => self.messages = messages,
            Action::ToggleTerminal => self.toggle_terminal(),
            Action::CloseDialog => {
                self.dialog = None;
                self.comparison = None;
                self.exporting.cancel();
            }
            Action::DismissHint => self.set_hints(Hints::Over),
            Action::DismissToast(id) => self.toasts.dismiss(id),
            Action::Announce(sentence) => self.announcer.say(sentence),
            Action::Complain(complaint) => self.toasts.say(Tone::Refused, complaint),
            Action::Camera(order) => self.order(order),
            Action::OpenCopy => self.open_copy(),
            playback => self.play_back(playback),
        }
        self.refresh()
    }

    fn play_back(&mut self, action: Action) {
        self.keeping.get_mut().changed();
        let session = self.session.get_mut();
        let mut done = Ok(());
        match action {
            Action::TogglePlay if session.is_playing() => session.pause(),
            Action::Play | Action::TogglePlay => session.play(),
            Action::Pause => session.pause(),
            Action::Step | Action::StepBack if session.seeking().is_some() => {
                (self.arriving, self.then) = (None, None);
                session.cancel_seek();
            }
            Action::Step => done = session.step(),
            Action::StepBack => {
                (self.arriving, self.then) = (None, None);
                session.begin_step_back();
                return self.set_out(None);
            }
            Action::SetSpeed(speed) => session.set_speed(speed),
            other => return self.travel(other),
        }
        if let Err(refusal) = done {
            self.refused(&refusal);
        }
    }

    /// One gesture, undone and redone as one; if a command is refused, none is carried out. Whether they were.
    pub fn do_all(&mut self, commands: Vec<Command>) -> bool {
        if !self.may_change() {
            return false;
        }
        let session = self.session.get_mut();
        let lines = typing::beforehand(&commands, session.world());
        let done = session.gesture(commands.clone());
        match &done {
            Ok(()) => {
                self.overhear(&commands, lines);
                commands.iter().for_each(|command| self.note(command));
            }
            Err(refusal) => self.refused(refusal),
        }
        done.is_ok()
    }

    fn remove(&mut self, focused: Option<&Name>) {
        let removals = self.painter.as_ref().map(|painter| painter.removals(focused)).unwrap_or_default();
        if !removals.is_empty() && self.do_all(removals) {
            self.select(None, InspectorTab::Main);
        }
    }

    pub fn refused(&mut self, refusal: &Refusal) {
        let text = refusal.to_string();
        self.announcer.say(format!("Refused: {text}"));
        self.toasts.say(Tone::Refused, text);
    }

    /// After a command that was granted, wherever it came from.
    pub fn note(&mut self, command: &Command) {
        crash::keep(self.session.get_mut().scenario());
        let keeping = self.keeping.get_mut();
        keeping.changed();
        // Who does something else does not want to go on with what was.
        keeping.offer = None;
        self.set_hints(self.hints.after(command));
        self.note_fork();
        self.outdate_address();
    }

    pub fn granted(&mut self, command: &Command, lines: Vec<Option<String>>) -> bool {
        self.overhear(std::slice::from_ref(command), lines);
        self.note(command);
        self.refresh()
    }

    fn add(&mut self, kind: PartKind, place: Option<Place>) {
        let view = self.panels.view.clone();
        let look = if place.is_some() { CameraMove::Stay } else { CameraMove::RevealSelection };
        let place = place.unwrap_or_else(|| free_place(&view, kind));
        let addition = adding::part(kind, place, &view, self.selected.as_ref());
        if self.do_all(addition.commands) {
            self.select(Some(addition.name), InspectorTab::Main);
            self.order(look);
        }
    }

    fn drop_target(&self, part: PartDrop) -> Option<DropTarget> {
        let mut target = self.painter.as_ref()?.drop_target(part.client_x, part.client_y)?;
        let is_taker = |over: &Name| {
            part.kind == PartKind::Consumer && self.panels.view.groups.iter().any(|group| group.id == *over)
        };
        target.over = target.over.filter(is_taker);
        Some(target)
    }

    /// Lights up the group that would take a consumer.
    pub fn dragged(&mut self, part: Option<PartDrop>) -> bool {
        let highlight = part.and_then(|part| self.drop_target(part)?.over);
        let is_new = highlight != self.highlight;
        self.highlight = highlight;
        is_new
    }

    /// Let go of over a group, a consumer joins it; elsewhere on the stage, a part is added there.
    pub fn dropped(&mut self, part: PartDrop) -> bool {
        let Some(target) = self.drop_target(part) else { return false };
        let action = match target.over {
            Some(group) => Action::AddConsumer(group),
            None => Action::Add(part.kind, Some(target.place)),
        };
        self.perform(action)
    }

    pub fn select(&mut self, name: Option<Name>, tab: InspectorTab) {
        if self.selected != name {
            self.browse = Browse::default();
            self.asking = None;
        }
        self.selected = name;
        self.tab = tab;
    }

    pub fn load(&mut self, name: &str) {
        let Some(scenario) = catalog::find(name) else {
            return self.toasts.say(Tone::Refused, format!("There is no scenario “{name}” in the catalogue."));
        };
        self.keep_before_leaving();
        match Session::open(&scenario) {
            Ok(session) => *self.session.get_mut() = session,
            Err(refusal) => return self.refused(&refusal),
        }
        self.opened(show::choice(&scenario));
    }

    /// After another scenario was opened.
    pub fn opened(&mut self, choice: Choice) -> bool {
        let scenario = self.session.get_mut().scenario();
        self.keeping.get_mut().opened(&scenario);
        crash::keep(scenario);
        self.scenario = choice;
        self.reset = None;
        self.asking = None;
        self.stretch = Default::default();
        self.branch = travelling::current(self.session.get_mut());
        self.select(None, InspectorTab::Main);
        self.order(CameraMove::FitFirst);
        self.messages = Messages::default();
        self.linked.access = Access::Full;
        self.outdate_address();
        self.refresh()
    }

    pub fn order(&mut self, order: CameraMove) {
        let serial = self.camera.map_or(0, |camera| camera.serial + 1);
        self.camera = Some(CameraOrder { serial, order });
    }

    fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        theme::apply(theme);
        storage::write("headwater.theme", theme.id());
    }

    pub fn set_hints(&mut self, hints: Hints) {
        if hints != self.hints {
            self.hints = hints;
            storage::write("headwater.hints", hints.id());
        }
    }
}
