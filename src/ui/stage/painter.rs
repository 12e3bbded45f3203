//! Copies the scene's picture onto the canvas, once a frame.
//!
//! Shapes of one look are gathered into one path, because filling is dear and adding to a path is cheap. Colours are
//! read from the style sheet once for every theme. Nothing is measured.

mod brush;
mod colors;
mod export;
mod figures;
mod lanes;
mod packets;
mod wires;

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};
use yew::Callback;

use super::canvas::SharedScene;
use crate::engine::command::Command;
use crate::model::Name;
use crate::scenario::link;
use crate::scene::camera::Camera;
use crate::scene::geometry::Point;
use crate::scene::gesture::keys;
use crate::scene::pick::{Hit, pick};
use crate::scene::place::{Snap, place};
use crate::scene::{Motion, Picture};
use crate::view::stage::Place;
pub use export::palette;
pub use figures::paint as paint_figures;

use crate::ui::number::decimal;
use brush::Brush;
use colors::Colors;

/// The stage's brush. The app keeps it and calls [`Painter::paint`] for every frame.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// The cards over the canvas: moved by the same camera.
    layer: HtmlElement,
    scene: SharedScene,
    colors: Colors,
    /// What the layer was last moved by.
    placed: Option<Camera>,
    last_ms: Option<f64>,
    on_slide: Callback<()>,
}

/// Where something dragged from the palette would land.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropTarget {
    pub place: Place,
    /// The card under the pointer.
    pub over: Option<Name>,
}

impl Painter {
    /// `on_slide` is called when lanes move beneath the cards while time stands still: while it runs, the cards are
    /// brought up to date often enough.
    pub fn new(
        canvas: HtmlCanvasElement,
        context: CanvasRenderingContext2d,
        layer: HtmlElement,
        scene: SharedScene,
        on_slide: Callback<()>,
    ) -> Self {
        Painter { canvas, context, layer, scene, colors: Colors::default(), placed: None, last_ms: None, on_slide }
    }

    /// Paints the frame at `wall_ms` of the wall clock; returns at once if nothing has changed since the last one.
    pub fn paint(&mut self, motion: &dyn Motion, wall_ms: f64) {
        let dt_ms = wall_ms - self.last_ms.replace(wall_ms).unwrap_or(wall_ms);
        let shared = self.scene.clone();
        let mut scene = shared.0.borrow_mut();
        if self.colors.refresh() {
            scene.touch();
        }
        let (camera, screen) = (scene.camera, scene.screen);
        let Some(picture) = scene.picture(motion, dt_ms.clamp(0.0, 100.0)) else { return };
        if screen.x < 1.0 || screen.y < 1.0 {
            return;
        }
        self.place_layer(camera);
        self.clear(camera, screen);
        self.draw(picture, camera.zoom);
        if scene.is_sliding() && scene.view().now == motion.now() {
            self.on_slide.emit(());
        }
    }

    fn draw(&self, picture: &Picture, zoom: f64) {
        let brush = Brush::new(&self.context, &self.colors, zoom);
        brush.wires(&picture.wires);
        brush.panels(&picture.panels);
        brush.lanes(picture);
        brush.proposal(picture.proposal.as_ref());
        brush.packets(&picture.packets);
        brush.marquee(picture.marquee.as_ref());
    }

    /// Gives the canvas as many pixels as the screen has there, and an empty picture under the camera.
    fn clear(&self, camera: Camera, screen: Point) {
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let (width, height) = ((screen.x * ratio).round() as u32, (screen.y * ratio).round() as u32);
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let context = &self.context;
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        let scale = camera.zoom * ratio;
        let _ = context.set_transform(scale, 0.0, 0.0, scale, camera.offset.x * ratio, camera.offset.y * ratio);
    }

    /// Moves the cards to where the camera has them, and the grid of dots with them.
    fn place_layer(&mut self, camera: Camera) {
        if self.placed == Some(camera) {
            return;
        }
        self.placed = Some(camera);
        let Camera { offset, zoom } = camera;
        let (x, y) = (decimal(offset.x, 2), decimal(offset.y, 2));
        let transform = format!("translate({x}px,{y}px) scale({})", decimal(zoom, 4));
        let _ = self.layer.style().set_property("transform", &transform);
        let Some(stage) = self.layer.parent_element() else { return };
        // Dots that would come closer than half their distance are drawn twice as far apart.
        let dots = if zoom < 0.5 { 48.0 } else { 24.0 } * zoom;
        let style = format!("--dots:{}px;--dots-x:{x}px;--dots-y:{y}px", decimal(dots, 2));
        let _ = stage.set_attribute("style", &style);
    }

    /// What is looked at, for links; `None` while everything is in sight, which every screen does its own way.
    pub fn camera(&self) -> Option<link::Camera> {
        let scene = self.scene.0.borrow();
        let mut everything = scene.camera;
        everything.fit(scene.layout().bounds()?, scene.screen);
        let is_moved =
            scene.camera.offset.distance(everything.offset) > 1.0 || scene.camera.percent() != everything.percent();
        let middle = scene.camera.to_stage(scene.screen * 0.5);
        let camera = link::Camera { x: middle.x as i32, y: middle.y as i32, percent: scene.camera.percent() };
        is_moved.then_some(camera)
    }

    /// What Delete removes while the focus is on this part or on none.
    pub fn removals(&self, focused: Option<&Name>) -> Vec<Command> {
        let scene = self.scene.0.borrow();
        keys::removals(&scene, &keys::meant(&scene, focused))
    }

    /// Where something let go at this point of the viewport would land; `None` outside the stage.
    pub fn drop_target(&self, client_x: i32, client_y: i32) -> Option<DropTarget> {
        let bounds = self.canvas.get_bounding_client_rect();
        let at = Point::new(f64::from(client_x) - bounds.left(), f64::from(client_y) - bounds.top());
        let scene = self.scene.0.borrow();
        if at.x < 0.0 || at.y < 0.0 || at.x > bounds.width() || at.y > bounds.height() {
            return None;
        }
        let on_stage = scene.camera.to_stage(at);
        let over = match pick(&scene, on_stage) {
            Hit::Member(member) => scene.layout().card_of(&member).map(|card| card.id.clone()),
            Hit::Node(id) => Some(id),
            Hit::Lane(partition) | Hit::Strip(partition) => Some(partition.topic),
            Hit::Flag(flag) => Some(flag.partition.topic),
            Hit::Wire(_) | Hit::Empty => None,
        };
        Some(DropTarget { place: place(on_stage, Snap::Grid), over })
    }
}
