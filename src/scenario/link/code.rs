//! From a link to its letters and back.

use super::{Link, Unreadable, address, frame, letters, pack};
use crate::kernel::document;
use crate::model::refusal::Refusal;

const VERSION: char = '1';

/// Of the JSON, in bytes: a thousand recorded actions. Whoever has more has a file to share, not a link.
const TEXT_MAX: usize = 64 << 10;

/// The letters that stand behind the `#` of the page's address. Equal links have equal letters. Refuses a run that is
/// too long for any link.
pub fn encode(link: &Link) -> Result<String, Refusal> {
    let text = document::to_line(link);
    if text.len() > TEXT_MAX {
        let (kb, most) = (text.len() >> 10, TEXT_MAX >> 10);
        let message = format!("{kb} KB are too much for a link, which holds {most} KB: share the scenario as a file");
        return Err(Refusal::new("link", message));
    }
    Ok(encode_json(&text))
}

/// The letters for a [`Link`]'s JSON that somebody wrote, or for any other text; they open if that can be read.
pub fn encode_json(text: &str) -> String {
    let framed = frame::framed(&pack::pack(text.as_bytes()));
    format!("{VERSION}{}", letters::written(&framed))
}

/// Reads a link: an address, its fragment with or without the `#`, as it comes out of a mail with blanks and line breaks
/// in it.
pub fn decode(link: &str) -> Result<Link, Unreadable> {
    let letters = address::letters_of(link);
    let mut rest = letters.chars();
    match rest.next() {
        None => Err(Unreadable::new("there is no link: nothing follows the #")),
        Some(VERSION) => decode_1(rest.as_str()),
        Some(version) if version.is_ascii_alphanumeric() => {
            let reason = format!("this is a link of version {version}; this program reads up to {VERSION}");
            Err(Unreadable::new(reason))
        }
        Some(other) => Err(Unreadable::new(format!("a link does not begin with {other:?}"))),
    }
}

fn decode_1(letters: &str) -> Result<Link, Unreadable> {
    let (bytes, wrong) = letters::read(letters);
    let (packed, fault) = frame::open(&bytes, wrong);
    let fault = fault.map(|fault| fault.in_words(letters));
    let unpacked = pack::unpack(packed, TEXT_MAX);
    if let Some(fault) = fault.or(unpacked.fault) {
        return Err(Unreadable::saving(fault, &unpacked.text));
    }
    let text = std::str::from_utf8(&unpacked.text);
    let text = text.map_err(|_| Unreadable::saving("the link holds no text", &unpacked.text))?;
    Link::from_json(text).map_err(|refusal| Unreadable::saving(refusal.to_string(), text.as_bytes()))
}
