//! The terminal: lines that were typed, and lines for what was done otherwise. All but its place is fetched later.

use yew::html::{Html, Scope};
use yew::prelude::html;

use super::{Access, App, Msg, linking};
use crate::engine::World;
use crate::engine::command::Command;
use crate::session::terminal::{Signal, Terminal};
use crate::ui::browser::{focus, storage};
use crate::ui::later;
use crate::ui::terminal::{BUTTON, FIELD, Filled, Keyed, panel};
use crate::view::command_line::{command_line, otherwise};

/// Where its history is kept.
const HISTORY: &str = "headwater.terminal";

/// The terminal, and whether its drawer is open.
#[derive(Default)]
pub struct Drawer {
    /// From its first use on.
    terminal: Option<Terminal>,
    pub is_open: bool,
    /// Where the focus goes once it is there.
    focus: Option<&'static str>,
    /// Given before anybody could say how one would have typed it.
    unheard: Vec<Command>,
}

impl Drawer {
    fn terminal(&mut self) -> &mut Terminal {
        let open = || Terminal::with_history(&storage::read(HISTORY).unwrap_or_default());
        self.terminal.get_or_insert_with(open)
    }
}

impl App {
    pub fn toggle_terminal(&mut self) {
        if self.linked.is_embedded {
            return;
        }
        let drawer = self.drawer.get_mut();
        drawer.is_open = !drawer.is_open;
        drawer.focus = Some(if drawer.is_open { FIELD } else { BUTTON });
        if drawer.is_open && !later::is_here() {
            later::want();
        }
    }

    /// After a rendering: the drawer takes the focus when it opens, and gives it back when it closes.
    pub fn settle_focus(&mut self) {
        let drawer = self.drawer.get_mut();
        drawer.focus = drawer.focus.filter(|place| !focus::give(place));
    }

    /// A key in the field of the terminal, answered at once with what the field holds next.
    pub fn key_in(link: &Scope<App>, keyed: Keyed) -> Option<Filled> {
        if !later::is_here() {
            return None;
        }
        later::entrance::<fn(&Scope<App>, Keyed) -> Option<Filled>>(key_in_fetched_later)(link, keyed)
    }

    /// Commands that the terminal gave are granted already.
    pub fn operated(&mut self, commands: &[Command]) -> bool {
        commands.iter().for_each(|command| self.note(command));
        self.refresh()
    }

    /// Called with every refresh: a consumer prints what has come.
    pub fn follow_terminal(&mut self) {
        let is_following = self.drawer.get_mut().terminal.as_ref().is_some_and(Terminal::is_following);
        if is_following && later::is_here() {
            later::entrance::<fn(&mut App)>(follow_fetched_later)(self);
        }
    }

    pub fn terminal(&self) -> Html {
        if !self.drawer.borrow().is_open || self.linked.is_embedded {
            return Html::default();
        }
        if !later::is_here() {
            return html! { <section class="terminal" aria-label="Terminal"><p class="panel muted">{ "One moment…" }</p></section> };
        }
        later::entrance::<fn(&App) -> Html>(panel_fetched_later)(self)
    }

    /// Commands were carried out that nobody typed. `lines` are those of `beforehand`.
    pub fn overhear(&mut self, commands: &[Command], lines: Vec<Option<String>>) {
        if later::is_here() {
            type Overhear = fn(&mut App, &[Command], Vec<Option<String>>);
            later::entrance::<Overhear>(overhear_fetched_later)(self, commands, lines);
        } else {
            self.drawer.get_mut().unheard.extend_from_slice(commands);
        }
    }
}

/// How one would type commands that are about to be given: a line each where there is one. What is said of a part that comes
/// with the same gesture is known only afterwards.
pub fn beforehand(commands: &[Command], world: &World) -> Vec<Option<String>> {
    if !later::is_here() {
        return Vec::new();
    }
    later::entrance::<fn(&[Command], &World) -> Vec<Option<String>>>(beforehand_fetched_later)(commands, world)
}

fn beforehand_fetched_later(commands: &[Command], world: &World) -> Vec<Option<String>> {
    commands.iter().map(|command| command_line(command, world)).collect()
}

fn overhear_fetched_later(app: &mut App, commands: &[Command], lines: Vec<Option<String>>) {
    let drawer = app.drawer.get_mut();
    let world = app.session.get_mut().world();
    let unheard = std::mem::take(&mut drawer.unheard);
    let lines = std::iter::repeat_n(None, unheard.len()).chain(lines);
    for (command, line) in unheard.iter().chain(commands).zip(lines.chain(std::iter::repeat(None))) {
        let said = line.or_else(|| command_line(command, world)).or_else(|| otherwise(command));
        if let Some(said) = said {
            drawer.terminal().overhear(&said);
        }
    }
}

fn panel_fetched_later(app: &App) -> Html {
    panel(app.drawer.borrow_mut().terminal(), &app.callbacks.keys, &app.callbacks.dispatch)
}

fn follow_fetched_later(app: &mut App) {
    let lock = (app.linked.access == Access::ReadOnly).then(linking::read_only);
    let done = app.drawer.get_mut().terminal().tick(app.session.get_mut(), lock.as_ref());
    done.iter().for_each(|command| app.note(command));
}

fn key_in_fetched_later(link: &Scope<App>, keyed: Keyed) -> Option<Filled> {
    let app = link.get_component()?;
    let mut drawer = app.drawer.try_borrow_mut().ok()?;
    let mut session = app.session.try_borrow_mut().ok()?;
    let (terminal, session) = (drawer.terminal(), &mut *session);
    let lock = (app.linked.access == Access::ReadOnly).then(linking::read_only);
    let lock = lock.as_ref();
    let mut done = Vec::new();
    let line = match keyed {
        Keyed::Enter(line) => {
            done = terminal.enter(&line, session, lock);
            storage::write(HISTORY, &terminal.history.text());
            Some(String::new().into())
        }
        Keyed::Complete(line, cursor) => {
            let cursor = byte_at(&line, cursor);
            let completion = terminal.complete(&line, cursor, session.world());
            let before = completion.line.get(..completion.cursor);
            let cursor = before.map(|before| before.encode_utf16().count() as u32);
            Some(Filled { line: completion.line, cursor })
        }
        Keyed::Older(line) => terminal.history.older(&line).map(|line| line.to_owned().into()),
        Keyed::Newer => terminal.history.newer().map(|line| line.to_owned().into()),
        Keyed::Interrupt(line) => {
            done = terminal.signal(Signal::Interrupt, &line, session, lock);
            Some(String::new().into())
        }
        Keyed::EndOfInput => {
            done = terminal.signal(Signal::EndOfInput, "", session, lock);
            None
        }
        Keyed::Clear => {
            terminal.screen.clear();
            None
        }
    };
    link.send_message(Msg::Operated(done));
    line
}

/// From UTF-16 units to bytes.
fn byte_at(line: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, c) in line.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(c.len_utf16());
    }
    line.len()
}
