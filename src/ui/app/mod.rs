//! The root: owns the session, and is the only one to change it.
//!
//! Everything that happens arrives here as a message: an animation frame, or an [`Action`] of a component. A frame
//! advances the run and paints the canvas; it renders nothing unless a tenth of a second has passed and something
//! changed. Forms and the console need to know at once whether a command was refused, which yew's messages, being
//! asynchronous, cannot tell them; they come in through [`App::ask`], the only other door.

mod adding;
mod apart;
mod asking;
mod comparing;
mod exporting;
mod frame;
mod importing;
mod keeping;
mod later;
mod linking;
mod perform;
mod resetting;
mod show;
mod travelling;
mod typing;

use std::cell::RefCell;

use gloo::events::EventListener;
use yew::prelude::*;

pub use self::adding::replay as replay_commands;
use self::asking::Asking;
use self::comparing::Comparison;
use self::exporting::{Exported, Exporting};
use self::importing::Taken;
use self::keeping::Keeping;
use self::later::Later;
pub use self::linking::Access;
use self::linking::Linked;
use self::resetting::Reset;
use self::show::Panels;
pub use self::show::{Look, line};
use self::typing::Drawer;
use super::action::{Action, Browse, CameraOrder, Desk, Dialog, Dispatch, HintSight, InspectorTab, Messages};
use super::announcer::Announcer;
use super::browser::file::{self, FileDrag, Source};
use super::browser::{address, crash, frames::Frames, keys, offline, storage, tabs, theme, window};
use super::header::Choice;
use super::hints::Hints;
use super::later::News;
use super::palette::PartDrop;
use super::shortcuts::{KeyPress, Keyboard};
use super::stage::Painter;
use super::terminal::Keys;
use super::theme::Theme;
use super::toasts::Toasts;
use super::transport::Stretch;
use crate::engine::command::Command;
use crate::kernel::Time;
use crate::model::Name;
use crate::model::refusal::Refusal;
use crate::scenario::link::Link;
use crate::scenario::{Scenario, opening};
use crate::session::{BranchId, Session};

pub struct App {
    /// In a cell, because a question is answered between two messages; see [`App::ask`].
    session: RefCell<Session>,
    scenario: Choice,
    /// Empty until the reader of documents has been fetched.
    catalog: Vec<Choice>,
    /// Whether the run goes on once the scrubber is let go of.
    resumes: bool,
    /// The question that is open, or was answered last.
    asking: Option<Asking>,
    /// Two runs side by side.
    comparison: Option<Comparison>,
    /// Where to go next when a journey is over.
    then: Option<Time>,
    /// What to say when a journey through time is over.
    arriving: Option<String>,
    /// The run that was shown when a command was last given.
    branch: BranchId,
    /// What is played round and round, with one end or both.
    stretch: Stretch,
    /// What the panels show: the session as it was at the last refresh.
    panels: Panels,
    frames: Frames,
    painter: Option<Painter>,
    keyboard: RefCell<Keyboard>,

    selected: Option<Name>,
    tab: InspectorTab,
    browse: Browse,
    dialog: Option<Dialog>,
    /// A file that was dropped on the page, for the dialog.
    file: Option<Source>,
    is_file_over: bool,
    messages: Messages,
    theme: Theme,
    linked: Linked,
    camera: Option<CameraOrder>,
    reset: Option<Reset>,
    /// In a cell, because the page has to keep what there is when it is closed, between two messages.
    keeping: RefCell<Keeping>,
    exporting: Exporting,
    /// What waits for the part of the page that is fetched later.
    later: Later,
    /// A newer version of the page waits.
    has_update: bool,
    toasts: Toasts,
    /// In a cell, because a key is answered between two messages.
    drawer: RefCell<Drawer>,
    announcer: Announcer,
    announced: AttrValue,
    /// The card that would take what is dragged.
    highlight: Option<Name>,
    hints: Hints,
    hint_sight: Option<HintSight>,

    callbacks: Callbacks,
    /// Dropping them would stop listening.
    _listeners: Vec<EventListener>,
}

