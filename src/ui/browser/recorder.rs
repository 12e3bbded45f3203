//! A moving picture of what is painted on a canvas, through the browser's own encoder.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobEvent, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement};
use web_sys::{MediaRecorder, MediaRecorderOptions};

use super::png::canvas;

/// Pictures a second at the most.
const FRAMES_PER_SECOND: f64 = 30.0;
/// Of plain figures on a plain ground.
const BITS_PER_SECOND: u32 = 4_000_000;

/// What browsers write, the preferred first, and what such a file's name ends in.
const TYPES: [(&str, &str); 4] = [
    ("video/webm;codecs=vp9", "webm"),
    ("video/webm;codecs=vp8", "webm"),
    ("video/webm", "webm"),
    // Safari.
    ("video/mp4", "mp4"),
];

/// A recording that is under way. Dropping it throws away what was recorded.
pub struct Recorder {
    recorder: MediaRecorder,
    pub context: CanvasRenderingContext2d,
    canvas: HtmlCanvasElement,
    pub extension: &'static str,
    media_type: &'static str,
    chunks: Array,
    _took: Closure<dyn FnMut(BlobEvent)>,
}

impl Recorder {
    /// Begins to record a canvas of this size; whoever owns it paints on [`Recorder::context`].
    pub fn start(width: u32, height: u32) -> Result<Recorder, String> {
        let (media_type, extension) = supported().ok_or_else(|| {
            "This browser records no video (it has no MediaRecorder). PNG and SVG work everywhere.".to_string()
        })?;
        let complaint = |_: JsValue| "The browser refuses to record the stage.".to_string();
        let (canvas, context) = canvas(width, height).map_err(complaint)?;
        let stream = canvas.capture_stream_with_frame_request_rate(FRAMES_PER_SECOND).map_err(complaint)?;
        let options = MediaRecorderOptions::new();
        options.set_mime_type(media_type);
        options.set_video_bits_per_second(BITS_PER_SECOND);
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options).map_err(complaint)?;
        let chunks = Array::new();
        let kept = chunks.clone();
        let took = Closure::<dyn FnMut(BlobEvent)>::new(move |event: BlobEvent| {
            if let Some(chunk) = event.data() {
                kept.push(&chunk);
            }
        });
        recorder.set_ondataavailable(Some(took.as_ref().unchecked_ref()));
        recorder.start_with_time_slice(1_000).map_err(complaint)?;
        Ok(Recorder { recorder, context, canvas, extension, media_type, chunks, _took: took })
    }

    pub fn size(&self) -> (f64, f64) {
        (f64::from(self.canvas.width()), f64::from(self.canvas.height()))
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.chunks.iter().filter_map(|chunk| Some(chunk.dyn_into::<Blob>().ok()?.size() as u64)).sum()
    }

    /// Ends the recording and hands over the file.
    pub fn finish(self, done: impl FnOnce(Blob) + 'static) {
        let recorder = self.recorder.clone();
        let ended = Closure::once_into_js(move || {
            let options = BlobPropertyBag::new();
            options.set_type(self.media_type.split(';').next().unwrap_or_default());
            if let Ok(file) = Blob::new_with_blob_sequence_and_options(&self.chunks, &options) {
                done(file);
            }
        });
        recorder.set_onstop(Some(ended.unchecked_ref()));
        let _ = recorder.stop();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if self.recorder.state() != web_sys::RecordingState::Inactive {
            self.recorder.set_ondataavailable(None);
            let _ = self.recorder.stop();
        }
    }
}

fn supported() -> Option<(&'static str, &'static str)> {
    let window = web_sys::window()?;
    let is_there = js_sys::Reflect::has(&window, &"MediaRecorder".into()).unwrap_or(false);
    let is_supported = |(media_type, _): &(&str, &str)| is_there && MediaRecorder::is_type_supported(media_type);
    TYPES.into_iter().find(is_supported)
}
