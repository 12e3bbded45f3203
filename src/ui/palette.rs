//! What can be added: drag a part onto the stage, or press its button.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::action::{Action, Dispatch, PartKind};
use super::icon::{Drawing, Icon};

/// A part let go of, at a point of the viewport in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartDrop {
    pub kind: PartKind,
    pub client_x: i32,
    pub client_y: i32,
}

#[derive(Clone, PartialEq, Properties)]
pub struct PaletteProps {
    /// Where a dragged part is; nothing when it is let go of.
    pub on_drag: Callback<Option<PartDrop>>,
    pub on_drop: Callback<PartDrop>,
}

/// Below this many pixels a press is a click; fingers tremble.
const DRAG_FROM: i32 = 6;

#[derive(Clone, Copy)]
struct Press {
    kind: PartKind,
    start: (i32, i32),
    pointer: (i32, i32),
    is_drag: bool,
}

impl Press {
    fn here(&self) -> PartDrop {
        PartDrop { kind: self.kind, client_x: self.pointer.0, client_y: self.pointer.1 }
    }
}

pub struct Palette {
    press: Option<Press>,
    /// A drag ends in a click of the button that captured the pointer; that one does not count.
    swallows_click: bool,
    /// While a part is held: Esc puts it back, wherever the focus is, and does nothing else.
    escape: Option<EventListener>,
}

pub enum Msg {
    Down(PartKind, PointerEvent),
    Move(PointerEvent),
    Up(PointerEvent),
    Cancel,
    Click(PartKind),
}

impl Component for Palette {
    type Message = Msg;
    type Properties = PaletteProps;

    fn create(_: &Context<Self>) -> Self {
        Palette { press: None, swallows_click: false, escape: None }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Down(kind, event) => self.start(ctx, kind, &event),
            Msg::Move(event) => self.follow(ctx, &event),
            Msg::Up(event) => self.end(ctx, &event),
            Msg::Cancel => self.cancel(ctx),
            Msg::Click(kind) => self.click(ctx, kind),
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <nav class="palette" aria-label="Parts to add">
                // Lists of their own: the ghost comes and goes without the buttons being made anew, which would end the drag.
                <>{ for PartKind::ALL.into_iter().map(|kind| part(ctx, kind)) }</>
                <>{ for self.ghost() }</>
            </nav>
        }
    }
}

impl Palette {
    fn start(&mut self, ctx: &Context<Self>, kind: PartKind, event: &PointerEvent) -> bool {
        if event.button() == 0 {
            let at = (event.client_x(), event.client_y());
            // Captured, so that moves arrive here wherever the pointer goes.
            let button: web_sys::Element = event.target_unchecked_into::<web_sys::Element>();
            let _ = button.set_pointer_capture(event.pointer_id());
            self.press = Some(Press { kind, start: at, pointer: at, is_drag: false });
            self.swallows_click = false;
            self.escape = on_escape(ctx.link().callback(|()| Msg::Cancel));
        }
        false
    }

    fn follow(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        let Some(press) = &mut self.press else { return false };
        press.pointer = (event.client_x(), event.client_y());
        let (dx, dy) = (press.pointer.0 - press.start.0, press.pointer.1 - press.start.1);
        press.is_drag |= dx.abs().max(dy.abs()) >= DRAG_FROM;
        if press.is_drag {
            ctx.props().on_drag.emit(Some(press.here()));
        }
        press.is_drag
    }

    fn end(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        self.escape = None;
        let Some(press) = self.press.take() else { return false };
        if press.is_drag {
            self.swallows_click = true;
            ctx.props().on_drag.emit(None);
            ctx.props().on_drop.emit(PartDrop {
                client_x: event.client_x(),
                client_y: event.client_y(),
                ..press.here()
            });
        }
        press.is_drag
    }

    fn cancel(&mut self, ctx: &Context<Self>) -> bool {
        ctx.props().on_drag.emit(None);
        self.escape = None;
        self.swallows_click = self.press.is_some();
        self.press.take().is_some()
    }

    fn click(&mut self, ctx: &Context<Self>, kind: PartKind) -> bool {
        let is_drag_end = std::mem::take(&mut self.swallows_click);
        let dispatch = ctx.link().context::<Dispatch>(Callback::noop());
        if let (false, Some((dispatch, _))) = (is_drag_end, dispatch) {
            dispatch.emit(Action::Add(kind, None));
        }
        false
    }

    fn ghost(&self) -> Option<Html> {
        let press = self.press.filter(|press| press.is_drag)?;
        let style = format!("transform: translate({}px, {}px)", press.pointer.0 + 10, press.pointer.1 + 6);
        Some(html! {
            <div class="ghost" {style} aria-hidden="true">
                <Icon drawing={Drawing::Part(press.kind)} />{ press.kind.name() }
            </div>
        })
    }
}

fn on_escape(cancel: Callback<()>) -> Option<EventListener> {
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let window = web_sys::window()?;
    Some(EventListener::new_with_options(&window, "keydown", options, move |event| {
        if event.unchecked_ref::<web_sys::KeyboardEvent>().key() == "Escape" {
            event.stop_propagation();
            cancel.emit(());
        }
    }))
}

fn part(ctx: &Context<Palette>, kind: PartKind) -> Html {
    let title = format!("Drag onto the stage, or press to add a {}", kind.name().to_ascii_lowercase());
    html! {
        <button
            key={kind.name()} class="part" type="button" {title}
            onpointerdown={ctx.link().callback(move |event| Msg::Down(kind, event))}
            onpointermove={ctx.link().callback(Msg::Move)}
            onpointerup={ctx.link().callback(Msg::Up)}
            onpointercancel={ctx.link().callback(|_| Msg::Cancel)}
            onclick={ctx.link().callback(move |_| Msg::Click(kind))}
        >
            <Icon drawing={Drawing::Part(kind)} />{ kind.name() }
        </button>
    }
}
