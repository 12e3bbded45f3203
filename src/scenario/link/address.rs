//! The address of the page around a link, and the options that people write there by hand.
//!
//! `https://example.org/headwater/?embed=1#1AbC...` and `#1AbC...&embed=1` mean the same: options stand in the query, or
//! behind the link with a `&`. What is an option has a `=`; no link has one.

use super::decode;

/// What an address asks for beside its link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Stage and transport only.
    pub is_embedded: bool,
}

/// The two parts of an address that concern the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// What follows the `?`, with or without it.
    pub query: &'a str,
    /// What follows the `#`, with or without it.
    pub fragment: &'a str,
}

impl<'a> Address<'a> {
    pub fn options(&self) -> Options {
        let parts = self.query.trim_start_matches('?').split('&').chain(self.fragment_parts());
        Options { is_embedded: parts.filter_map(|part| part.split_once('=')).any(|option| option == ("embed", "1")) }
    }

    /// The link, if there is one.
    pub fn link(&self) -> Option<&'a str> {
        self.fragment_parts().find(|part| !part.is_empty() && !part.contains('='))
    }

    fn fragment_parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.fragment.trim_start_matches('#').split('&')
    }
}

/// The letters of a link: without the address before it, options behind it, blanks within it, and the mark of a sentence
/// that ends with it.
pub fn letters_of(link: &str) -> String {
    let fragment = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    let compact: String = fragment.chars().filter(|letter| !letter.is_whitespace()).collect();
    let link = Address { query: "", fragment: &compact }.link().unwrap_or_default();
    link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'']).to_owned()
}

/// The letters of the first link in a text that somebody wrote around it. It may have been wrapped on its way, but then
/// nothing else stands there; one that cannot be read is only found where it is all there is.
pub fn link_in(text: &str) -> Option<String> {
    let whole = letters_of(text);
    let is_alone = text.contains('#') && !text.trim().contains(char::is_whitespace);
    if is_alone || opens(&whole) {
        return Some(whole);
    }
    let words = text.split_whitespace().filter(|word| word.contains('#') || word.len() >= LETTERS_MIN);
    words.map(letters_of).take(WORDS_MAX).find(|letters| opens(letters))
}

/// No link is shorter than the one of an empty stage.
const LETTERS_MIN: usize = 20;

/// So many words of a text are tried.
const WORDS_MAX: usize = 8;

fn opens(letters: &str) -> bool {
    letters.len() >= LETTERS_MIN && decode(letters).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::link::{Link, encode};

    #[test]
    fn a_link_is_found_in_what_somebody_wrote_around_it() {
        let link = encode(&Link::of(Scenario::empty())).expect("short enough");
        let (half, rest) = link.split_at(link.len() / 2);
        for text in [
            format!("Look at this: https://x.org/h/#{link}. It is #1!"),
            format!("<https://x.org/h/?embed=1#{link}&embed=1>"),
            format!("https://x.org/h/#{half}\r\n {rest}\n"),
            format!("[InternetShortcut]\nURL=https://x.org/#{link}\n"),
            link.clone(),
        ] {
            assert_eq!(link_in(&text).as_ref(), Some(&link), "{text:?}");
        }
        assert_eq!(link_in(&format!("https://x.org/#{half}")).as_deref(), Some(half), "to say what is wrong with it");
        for text in ["order,total\n1,2\n", "#hashtag and #another", "1 longish row of no importance whatever"] {
            assert_eq!(link_in(text), None, "{text:?}");
        }
    }

    #[test]
    fn options_stand_in_the_query_or_behind_the_link() {
        let is_embedded = |query, fragment| Address { query, fragment }.options().is_embedded;
        assert!(is_embedded("?embed=1", "#1abc"));
        assert!(is_embedded("?theme=dark&embed=1", ""));
        assert!(is_embedded("", "#1abc&embed=1"));
        assert!(is_embedded("", "#embed=1"));
        assert!(!is_embedded("?embed=0", "#1abc"));
        assert!(!is_embedded("", "#1embed"));
    }

    #[test]
    fn the_link_is_what_is_no_option() {
        let link = |fragment| Address { query: "", fragment }.link();
        assert_eq!(link("#1abc&embed=1"), Some("1abc"));
        assert_eq!(link("embed=1&1abc"), Some("1abc"));
        assert_eq!(link("#embed=1"), None);
        assert_eq!(link(""), None);
    }

    #[test]
    fn a_link_is_found_in_what_people_paste() {
        for pasted in
            ["1a-c", "#1a-c", "https://x.org/h/?q#1a-c", " 1a\n -c\r\n", "#1a-c&embed=1", "#1a-c).", "<#1a-c>"]
        {
            assert_eq!(letters_of(pasted), "1a-c", "{pasted:?}");
        }
    }
}
