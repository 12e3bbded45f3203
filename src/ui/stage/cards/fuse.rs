//! A timeout that burns: its name, what is left of it, and a bar.

use yew::prelude::*;

use crate::kernel::Span;
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

/// Below this share of its length a fuse looks urgent.
const SHORT_PER_MILLE: u64 = 350;

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

fn per_mille(fuse: &stage::Fuse) -> u64 {
    (fuse.left.as_micros() * 1_000 / fuse.of.as_micros().max(1)).min(1_000)
}

/// `8.6 s`, always with one decimal below a minute, so that the text does not twitch as it counts down.
pub fn tenths(span: Span) -> String {
    let ms = span.as_millis();
    if ms >= 60_000 { span.to_string() } else { format!("{}.{} s", ms / 1_000, ms / 100 % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fuse_counts_down_in_minutes_and_then_in_tenths() {
        assert_eq!(tenths(Span::from_millis(298_400)), "4:58");
        assert_eq!(tenths(Span::from_millis(9_000)), "9.0 s");
    }

    #[test]
    fn a_fuse_without_length_has_burnt_down() {
        let fuse = stage::Fuse { left: Span::ZERO, of: Span::ZERO };
        assert_eq!(per_mille(&fuse), 0);
    }
}
