//! From messages to gestures, and from their effects to actions.

use gloo::timers::callback::{Interval, Timeout};
use web_sys::{Element, MouseEvent, PointerEvent, WheelEvent};
use yew::prelude::*;

use super::cards::title::Rename;
use super::menu::Menu;
use super::{Msg, Stage, events};
use crate::model::Name;
use crate::scene::Fit;
use crate::scene::geometry::Point;
use crate::scene::gesture::{Effect, Holding, Modifiers};
use crate::scene::lane::PITCH;
use crate::scene::pick::{FlagId, Hit, pick};
use crate::ui::action::{Action, Browse, BrowseFrom, CameraMove, InspectorTab};
use crate::ui::later;

/// A finger that rests this long opens the menu.
const LONG_PRESS_MS: u32 = 550;
/// How often the camera moves while something is dragged near an edge.
const DRIFT_MS: u32 = 16;
/// So much turning of the wheel doubles the zoom, about; pinches come as small turns.
const WHEEL_ZOOM: f64 = 240.0;

impl Stage {
    /// Whether something has to be rendered anew. What only the canvas shows does not.
    pub fn respond(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let Some(root) = self.root.cast::<Element>() else { return false };
        match msg {
            Msg::Down(event) => self.down(ctx, &root, &event),
            Msg::Move(event) => self.moved(ctx, &root, &event),
            Msg::Up(event) => self.up(&root, &event),
            Msg::Lost(_) => self.cancel(),
            Msg::LongPress => self.long_pressed(),
            Msg::Drift => self.drift(),
            Msg::DoubleClick(event) => self.double_click(&root, &event),
            Msg::Follow(partition) => {
                self.scene.0.borrow_mut().with_window(&partition, |window, _| window.follow());
                true
            }
            Msg::Wheel(event) => self.wheel(&root, &event),
            Msg::Menu(event) => self.open_menu(&root, &event),
            Msg::CloseMenu => self.menu.take().is_some(),
            Msg::Wire(from) => self.begin_wire(&root, from),
            Msg::Key(event) => self.key(&event),
            Msg::Escape => self.escape(),
            Msg::Focus(event) => self.follow_focus(&event),
            Msg::Blur => self.put_flag_back(),
            Msg::Space(is_down) => std::mem::replace(&mut self.space, is_down) != is_down,
            Msg::Rename(step) => self.rename(step),
            Msg::Resized => {
                self.corner = events::corner(&root);
                self.fit_first();
                if self.hand.is_idle() {
                    self.scene.0.borrow_mut().fit_again();
                }
                true
            }
            // Flags' handles belong where the flags are painted.
            Msg::Slid => true,
            Msg::Send(action) => {
                self.menu = None;
                self.dispatch.emit(action);
                true
            }
        }
    }

    fn down(&mut self, ctx: &Context<Self>, root: &Element, event: &PointerEvent) -> bool {
        let closed = self.menu.take_if(|_| events::target(event).is_some_and(|at| !Menu::holds(&at))).is_some();
        let Some(press) = events::press(root, event, self.space) else { return closed };
        self.pointer = press.at;
        self.hand.press(&mut self.scene.0.borrow_mut(), press);
        let is_touch = event.pointer_type() == "touch";
        let link = ctx.link().clone();
        self.long_press = is_touch.then(|| Timeout::new(LONG_PRESS_MS, move || link.send_message(Msg::LongPress)));
        true
    }

    fn moved(&mut self, ctx: &Context<Self>, root: &Element, event: &PointerEvent) -> bool {
        let at = events::at(root, event);
        let was = self.hand.holding();
        let keys = events::modifiers(event, self.space);
        let effects = self.hand.moved(&mut self.scene.0.borrow_mut(), event.pointer_id(), at, keys);
        self.pointer = at;
        if self.hand.is_idle() {
            return self.hover(at);
        }
        if !self.hand.is_pressing() {
            self.long_press = None;
            // Only now: a captured pointer's clicks no longer reach what they are on.
            events::capture(root, event);
        }
        self.perform(effects);
        let drifts = self.hand.is_drifting(&self.scene.0.borrow());
        if drifts != self.drifting.is_some() {
            let link = ctx.link().clone();
            self.drifting = drifts.then(|| Interval::new(DRIFT_MS, move || link.send_message(Msg::Drift)));
        }
        // The canvas shows a moving camera by itself; cards, wires and flags in hand show in the page as well.
        was != self.hand.holding() || self.hand.holding() != Holding::Stage
    }

    fn drift(&mut self) -> bool {
        let keys = Modifiers { space: self.space, ..Default::default() };
        self.hand.drift(&mut self.scene.0.borrow_mut(), keys);
        true
    }

    /// A double click on a cell opens its record.
    fn double_click(&mut self, root: &Element, event: &MouseEvent) -> bool {
        let scene = self.scene.0.borrow();
        let at = scene.camera.to_stage(events::at(root, event));
        let Hit::Lane(partition) = pick(&scene, at) else { return false };
        // A cell begins half a cell after the gap before it.
        let Some(offset) = scene.offset_at(&partition, at - Point::new(PITCH / 2.0, 0.0)) else { return false };
        drop(scene);
        let browse = Browse { partition: partition.partition, from: BrowseFrom::Offset(offset) };
        self.dispatch.emit(Action::OpenInspector(partition.topic, InspectorTab::Records));
        self.dispatch.emit(Action::Browse(browse));
        false
    }

