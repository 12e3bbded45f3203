//! From a link to what is on the page, and back.

use std::rc::Rc;

use yew::prelude::*;

use super::{App, Msg, show};
use crate::kernel::Time;
use crate::model::refusal::Refusal;
use crate::scenario::link::{self, Link, Panel, Unreadable};
use crate::session::Session;
use crate::ui::action::{Action, CameraMove, Dialog, InspectorTab, Messages};
use crate::ui::browser::address;
use crate::ui::later;

/// Whether the run may be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    #[default]
    Full,
    /// It came with a link that is for watching.
    ReadOnly,
}

/// What a page has to do with links.
#[derive(Default)]
pub struct Linked {
    pub access: Access,
    /// Stage and transport only, in somebody else's page.
    pub is_embedded: bool,
    /// The run as it was when the share dialog was opened.
    pub offered: Option<Rc<Link>>,
    /// The last link that was followed and could not be read.
    pub broken: Option<Rc<Unreadable>>,
    /// The address holds a link that is no longer what is on the page.
    is_stale: bool,
    /// When the address was last brought up to date.
    written_ms: f64,
}

/// Browsers take only so many changes of the address in a while.
const WRITE_EVERY_MS: f64 = 1_000.0;

impl Linked {
    pub fn of_address() -> Linked {
        Linked { is_embedded: address::options().is_embedded, ..Linked::default() }
    }
}

/// Why a read-only run refuses to be changed.
pub fn read_only() -> Refusal {
    Refusal::new("read only", "this run is here to be watched; open a copy to change it")
}

/// The run of a link at the moment that it shows, at once.
pub fn session(link: &Link) -> Result<Session, Refusal> {
    let mut session = Session::begin(&link.scenario)?;
    session.seek(moment(link))?;
    if link.is_paused {
        session.pause();
    }
    Ok(session)
}

fn moment(link: &Link) -> Time {
    link.at_us.map_or(Time::from_millis(link.scenario.opens_at_ms), Time::from_micros)
}

impl App {
    /// Opens what the address holds, if it holds a link.
    pub fn follow_address(&mut self, ctx: &Context<Self>) {
        if let Some(link) = address::link() {
            ctx.link().send_message(Msg::Followed(link));
        }
    }

    /// Opens a link, or says what is wrong with it; then what was there before stays.
    pub fn follow(&mut self, letters: &str) -> bool {
        match link::decode(letters) {
            Ok(link) => self.show_link(link),
            Err(unreadable) => self.show_broken(unreadable),
        }
        self.refresh()
    }

    fn show_broken(&mut self, unreadable: Unreadable) {
        self.session.get_mut().pause();
        self.linked.broken = Some(Rc::new(unreadable));
        self.dialog = Some(Dialog::BrokenLink);
    }

    /// What is far into a run takes several frames.
    fn show_link(&mut self, link: Link) {
        let mut session = match Session::begin(&link.scenario) {
            Ok(session) => session,
            Err(refusal) => return self.show_broken(Unreadable::refused(link, &refusal)),
        };
        session.begin_seek(moment(&link));
        if link.is_paused {
            session.pause();
        }
        // What is on the stage now is not lost by following a link.
        self.keep_before_leaving();
        *self.session.get_mut() = session;
        self.opened(show::choice(&link.scenario));
        self.arrange(&link);
        self.set_out(None);
    }

    /// After the run of a link was opened: looks at it as whoever shared it did.
    pub fn arrange(&mut self, link: &Link) {
        self.dialog = None;
        self.linked.access = if link.is_read_only { Access::ReadOnly } else { Access::Full };
        self.messages = if link.shows_messages { Messages::Shown } else { Messages::Hidden };
        if let Some(Panel { part, tab }) = &link.panel {
            self.selected = Some(part.clone());
            self.tab = InspectorTab::from_id(tab).unwrap_or_default();
        }
        if let Some(camera) = link.camera {
            self.order(CameraMove::Show(camera));
        }
    }

    /// The run at this moment, as it is looked at.
    pub fn link(&self) -> Link {
        let session = self.session.borrow();
        let panel = self.selected.as_ref().map(|part| Panel { part: part.clone(), tab: self.tab.id().to_owned() });
        Link {
            at_us: Some(session.now().as_micros()),
            is_paused: false,
            is_read_only: self.linked.access == Access::ReadOnly,
            shows_messages: self.messages == Messages::Shown,
            camera: self.painter.as_ref().and_then(|painter| painter.camera()),
            panel,
            scenario: session.scenario(),
        }
    }

    /// The page's address with the run in it.
    pub fn address(link: &html::Scope<App>) -> Result<String, Refusal> {
        let app = link.get_component().ok_or_else(|| Refusal::new("page", "is busy; try again"))?;
        Ok(address::of(&link::encode(&app.link())?, Default::default()))
    }

    pub fn share(&mut self) {
        self.linked.offered = Some(Rc::new(self.link()));
        self.dialog = Some(Dialog::Share);
    }

    /// From here on the run is one's own.
    pub fn open_copy(&mut self) {
        self.linked.access = Access::Full;
        self.linked.is_stale = true;
        self.announcer.say("This copy is yours: change what you like.".into());
    }

    /// What of a broken link could be read.
    pub fn open_saved(&mut self) {
        let saved = self.linked.broken.take().and_then(|broken| broken.saved.clone());
        if let Some(link) = saved {
            self.show_link(*link);
        }
    }

    /// Whether the run may be changed; if not, it says so and offers a copy.
    pub fn may_change(&mut self) -> bool {
        let may = self.linked.access == Access::Full;
        if !may {
            self.toasts.offer("This run is here to be watched.".into(), "Open a copy to change", Action::OpenCopy);
        }
        may
    }

    /// An address that holds a link follows what is done, so that reloading does not go back behind it.
    pub fn outdate_address(&mut self) {
        self.linked.is_stale = true;
    }

    /// Called with every frame.
    pub fn update_address(&mut self, timestamp_ms: f64) {
        if !self.linked.is_stale || timestamp_ms - self.linked.written_ms < WRITE_EVERY_MS || !later::is_here() {
            return;
        }
        self.linked.is_stale = false;
        self.linked.written_ms = timestamp_ms;
        if address::link().is_some() {
            later::entrance::<fn(&App)>(show_address_fetched_later)(self);
        }
    }
}

fn show_address_fetched_later(app: &App) {
    // A run that is too long for a link leaves no link behind that shows another.
    address::show(&link::encode(&app.link()).unwrap_or_default());
}
