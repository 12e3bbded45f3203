//! Two runs side by side: what they came to, their curves over one another, and what changed.

use std::rc::Rc;

use yew::prelude::*;

use super::DialogFrame;
use crate::kernel::Time;
use crate::model::Name;
use crate::session::{Branch, LagSeries};
use crate::ui::action::{Action, Dispatch, sends, use_dispatch};
use crate::ui::number::grouped;
use crate::ui::transport::{Scale, highest, polyline, tick_text};
use crate::view::comparison::{Comparison, Difference, GroupMetrics, Metrics, Side};

/// What the dialog shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub a: Course,
    pub b: Course,
    pub result: Finding,
}

/// One of the two runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub branch: Branch,
    pub lag: Vec<LagSeries>,
    /// Records a second.
    pub published: Vec<(Time, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Thousandths of the way.
    Looking(u32),
    Found(Rc<Comparison>),
    Refused(String),
}

/// Size of a chart, in units of its own that the browser stretches.
const WIDTH: u32 = 600;
const HEIGHT: u64 = 76;

#[derive(Clone, PartialEq, Properties)]
pub struct CompareProps {
    pub compared: Rc<Compared>,
}

#[component]
pub fn CompareDialog(props: &CompareProps) -> Html {
    let dispatch = use_dispatch();
    let compared = &props.compared;
    html! {
        <DialogFrame title="Two runs side by side" class="broad">
            <div class="versus">{ side(&compared.a, "A") }{ side(&compared.b, "B") }</div>
            { match &compared.result {
                Finding::Looking(permille) => looking(*permille),
                Finding::Refused(reason) => html! { <p class="problem">{ reason }</p> },
                Finding::Found(found) => html! {
                    <>
                        { what_was_done(found) }
                        <div class="compare-columns">
                            <section><h3>{ format!("What they came to at {}", found.at) }</h3>{ numbers(found) }</section>
                            <section><h3>{ "Lag, and what was published a second" }</h3>{ charts(compared, found) }</section>
                        </div>
                        <section><h3>{ "What happened otherwise" }</h3>{ otherwise(compared, found, &dispatch) }</section>
                    </>
                },
            } }
        </DialogFrame>
    }
}

fn side(course: &Course, letter: &'static str) -> Html {
    html! {
        <div class={classes!("side", format!("side-{letter}"))}>
            <b class="letter">{ letter }</b>
            <span class="grow">{ &course.branch.name }</span>
            if course.branch.is_current { <span class="chip ok">{ "shown" }</span> }
        </div>
    }
}

fn looking(permille: u32) -> Html {
    html! {
        <p class="row" role="status">
            { "Both are run through again from where they part…" }
            <progress max="1000" value={permille.to_string()} aria-label="How far the comparison is" />
        </p>
    }
}

fn what_was_done(found: &Comparison) -> Html {
    let letter = |side| if side == Side::A { "A" } else { "B" };
    let mut deeds = found
        .commands
        .iter()
        .take(4)
        .map(|command| format!("only in {}: {} at {}", letter(command.only_in), command.deed, command.at));
    let more = found.commands.len().saturating_sub(4);
    let first = deeds.next().unwrap_or_else(|| "the same was done in both".into());
    let all = deeds.fold(first, |all, deed| format!("{all}; {deed}"));
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    html! { <p>{ format!("The same up to {}; {all}{more}.", found.same_until) }</p> }
}

fn numbers(found: &Comparison) -> Html {
    let Comparison { a, b, .. } = found;
    let all = |name: &str, of: fn(&Metrics) -> u64| row(name.to_owned(), of(a), of(b));
    let mut rows = vec![
        all("published", |of| of.published),
        all("processed", |of| of.processed),
        all("processed twice", |of| of.duplicates),
        all("lost", |of| of.lost),
        all("out of order", |of| of.out_of_order),
    ];
    let mut names: Vec<&Name> = a.groups.keys().chain(b.groups.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of = |side: &Metrics, of: fn(&GroupMetrics) -> u64| side.groups.get(name).map_or(0, of);
        let mut line = |what: &str, get: fn(&GroupMetrics) -> u64| {
            rows.push(row(format!("{name}: {what}"), of(a, get), of(b, get)))
        };
        line("lag", |of| of.lag);
        line("rebalances", |of| u64::from(of.rebalances));
        line("unread, ms", |of| of.unread.as_millis());
    }
    html! {
        <table class="numbers">
            <thead><tr><th></th><th scope="col">{ "A" }</th><th scope="col">{ "B" }</th><th scope="col">{ "B − A" }</th></tr></thead>
            <tbody>{ rows }</tbody>
        </table>
    }
}

