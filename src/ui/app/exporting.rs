//! Taking things out of the page: the document, pictures still and moving, the run as a table.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::{App, Msg};
use crate::engine::Progress;
use crate::scenario::ROWS_MAX;
use crate::scene::drawing::{Drawing, Palette, svg};
use crate::session::export::{DocumentExport, MetricsExport};
use crate::ui::action::{Dialog, Export};
use crate::ui::browser::recorder::Recorder;
use crate::ui::browser::{download, png, window};
use crate::ui::export::{RecordingView, Work};
use crate::ui::number::grouped;
use crate::ui::stage::{paint_figures, palette};
use crate::ui::toasts::Tone;

/// Pixels of a picture for one of the page's.
const SCALE: f64 = 2.0;
/// Some 10 ms of work; then the page may draw a frame.
const BUDGET: u64 = 10_000;
/// A moving picture's longer side.
const VIDEO_SIDE: f64 = 1_280.0;
/// From one of its frames to the next.
const FRAME_MS: f64 = 1_000.0 / 30.0;
/// It ends by itself after this long, before it fills the machine.
const VIDEO_MS: f64 = 300_000.0;

/// The moving picture that is being recorded.
pub struct Video {
    recorder: Recorder,
    palette: Palette,
    began_ms: f64,
    painted_ms: f64,
}

/// What takes a while.
#[derive(Default)]
pub struct Exporting {
    pub work: Option<Work>,
    /// Set to end what is under way.
    cancelled: Rc<Cell<bool>>,
    video: Option<Video>,
}

/// How a long export goes on.
pub enum Exported {
    PerMille(u32),
    File { name: String, text: String, media_type: &'static str },
    Blob(String, Result<web_sys::Blob, String>),
    Video(String, web_sys::Blob),
    Cancelled,
}

impl Exporting {
    pub fn recording(&self, now_ms: f64) -> Option<RecordingView> {
        let video = self.video.as_ref()?;
        Some(RecordingView { seconds: ((now_ms - video.began_ms) / 1_000.0) as u32, bytes: video.recorder.bytes() })
    }

    pub fn is_recording(&self) -> bool {
        self.video.is_some()
    }

    pub fn cancel(&mut self) {
        self.cancelled.set(true);
        *self = Exporting { video: self.video.take(), ..Exporting::default() };
    }
}

impl App {
    pub fn export(&mut self, ctx: &Context<Self>, export: Export) {
        match export {
            Export::Show => {
                self.file = None;
                self.dialog = Some(Dialog::Export);
            }
            Export::Json => self.export_json(ctx),
            Export::Svg => self.export_svg(),
            Export::Png => self.export_png(ctx),
            Export::Csv => self.export_csv(ctx),
            Export::Record => self.start_recording(),
            Export::Finish => self.finish_recording(ctx),
            Export::Discard => self.exporting.video = None,
            Export::Cancel => self.exporting.cancel(),
        }
    }

    fn hand_over(&mut self, extension: &str, text: &str, media_type: &str) {
        download::save(&self.file_name(extension), text, media_type);
        self.dialog = None;
    }

    /// After what the scenario is called, with nothing in it that a file system minds.
    fn file_name(&self, extension: &str) -> String {
        let words = self.scenario.title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        let name = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
        let name = if name.is_empty() { "headwater".to_string() } else { name };
        format!("{name}.{extension}")
    }

    fn drawing(&mut self) -> Option<(Drawing, Palette)> {
        let drawn = self.painter.as_ref().and_then(|painter| {
            let session = self.session.borrow();
            let view = Rc::new(crate::view::stage::stage(session.world()));
            Some((painter.drawing(&view, session.world()), palette()?))
        });
        if drawn.is_none() {
            self.toasts.say(Tone::Refused, "There is no stage to draw in this browser.".into());
        }
        drawn
    }

    fn svg(&mut self) -> Option<(Drawing, String)> {
        let (drawing, palette) = self.drawing()?;
        let title = format!("{} at {}", self.scenario.title, self.session.get_mut().now());
        let text = svg(&drawing, &palette, &title);
        Some((drawing, text))
    }

    fn export_svg(&mut self) {
        if let Some((_, text)) = self.svg() {
            self.hand_over("svg", &text, "image/svg+xml");
        }
    }

    fn export_png(&mut self, ctx: &Context<Self>) {
        let Some((drawing, text)) = self.svg() else { return };
        let (name, bounds) = (self.file_name("png"), drawing.bounds);
        self.exporting.work = Some(Work { what: "Drawing the picture", per_mille: None });
        ctx.link().send_future(async move {
            Msg::Exported(Exported::Blob(name, png::png(&text, bounds.w, bounds.h, SCALE).await))
        });
    }

