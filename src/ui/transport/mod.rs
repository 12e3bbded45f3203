//! The bottom of the page: play, pace and the line of time.

mod labels;
mod scale;
mod speed;
mod timeline;

pub use speed::{SpeedControl, pace};
pub use timeline::TimelineStrip;

use std::rc::Rc;

use yew::prelude::*;

use super::action::{Action, use_dispatch};
use super::icon::{Drawing, Icon};
use crate::kernel::Time;
use crate::session::{LagSeries, Mark, Speed};

/// What the time line shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The furthest moment that the run has reached.
    pub end: Time,
    pub marks: Vec<Mark>,
    pub lag: Vec<LagSeries>,
}

#[derive(Clone, PartialEq, Properties)]
pub struct TransportProps {
    pub now: Time,
    pub is_playing: bool,
    pub speed: Speed,
    pub line: Rc<Line>,
}

#[component]
pub fn Transport(props: &TransportProps) -> Html {
    html! {
        <footer class="transport" aria-label="Transport" role="region">
            <div class="controls">
                <div class="row">
                    <PlayButtons is_playing={props.is_playing} />
                    <output class="now" aria-label="Time of the run" aria-live="off">{ props.now.to_string() }</output>
                </div>
                <SpeedControl speed={props.speed} />
            </div>
            <TimelineStrip now={props.now} line={props.line.clone()} />
        </footer>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PlayButtonsProps {
    is_playing: bool,
}

#[component]
fn PlayButtons(props: &PlayButtonsProps) -> Html {
    let (name, drawing) = if props.is_playing { ("Pause", Drawing::Pause) } else { ("Play", Drawing::Play) };
    html! {
        <>
            <ActionButton name="Step back" title="Back to before the last event (,)" action={Action::StepBack} drawing={Drawing::StepBack} />
            <ActionButton class="play" {name} title={format!("{name} (Space)")} action={Action::TogglePlay} {drawing} />
            <ActionButton name="Step" title="On to the next event (.)" action={Action::Step} drawing={Drawing::Step} />
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ActionButtonProps {
    #[prop_or("btn btn-quiet btn-square")]
    class: &'static str,
    name: &'static str,
    title: AttrValue,
    action: Action,
    drawing: Drawing,
}

#[component]
fn ActionButton(props: &ActionButtonProps) -> Html {
    let dispatch = use_dispatch();
    let action = props.action.clone();
    html! {
        <button
            class={props.class} type="button" aria-label={props.name} title={props.title.clone()}
            onclick={move |_| dispatch.emit(action.clone())}
        >
            <Icon drawing={props.drawing} />
        </button>
    }
}
