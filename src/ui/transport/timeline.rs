//! The line of time: what happened when, how far behind each group was, and the way back.

use std::rc::Rc;

use yew::prelude::*;

use super::curves::{Curves, TRACK_HEIGHT, TRACK_TOP, legend};
use super::glyph::Glyph;
use super::marks::Marks;
use super::scale::{Scale, tick_text};
use super::{Line, Stretch};
use crate::kernel::Time;
use crate::scenario::Bookmark;
use crate::session::SeekProgress;
use crate::ui::action::{Action, Dispatch, sends, use_dispatch};
use crate::ui::browser::focus::value_of;
use crate::ui::browser::resize::use_width;

/// From the middle of a time beneath the line to a ribbon that does not touch it, in tenths of a pixel.
const TICK_WIDTH_TENTHS: u64 = 260;

#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    pub now: Time,
    pub line: Rc<Line>,
}

#[component]
pub fn TimelineStrip(props: &TimelineProps) -> Html {
    let (node, dispatch) = (use_node_ref(), use_dispatch());
    let TimelineProps { now, line } = props;
    let end = line.end.max(*now);
    let scale = Scale::around(end, use_width(&node, 1_000));
    html! {
        <div class="timeline" ref={node}>
            <svg role="img" aria-label="What happened so far">
                { track(scale, *now, end, &line.bookmarks) }
                <Curves lag={line.lag.clone()} published={line.published.clone()} {scale} />
                { future(scale, *now, end) }
                { stretch(line.looped, scale) }
                { strokes(line, scale) }
                { playhead(scale, *now) }
            </svg>
            { legend(&line.lag, &line.published, scale, *now) }
            <Scrubber {scale} now={*now} {end} />
            { edge("Loop begins", line.looped.from, scale, dispatch.reform(|at| Action::LoopFrom(Some(at)))) }
            { edge("Loop ends", line.looped.to, scale, dispatch.reform(|at| Action::LoopTo(Some(at)))) }
            <Marks marks={line.marks.clone()} expected={line.expected.clone()} {scale} now={*now} />
            { for line.bookmarks.iter().filter(|bookmark| bookmark.at() <= scale.end).map(|bookmark| ribbon(bookmark, scale, &dispatch)) }
            if let Some(progress) = line.seeking { { on_the_way(progress, &dispatch) } }
        </div>
    }
}

/// Every mark's very place, where clusters stand for several; few enough for every screen.
fn strokes(line: &Line, scale: Scale) -> Html {
    let mut last = None;
    let is_new = |x: &u64| last.replace(*x) != Some(*x);
    let places = line.marks.iter().map(|mark| scale.x_tenths(mark.at) / 10).filter(is_new);
    places.map(|x| stroke(x.to_string(), "mark-line")).collect()
}

/// What is played round and round.
fn stretch(looped: Stretch, scale: Scale) -> Html {
    let Some((from, to)) = looped.whole() else { return Html::default() };
    let tenths = scale.x_tenths(to).saturating_sub(scale.x_tenths(from));
    bar("track-loop", scale.x(from), format!("{}.{}", tenths / 10, tenths % 10))
}

/// A handle of the loop: a slider of which only the thumb can be seen and taken hold of.
fn edge(name: &'static str, at: Option<Time>, scale: Scale, on_move: Callback<Time>) -> Html {
    let Some(at) = at else { return Html::default() };
    let onchange = move |event: Event| {
        if let Some(at) = value_of(&event).and_then(|value| value.parse().ok()) {
            on_move.emit(Time::from_millis(at));
        }
    };
    html! {
        <input
            class="loop-edge" type="range" aria-label={name} min="0" max={scale.end.as_millis().to_string()}
            value={at.as_millis().to_string()} aria-valuetext={at.to_string()} title={format!("{name} at {at}")} {onchange}
        />
    }
}