pub enum Msg {
    Frame(f64),
    Act(Action),
    /// A part of the palette is dragged, or no longer.
    Dragged(Option<PartDrop>),
    /// A part of the palette was let go of.
    Dropped(PartDrop),
    /// A command was given and granted by another way than an action; how one would have typed it.
    Granted(Command, Vec<Option<String>>),
    /// Something was typed into the terminal; the commands that came of it are granted.
    Operated(Vec<Command>),
    /// Another run was opened by the console.
    Opened(Box<Link>),
    /// A link was put into the address.
    Followed(String),
    /// Something about the session changed behind the panels' back.
    Changed,
    /// An export has come a step further.
    Exported(Exported),
    /// A newer version of the page is ready.
    Update,
    /// Which tabs of the playground are open, this one included.
    Tabs(Vec<String>),
    /// A file is dragged over the page, or dropped on it.
    File(FileDrag),
    /// What was dropped, pasted or picked has come a step further.
    Taken(Taken),
    /// Of the part of the page that is fetched later.
    Later(News),
    PainterReady(Box<Painter>),
    HintAt(Option<HintSight>),
    SystemThemeChanged,
}

/// Made once, so that properties which hold them stay equal.
struct Callbacks {
    dispatch: Dispatch,
    desk: Desk,
    /// Keys in the field of the terminal.
    keys: Keys,
    on_drag: Callback<Option<PartDrop>>,
    on_drop: Callback<PartDrop>,
    on_painter: Callback<Painter>,
    on_hint: Callback<Option<HintSight>>,
    /// The page's address with the run in it, as it is at this moment.
    address: Callback<(), Option<AttrValue>>,
}

impl Callbacks {
    fn new(link: &html::Scope<App>) -> Self {
        let (asked, explained, addressed) = (link.clone(), link.clone(), link.clone());
        let desk = Desk {
            ask: Callback::from(move |command| App::ask(&asked, command)),
            explain: Callback::from(move |command: Command| later::command_line_of(&explained, &command)),
        };
        let typed = link.clone();
        Callbacks {
            keys: Callback::from(move |keyed| App::key_in(&typed, keyed)),
            dispatch: link.callback(Msg::Act),
            desk,
            on_drag: link.callback(Msg::Dragged),
            on_drop: link.callback(Msg::Dropped),
            on_painter: link.callback(|painter| Msg::PainterReady(Box::new(painter))),
            on_hint: link.callback(Msg::HintAt),
            address: Callback::from(move |()| later::address(&addressed)),
        }
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let (scenario, session) = opening();
        crash::keep(scenario.clone());
        let theme = storage::read("headwater.theme").and_then(|id| Theme::from_id(&id)).unwrap_or_default();
        theme::apply(theme);
        let mut app = App {
            panels: Panels::of(&session, None, Default::default(), Stretch::default(), &Default::default()),
            session: RefCell::new(session),
            scenario: show::choice(&scenario),
            catalog: Vec::new(),
            resumes: false,
            asking: None,
            comparison: None,
            then: None,
            arriving: None,
            branch: BranchId(0),
            stretch: Stretch::default(),
            frames: Frames::default(),
            painter: None,
            keyboard: RefCell::default(),
            selected: None,
            tab: InspectorTab::default(),
            browse: Browse::default(),
            dialog: None,
            file: None,
            is_file_over: false,
            messages: Messages::default(),
            theme,
            linked: Linked::of_address(),
            camera: None,
            reset: None,
            keeping: RefCell::new(Keeping::new(&scenario)),
            exporting: Exporting::default(),
            later: Later::default(),
            has_update: false,
            toasts: Toasts::default(),
            drawer: RefCell::default(),
            announcer: Announcer::default(),
            announced: AttrValue::default(),
            hints: storage::read("headwater.hints").and_then(|id| Hints::from_id(&id)).unwrap_or_default(),
            highlight: None,
            hint_sight: None,
            callbacks: Callbacks::new(ctx.link()),
            _listeners: listeners(ctx.link()),
        };
        app.request_frame(ctx);
        ctx.link().send_future(async { Msg::Tabs(tabs::open().await) });
        app.follow_address(ctx);
        app.begin_later(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Frame(timestamp_ms) => self.frame(ctx, timestamp_ms),
            Msg::Later(news) => self.hear_of_later(ctx, news),
            msg if later::is_for_later(&msg) => self.update_later(ctx, msg),
            Msg::Act(action) => self.perform(action),
            Msg::Dragged(part) => self.dragged(part),
            Msg::Dropped(part) => self.dropped(part),
            Msg::Granted(command, lines) => self.granted(&command, lines),
            Msg::Operated(commands) => self.operated(&commands),
            Msg::Changed => {
                self.keeping.get_mut().changed();
                self.refresh()
            }
            Msg::Update => !std::mem::replace(&mut self.has_update, true),
            Msg::File(drag) => {
                self.is_file_over = drag == FileDrag::Over;
                true
            }
            Msg::PainterReady(painter) => {
                self.painter = Some(*painter);
                false
            }
            Msg::HintAt(sight) => {
                let is_new = self.hint_sight != sight;
                self.hint_sight = sight;
                is_new
            }
            Msg::SystemThemeChanged => {
                theme::apply(self.theme);
                false
            }
            _ => false,
        }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        self.page()
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.settle_focus();
    }
}

