//! The whole stage as one drawing: a plain list of figures and texts, for pictures that leave the page.
//!
//! On the page the canvas paints what moves and the document holds the cards. A picture has to hold both, so here they are
//! drawn together: [`Drawing::of`] lays everything out at 100 %, whatever the camera shows. [`svg()`] writes a drawing as
//! text; the page paints the same figures on a canvas for moving pictures. Colours are [`Tint`]s until then, so that the
//! style sheet stays the only place that says what they look like.
//!
//! Left out: buttons and handles, which do nothing in a picture; selection and what is being dragged.

mod cards;
mod colors;
mod lanes;
mod svg;

use std::rc::Rc;

use super::Motion;
use super::geometry::{Curve, Point, Rect};
use super::picture::Flight;
use super::stage::Scene;
use crate::view::stage::StageView;

pub use colors::{Ink, Palette, Tint};
pub use svg::svg;

/// Around everything.
const MARGIN: f64 = 28.0;
/// What an empty stage is drawn as.
const EMPTY: Rect = Rect::new(0.0, 0.0, 640.0, 360.0);

#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// What it shows of the stage.
    pub bounds: Rect,
    /// In painting order.
    pub shapes: Vec<Shape>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Figure {
        outline: Outline,
        fill: Option<Ink>,
        stroke: Option<Stroke>,
    },
    Text {
        /// On the baseline.
        at: Point,
        text: String,
        style: TextStyle,
        ink: Ink,
    },
    /// Shapes of which only what lies in these rectangles shows.
    Clipped(Vec<Rect>, Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outline {
    /// With corners of this radius.
    Rect(Rect, f64),
    Circle(Point, f64),
    Line(Vec<Point>),
    /// A closed line.
    Polygon(Vec<Point>),
    Curve(Curve),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    pub ink: Ink,
    pub width: f64,
    pub dash: Option<[f64; 2]>,
}

impl Stroke {
    pub fn new(ink: impl Into<Ink>, width: f64) -> Stroke {
        Stroke { ink: ink.into(), width, dash: None }
    }

    pub fn dashed(self, dash: [f64; 2]) -> Stroke {
        Stroke { dash: Some(dash), ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub size: f64,
    pub weight: u32,
    pub face: Face,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Text,
    Code,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Middle,
    Right,
}

impl TextStyle {
    pub const fn new(size: f64, weight: u32) -> TextStyle {
        TextStyle { size, weight, face: Face::Text, align: Align::Left }
    }

    pub const fn code(self) -> TextStyle {
        TextStyle { face: Face::Code, ..self }
    }

    pub const fn aligned(self, align: Align) -> TextStyle {
        TextStyle { align, ..self }
    }

    /// About how wide a text is: pictures are written without a browser to measure in.
    pub fn width(&self, text: &str) -> f64 {
        text.chars().count() as f64 * self.letter()
    }

    fn letter(&self) -> f64 {
        self.size * if self.weight > 500 { 0.61 } else { 0.55 }
    }

    /// As much of a text as fits into `width`, with an ellipsis if that is not all.
    pub fn cut(&self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_string();
        }
        let fitting = (width / self.letter()) as usize;
        text.chars().take(fitting.saturating_sub(1)).chain(['…']).collect()
    }
}

impl Drawing {
    /// Everything on the stage, at this moment of the run. `scene` says where lanes were panned to and which messages
    /// show; it is left as it was.
    pub fn of(scene: &Scene, view: &Rc<StageView>, motion: &dyn Motion) -> Drawing {
        let mut scene = scene.clone();
        scene.show(view);
        let bounds = scene.layout().bounds().map_or(EMPTY, |bounds| bounds.grown(MARGIN));
        scene.camera.zoom = 1.0;
        scene.camera.offset = Point::default() - Point::new(bounds.x, bounds.y);
        scene.screen = Point::new(bounds.w, bounds.h);
        scene.selection.clear();
        (scene.proposal, scene.marquee, scene.ghost) = (None, None, None);
        (scene.selected_wire, scene.hovered_wire) = (None, None);
        scene.flight = Flight::Flying;
        scene.touch();
        let mut drawing = Drawing { bounds, shapes: Vec::new() };
        let layout = scene.layout().clone();
        if let Some(picture) = scene.picture(motion, 0.0) {
            drawing.wires_and_lanes(picture);
            drawing.cards(view, &layout);
            drawing.packets(picture);
        }
        drawing
    }

    fn fill(&mut self, outline: Outline, ink: impl Into<Ink>) {
        self.shapes.push(Shape::Figure { outline, fill: Some(ink.into()), stroke: None });
    }

    fn stroke(&mut self, outline: Outline, stroke: Stroke) {
        self.shapes.push(Shape::Figure { outline, fill: None, stroke: Some(stroke) });
    }

    fn draw(&mut self, outline: Outline, ink: impl Into<Ink>, stroke: Stroke) {
        self.shapes.push(Shape::Figure { outline, fill: Some(ink.into()), stroke: Some(stroke) });
    }

    fn text(&mut self, at: Point, text: impl Into<String>, style: TextStyle, ink: impl Into<Ink>) {
        self.shapes.push(Shape::Text { at, text: text.into(), style, ink: ink.into() });
    }

    /// Draws into a list of its own, of which only what lies in `windows` shows.
    fn clipped(&mut self, windows: Vec<Rect>, draw: impl FnOnce(&mut Drawing)) {
        let mut inner = Drawing { bounds: self.bounds, shapes: Vec::new() };
        draw(&mut inner);
        self.shapes.push(Shape::Clipped(windows, inner.shapes));
    }
}

#[cfg(test)]
mod tests;
