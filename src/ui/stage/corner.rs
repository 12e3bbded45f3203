//! What stands in the stage's corners, and what an empty stage says.

use std::rc::Rc;

use yew::prelude::*;

use crate::scene::picture::grouped;
use crate::ui::action::{Action, CameraMove, use_dispatch};
use crate::view::stage::StageView;

#[derive(Clone, PartialEq, Properties)]
pub struct CountersProps {
    pub view: Rc<StageView>,
}

#[component]
pub fn Counters(props: &CountersProps) -> Html {
    let StageView { published, processed, duplicates, lost, .. } = *props.view;
    let chip = |count: u64, what: &str, title: &'static str, class: Option<&'static str>| {
        let class = class.filter(|_| count > 0);
        html! { <span class={classes!("chip", class)} {title}>{ format!("{} {what}", grouped(count)) }</span> }
    };
    html! {
        <div class="counters floating" role="group" aria-label="Counters">
            { chip(published, "published", "Records created by all producers", None) }
            { chip(processed, "processed", "Records processed, over all groups", None) }
            { chip(lost, "lost", "Acknowledged, and then gone from every replica", Some("bad")) }
            { chip(duplicates, "twice", "Processed by the same group before", Some("warn")) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ZoomProps {
    pub percent: u32,
}

#[component]
pub fn ZoomCluster(props: &ZoomProps) -> Html {
    let dispatch = use_dispatch();
    let button = |name: &'static str, shortcut: &str, label: Html, order: CameraMove| {
        let onclick = dispatch.reform(move |_| Action::Camera(order));
        html! { <button class="zoom-button" aria-label={name} title={format!("{name} ({shortcut})")} {onclick}>{ label }</button> }
    };
    html! {
        <div class="zoom floating" role="group" aria-label="Zoom">
            { button("Zoom out", "Ctrl −", html! { "−" }, CameraMove::ZoomOut) }
            { button("Zoom to 100 %", "Ctrl 0", html! { format!("{} %", props.percent) }, CameraMove::Reset) }
            { button("Zoom in", "Ctrl +", html! { "+" }, CameraMove::ZoomIn) }
            { button("Fit everything", "Shift 1", html! { "Fit" }, CameraMove::FitAll) }
        </div>
    }
}

/// What an empty stage says.
#[component]
pub fn Nothing() -> Html {
    html! {
        <div class="nothing">
            <p class="nothing-title">{ "An empty stage" }</p>
            <p>{ "Drag a Producer, a Topic and a Consumer group here, then draw a wire from one to the next: \
                from the small circles at their edges." }</p>
            <p class="faint">{ "Or click them in the palette, or open an example above." }</p>
        </div>
    }
}
