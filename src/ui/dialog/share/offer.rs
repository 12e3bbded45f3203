//! What is shared, before it is written as a link.

use crate::model::refusal::Refusal;
use crate::scenario::link::{Link, Options, encode};

/// Where whoever follows the link finds the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the moment at which it is shared.
    #[default]
    Here,
    Beginning,
}

/// What a person chose in the dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub start: Start,
    pub is_paused: bool,
    pub is_read_only: bool,
    pub is_embedded: bool,
}

impl Offer {
    /// The letters of the run's link. Refused if the run is too long for one.
    pub fn letters(self, run: &Link) -> Result<String, Refusal> {
        let at_us = match self.start {
            Start::Here => run.at_us,
            Start::Beginning => Some(0),
        };
        encode(&Link { at_us, is_paused: self.is_paused, is_read_only: self.is_read_only, ..run.clone() })
    }

    pub fn options(self) -> Options {
        Options { is_embedded: self.is_embedded }
    }
}

/// What to paste into a page that shows the playground.
pub fn frame(address: &str, title: &str) -> String {
    let (address, title) = (escaped(address), escaped(title));
    format!(
        "<iframe src=\"{address}\" title=\"{title} in Headwater\" width=\"640\" height=\"360\" \
         style=\"border: 0\" loading=\"lazy\"></iframe>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{catalog, link::decode};

    #[test]
    fn what_was_chosen_is_what_opens() {
        let orders = catalog::find("orders").expect("the opening scene");
        let run = Link { at_us: Some(42_310_000), ..Link::of(orders) };
        let opened = |offer: Offer| decode(&offer.letters(&run).expect("short enough")).expect("it opens");
        assert_eq!(opened(Offer::default()), run);
        let quiet = Offer { start: Start::Beginning, is_paused: true, is_read_only: true, is_embedded: true };
        assert_eq!(opened(quiet), Link { at_us: Some(0), is_paused: true, is_read_only: true, ..run.clone() });
    }

    #[test]
    fn a_title_cannot_break_out_of_the_frame_s_markup() {
        let frame = frame("https://x.org/#1a&embed=1", "\"><script>");
        assert!(frame.contains("src=\"https://x.org/#1a&amp;embed=1\""), "{frame}");
        assert!(frame.contains("title=\"&quot;&gt;&lt;script&gt; in Headwater\""), "{frame}");
    }
}
