//! What is dropped on the page, pasted or picked: scenarios and links are opened, records are replayed, and where it is not
//! plain which of the two it is, the person says.

use yew::prelude::*;

use super::{App, Msg, show};
use crate::kernel::Time;
use crate::scenario::link::link_in;
use crate::session::Session;
use crate::session::import::{Contents, Extent, MAX_DOCUMENT_BYTES, contents, read_document};
use crate::ui::action::{Action, Dialog};
use crate::ui::browser::file::Source;
use crate::ui::header::Choice;
use crate::ui::number::grouped;
use crate::ui::toasts::Tone;

/// How much of a file is looked at to tell what it is.
const HEAD_BYTES: u64 = 64 * 1_024;

/// How far what was handed over has come.
pub enum Taken {
    /// Its beginning has been looked at.
    Looked(Source, Contents),
    /// All of a document has been read.
    Read(Source, Vec<u8>),
    /// All of a link, and what stands around it.
    Link(String),
    Failed(String),
}

impl App {
    pub fn take(&mut self, ctx: &Context<Self>, source: Source) {
        ctx.link().send_future(async move {
            let extent = if source.bytes <= HEAD_BYTES { Extent::Whole } else { Extent::Beginning };
            Msg::Taken(match source.read(0, HEAD_BYTES).await {
                Ok(head) => {
                    let contents = contents(&source.name, &head, extent);
                    Taken::Looked(source, contents)
                }
                Err(problem) => Taken::Failed(problem),
            })
        });
    }

    pub fn taken(&mut self, ctx: &Context<Self>, taken: Taken) -> bool {
        match taken {
            Taken::Looked(source, contents) => self.treat_as(ctx, source, contents),
            Taken::Read(source, bytes) => self.open_document(&source, &bytes),
            Taken::Link(text) => {
                self.follow(&link_in(&text).unwrap_or(text));
            }
            Taken::Failed(problem) => self.toasts.say(Tone::Refused, problem),
        }
        true
    }

    /// Goes on with what was handed over as what it is, or as what the person says it is.
    pub fn treat_as(&mut self, ctx: &Context<Self>, source: Source, contents: Contents) {
        match contents {
            Contents::Scenario => self.read_document(ctx, source),
            Contents::Records => self.open_with_file(Dialog::ReplayFile(None), source),
            Contents::Unclear => self.open_with_file(Dialog::WhatIsIt, source),
            Contents::Link => self.read_link(ctx, source),
            Contents::Nothing => self.toasts.say(Tone::Refused, format!("{} is empty.", source.name)),
        }
    }

    fn open_with_file(&mut self, dialog: Dialog, source: Source) {
        self.perform_later(Action::OpenDialog(dialog));
        self.file = Some(source);
    }

    fn read_document(&mut self, ctx: &Context<Self>, source: Source) {
        if source.bytes > MAX_DOCUMENT_BYTES {
            let text = format!("{} has {} bytes; the most is 64 MB.", source.name, grouped(source.bytes));
            return self.toasts.say(Tone::Refused, text);
        }
        ctx.link().send_future(async move {
            Msg::Taken(match source.read(0, source.bytes).await {
                Ok(bytes) => Taken::Read(source, bytes),
                Err(problem) => Taken::Failed(problem),
            })
        });
    }

    /// The longest link is far shorter than what is read at most.
    fn read_link(&mut self, ctx: &Context<Self>, source: Source) {
        ctx.link().send_future(async move {
            Msg::Taken(match source.read(0, 4 * HEAD_BYTES).await {
                Ok(bytes) => Taken::Link(String::from_utf8_lossy(&bytes).into_owned()),
                Err(problem) => Taken::Failed(problem),
            })
        });
    }

    fn open_document(&mut self, source: &Source, bytes: &[u8]) {
        let read = read_document(&source.name, bytes);
        let scenario = match read {
            Ok(scenario) => scenario,
            Err(unread) => return self.dialog = Some(Dialog::Unread(unread)),
        };
        let mut session = match Session::begin(&scenario) {
            Ok(session) => session,
            Err(refusal) => {
                let text = format!("{} cannot be opened: {refusal}", source.name);
                return self.toasts.say(Tone::Refused, text);
            }
        };
        // Whatever it wants to be seen at first may be days away.
        session.begin_seek(Time::from_millis(scenario.opens_at_ms));
        self.keep_before_leaving();
        *self.session.get_mut() = session;
        let mut choice = show::choice(&scenario);
        if choice.title.is_empty() {
            choice = Choice { title: source.name.clone(), ..choice };
        }
        self.dialog = None;
        self.toasts.say(Tone::Note, format!("Opened “{}” from {}.", choice.title, source.name));
        self.opened(choice);
        self.set_out(None);
    }
}
