//! Replay a file: choose it, say how to read it, read it, publish what it gave.

mod choose;
mod report;
mod settings;
mod settings_form;

use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use self::choose::ChooseFile;
use self::report::{Report, Skipped};
use self::settings::Settings;
use self::settings_form::SettingsForm;
use super::DialogFrame;
use crate::engine::command::Command;
use crate::model::Name;
use crate::model::workload::Rows;
use crate::session::import::{Extent, Import, Imported, MAX_FILE_BYTES, Progress, Sniffed, sniff};
use crate::ui::action::{Action, Desk, Dispatch};
use crate::ui::app::replay_commands;
use crate::ui::browser::file::Source;
use crate::ui::number::grouped;
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct ReplayDialogProps {
    /// The producer to replay through, if one was chosen already.
    pub producer: Option<Name>,
    pub view: Rc<StageView>,
    /// A file that was dropped on the page.
    pub file: Option<Source>,
}

/// How much of the file a look at it takes.
const HEAD_BYTES: u64 = 64 * 1_024;
/// Read at once: some 4 ms of parsing, so that a frame stays a frame.
const CHUNK_BYTES: u64 = 256 * 1_024;

/// How far the person has come.
enum Stage {
    Choosing,
    Settling(Source, Sniffed),
    Reading(Source, Sniffed, Box<Import>),
    Done(Arc<Rows>, Rc<Skipped>),
}

pub struct ReplayDialog {
    stage: Stage,
    settings: Settings,
    /// What went wrong last.
    problem: Option<String>,
    /// Of the reading that goes on. What an abandoned one still delivers is of another number.
    reading: u32,
}

pub enum Msg {
    Chosen(Source),
    Sniffed(Source, Vec<u8>),
    Settings(Settings),
    Read,
    Chunk(u32, Vec<u8>),
    Failed(String),
    Cancel,
    Again,
    Publish,
}

impl Component for ReplayDialog {
    type Message = Msg;
    type Properties = ReplayDialogProps;

    fn create(ctx: &Context<Self>) -> Self {
        if let Some(source) = ctx.props().file.clone() {
            ctx.link().send_message(Msg::Chosen(source));
        }
        let target = ctx.props().producer.clone().or_else(|| first_connected(&ctx.props().view));
        let settings = Settings { target, ..Settings::default() };
        ReplayDialog { stage: Stage::Choosing, settings, problem: None, reading: 0 }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Chosen(source) => self.look_at(ctx, source),
            Msg::Sniffed(source, head) => self.sniffed(source, &head),
            Msg::Settings(settings) => self.settings = settings,
            Msg::Read => self.start_reading(ctx),
            Msg::Chunk(reading, chunk) if reading == self.reading => self.take(ctx, &chunk),
            Msg::Chunk(..) => return false,
            Msg::Failed(problem) => self.fail(problem),
            Msg::Cancel => self.stop(None),
            Msg::Again => *self = ReplayDialog { reading: self.reading, ..<Self as Component>::create(ctx) },
            Msg::Publish => self.publish(ctx),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let stage = match &self.stage {
            Stage::Choosing => html! { <ChooseFile on_choose={link.callback(Msg::Chosen)} /> },
            Stage::Settling(source, sniffed) => html! {
                <SettingsForm
                    name={source.name.clone()} bytes={source.bytes} sniffed={sniffed.clone()} settings={self.settings.clone()}
                    view={ctx.props().view.clone()} on_settings={link.callback(Msg::Settings)}
                    on_read={link.callback(|()| Msg::Read)} on_again={link.callback(|()| Msg::Again)}
                />
            },
            Stage::Reading(source, _, import) => self.progress(ctx, source, import.progress()),
            Stage::Done(rows, skipped) => html! {
                <Report rows={rows.len()} skipped={skipped.clone()} on_publish={link.callback(|()| Msg::Publish)} on_again={link.callback(|()| Msg::Again)} />
            },
        };
        html! {
            <DialogFrame title="Replay a file">
                if let Some(problem) = &self.problem { <p class="problem" role="alert">{ problem }</p> }
                { stage }
            </DialogFrame>
        }
    }
}

fn first_connected(view: &StageView) -> Option<Name> {
    view.producers.iter().find(|producer| producer.topic.is_some()).map(|producer| producer.id.clone())
}

