//! What happens, said to screen readers.

use yew::prelude::*;

/// Collects sentences and lets them out in breaths, since a live region that changes ten times a second says nothing.
#[derive(Debug, Default)]
pub struct Announcer {
    waiting: Vec<String>,
    last_ms: f64,
}

const BREATH_MS: f64 = 1_500.0;
/// What a breath has room for; the oldest are dropped.
const SENTENCES: usize = 4;

impl Announcer {
    pub fn say(&mut self, sentence: String) {
        self.waiting.push(sentence);
        if self.waiting.len() > SENTENCES {
            self.waiting.remove(0);
        }
    }

    /// The next breath, if it is time and there is anything to say.
    pub fn breathe(&mut self, now_ms: f64) -> Option<String> {
        if self.waiting.is_empty() || now_ms - self.last_ms < BREATH_MS {
            return None;
        }
        self.last_ms = now_ms;
        Some(std::mem::take(&mut self.waiting).join(". "))
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct LiveRegionProps {
    pub text: AttrValue,
}

#[component]
pub fn LiveRegion(props: &LiveRegionProps) -> Html {
    html! { <div class="sr" role="status" aria-live="polite">{ &props.text }</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_come_in_breaths_and_the_newest_are_kept() {
        let mut announcer = Announcer::default();
        (0..6).for_each(|n| announcer.say(format!("{n}")));
        assert_eq!(announcer.breathe(2_000.0).as_deref(), Some("2. 3. 4. 5"));
        announcer.say("later".into());
        assert_eq!(announcer.breathe(2_500.0), None);
        assert_eq!(announcer.breathe(4_000.0).as_deref(), Some("later"));
        assert_eq!(announcer.breathe(9_000.0), None);
    }
}
