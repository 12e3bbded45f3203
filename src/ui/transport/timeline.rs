//! The line of time: what happened when, and how far behind each group was.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Line;
use super::labels::{Label, Spot, spots};
use super::scale::{Scale, tick_text};
use crate::kernel::Time;
use crate::session::{LagSeries, Mark, MarkKind};
use crate::ui::action::{Action, use_dispatch};
use crate::ui::browser::resize::use_width;

/// Where the track lies, in pixels from the top.
const TRACK_TOP: u64 = 36;
const TRACK_HEIGHT: u64 = 38;

#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    pub now: Time,
    pub line: Rc<Line>,
}

#[component]
pub fn TimelineStrip(props: &TimelineProps) -> Html {
    let node = use_node_ref();
    let scale = Scale::around(props.line.end.max(props.now), use_width(&node, 1_000));
    html! {
        <div class="timeline" ref={node}>
            <svg role="img" aria-label="What happened so far">
                <Track {scale} now={props.now} />
                { for props.line.lag.iter().map(|series| lag_line(series, &props.line, scale)) }
                { marks(&props.line.marks, props.now, scale) }
                <Playhead {scale} now={props.now} />
            </svg>
            <Scrubber {scale} now={props.now} end={props.line.end.max(props.now)} />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PartProps {
    scale: Scale,
    now: Time,
}

#[component]
fn Track(props: &PartProps) -> Html {
    let (top, height) = (TRACK_TOP.to_string(), TRACK_HEIGHT.to_string());
    let rect = |class: &'static str, width: String| {
        html! { <rect {class} x="0" y={top.clone()} {width} height={height.clone()} rx="8" /> }
    };
    html! {
        <g>
            { rect("track", props.scale.width.to_string()) }
            { rect("track-done", props.scale.x(props.now)) }
            { for props.scale.ticks().into_iter().map(|at| tick(at, props.scale)) }
        </g>
    }
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

/// All groups share one vertical scale, so that their lines can be compared.
fn lag_line(series: &LagSeries, line: &Line, scale: Scale) -> Html {
    let lags = line.lag.iter().flat_map(|series| &series.points).map(|(_, lag)| *lag);
    let most = lags.max().unwrap_or(0).max(10);
    let bottom = (TRACK_TOP + TRACK_HEIGHT - 3) * 10;
    let point = |(at, lag): &(Time, u64)| {
        let y = bottom - lag * (TRACK_HEIGHT - 6) * 10 / most;
        format!("{},{}.{}", scale.x(*at), y / 10, y % 10)
    };
    let points: Vec<String> = series.points.iter().map(point).collect();
    let hue = format!("group-hue-{}", series.hue % 8);
    html! {
        <polyline key={series.group.as_str()} class={classes!("lag-line", hue)} points={points.join(" ")}>
            <title>{ format!("Lag of {}", series.group) }</title>
        </polyline>
    }
}

/// The playhead is in the way of labels as another mark would be.
fn marks(marks: &[Mark], now: Time, scale: Scale) -> Html {
    let label = |mark: &Mark| Label {
        x: (scale.x_tenths(mark.at) / 10) as i64,
        // A generous guess at the width of the text: a few pixels too many only thin the labels out.
        width: 8 + 7 * mark.label.chars().count() as i64,
    };
    let labels: Vec<Label> = marks.iter().map(label).collect();
    let spots = spots(&labels, (scale.x_tenths(now) / 10) as i64, i64::from(scale.width));
    marks.iter().zip(spots).enumerate().map(|(index, (mark, spot))| drawn(index, mark, spot, scale)).collect()
}

fn drawn(index: usize, mark: &Mark, spot: Option<Spot>, scale: Scale) -> Html {
    let x = scale.x(mark.at);
    let top = match spot {
        Some(Spot { row: 1, .. }) => "4",
        Some(_) => "20",
        None => "32",
    };
    html! {
        <g key={format!("{} {index}", mark.at.as_micros())} class={classes!("mark", class_of(mark.kind))}>
            <title>{ format!("{} {}", mark.at, mark.label) }</title>
            <line x1={x.clone()} x2={x.clone()} y1={top} y2={(TRACK_TOP + TRACK_HEIGHT).to_string()} />
            if let Some(spot) = spot { { text(mark, spot, scale) } }
        </g>
    }
}

fn text(mark: &Mark, spot: Spot, scale: Scale) -> Html {
    let (anchor, dx) = if spot.is_left { ("end", "-5") } else { ("start", "5") };
    let y = if spot.row == 0 { "29" } else { "13" };
    html! { <text x={scale.x(mark.at)} {dx} {y} text-anchor={anchor}>{ &mark.label }</text> }
}

fn class_of(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Command => "mark-command",
        MarkKind::Fault => "mark-fault",
        MarkKind::Rebalance => "mark-rebalance",
        MarkKind::Timeout => "mark-timeout",
        MarkKind::Election => "mark-election",
        MarkKind::Retention => "mark-retention",
        MarkKind::Loss => "mark-loss",
    }
}

#[component]
fn Playhead(props: &PartProps) -> Html {
    let x = props.scale.x(props.now);
    html! {
        <g>
            <line class="playhead" x1={x.clone()} x2={x.clone()} y1="30" y2="80" />
            <circle class="playhead-knob" cx={x} cy="30" r="5" />
        </g>
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
    let end = props.end;
    let oninput = {
        let dispatch = dispatch.clone();
        move |event: InputEvent| {
            let slider: HtmlInputElement = event.target_unchecked_into();
            let to = slider.value().parse().map_or(end, Time::from_millis);
            dispatch.emit(Action::Scrub(to.min(end)));
        }
    };
    html! {
        <input
            class="scrubber" type="range" aria-label="Time" min="0" max={props.scale.end.as_millis().to_string()}
            step="1" value={props.now.as_millis().to_string()} aria-valuetext={props.now.to_string()}
            title="Drag to go back in time" {oninput} onchange={move |_| dispatch.emit(Action::EndScrub)}
        />
    }
}
