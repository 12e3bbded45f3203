//! The browser's events in the scene's terms.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use yew::html::Scope;

use super::{Msg, Stage};
use crate::model::{Name, TopicPartition};
use crate::scene::geometry::{Point, Rect};
use crate::scene::gesture::{Button, Device, Grab, Modifiers, Press};
use crate::scene::pick::FlagId;
pub use crate::ui::browser::keys::part_of;

/// A wheel that reports lines or pages instead of pixels.
const LINE_PX: f64 = 16.0;
const PAGE_PX: f64 = 400.0;

/// Listeners that Yew cannot set: a wheel that may be prevented from scrolling the page, and Space and Esc wherever the
/// focus is.
pub fn listen(root: &Element, link: &Scope<Stage>) -> Vec<EventListener> {
    let active = EventListenerOptions::enable_prevent_default();
    let on_wheel = link.callback(Msg::Wheel);
    let wheel = EventListener::new_with_options(root, "wheel", active, move |event| {
        event.prevent_default();
        on_wheel.emit(event.clone().unchecked_into());
    });
    let Some(window) = web_sys::window() else { return vec![wheel] };
    let key = |name: &'static str, is_down: bool| {
        let on_space = link.callback(Msg::Space);
        EventListener::new(&window, name, move |event| {
            let event: &KeyboardEvent = event.unchecked_ref();
            if event.code() == "Space" && !event.repeat() {
                on_space.emit(is_down);
            }
        })
    };
    vec![wheel, key("keydown", true), key("keyup", false), on_escape(&window, link)]
}

/// Before anybody else hears of it: an Esc that puts something back on the stage does nothing else. Whether it does has
/// to be known at once, and messages come too late for that.
fn on_escape(window: &web_sys::Window, link: &Scope<Stage>) -> EventListener {
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let stage = link.clone();
    EventListener::new_with_options(window, "keydown", options, move |event| {
        let is_escape = event.unchecked_ref::<KeyboardEvent>().key() == "Escape";
        if is_escape && stage.get_component().is_some_and(|stage| stage.can_escape()) {
            event.prevent_default();
            event.stop_propagation();
            stage.send_message(Msg::Escape);
        }
    })
}

/// Whether the person asked their system for less motion.
#[cfg(target_arch = "wasm32")]
pub fn wants_less_motion() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok()?);
    query.is_some_and(|query| query.matches())
}

/// There is no one to ask when the stage is rendered to text.
#[cfg(not(target_arch = "wasm32"))]
pub fn wants_less_motion() -> bool {
    false
}

/// Where the stage's corner is in the viewport.
pub fn corner(root: &Element) -> Point {
    let bounds = root.get_bounding_client_rect();
    Point::new(bounds.left(), bounds.top())
}

/// Where an event is on the canvas.
pub fn at(root: &Element, event: &MouseEvent) -> Point {
    Point::new(f64::from(event.client_x()), f64::from(event.client_y())) - corner(root)
}

/// The press that begins with this event; `None` if it belongs to a control.
pub fn press(root: &Element, event: &PointerEvent, space: bool) -> Option<Press> {
    let target = target(event)?;
    let grab = match (flag_of(&target), handle_of(&target)) {
        (Some(flag), _) => Grab::Flag(flag),
        (None, Some(part)) => Grab::Handle(part),
        (None, None) if closest(&target, "button, input, a, [role=menu], .floating").is_some() => return None,
        (None, None) => Grab::Picked,
    };
    let button = match event.button() {
        1 => Button::Middle,
        2 => Button::Secondary,
        _ => Button::Primary,
    };
    let device = if event.pointer_type() == "mouse" { Device::Mouse } else { Device::Touch };
    let pointer = event.pointer_id();
    Some(Press { pointer, at: at(root, event), button, device, keys: modifiers(event, space), grab })
}

pub fn modifiers(event: &MouseEvent, space: bool) -> Modifiers {
    Modifiers { shift: event.shift_key(), alt: event.alt_key(), space }
}

pub fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// Where on the stage an element is to which the keyboard has come; `None` for what a mouse has pressed, and for what is
/// not under the camera.
pub fn keyed_to(layer: &Element, element: &Element, zoom: f64) -> Option<Rect> {
    if !layer.contains(Some(element)) || !element.matches(":focus-visible").unwrap_or(false) {
        return None;
    }
    let (origin, bounds) = (layer.get_bounding_client_rect(), element.get_bounding_client_rect());
    let (x, y) = (bounds.left() - origin.left(), bounds.top() - origin.top());
    Some(Rect::new(x / zoom, y / zoom, bounds.width() / zoom, bounds.height() / zoom))
}

/// The part whose card or row this element itself is.
pub fn is_part(element: &Element) -> Option<Name> {
    Some(element.get_attribute("data-node")?.into())
}

fn handle_of(element: &Element) -> Option<Name> {
    Some(closest(element, "[data-handle]")?.get_attribute("data-handle")?.into())
}

/// The flag whose handle this is.
pub fn flag_of(element: &Element) -> Option<FlagId> {
    let handle = closest(element, "[data-flag-group]")?;
    let read = |name: &str| handle.get_attribute(name);
    let topic = Name::from(read("data-flag-topic")?);
    let partition = read("data-flag-partition")?.parse().ok()?;
    Some(FlagId { group: read("data-flag-group")?.into(), partition: TopicPartition::new(&topic, partition) })
}

/// How far a wheel turned, in screen pixels.
pub fn turned(event: &WheelEvent) -> Point {
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => LINE_PX,
        WheelEvent::DOM_DELTA_PAGE => PAGE_PX,
        _ => 1.0,
    };
    Point::new(event.delta_x() * unit, event.delta_y() * unit)
}

/// From now on all events of this pointer come here, also from outside the stage.
pub fn capture(root: &Element, event: &PointerEvent) {
    let _ = root.set_pointer_capture(event.pointer_id());
}

/// Keys come to the stage.
pub fn focus(root: &Element) {
    if let Some(root) = root.dyn_ref::<HtmlElement>() {
        let _ = root.focus();
    }
}
