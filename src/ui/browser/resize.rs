//! The width of an element, kept up to date.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Stops observing when it is dropped.
struct Observing {
    observer: ResizeObserver,
    _called: Closure<dyn FnMut()>,
}

impl Drop for Observing {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn observe(element: Element, changed: impl Fn(u32) + 'static) -> Option<Observing> {
    let measured = element.clone();
    let called = Closure::<dyn FnMut()>::new(move || changed(measured.client_width().max(1) as u32));
    let observer = ResizeObserver::new(called.as_ref().unchecked_ref()).ok()?;
    observer.observe(&element);
    Some(Observing { observer, _called: called })
}

/// The width of the node in CSS pixels; `before` until it is known.
#[hook]
pub fn use_width(node: &NodeRef, before: u32) -> u32 {
    let width = use_state_eq(|| before);
    let setter = width.setter();
    use_effect_with(node.clone(), move |node| {
        let observing = node.cast::<Element>().and_then(|element| observe(element, move |width| setter.set(width)));
        move || drop(observing)
    });
    *width
}
