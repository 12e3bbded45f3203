//! What the app does with code that is fetched later: whatever asks for it before it is here waits.

use std::cell::Cell;
use std::rc::Rc;

use yew::html::Scope;
use yew::prelude::*;

use super::show::Panels;
use super::{App, Look, Msg};
use crate::engine::Command;
use crate::model::Name;
use crate::scenario::catalog;
use crate::session::Session;
use crate::ui::action::{Action, Dialog, InspectorTab};
use crate::ui::api;
use crate::ui::browser::file::FileDrag;
use crate::ui::dialog::OpenDialog;
use crate::ui::hints::Hints;
use crate::ui::inspector::{Inspector, Subject, WhyPanel};
use crate::ui::later::{self, News};
use crate::ui::toasts::Tone;
use crate::view::command_line::command_line;
use crate::view::stage::StageView;

#[derive(Default)]
pub struct Later {
    /// In the order in which they came.
    waiting: Vec<Msg>,
    /// Somebody has something to keep, which asks for it once.
    pub is_wanted: Cell<bool>,
    has_failed: bool,
}

/// Whether a message is dealt with by code that is fetched later.
pub fn is_for_later(msg: &Msg) -> bool {
    match msg {
        Msg::Act(action) => is_action_for_later(action),
        Msg::File(drag) => matches!(drag, FileDrag::Dropped(_)),
        Msg::Opened(_) | Msg::Followed(_) | Msg::Exported(_) | Msg::Tabs(_) | Msg::Taken(_) => true,
        _ => false,
    }
}

fn is_action_for_later(action: &Action) -> bool {
    match action {
        Action::Do(command) | Action::StopAnd(command) => return command.is_rare(),
        Action::DoAll(commands) => return commands.iter().any(Command::is_rare),
        _ => {}
    }
    matches!(
        action,
        Action::Take(_)
            | Action::TreatAs(..)
            | Action::Export(_)
            | Action::OpenDialog(_)
            | Action::Rerun(..)
            | Action::Load(_)
            | Action::Ask(_)
            | Action::AskMark(_)
            | Action::Keep(_)
            | Action::Share
            | Action::OpenSaved
    )
}

impl App {
    /// Once, when the page opens.
    pub fn begin_later(&mut self, ctx: &Context<Self>) {
        if later::is_here() {
            ctx.link().send_message(Msg::Later(News::Here));
        }
    }

    pub fn update_later(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if later::is_here() {
            return later::entrance::<fn(&mut App, &Context<App>, Msg) -> bool>(update_fetched_later)(self, ctx, msg);
        }
        // Nobody asked for that; it has time.
        let is_urgent = !matches!(msg, Msg::Tabs(_));
        self.later.waiting.push(msg);
        if is_urgent {
            later::want();
        }
        is_urgent && self.complain_of_later()
    }

    pub fn hear_of_later(&mut self, ctx: &Context<Self>, news: News) -> bool {
        self.later.has_failed = news == News::Failed;
        if news == News::Failed {
            return self.complain_of_later();
        }
        later::entrance::<fn(&mut App, &Context<App>)>(arrive_fetched_later)(self, ctx);
        for msg in std::mem::take(&mut self.later.waiting) {
            ctx.link().send_message(msg);
        }
        self.refresh()
    }

    /// Only whoever waits for it wants to know.
    fn complain_of_later(&mut self) -> bool {
        let is_awaited = self.selected.is_some() || self.later.waiting.iter().any(|msg| !matches!(msg, Msg::Tabs(_)));
        if self.later.has_failed && is_awaited {
            let text = "A part of the page that this needs could not be fetched. It is tried again until it is here.";
            self.toasts.say(Tone::Note, text.into());
        }
        true
    }

    /// Called with every frame; says whether there is news.
    pub fn frame_later(&mut self, ctx: &Context<Self>) -> bool {
        let is_busy = self.asking.is_some() || self.comparison.is_some() || self.exporting.is_recording();
        is_busy
            && later::is_here()
            && later::entrance::<fn(&mut App, &Context<App>) -> bool>(frame_fetched_later)(self, ctx)
    }

    /// What the tab shows; while it is not open, nothing.
    pub fn why_later(&mut self) -> WhyPanel {
        if self.tab != InspectorTab::Why || !later::is_here() {
            return WhyPanel::default();
        }
        later::entrance::<fn(&mut App) -> WhyPanel>(why_fetched_later)(self)
    }

    pub fn inspector(&self) -> Html {
        if !later::is_here() {
            let text = if self.later.has_failed { "Not here yet; it is being fetched again." } else { "One moment…" };
            let class = classes!("inspector", self.selected.is_none().then_some("empty"));
            return html! { <aside {class} aria-label="Inspector" key="later"><p class="panel muted">{ text }</p></aside> };
        }
        later::entrance::<fn(&App) -> Html>(inspector_fetched_later)(self)
    }

    pub fn open_dialog(&self) -> Html {
        match &self.dialog {
            Some(dialog) if later::is_here() => {
                later::entrance::<fn(&App, &Dialog) -> Html>(dialog_fetched_later)(self, dialog)
            }
            _ => Html::default(),
        }
    }
}

