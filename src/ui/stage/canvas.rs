//! The canvas beneath the cards. Its properties never change, so Yew leaves it alone; the frame loop paints it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::painter::Painter;
use crate::scene::Scene;
use crate::scene::geometry::Point;

/// The scene as its owners share it: the component that changes it and the painter that shows it.
#[derive(Clone, Default)]
pub struct SharedScene(pub Rc<RefCell<Scene>>);

impl PartialEq for SharedScene {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub scene: SharedScene,
    /// The layer of the cards, which shares the camera.
    pub layer: NodeRef,
    pub on_painter: Callback<Painter>,
    /// The canvas has another size.
    pub on_resize: Callback<()>,
    /// See [`Painter::new`].
    pub on_slide: Callback<()>,
}

pub struct Canvas {
    node: NodeRef,
    observer: Option<Observer>,
}

impl Component for Canvas {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Canvas { node: NodeRef::default(), observer: None }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! { <canvas class="stage-canvas" aria-hidden="true" ref={&self.node}></canvas> }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if !first_render {
            return;
        }
        let Some(canvas) = self.node.cast::<HtmlCanvasElement>() else { return };
        let props = ctx.props();
        measure(&canvas, &props.scene);
        self.observer = Observer::new(&canvas, props.scene.clone(), props.on_resize.clone());
        let (Some(context), Some(layer)) = (context(&canvas), props.layer.cast::<HtmlElement>()) else { return };
        props.on_painter.emit(Painter::new(canvas, context, layer, props.scene.clone(), props.on_slide.clone()));
    }
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

fn measure(canvas: &HtmlCanvasElement, scene: &SharedScene) {
    let size = Point::new(f64::from(canvas.client_width()), f64::from(canvas.client_height()));
    scene.0.borrow_mut().resize(size);
}

/// Tells the scene the canvas's size whenever it changes; until it is dropped.
struct Observer {
    observer: ResizeObserver,
    _called: Closure<dyn FnMut()>,
}

impl Observer {
    fn new(canvas: &HtmlCanvasElement, scene: SharedScene, on_resize: Callback<()>) -> Option<Self> {
        let measured = canvas.clone();
        let called = Closure::<dyn FnMut()>::new(move || {
            measure(&measured, &scene);
            on_resize.emit(());
        });
        let observer = ResizeObserver::new(called.as_ref().unchecked_ref()).ok()?;
        observer.observe(canvas);
        Some(Observer { observer, _called: called })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
