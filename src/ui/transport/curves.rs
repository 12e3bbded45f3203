//! How far behind each group was, and how much was published: lines on the track.

use std::rc::Rc;

use yew::prelude::*;

use super::scale::Scale;
use crate::kernel::Time;
use crate::session::LagSeries;
use crate::ui::number::grouped;

/// Where the track lies, in pixels from the top.
pub const TRACK_TOP: u64 = 36;
pub const TRACK_HEIGHT: u64 = 38;

/// The longest legend with its margins, in tenths of a pixel.
const LEGEND_WIDTH_TENTHS: u64 = 2_200;

#[derive(Clone, PartialEq, Properties)]
pub struct CurvesProps {
    pub lag: Rc<Vec<LagSeries>>,
    /// Records published a second.
    pub published: Rc<Vec<(Time, u64)>>,
    pub scale: Scale,
}

/// All groups share one vertical scale, so that their lines can be compared; what is published has its own.
#[component]
pub fn Curves(props: &CurvesProps) -> Html {
    let (most, rate) = (most_behind(&props.lag), highest(&props.published).max(1));
    html! {
        <>
            { published(&props.published, rate, props.scale) }
            { for props.lag.iter().map(|series| lag(series, most, props.scale)) }
        </>
    }
}

/// What the upper edge of the track stands for: at least ten records.
fn most_behind(lag: &[LagSeries]) -> u64 {
    lag.iter().map(|series| highest(&series.points)).max().unwrap_or(0).max(10)
}

/// What the heights of the curves stand for. It stands at the left, where the playhead seldom is, and steps aside for it.
pub fn legend(lag: &[LagSeries], published: &[(Time, u64)], scale: Scale, now: Time) -> Html {
    let aside = (scale.x_tenths(now) < LEGEND_WIDTH_TENTHS).then_some("aside");
    let (most, rate) = (grouped(most_behind(lag)), grouped(highest(published).max(1)));
    html! { <span class={classes!("track-note", aside)}>{ format!("lag up to {most}, {rate} published a second") }</span> }
}

pub fn highest(points: &[(Time, u64)]) -> u64 {
    points.iter().map(|(_, value)| *value).max().unwrap_or(0)
}

fn lag(series: &LagSeries, most: u64, scale: Scale) -> Html {
    let hue = format!("group-hue-{}", series.hue % 8);
    html! {
        <polyline
            key={series.group.as_str()} class={classes!("lag-line", hue)}
            points={polyline(&series.points, most, scale, TRACK_TOP, TRACK_HEIGHT)}
        >
            <title>{ format!("Lag of {}", series.group) }</title>
        </polyline>
    }
}

fn published(points: &[(Time, u64)], most: u64, scale: Scale) -> Html {
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else { return Html::default() };
    let bottom = TRACK_TOP + TRACK_HEIGHT;
    let line = polyline(points, most * 2, scale, TRACK_TOP, TRACK_HEIGHT);
    html! {
        <polygon class="rate-area" points={format!("{},{bottom} {line}{},{bottom}", scale.x(*first), scale.x(*last))}>
            <title>{ "Records published a second" }</title>
        </polygon>
    }
}

/// In the notation of SVG, within a box; `most` reaches almost to its top.
pub fn polyline(series: &[(Time, u64)], most: u64, scale: Scale, top: u64, height: u64) -> String {
    let bottom = (top + height - 3) * 10;
    let mut text = String::with_capacity(series.len() * 12);
    for (at, value) in series {
        let y = bottom - (value * (height - 6) * 10).checked_div(most).unwrap_or(0);
        text += &format!("{},{}.{} ", scale.x(*at), y / 10, y % 10);
    }
    text
}