impl ReplayDialog {
    fn look_at(&mut self, ctx: &Context<Self>, source: Source) {
        self.problem = None;
        if source.bytes > MAX_FILE_BYTES {
            return self.fail(format!("{} has {} bytes; the most is 50 MB", source.name, grouped(source.bytes)));
        }
        ctx.link().send_future(async move {
            match source.read(0, HEAD_BYTES).await {
                Ok(head) => Msg::Sniffed(source, head),
                Err(problem) => Msg::Failed(problem),
            }
        });
    }

    fn sniffed(&mut self, source: Source, head: &[u8]) {
        let extent = if source.bytes <= HEAD_BYTES { Extent::Whole } else { Extent::Beginning };
        let sniffed = sniff(&source.name, head, extent);
        self.settings = self.settings.clone().guess(&sniffed);
        self.stage = Stage::Settling(source, sniffed);
    }

    fn start_reading(&mut self, ctx: &Context<Self>) {
        let Stage::Settling(source, sniffed) = &self.stage else { return };
        let import = Box::new(Import::new(self.settings.reading(sniffed)));
        self.problem = None;
        self.reading += 1;
        self.stage = Stage::Reading(source.clone(), sniffed.clone(), import);
        self.read_on(ctx);
    }

    fn read_on(&self, ctx: &Context<Self>) {
        let Stage::Reading(source, _, import) = &self.stage else { return };
        let (source, from, reading) = (source.clone(), import.progress().bytes, self.reading);
        ctx.link().send_future(async move {
            match source.read(from, CHUNK_BYTES).await {
                Ok(chunk) => Msg::Chunk(reading, chunk),
                Err(problem) => Msg::Failed(problem),
            }
        });
    }

    fn take(&mut self, ctx: &Context<Self>, chunk: &[u8]) {
        let Stage::Reading(source, _, import) = &mut self.stage else { return };
        if let Err(stop) = import.feed(chunk) {
            return self.stop(Some(stop.to_string()));
        }
        if !chunk.is_empty() && import.progress().bytes < source.bytes {
            return self.read_on(ctx);
        }
        let Stage::Reading(source, sniffed, import) = std::mem::replace(&mut self.stage, Stage::Choosing) else {
            return;
        };
        match import.finish() {
            Ok(Imported { rows, bad_lines, bad_line_count }) => {
                let skipped = Skipped { first: bad_lines, count: bad_line_count };
                self.stage = Stage::Done(Arc::new(rows), Rc::new(skipped));
            }
            Err(stop) => {
                self.stage = Stage::Settling(source, sniffed);
                self.problem = Some(stop.to_string());
            }
        }
    }

    /// Back to how the file is to be read: what was chosen stays, and perhaps bad lines are to be skipped after all.
    fn stop(&mut self, problem: Option<String>) {
        if let Stage::Reading(source, sniffed, _) = &self.stage {
            self.stage = Stage::Settling(source.clone(), sniffed.clone());
        }
        self.problem = problem;
    }

    /// Back to the choice of a file, with the reason.
    fn fail(&mut self, problem: String) {
        self.stage = Stage::Choosing;
        self.problem = Some(problem);
    }

    fn publish(&mut self, ctx: &Context<Self>) {
        let Stage::Done(rows, _) = &self.stage else { return };
        let rows = rows.clone();
        let Some((desk, _)) = ctx.link().context::<Desk>(Callback::noop()) else { return };
        let Some((dispatch, _)) = ctx.link().context::<Dispatch>(Callback::noop()) else { return };
        let asked = self.settings.pace().and_then(|pace| {
            let replay = |producer| Command::Replay { producer, rows, pace };
            let commands = replay_commands(self.settings.target.as_ref(), &ctx.props().view, replay);
            commands.into_iter().try_for_each(|command| desk.ask.emit(command))
        });
        match asked {
            Ok(()) => dispatch.emit(Action::CloseDialog),
            Err(refusal) => self.problem = Some(refusal.to_string()),
        }
    }

    fn progress(&self, ctx: &Context<Self>, source: &Source, progress: Progress) -> Html {
        let Progress { bytes, rows, bad_lines } = progress;
        html! {
            <div class="stack">
                <label for="import-progress">{ format!("Reading {}", source.name) }</label>
                <progress id="import-progress" max={source.bytes.to_string()} value={bytes.to_string()} />
                <p class="muted" role="status">
                    { format!("{} rows read, {} bad lines skipped", grouped(u64::from(rows)), grouped(bad_lines)) }
                </p>
                <div><button class="btn" type="button" onclick={ctx.link().callback(|_| Msg::Cancel)}>{ "Cancel" }</button></div>
            </div>
        }
    }
}
