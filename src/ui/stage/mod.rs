//! The stage: a canvas with everything that moves, and over it the parts' cards under the same camera.
//!
//! [`Stage`] turns the browser's events into presses, moves and keys, hands them to the scene's gestures, and sends what
//! comes of them up as actions. It renders when the view changes or a hand does something, never for a frame; the
//! [`Painter`] that it hands up once paints the frames.

mod canvas;
pub mod cards;
mod corner;
mod events;
mod keystrokes;
mod menu;
mod painter;
mod popover;
mod respond;
mod show;

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use web_sys::{Element, MouseEvent, PointerEvent, WheelEvent};
use yew::prelude::*;

use crate::engine::command::Command;
use crate::model::{Name, TopicPartition};
use crate::scene::Fit;
use crate::scene::geometry::Point;
use crate::scene::gesture::Hand;
use crate::scene::layout::{Layout, NodeKind};
use crate::scene::picture::{Flight, Messages};
use crate::ui::action::{Action, CameraMove, CameraOrder, Dispatch, HintSight, HintSpot, PartKind};
use crate::view::stage::{Place, StageView};
use canvas::SharedScene;
use cards::Cards;
use cards::title::Rename;
use menu::Menu;
pub use painter::{DropTarget, Painter, paint_figures, palette};

#[derive(Clone, PartialEq, Properties)]
pub struct StageProps {
    pub view: Rc<StageView>,
    pub selected: Option<Name>,
    pub show_messages: bool,
    /// Obeyed once, when its serial number is new.
    #[prop_or_default]
    pub camera: Option<CameraOrder>,
    /// The card that would take what is being dragged from the palette.
    #[prop_or_default]
    pub highlight: Option<Name>,
    /// Called once, when the canvas is there.
    pub on_painter: Callback<Painter>,
    /// The command line that does the same on a real cluster.
    pub command_line: Callback<Command, Option<String>>,
    #[prop_or_default]
    pub hint: Option<HintSpot>,
    /// Where the hint's spot is now.
    #[prop_or_default]
    pub on_hint: Callback<Option<HintSight>>,
}

/// A part added by click or key stands here: beside the others, covering none.
pub fn free_place(view: &StageView, kind: PartKind) -> Place {
    let kind = match kind {
        PartKind::Producer => NodeKind::Producer,
        PartKind::Topic => NodeKind::Topic,
        PartKind::Group | PartKind::Consumer => NodeKind::Group,
        PartKind::Broker => NodeKind::Broker,
    };
    crate::scene::place::free_place(&Layout::of(view, &Default::default()), kind)
}

pub struct Stage {
    root: NodeRef,
    layer: NodeRef,
    scene: SharedScene,
    hand: Hand,
    cards: Cards,
    dispatch: Dispatch,
    renaming: Option<Name>,
    menu: Option<Menu>,
    /// Where the pointer is on the screen, for what floats beside it.
    pointer: Point,
    /// Space is down: the pan tool.
    space: bool,
    long_press: Option<Timeout>,
    /// Runs while something is dragged near an edge.
    drifting: Option<Interval>,
    /// Nothing was fitted yet: the first size with something to show is.
    fitted: bool,
    hint_sight: Option<HintSight>,
    /// Where the stage's corner is in the viewport: measured when its size changes, because measuring is dear.
    corner: Point,
    /// The hint that the camera has gone to, on a narrow screen.
    followed_hint: Option<HintSpot>,
    listeners: Vec<EventListener>,
    /// What a link wants to have looked at, once there is a screen.
    first_look: Option<CameraMove>,
}

pub enum Msg {
    Down(PointerEvent),
    Move(PointerEvent),
    Up(PointerEvent),
    Lost(PointerEvent),
    LongPress,
    Drift,
    Wheel(WheelEvent),
    Menu(MouseEvent),
    DoubleClick(MouseEvent),
    /// A lane shows its newest records again.
    Follow(TopicPartition),
    CloseMenu,
    /// From the menu: begin a wire at a part.
    Wire(Name),
    Key(KeyboardEvent),
    /// Esc, while there is something to put back.
    Escape,
    /// The focus comes to something.
    Focus(FocusEvent),
    /// The focus goes elsewhere.
    Blur,
    Space(bool),
    Rename(Rename),
    Resized,
    /// Lanes have moved while time stands still.
    Slid,
    Send(Action),
}

impl Component for Stage {
    type Message = Msg;
    type Properties = StageProps;

    fn create(ctx: &Context<Self>) -> Self {
        let scene = SharedScene::default();
        let props = ctx.props();
        {
            let mut scene = scene.0.borrow_mut();
            scene.show(&props.view);
            scene.messages = messages(props.show_messages);
            scene.flight = if events::wants_less_motion() { Flight::Fading } else { Flight::Flying };
            scene.selection.extend(props.selected.clone());
        }
        // Without an app around it (the stage alone in a test) an action goes nowhere.
        let dispatch = ctx.link().context::<Dispatch>(Callback::noop()).map_or_else(Callback::noop, |(it, _)| it);
        Stage {
            root: NodeRef::default(),
            layer: NodeRef::default(),
            scene,
            hand: Hand::default(),
            cards: Cards::of(&props.view),
            dispatch,
            renaming: None,
            menu: None,
            pointer: Point::default(),
            space: false,
            long_press: None,
            drifting: None,
            fitted: false,
            hint_sight: None,
            corner: Point::default(),
            followed_hint: None,
            listeners: Vec::new(),
            first_look: props.camera.map(|camera| camera.order),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &StageProps) -> bool {
        let props = ctx.props();
        let mut scene = self.scene.0.borrow_mut();
        if !Rc::ptr_eq(&props.view, &old.view) {
            self.cards = Cards::of(&props.view);
            // Nothing in common with what was there: another scenario.
            self.fitted &= scene.shares_parts_with(&props.view);
        }
        scene.show(&props.view);
        scene.messages = messages(props.show_messages);
        scene.touch();
        // The selection may hold more than the app knows of; another part selected elsewhere replaces it.
        let is_known = props.selected.as_ref().is_none_or(|part| scene.selection.contains(part));
        if props.selected != old.selected && !(is_known && props.selected.is_some()) {
            scene.selection = props.selected.iter().cloned().collect();
        }
        drop(scene);
        let order = props.camera.filter(|order| old.camera.is_none_or(|old| old.serial != order.serial));
        // What was dropped onto an empty stage stays beneath the pointer.
        self.fitted |= order.is_some_and(|order| order.order == CameraMove::Stay);
        self.fit_first();
        if let Some(order) = order {
            self.move_camera(order.order);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        self.respond(ctx, msg)
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.show(ctx)
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if first_render && let Some(root) = self.root.cast::<Element>() {
            self.listeners = events::listen(&root, ctx.link());
            self.corner = events::corner(&root);
            self.fit_first();
        }
        self.report_hint(ctx);
    }
}

fn messages(show: bool) -> Messages {
    if show { Messages::Shown } else { Messages::Hidden }
}

impl Stage {
    /// Fits everything, once there is a canvas and something to show.
    fn fit_first(&mut self) {
        let mut scene = self.scene.0.borrow_mut();
        if !self.fitted && scene.screen.x > 0.0 && scene.layout().bounds().is_some() {
            scene.fit(Fit::First);
            self.fitted = true;
            drop(scene);
            if let Some(look) = self.first_look.take() {
                self.move_camera(look);
            }
        }
    }
}
