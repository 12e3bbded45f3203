//! Short notices that come and go: what was refused and why.

use yew::prelude::*;

use super::action::{Action, use_dispatch};
use super::icon::{Drawing, Icon};

#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub id: u32,
    pub text: String,
    pub tone: Tone,
    pub about: About,
    /// What can be done about it.
    pub offer: Option<(&'static str, Action)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Refused,
    Note,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// What it says: it stays until it has been read.
    Itself,
    /// Where the run is now, after going through time or undoing. The next of these is truer.
    Whereabouts,
}

/// The notices on show, oldest first.
#[derive(Debug, Default)]
pub struct Toasts {
    shown: Vec<(Toast, Option<f64>)>,
    next_id: u32,
}

/// Long enough to read two sentences.
const SHOWN_FOR_MS: f64 = 9_000.0;
const AT_MOST: usize = 3;

impl Toasts {
    /// The same text is shown once, however often it is said.
    pub fn say(&mut self, tone: Tone, text: String) {
        self.show(tone, text, About::Itself, None);
    }

    /// A note in place of the last one of its kind.
    pub fn report(&mut self, text: String) {
        self.shown.retain(|(toast, _)| toast.about != About::Whereabouts);
        self.show(Tone::Note, text, About::Whereabouts, None);
    }

    /// A note with a button.
    pub fn offer(&mut self, text: String, button: &'static str, action: Action) {
        self.show(Tone::Note, text, About::Itself, Some((button, action)));
    }

    fn show(&mut self, tone: Tone, text: String, about: About, offer: Option<(&'static str, Action)>) {
        self.shown.retain(|(toast, _)| toast.text != text);
        self.shown.push((Toast { id: self.next_id, text, tone, about, offer }, None));
        self.next_id += 1;
        if self.shown.len() > AT_MOST {
            self.shown.remove(0);
        }
    }

    /// What was offered does not fit any more.
    pub fn withdraw_offers(&mut self) {
        self.shown.retain(|(toast, _)| toast.offer.is_none());
    }

    pub fn dismiss(&mut self, id: u32) {
        self.shown.retain(|(toast, _)| toast.id != id);
    }

    /// Takes down what has been shown long enough, and says whether anything was.
    pub fn expire(&mut self, now_ms: f64) -> bool {
        let before = self.shown.len();
        self.shown.retain_mut(|(_, since_ms)| now_ms - *since_ms.get_or_insert(now_ms) < SHOWN_FOR_MS);
        self.shown.len() < before
    }

    pub fn list(&self) -> Vec<Toast> {
        self.shown.iter().map(|(toast, _)| toast.clone()).collect()
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ToastListProps {
    pub toasts: Vec<Toast>,
}

#[component]
pub fn ToastList(props: &ToastListProps) -> Html {
    let dispatch = use_dispatch();
    let toast = |toast: &Toast| {
        let (id, dispatch) = (toast.id, dispatch.clone());
        let class = match toast.tone {
            Tone::Refused => "toast",
            Tone::Note => "toast note",
        };
        let offer = toast.offer.clone().map(|(name, action)| {
            let dispatch = dispatch.clone();
            let onclick = move |_| {
                dispatch.emit(action.clone());
                dispatch.emit(Action::DismissToast(id));
            };
            html! { <button class="btn btn-small" type="button" {onclick}>{ name }</button> }
        });
        html! {
            <div key={id} {class}>
                <span class="grow">{ &toast.text }</span>
                { offer.unwrap_or_default() }
                <button
                    class="btn btn-quiet btn-small" type="button" aria-label="Dismiss"
                    onclick={move |_| dispatch.emit(Action::DismissToast(id))}
                >
                    <Icon drawing={Drawing::Close} class="icon-small" />
                </button>
            </div>
        }
    };
    html! { <div class="toasts" role="alert">{ for props.toasts.iter().map(toast) }</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(toasts: &Toasts) -> Vec<String> {
        toasts.list().into_iter().map(|toast| toast.text).collect()
    }

    #[test]
    fn a_notice_goes_away_by_itself_after_a_while() {
        let mut toasts = Toasts::default();
        toasts.say(Tone::Refused, "no".into());
        assert!(!toasts.expire(1_000.0));
        assert!(!toasts.expire(9_000.0));
        assert!(toasts.expire(10_000.0));
        assert!(toasts.list().is_empty());
    }

    #[test]
    fn an_offer_is_withdrawn_and_plain_notices_stay() {
        let mut toasts = Toasts::default();
        toasts.say(Tone::Note, "plain".into());
        toasts.offer("forked".into(), "Return", Action::Play);
        toasts.withdraw_offers();
        assert_eq!(texts(&toasts), ["plain"]);
    }

    #[test]
    fn where_the_run_is_now_takes_the_place_of_where_it_was() {
        let mut toasts = Toasts::default();
        toasts.say(Tone::Refused, "no".into());
        ["Undone: kill a", "Undone: kill b", "Undone: kill c"].into_iter().for_each(|text| toasts.report(text.into()));
        assert_eq!(texts(&toasts), ["no", "Undone: kill c"]);
    }

    #[test]
    fn saying_the_same_again_does_not_pile_up_and_only_the_newest_stay() {
        let mut toasts = Toasts::default();
        ["a", "b", "a", "c", "d"].into_iter().for_each(|text| toasts.say(Tone::Note, text.into()));
        assert_eq!(texts(&toasts), ["a", "c", "d"]);
    }
}
