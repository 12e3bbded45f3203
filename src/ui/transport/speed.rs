//! How fast virtual time passes: a slider whose every step is about a quarter more.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::session::Speed;
use crate::ui::action::{Action, use_dispatch};

/// The stops of a decade, in tenths; those that are no whole thousandth of real time are left out at the slow end.
const DECADE: [u32; 9] = [10, 15, 20, 25, 30, 40, 50, 60, 80];

/// Every speed that the slider stops at, from 1/1000 to 1000×.
fn stops() -> Vec<Speed> {
    let tenths = (0..6).flat_map(|decade| DECADE.map(|tenth| tenth * 10u32.pow(decade)));
    let whole = tenths.filter(|tenths| tenths % 10 == 0).map(|tenths| tenths / 10);
    whole.chain([1_000_000]).map(Speed::from_milli).collect()
}

/// `1 s here = 250 ms there`.
pub fn pace(speed: Speed) -> String {
    let ms = speed.as_milli();
    let there = match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 if ms.is_multiple_of(1_000) => format!("{} s", ms / 1_000),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms / 100 % 10),
        _ => format!("{} min {} s", ms / 60_000, ms / 1_000 % 60),
    };
    format!("1 s here = {there} there")
}

#[derive(Clone, PartialEq, Properties)]
pub struct SpeedProps {
    pub speed: Speed,
}

#[component]
pub fn SpeedControl(props: &SpeedProps) -> Html {
    let dispatch = use_dispatch();
    let stops = use_memo((), |()| stops());
    let at = stops.partition_point(|stop| *stop < props.speed).min(stops.len() - 1);
    let most = (stops.len() - 1).to_string();
    let oninput = {
        let stops = stops.clone();
        move |event: InputEvent| {
            let slider: HtmlInputElement = event.target_unchecked_into();
            if let Some(speed) = slider.value().parse().ok().and_then(|at: usize| stops.get(at)) {
                dispatch.emit(Action::SetSpeed(*speed));
            }
        }
    };
    let pace = pace(props.speed);
    html! {
        <div class="speed">
            <input
                type="range" min="0" max={most} value={at.to_string()} aria-label="Speed"
                aria-valuetext={pace.clone()} {oninput}
            />
            <output>{ pace }</output>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_reaches_from_a_thousandth_to_a_thousandfold_and_stops_at_real_time() {
        let stops = stops();
        assert_eq!((stops[0], stops[stops.len() - 1]), (Speed::MIN, Speed::MAX));
        assert!(stops.contains(&Speed::from_milli(1_000)) && stops.contains(&Speed::from_milli(250)));
        assert!(stops.is_sorted());
    }

    #[test]
    fn a_pace_says_what_a_second_here_is_there() {
        let read: Vec<String> = [250, 1_000, 2_500, 1_000_000].map(|ms| pace(Speed::from_milli(ms))).into();
        assert_eq!(
            read,
            [
                "1 s here = 250 ms there",
                "1 s here = 1 s there",
                "1 s here = 2.5 s there",
                "1 s here = 16 min 40 s there"
            ]
        );
    }
}