fn row(name: String, a: u64, b: u64) -> Html {
    let difference = match b.cmp(&a) {
        std::cmp::Ordering::Less => format!("−{}", grouped(a - b)),
        std::cmp::Ordering::Equal => "=".into(),
        std::cmp::Ordering::Greater => format!("+{}", grouped(b - a)),
    };
    let class = if a == b { "faint" } else { "differs" };
    html! {
        <tr key={name.clone()} {class}>
            <th scope="row">{ name.clone() }</th>
            <td class="number">{ grouped(a) }</td><td class="number">{ grouped(b) }</td><td class="number">{ difference }</td>
        </tr>
    }
}

/// A chart for each group and one for what is published; A is a whole line, B a dashed one.
fn charts(compared: &Compared, found: &Comparison) -> Html {
    let scale = Scale { end: found.at.max(Time::from_secs(1)), width: WIDTH };
    let mut groups: Vec<(&Name, u32)> = Vec::new();
    for lag in compared.a.lag.iter().chain(&compared.b.lag) {
        if groups.iter().all(|(name, _)| **name != lag.group) {
            groups.push((&lag.group, lag.hue));
        }
    }
    let lag = |(name, hue): (&Name, u32)| {
        let (a, b) = (points(&compared.a, name), points(&compared.b, name));
        chart(format!("lag of {name}"), Some(hue), a, b, scale, found)
    };
    let lags = groups.into_iter().map(lag);
    let published =
        chart("published a second".into(), None, &compared.a.published, &compared.b.published, scale, found);
    html! { <div class="charts">{ for lags }{ published }</div> }
}

/// None where the run has not got the group.
fn points<'a>(course: &'a Course, group: &Name) -> &'a [(Time, u64)] {
    course.lag.iter().find(|series| series.group == *group).map_or(&[], |series| &series.points)
}

fn chart(
    name: String,
    hue: Option<u32>,
    a: &[(Time, u64)],
    b: &[(Time, u64)],
    scale: Scale,
    found: &Comparison,
) -> Html {
    let most = highest(a).max(highest(b)).max(1);
    let line = |points: &[(Time, u64)]| polyline(points, most, scale, 0, HEIGHT);
    let fork = scale.x(found.same_until);
    let hue = hue.map(|hue| format!("group-hue-{}", hue % 8));
    html! {
        <figure key={name.clone()} class={classes!("chart", hue)}>
            <figcaption class="row small">
                <span class="grow">{ &name }</span>
                <span class="faint">{ format!("up to {}, 0:00 to {}", grouped(most), tick_text(found.at)) }</span>
            </figcaption>
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" role="img" aria-label={format!("{name}, A and B")}>
                <line class="fork" x1={fork.clone()} x2={fork} y1="0" y2={HEIGHT.to_string()} />
                <polyline class="line-a" points={line(a)} />
                <polyline class="line-b" points={line(b)} />
            </svg>
        </figure>
    }
}

fn otherwise(compared: &Compared, found: &Comparison, dispatch: &Dispatch) -> Html {
    if found.differences.is_empty() {
        return html! { <p class="muted">{ "Nothing that would be told. The numbers above may differ all the same." }</p> };
    }
    let line = |(nth, difference): (usize, &Difference)| {
        let go = |course: &Course, letter: &str, moment: Option<Time>| match moment {
            None => html! { <span class="faint absent">{ "—" }</span> },
            Some(at) => html! {
                <button
                    class="moment" type="button" aria-label={format!("Go to {at} in {letter}")}
                    onclick={sends(dispatch, Action::GoTo(course.branch.id, at))}
                >{ at.to_string() }</button>
            },
        };
        html! {
            <li key={nth}>
                { go(&compared.a, "A", difference.a.map(|moment| moment.at)) }
                { go(&compared.b, "B", difference.b.map(|moment| moment.at)) }
                <span>{ &difference.sentence }</span>
            </li>
        }
    };
    html! {
        <>
            <ol class="otherwise">
                <li class="faint small" aria-hidden="true"><span>{ "in A" }</span><span>{ "in B" }</span><span>{ "A time goes there." }</span></li>
                { for found.differences.iter().enumerate().map(line) }
            </ol>
            if found.is_cut { <p class="faint small">{ "There are more; these are the first." }</p> }
        </>
    }
}