    /// Wires stand out beneath the pointer.
    fn hover(&mut self, at: Point) -> bool {
        let mut scene = self.scene.0.borrow_mut();
        let on_stage = scene.camera.to_stage(at);
        let wire = match pick(&scene, on_stage) {
            Hit::Wire(wire) => Some(wire),
            _ => None,
        };
        let changed = scene.hovered_wire != wire;
        if changed {
            scene.hovered_wire = wire;
            scene.touch();
        }
        changed
    }

    fn up(&mut self, root: &Element, event: &PointerEvent) -> bool {
        (self.long_press, self.drifting) = (None, None);
        let effects = self.hand.release(&mut self.scene.0.borrow_mut(), event.pointer_id(), events::at(root, event));
        self.perform(effects);
        true
    }

    pub fn cancel(&mut self) -> bool {
        (self.long_press, self.drifting) = (None, None);
        self.hand.cancel(&mut self.scene.0.borrow_mut())
    }

    fn long_pressed(&mut self) -> bool {
        if !self.hand.is_pressing() {
            return false;
        }
        self.cancel();
        let hit = self.pick();
        self.menu = Some(Menu { at: self.pointer, hit });
        later::want();
        true
    }

    fn pick(&self) -> Hit {
        let scene = self.scene.0.borrow();
        pick(&scene, scene.camera.to_stage(self.pointer))
    }

    fn wheel(&mut self, root: &Element, event: &WheelEvent) -> bool {
        let (at, turned) = (events::at(root, event), events::turned(event));
        let mut scene = self.scene.0.borrow_mut();
        if event.ctrl_key() || event.meta_key() {
            // 2^x for small x, without an exponential: exact enough, and the same both ways.
            let half = (turned.y / WHEEL_ZOOM).clamp(-0.8, 0.8) / 2.0;
            scene.camera.zoom_by((1.0 - half) / (1.0 + half), at);
            scene.touch();
            return true;
        }
        let on_stage = scene.camera.to_stage(at);
        if event.shift_key()
            && let Hit::Lane(partition) | Hit::Flag(FlagId { partition, .. }) = pick(&scene, on_stage)
        {
            let cells = (turned.x + turned.y) / (scene.camera.zoom * PITCH);
            scene.with_window(&partition, |window, lane| window.pan(cells, lane));
            return true;
        }
        let by = if event.shift_key() && turned.x == 0.0 { turned.transposed() } else { turned };
        scene.camera.pan(by * -1.0);
        scene.touch();
        self.menu.take().is_some()
    }

    fn open_menu(&mut self, root: &Element, event: &MouseEvent) -> bool {
        event.prevent_default();
        self.cancel();
        self.pointer = events::at(root, event);
        let picked = self.pick();
        // By the keyboard the menu opens for what has the focus, wherever the event claims to be.
        let focused = events::target(event).and_then(|target| events::part_of(&target));
        let hit = match focused {
            Some(part) if picked.part() != Some(&part) && !matches!(picked, Hit::Flag(_)) => Hit::Node(part),
            _ => picked,
        };
        if let Some(part) = hit.part() {
            self.dispatch.emit(Action::Select(Some(part.clone())));
        }
        self.menu = Some(Menu { at: self.pointer, hit });
        later::want();
        true
    }

    fn begin_wire(&mut self, root: &Element, from: Name) -> bool {
        self.menu = None;
        self.hand.begin_wire(&mut self.scene.0.borrow_mut(), from);
        events::focus(root);
        true
    }

    pub fn rename(&mut self, step: Rename) -> bool {
        self.renaming = match step {
            Rename::Begin(part) => Some(part),
            Rename::End => None,
        };
        self.menu = None;
        true
    }

    /// What the keyboard comes to is brought into view: the browser cannot scroll what the camera moves.
    fn follow_focus(&mut self, event: &FocusEvent) -> bool {
        let (Some(target), Some(layer)) = (events::target(event), self.layer.cast::<Element>()) else { return false };
        let mut scene = self.scene.0.borrow_mut();
        let rect = events::keyed_to(&layer, &target, scene.camera.zoom).filter(|_| self.hand.is_idle());
        if let Some(rect) = rect {
            scene.reveal(rect);
        }
        rect.is_some()
    }

    pub fn move_camera(&mut self, order: CameraMove) {
        let mut scene = self.scene.0.borrow_mut();
        let screen = scene.screen;
        match order {
            CameraMove::ZoomIn => scene.camera.zoom_in(screen),
            CameraMove::ZoomOut => scene.camera.zoom_out(screen),
            CameraMove::Reset => scene.camera.reset(screen),
            CameraMove::FitAll => scene.fit(Fit::All),
            CameraMove::FitFirst => scene.fit(Fit::First),
            CameraMove::FitSelection => scene.fit(Fit::Selection),
            CameraMove::RevealSelection => scene.reveal_selection(),
            CameraMove::Stay => {}
            CameraMove::Show(seen) => {
                let point = Point::new(f64::from(seen.x), f64::from(seen.y));
                scene.camera.show(point, f64::from(seen.percent) / 100.0, screen);
            }
        }
        scene.touch();
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Select(part) => self.dispatch.emit(Action::Select(part)),
                Effect::Do(mut commands) if commands.len() == 1 => self.dispatch.emit(Action::Do(commands.remove(0))),
                Effect::Do(commands) => self.dispatch.emit(Action::DoAll(commands)),
                Effect::Say(text) => self.dispatch.emit(Action::Announce(text)),
            }
        }
    }
}
