//! The stage as a picture that leaves the page, in the colours that it has now.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::Painter;
use crate::scene::Motion;
use crate::scene::drawing::{Drawing, Palette};
use crate::view::stage::StageView;

impl Painter {
    /// Everything on the stage, whatever the camera shows of it.
    pub fn drawing(&self, view: &Rc<StageView>, motion: &dyn Motion) -> Drawing {
        Drawing::of(&self.scene.0.borrow(), view, motion)
    }
}

/// The style sheet's colours as they are now, each in the notation that every program knows.
pub fn palette() -> Option<Palette> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let style = window.get_computed_style(&document.document_element()?).ok()??;
    let pixel: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    let context: CanvasRenderingContext2d = pixel.get_context("2d").ok()??.dyn_into().ok()?;
    let read = |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_string();
    // The browser knows best what a colour looks like: it paints a pixel with it.
    let resolve = |color: &str| {
        context.set_fill_style_str(color);
        context.fill_rect(0.0, 0.0, 1.0, 1.0);
        let data = context.get_image_data(0.0, 0.0, 1.0, 1.0).map(|data| data.data().0);
        match data.as_deref() {
            Ok([r, g, b, ..]) => format!("#{r:02x}{g:02x}{b:02x}"),
            _ => color.to_string(),
        }
    };
    Some(Palette::read(read, resolve))
}
