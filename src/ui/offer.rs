//! What waits at the foot of the stage for an answer and is in nobody's way: the offer to go on where the last visit ended,
//! and the news that a newer version of the page is ready.

use yew::prelude::*;

use super::action::{Action, Keep, use_dispatch};
use super::icon::{Drawing, Icon};
use super::number::counted;
use crate::kernel::Span;
use crate::session::storage::{Key, Label};

/// What could be gone on with, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub key: Key,
    pub name: String,
    /// `0:42 · 5 actions · 2 h ago`.
    pub about: String,
}

impl Offer {
    pub fn of(key: &Key, label: &Label, now_ms: u64) -> Offer {
        Offer { key: key.clone(), name: label.name.clone(), about: about(label, now_ms) }
    }
}

/// Where the run stood, what was done in it, and when that was.
pub fn about(label: &Label, now_ms: u64) -> String {
    let seconds = label.cursor_us / 1_000_000;
    let at = format!("{}:{:02}", seconds / 60, seconds % 60);
    let ago = ago(now_ms.saturating_sub(label.saved_ms));
    let mut about = at;
    if label.actions > 0 {
        about += &format!(" · {}", counted(u64::from(label.actions), "action"));
    }
    if label.branches() > 1 {
        about += &format!(" · {}", counted(label.branches() as u64, "run"));
    }
    format!("{about} · {ago}")
}

/// `just now`, `5 min ago`, `3 h ago`, `2 days ago`.
fn ago(ms: u64) -> String {
    let minutes = Span::from_millis(ms).as_millis() / 60_000;
    match minutes {
        0 => "just now".into(),
        1..60 => format!("{minutes} min ago"),
        60..1_440 => format!("{} h ago", minutes / 60),
        _ => format!("{} ago", counted(minutes / 1_440, "day")),
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct OfferCardProps {
    pub offer: Offer,
}

#[component]
pub fn OfferCard(props: &OfferCardProps) -> Html {
    let dispatch = use_dispatch();
    let Offer { key, name, about } = &props.offer;
    let go_on = dispatch.reform({
        let key = key.clone();
        move |_| Action::Keep(Keep::CarryOn(key.clone()))
    });
    let not_now = dispatch.reform(|_| Action::Keep(Keep::NotNow));
    html! {
        <aside class="offer" aria-label="Your last run">
            <p class="grow">
                <strong>{ "Continue where you left off?" }</strong>
                <span class="muted">{ format!(" {name} · {about}") }</span>
            </p>
            <button class="btn btn-small btn-primary" type="button" onclick={go_on}>{ "Continue" }</button>
            <button
                class="btn btn-quiet btn-small" type="button" aria-label="Not now"
                title="Not now: it stays under My scenarios" onclick={not_now}
            >
                <Icon drawing={Drawing::Close} class="icon-small" />
            </button>
        </aside>
    }
}

#[component]
pub fn UpdateCard() -> Html {
    let dispatch = use_dispatch();
    let reload = dispatch.reform(|_| Action::Keep(Keep::Reload));
    let later = dispatch.reform(|_| Action::Keep(Keep::ReloadLater));
    html! {
        <aside class="offer" aria-label="A new version" role="status">
            <p class="grow">
                <strong>{ "A new version is ready." }</strong>
                <span class="muted">{ " Your run goes on where it is." }</span>
            </p>
            <button class="btn btn-small btn-primary" type="button" onclick={reload}>{ "Reload" }</button>
            <button class="btn btn-quiet btn-small" type="button" aria-label="Later" onclick={later}>
                <Icon drawing={Drawing::Close} class="icon-small" />
            </button>
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::storage::Kind;
    use crate::ui::rendered::{has, html};

    fn label(actions: u32) -> Label {
        Label { name: "Orders fan-out".into(), cursor_us: 42_310_000, saved_ms: 1_000, actions, ..Label::default() }
    }

    #[tokio::test]
    async fn the_offer_says_what_when_and_how_much_would_be_lost() {
        let offer = Offer::of(&Key::new(Kind::Run, "aa-0"), &label(5), 1_000 + 2 * 3_600_000);
        let html = html::<OfferCard>(OfferCardProps { offer }).await;
        has(
            &html,
            &["Continue where you left off?", "Orders fan-out · 0:42 · 5 actions · 2 h ago", "Continue</button>"],
        );
    }

    #[test]
    fn time_passed_is_told_in_its_coarsest_unit() {
        let minute = 60_000;
        let told = [0, minute, 59 * minute, 60 * minute, 1_439 * minute, 1_440 * minute, 3_000 * minute].map(ago);
        assert_eq!(told, ["just now", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "1 day ago", "2 days ago"]);
    }

    #[test]
    fn a_clock_that_was_set_back_is_no_trouble() {
        assert_eq!(about(&label(1), 0), "0:42 · 1 action · just now");
    }
}