/// The page's address with the run in it.
pub fn address(link: &Scope<App>) -> Option<AttrValue> {
    if !later::is_here() {
        return None;
    }
    later::entrance::<fn(&Scope<App>) -> Option<AttrValue>>(address_fetched_later)(link)
}

/// The command line that does the same on a real cluster.
pub fn command_line_of(link: &Scope<App>, command: &Command) -> Option<String> {
    if !later::is_here() {
        return None;
    }
    later::entrance::<fn(&Scope<App>, &Command) -> Option<String>>(command_line_fetched_later)(link, command)
}

/// What the inspector looks at.
pub fn subject(session: &Session, view: &Rc<StageView>, selected: Option<&Name>, look: &Look) -> Subject {
    type Of = fn(&Session, &Rc<StageView>, Option<&Name>, &Look) -> Subject;
    if selected.is_none() || !later::is_here() {
        return Subject::Nothing(view.clone());
    }
    later::entrance::<Of>(subject_fetched_later)(session, view, selected, look)
}

fn subject_fetched_later(session: &Session, view: &Rc<StageView>, selected: Option<&Name>, look: &Look) -> Subject {
    Subject::of(session, view, selected, look)
}

fn inspector_fetched_later(app: &App) -> Html {
    let Panels { subject, why, .. } = &app.panels;
    let about = app.session.borrow().about().to_owned();
    html! { <Inspector subject={subject.clone()} tab={app.tab} why={why.clone()} {about} /> }
}

fn dialog_fetched_later(app: &App, dialog: &Dialog) -> Html {
    // Another file is another dialog.
    let key = format!("{dialog:?} {}", app.file.as_ref().map_or("", |file| &file.name));
    html! {
        <OpenDialog
            {key} dialog={dialog.clone()} file={app.file.clone()} view={app.panels.view.clone()}
            shelf={app.keeping.borrow().shelf.clone()} title={app.scenario.title.clone()} work={app.exporting.work}
            offered={app.linked.offered.clone()} broken={app.linked.broken.clone()}
            compared={app.comparison.as_ref().map(|comparison| comparison.shown.clone())}
        />
    }
}

fn arrive_fetched_later(app: &mut App, ctx: &Context<App>) {
    app.catalog = catalog::all().iter().map(super::show::choice).collect();
    api::install(ctx.link().clone());
}

fn why_fetched_later(app: &mut App) -> WhyPanel {
    app.why_panel()
}

fn frame_fetched_later(app: &mut App, ctx: &Context<App>) -> bool {
    app.record_frame(ctx);
    app.look_into_it() | app.go_on_comparing()
}

fn address_fetched_later(link: &Scope<App>) -> Option<AttrValue> {
    App::address(link).ok().map(AttrValue::from)
}

fn command_line_fetched_later(link: &Scope<App>, command: &Command) -> Option<String> {
    command_line(command, link.get_component()?.session.borrow().world())
}

fn update_fetched_later(app: &mut App, ctx: &Context<App>, msg: Msg) -> bool {
    match msg {
        Msg::Act(Action::Take(source)) => {
            app.dialog = None;
            app.take(ctx, source);
        }
        Msg::Act(Action::TreatAs(source, contents)) => {
            app.dialog = None;
            app.treat_as(ctx, source, contents);
        }
        Msg::Act(Action::Export(export)) => app.export(ctx, export),
        Msg::Act(action) => return app.perform_later(action),
        Msg::Opened(link) => {
            app.opened(super::show::choice(&link.scenario));
            app.arrange(&link);
            return app.refresh();
        }
        Msg::Followed(link) => return app.follow(&link),
        Msg::Exported(exported) => return app.exported(exported),
        Msg::Tabs(open) => return app.look_back(open),
        Msg::File(drag) => {
            app.is_file_over = false;
            if let FileDrag::Dropped(source) = drag {
                app.take(ctx, source);
            }
        }
        Msg::Taken(taken) => return app.taken(ctx, taken),
        _ => {}
    }
    true
}

impl App {
    pub fn perform_later(&mut self, action: Action) -> bool {
        match action {
            Action::OpenDialog(dialog) => {
                self.file = None;
                self.dialog = Some(dialog.clone());
                if let Dialog::Compare(a, b) = dialog {
                    self.begin_comparing(a, b);
                }
            }
            Action::Rerun(group, protocol) => self.rerun(&group, protocol),
            Action::Load(name) => self.load(&name),
            Action::Ask(question) => self.ask_why(question),
            Action::AskMark(mark) => self.ask_mark(mark),
            Action::Keep(keep) => self.keep_as_asked(keep),
            Action::Share => {
                if self.hints == Hints::Share {
                    self.set_hints(Hints::Over);
                }
                self.share();
            }
            Action::OpenSaved => self.open_saved(),
            rare => return self.perform(rare),
        }
        self.refresh()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_second_part_carries_out_waits_for_it_and_a_kill_does_not() {
        let kill = Command::Kill { consumer: "audit-1".into() };
        let wipe = Command::WipeBroker { broker: "broker-1".into() };
        let waits = |action| is_for_later(&Msg::Act(action));
        assert!(!waits(Action::Do(kill.clone())));
        assert!(waits(Action::Do(wipe.clone())));
        assert!(waits(Action::DoAll(vec![kill, wipe])));
    }
}