    fn export_json(&mut self, ctx: &Context<Self>) {
        let mut export = DocumentExport::new(&self.session.get_mut().scenario());
        if export.rows() > ROWS_MAX {
            let (rows, most) = (grouped(export.rows().into()), grouped(ROWS_MAX.into()));
            let text = format!(
                "The document has all {rows} rows of what is replayed, but no more than {most} can be opened again here. \
                 Keep the file that they came from."
            );
            self.toasts.say(Tone::Note, text);
        }
        let name = self.file_name("json");
        self.exporting.cancel();
        self.exporting.work = Some(Work { what: "Writing the scenario", per_mille: Some(0) });
        let (link, cancelled) = (ctx.link().clone(), self.exporting.cancelled.clone());
        ctx.link().send_future(async move {
            let pieces = download::Pieces::default();
            while let Some(piece) = export.next_piece() {
                pieces.push(&piece);
                if cancelled.get() {
                    return Msg::Exported(Exported::Cancelled);
                }
                link.send_message(Msg::Exported(Exported::PerMille(export.per_mille())));
                window::pause().await;
            }
            Msg::Exported(Exported::Blob(name, pieces.file("application/json")))
        });
    }

    fn export_csv(&mut self, ctx: &Context<Self>) {
        let session = self.session.get_mut();
        let mut export = match MetricsExport::new(&session.scenario(), session.end()) {
            Ok(export) => export,
            Err(refusal) => return self.refused(&refusal),
        };
        let name = self.file_name("csv");
        self.exporting.cancel();
        self.exporting.work = Some(Work { what: "Playing the run again, to measure it", per_mille: Some(0) });
        let (link, cancelled) = (ctx.link().clone(), self.exporting.cancelled.clone());
        ctx.link().send_future(async move {
            while export.go_on(BUDGET) == Progress::OutOfBudget {
                if cancelled.get() {
                    return Msg::Exported(Exported::Cancelled);
                }
                link.send_message(Msg::Exported(Exported::PerMille(export.per_mille())));
                window::pause().await;
            }
            if cancelled.get() {
                return Msg::Exported(Exported::Cancelled);
            }
            Msg::Exported(Exported::File { name, text: export.csv(), media_type: "text/csv" })
        });
    }

    pub fn exported(&mut self, exported: Exported) -> bool {
        match exported {
            Exported::PerMille(done) => {
                let work = self.exporting.work.as_mut();
                let Some(work) = work.filter(|work| work.per_mille.is_some()) else { return false };
                return work.per_mille.replace(done) != Some(done);
            }
            Exported::Cancelled => return false,
            Exported::File { name, text, media_type } => download::save(&name, &text, media_type),
            Exported::Blob(name, Ok(file)) => download::save_blob(&name, &file),
            Exported::Blob(_, Err(problem)) => self.toasts.say(Tone::Refused, problem),
            Exported::Video(name, file) => {
                download::save_blob(&name, &file);
                return true;
            }
        }
        self.exporting.work = None;
        self.dialog = self.dialog.take().filter(|dialog| *dialog != Dialog::Export);
        true
    }

    fn start_recording(&mut self) {
        let Some((drawing, palette)) = self.drawing() else { return };
        let (w, h) = (drawing.bounds.w, drawing.bounds.h);
        let scale = VIDEO_SIDE / w.max(h);
        // Encoders want even sides.
        let even = |side: f64| ((side * scale / 2.0).round() as u32 * 2).max(2);
        match Recorder::start(even(w), even(h)) {
            Ok(recorder) => {
                let now_ms = window::now().as_micros() as f64 / 1_000.0;
                self.exporting.video = Some(Video { recorder, palette, began_ms: now_ms, painted_ms: 0.0 });
                self.dialog = None;
            }
            Err(problem) => self.toasts.say(Tone::Refused, problem),
        }
    }

    fn finish_recording(&mut self, ctx: &Context<Self>) {
        let Some(video) = self.exporting.video.take() else { return };
        let name = self.file_name(video.recorder.extension);
        let link = ctx.link().clone();
        video.recorder.finish(move |file| link.send_message(Msg::Exported(Exported::Video(name, file))));
    }

    /// Called with every frame: paints one for the moving picture, if it is time for one.
    pub fn record_frame(&mut self, ctx: &Context<Self>) {
        let Some(video) = &mut self.exporting.video else { return };
        let now_ms = window::now().as_micros() as f64 / 1_000.0;
        if now_ms - video.began_ms > VIDEO_MS {
            return self.finish_recording(ctx);
        }
        if now_ms - video.painted_ms < FRAME_MS - 4.0 {
            return;
        }
        video.painted_ms = now_ms;
        let Some(painter) = &self.painter else { return };
        let session = self.session.get_mut();
        let drawing = painter.drawing(&self.panels.view, session.world());
        paint_figures(&video.recorder.context, video.recorder.size(), &drawing, &video.palette);
    }
}