impl App {
    /// Gives a command to the session and says at once whether it was refused. The page catches up with the next message.
    pub fn ask(link: &html::Scope<App>, command: Command) -> Result<(), Refusal> {
        let app = link.get_component().ok_or_else(|| Refusal::new("page", "is busy; try again"))?;
        if app.linked.access == Access::ReadOnly {
            return Err(linking::read_only());
        }
        let mut session = app.session.borrow_mut();
        let lines = typing::beforehand(std::slice::from_ref(&command), session.world());
        session.dispatch(command.clone())?;
        link.send_message(Msg::Granted(command, lines));
        Ok(())
    }

    /// Opens another run for the console, at once.
    pub fn open(link: &html::Scope<App>, opened: Link) -> Result<(), Refusal> {
        let session = linking::session(&opened)?;
        if let Some(app) = link.get_component() {
            app.keep_before_leaving();
        }
        App::with_session(link, |open| *open = session).ok_or_else(|| Refusal::new("page", "is busy; try again"))?;
        link.send_message(Msg::Opened(Box::new(opened)));
        Ok(())
    }

    /// Lets the console at the session; nothing while the page itself is at it.
    pub fn with_session<T>(link: &html::Scope<App>, act: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let app = link.get_component()?;
        let mut session = app.session.try_borrow_mut().ok()?;
        Some(act(&mut session))
    }

    /// Shows what the console did.
    pub fn catch_up(link: &html::Scope<App>) {
        link.send_message(Msg::Changed);
    }

    fn key(&self, press: &KeyPress) -> Option<Action> {
        let selected = self.panels.selected_part(press.part.as_ref().or(self.selected.as_ref()));
        self.keyboard.borrow_mut().action(press, selected.as_ref())
    }
}

fn opening() -> (Scenario, Session) {
    let scenario = opening::orders();
    let session = Session::open(&scenario).expect("every scenario of the catalogue opens; a test tries them");
    (scenario, session)
}

fn listeners(link: &html::Scope<App>) -> Vec<EventListener> {
    let keyed = link.clone();
    let pressed = move |press: KeyPress| {
        let action = keyed.get_component().and_then(|app| app.key(&press));
        let is_used = action.is_some();
        if let Some(action) = action {
            keyed.send_message(Msg::Act(action));
        }
        is_used
    };
    let left = link.clone();
    let leaving = move || {
        if let Some(app) = left.get_component() {
            app.keep_before_leaving();
        }
    };
    let system_theme = link.clone();
    let dragged = link.clone();
    let pasted = link.clone();
    let updated = link.clone();
    let followed = link.clone();
    let fetched = link.clone();
    let mut listeners = keys::listen(pressed);
    listeners.extend(crate::ui::later::listen(move |news| fetched.send_message(Msg::Later(news))));
    listeners.extend(address::watch(move |link| followed.send_message(Msg::Followed(link))));
    listeners.extend(file::listen(move |drag| dragged.send_message(Msg::File(drag))));
    listeners.extend(window::on_leave(leaving));
    listeners.extend(file::listen_for_paste(move |source| pasted.send_message(Msg::Act(Action::Take(source)))));
    listeners.extend(offline::on_update(move || updated.send_message(Msg::Update)));
    listeners.extend(theme::watch(move || system_theme.send_message(Msg::SystemThemeChanged)));
    listeners
}
