//! A timeout that burns: its name, what is left of it, and a bar.

use yew::prelude::*;

use crate::scene::words::{SHORT_PER_MILLE, per_mille, tenths};
use crate::view::stage;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// `session` or `poll`.
    pub label: &'static str,
    /// What it is called in full, for those who do not see the bar.
    pub name: AttrValue,
    pub title: &'static str,
    pub fuse: Option<stage::Fuse>,
}

#[component]
pub fn Fuse(props: &Props) -> Html {
    let Some(fuse) = &props.fuse else {
        return html! {
            <div class="fuse is-out" title={props.title}>
                <div class="fuse-text"><span>{ props.label }</span><span>{ "—" }</span></div>
                <div class="fuse-track"></div>
            </div>
        };
    };
    let left = per_mille(fuse);
    // Three decimals of the width; the style sheet's transition makes the steps between two refreshes smooth.
    let style = format!("transform:scaleX({}.{:03})", left / 1_000, left % 1_000);
    let short = (left < SHORT_PER_MILLE).then_some("is-short");
    html! {
        <div
            class={classes!("fuse", short)} title={props.title} role="meter" aria-label={props.name.clone()}
            aria-valuemin="0" aria-valuemax="1000" aria-valuenow={left.to_string()}
            aria-valuetext={format!("{} left of {}", tenths(fuse.left), fuse.of)}
        >
            <div class="fuse-text"><span>{ props.label }</span><span>{ tenths(fuse.left) }</span></div>
            <div class="fuse-track"><i {style}></i></div>
        </div>
    }
}
