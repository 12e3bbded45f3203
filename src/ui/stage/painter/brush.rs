//! The canvas's context with what every kind of shape needs: colours, zoom, and a memory of what was set last, because
//! every colour or font that is set crosses into JavaScript as text and is parsed there.

use std::cell::Cell;

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

use super::colors::Colors;
use crate::scene::geometry::Rect;

/// Below this zoom text, marks and round corners cannot be seen.
const COARSE_BELOW: f64 = 0.45;

const TEXT: &str = "ui-sans-serif, system-ui, 'Segoe UI', sans-serif";
const CODE: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

pub struct Brush<'a> {
    pub context: &'a CanvasRenderingContext2d,
    pub colors: &'a Colors,
    pub zoom: f64,
    fill: Cell<Option<&'a str>>,
    stroke: Cell<Option<&'a str>>,
    font: Cell<Option<Font>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// Offsets.
    Code,
    Partition,
    /// What is wrong.
    Alarm,
    /// On cells and packets.
    Tiny,
    Minute,
    /// Protocol messages.
    Message,
}

impl Font {
    fn css(self) -> String {
        let (style, family) = match self {
            Font::Code => ("10px", CODE),
            Font::Partition => ("600 12px", TEXT),
            Font::Alarm => ("600 11px", TEXT),
            Font::Tiny => ("700 8.5px", TEXT),
            Font::Minute => ("700 6px", TEXT),
            Font::Message => ("9.5px", TEXT),
        };
        format!("{style} {family}")
    }
}

impl<'a> Brush<'a> {
    pub fn new(context: &'a CanvasRenderingContext2d, colors: &'a Colors, zoom: f64) -> Self {
        let nothing = (Cell::default(), Cell::default(), Cell::default());
        Brush { context, colors, zoom, fill: nothing.0, stroke: nothing.1, font: nothing.2 }
    }

    pub fn is_coarse(&self) -> bool {
        self.zoom < COARSE_BELOW
    }

    pub fn fill_with(&self, color: &'a str) {
        if self.fill.replace(Some(color)) != Some(color) {
            self.context.set_fill_style_str(color);
        }
    }

    pub fn stroke_with(&self, color: &'a str) {
        if self.stroke.replace(Some(color)) != Some(color) {
            self.context.set_stroke_style_str(color);
        }
    }

    pub fn write_with(&self, font: Font) {
        if self.font.replace(Some(font)) != Some(font) {
            self.context.set_font(&font.css());
        }
    }

    /// What `draw` sets up, a clip above all, is gone afterwards.
    pub fn apart(&self, draw: impl FnOnce()) {
        self.context.save();
        let before = (self.fill.get(), self.stroke.get(), self.font.get());
        draw();
        self.context.restore();
        self.fill.set(before.0);
        self.stroke.set(before.1);
        self.font.set(before.2);
    }

    pub fn dash(&self, pattern: &[f64]) {
        let pattern: Array = pattern.iter().map(|&length| JsValue::from_f64(length)).collect();
        let _ = self.context.set_line_dash(&pattern);
    }

    /// Adds a rectangle to the path; its corners are round where one can see them.
    pub fn round(&self, rect: &Rect, radius: f64) {
        if self.is_coarse() && radius < 8.0 {
            self.context.rect(rect.x, rect.y, rect.w, rect.h);
        } else {
            let _ = self.context.round_rect_with_f64(rect.x, rect.y, rect.w, rect.h, radius);
        }
    }
}