fn ribbon(bookmark: &Bookmark, scale: Scale, dispatch: &Dispatch) -> Html {
    let (at, name) = (bookmark.at(), format!("{}, bookmark at {}", bookmark.name, bookmark.at()));
    html! {
        <button
            key={format!("bookmark-{}", at.as_micros())} class="ribbon mark-bookmark" type="button" title={name.clone()}
            aria-label={name} style={format!("left:{}px", scale.x(at))} onclick={sends(dispatch, Action::Jump(at))}
        >
            { Glyph::Bookmark.drawn() }
        </button>
    }
}

/// A long way: how far it has been gone, and giving up.
fn on_the_way(progress: SeekProgress, dispatch: &Dispatch) -> Html {
    html! {
        <div class="on-the-way" role="group" aria-label="On the way to another moment">
            <progress max="1000" value={progress.permille().to_string()} aria-label={format!("To {}", progress.to)} />
            <span class="small">{ format!("{} of {}", progress.at, progress.to) }</span>
            <button class="btn btn-small" type="button" onclick={sends(dispatch, Action::CancelSeek)}>{ "Stay here" }</button>
        </div>
    }
}

fn bar(class: &'static str, x: String, width: String) -> Html {
    html! { <rect {class} {x} y={TRACK_TOP.to_string()} {width} height={TRACK_HEIGHT.to_string()} rx="8" /> }
}

/// A line across the track.
fn stroke(x: String, class: &'static str) -> Html {
    let (top, bottom) = (TRACK_TOP.to_string(), (TRACK_TOP + TRACK_HEIGHT).to_string());
    html! { <line {class} x1={x.clone()} x2={x} y1={top} y2={bottom} /> }
}

/// What has passed, what is recorded, and what is open.
fn track(scale: Scale, now: Time, end: Time, bookmarks: &[Bookmark]) -> Html {
    // A ribbon would lie over the time.
    let is_free = |at: &Time| {
        let x = scale.x_tenths(*at);
        bookmarks.iter().all(|bookmark| scale.x_tenths(bookmark.at()).abs_diff(x) > TICK_WIDTH_TENTHS)
    };
    html! {
        <>
            { bar("track", "0".into(), scale.width.to_string()) }
            { bar("track-recorded", "0".into(), scale.x(end)) }
            { bar("track-done", "0".into(), scale.x(now)) }
            { for scale.ticks().into_iter().filter(is_free).map(|at| tick(at, scale)) }
        </>
    }
}

/// What is recorded and still to come stands back.
fn future(scale: Scale, now: Time, end: Time) -> Html {
    let tenths = scale.x_tenths(end).saturating_sub(scale.x_tenths(now));
    bar("track-future", scale.x(now), format!("{}.{}", tenths / 10, tenths % 10))
}

fn tick(at: Time, scale: Scale) -> Html {
    let x = scale.x(at);
    html! {
        <g key={at.as_micros()}>
            <line class="tick-line" x1={x.clone()} x2={x.clone()} y1="78" y2="83" />
            <text class="tick-label" {x} y="96">{ tick_text(at) }</text>
        </g>
    }
}

fn playhead(scale: Scale, now: Time) -> Html {
    let x = scale.x(now);
    html! {
        <>
            <line class="playhead" x1={x.clone()} x2={x.clone()} y1="30" y2="80" />
            <circle class="playhead-knob" cx={x} cy="30" r="5" />
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ScrubberProps {
    scale: Scale,
    now: Time,
    end: Time,
}

/// Goes back, and on again as far as the run has been.
#[component]
fn Scrubber(props: &ScrubberProps) -> Html {
    let dispatch = use_dispatch();
    let ScrubberProps { scale, now, end } = props.clone();
    let oninput = dispatch.reform(move |event: InputEvent| {
        let to = value_of(&event).and_then(|value| value.parse().ok()).map_or(end, Time::from_millis);
        Action::Scrub(to.min(end))
    });
    html! {
        <input
            class="scrubber" type="range" aria-label="Time" min="0" max={scale.end.as_millis().to_string()}
            step="1" value={now.as_millis().to_string()} aria-valuetext={format!("{now} of {end}")}
            title="Drag to go back in time" {oninput} onchange={dispatch.reform(|_| Action::EndScrub)}
        />
    }
}
