//! What happened, on the line of time: shapes with their labels, each a button that goes there, with a card that lists
//! what happened and answers why.

use std::rc::Rc;

use yew::prelude::*;

use super::cluster::{Cluster, clusters};
use super::glyph::Glyph;
use super::labels::{Label, Spot, spots};
use super::scale::Scale;
use crate::kernel::Time;
use crate::session::Mark;
use crate::ui::action::{Action, Dispatch, sends, use_dispatch};
use crate::ui::browser::focus::move_along;

/// Pixels that a mark needs for itself: for a mouse, and on a narrow screen for a thumb.
const APART: i64 = 18;
const APART_NARROW: i64 = 40;
const NARROW: u32 = 560;
/// What a card has room for.
const LISTED_MAX: usize = 6;

#[derive(Clone, PartialEq, Properties)]
pub struct MarksProps {
    pub marks: Rc<Vec<Mark>>,
    /// What will happen unless something comes between, and when.
    pub expected: Vec<(Time, String)>,
    pub scale: Scale,
    pub now: Time,
}

/// One tab stop: the arrow keys go from mark to mark.
#[component]
pub fn Marks(props: &MarksProps) -> Html {
    let dispatch = use_dispatch();
    let MarksProps { marks, expected, scale, now } = props;
    let is_narrow = scale.width < NARROW;
    let found = clusters(marks, *scale, if is_narrow { APART_NARROW } else { APART });
    // A generous guess at the width of a text: a few pixels too many only thin the labels out.
    let width = |text: &str| 7 * text.chars().count() as i64;
    let x = |at: Time| (scale.x_tenths(at) / 10) as i64;
    // What is still to come stands behind everything that has happened.
    let mut soon: Vec<&(Time, String)> = expected.iter().filter(|(at, _)| *at <= scale.end).collect();
    soon.sort();
    let happened = found.iter().map(|cluster| Label { x: cluster.x, width: width(&cluster.label(marks)) });
    let to_come = soon.iter().map(|(at, what)| Label { x: x(*at), width: width(what) });
    let labels: Vec<Label> = happened.chain(to_come).collect();
    let playhead = x(*now);
    let mut spots = if is_narrow { vec![None; labels.len()] } else { spots(&labels, playhead, i64::from(scale.width)) };
    let soon = soon.into_iter().zip(spots.split_off(found.len()));
    let soon = soon.map(|((at, what), spot)| to_be_expected(*at, what, x(*at), spot));
    let before = found.partition_point(|cluster| cluster.x <= playhead).saturating_sub(1);
    let onkeydown = |event: KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => move_along(&event, ".mark", -1),
        "ArrowRight" => move_along(&event, ".mark", 1),
        _ => {}
    };
    let drawn = found.iter().zip(spots).enumerate().map(|(index, (cluster, spot))| {
        let here = &marks[cluster.marks.clone()];
        let label = spot.map(|spot| (spot, cluster.label(marks)));
        mark(cluster, here, label, index == before, i64::from(scale.width), &dispatch)
    });
    html! { <div class="marks" role="group" aria-label="What happened" {onkeydown}>{ for drawn }{ for soon }</div> }
}

fn mark(
    cluster: &Cluster,
    marks: &[Mark],
    label: Option<(Spot, String)>,
    is_stop: bool,
    line_width: i64,
    dispatch: &Dispatch,
) -> Html {
    let glyph = Glyph::Kind(cluster.kind);
    let target = marks.iter().find(|mark| mark.kind == cluster.kind).unwrap_or(&marks[0]);
    let label = label.map(|(spot, text)| written(spot, &text));
    let side = if cluster.x * 2 > line_width { "to-left" } else { "" };
    html! {
        <div
            key={marks[0].at.as_micros()} class={classes!("mark", glyph.class())}
            style={format!("left:{}px", cluster.x)}
        >
            <button
                class="mark-shape" type="button" tabindex={if is_stop { "0" } else { "-1" }}
                aria-label={name(target, marks.len())} onclick={sends(dispatch, Action::Jump(target.at))}
            >
                { glyph.drawn() }{ label }
            </button>
            <div class={classes!("mark-card", side)}>
                { for marks.iter().take(LISTED_MAX).map(|mark| listed(mark, dispatch)) }
                if marks.len() > LISTED_MAX { <p class="faint small">{ format!("and {} more", marks.len() - LISTED_MAX) }</p> }
            </div>
        </div>
    }
}

fn written(spot: Spot, text: &str) -> Html {
    let (row, side) = (if spot.row == 0 { "beside" } else { "above" }, spot.is_left.then_some("is-left"));
    html! { <span class={classes!("mark-label", row, side)}>{ text }</span> }
}

fn to_be_expected(at: Time, what: &str, x: i64, spot: Option<Spot>) -> Html {
    html! {
        <div
            key={format!("expected-{what}")} class="expected mark-expected" style={format!("left:{x}px")}
            title={format!("{what}, expected at {at}")}
        >
            { Glyph::Expected.drawn() }{ for spot.map(|spot| written(spot, what)) }
        </div>
    }
}

/// `inventory-2 killed, 0:36.200, and 2 more`.
fn name(mark: &Mark, of: usize) -> String {
    let more = if of > 1 { format!(", and {} more", of - 1) } else { String::new() };
    format!("{}, {}{more}", mark.label, mark.at)
}

fn listed(mark: &Mark, dispatch: &Dispatch) -> Html {
    html! {
        <div class={classes!("row", Glyph::Kind(mark.kind).class())}>
            { Glyph::Kind(mark.kind).drawn() }
            <button class="link grow" type="button" onclick={sends(dispatch, Action::Jump(mark.at))}>{ &mark.label }</button>
            <span class="faint mono">{ mark.at.to_string() }</span>
            <button
                class="btn btn-small" type="button" aria-label={format!("Why {}?", mark.label)}
                onclick={sends(dispatch, Action::AskMark(mark.clone()))}
            >{ "Why?" }</button>
        </div>
    }
}
