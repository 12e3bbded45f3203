//! What is shown of exports that take a while.

use yew::prelude::*;

use super::action::{Action, Export, use_dispatch};
use super::number::grouped;

/// A long export, for its progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    pub what: &'static str,
    /// Unknown where the browser does not say.
    pub per_mille: Option<u32>,
}

/// How far a moving picture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordingView {
    pub seconds: u32,
    pub bytes: u64,
}

#[derive(Clone, PartialEq, Properties)]
pub struct RecordingBarProps {
    pub view: RecordingView,
}

/// Stays in sight while the page is recorded.
#[component]
pub fn RecordingBar(props: &RecordingBarProps) -> Html {
    let dispatch = use_dispatch();
    let RecordingView { seconds, bytes } = props.view;
    let act = |export: Export| dispatch.reform(move |_: MouseEvent| Action::Export(export));
    html! {
        <aside class="offer" aria-label="Recording">
            <span class="rec-dot" aria-hidden="true"></span>
            <p class="grow">
                <strong>{ format!("Recording {}:{:02}", seconds / 60, seconds % 60) }</strong>
                <span class="muted">{ format!(" {} KB; ends by itself after 5:00", grouped(bytes / 1_000)) }</span>
            </p>
            <button class="btn btn-small btn-primary" type="button" onclick={act(Export::Finish)}>{ "Stop and save" }</button>
            <button class="btn btn-small btn-quiet" type="button" onclick={act(Export::Discard)}>{ "Discard" }</button>
        </aside>
    }
}
