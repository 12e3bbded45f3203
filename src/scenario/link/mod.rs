//! The share link: a run, and how it is looked at, in the letters of an address.
//!
//! A link is the fragment of the page's address, so no server ever sees it. Its first letter is its version. In version 1
//! the rest is base64 (see `letters`) of packed bytes (see `pack`) in a frame that tells what happened to them on the
//! way (see `frame`); unpacked they are the JSON of a [`Link`]. A link that was ever published
//! opens for ever: what version 1 means is not changed any more, and links of each version are kept with the tests.

mod address;
mod code;
mod frame;
mod letters;
mod pack;
mod salvage;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::address::{Address, Options, link_in};
pub use self::code::{decode, encode, encode_json};
pub use self::letters::written as base64url;
use super::document::AT_US_MAX;
use super::{Scenario, reading};
use crate::model::Name;
use crate::model::refusal::{Refusal, within};

/// Longer links are cut off by chat tools and wikis.
pub const COMFORTABLE: usize = 2_000;

/// A run as somebody sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The moment that is shown; if there is none, the scenario says where it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_us: Option<u64>,
    /// It waits at that moment for somebody to press play.
    #[serde(default, rename = "paused", skip_serializing_if = "is_false")]
    pub is_paused: bool,
    /// It can be watched and not changed.
    #[serde(default, rename = "read_only", skip_serializing_if = "is_false")]
    pub is_read_only: bool,
    /// Protocol messages are drawn on the wires.
    #[serde(default, rename = "messages", skip_serializing_if = "is_false")]
    pub shows_messages: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Camera>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<Panel>,
    pub scenario: Scenario,
}

/// Where the stage is looked at: this point of it is in the middle of the screen, whatever the screen's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    pub x: i32,
    pub y: i32,
    /// 100 is the stage's own size.
    pub percent: u32,
}

/// The part that is selected, and the tab that is open on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    pub part: Name,
    /// As the page calls it. A page that has no such tab shows its first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tab: String,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Why a link cannot be read, and what of it could be.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    /// A sentence for whoever followed the link.
    pub reason: String,
    /// The run up to the last command that is whole.
    pub saved: Option<Box<Link>>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Unreadable {}

impl Unreadable {
    fn new(reason: impl Into<String>) -> Self {
        Unreadable { reason: reason.into(), saved: None }
    }

    /// With whatever can be made of the text as far as it is known.
    fn saving(reason: impl Into<String>, text: &[u8]) -> Self {
        let whole = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
        let text = std::str::from_utf8(&text[..whole]).unwrap_or_default();
        Unreadable { saved: salvage::salvage(text).map(Box::new), ..Unreadable::new(reason) }
    }
}

impl Unreadable {
    /// A link that can be read but not run, as this refusal says: its run is saved up to the command at fault.
    pub fn refused(mut link: Link, refusal: &Refusal) -> Self {
        let place = salvage::place_of_command(&refusal.field).unwrap_or(0);
        link.scenario.commands.truncate(place);
        Unreadable { saved: (place > 0).then(|| Box::new(link)), ..Unreadable::new(refusal.to_string()) }
    }
}

impl Link {
    /// A scenario as it opens by itself.
    pub fn of(scenario: Scenario) -> Self {
        Link {
            at_us: None,
            is_paused: false,
            is_read_only: false,
            shows_messages: false,
            camera: None,
            panel: None,
            scenario,
        }
    }

    fn from_json(text: &str) -> Result<Link, Refusal> {
        let tree = reading::parse(text).map_err(|refusal| within_link(&refusal))?;
        tree.get("scenario").map_or(Ok(()), reading::check_version)?;
        let link: Link = reading::read(tree).map_err(|refusal| within_link(&refusal))?;
        link.at_us.map_or(Ok(()), |at_us| within("at_us", at_us, 0, AT_US_MAX))?;
        link.scenario.check()?;
        Ok(link)
    }
}

/// Lines and columns of a text that nobody sees say nothing.
fn within_link(refusal: &Refusal) -> Refusal {
    let field = refusal.field.strip_prefix("scenario.").unwrap_or(&refusal.field);
    let message = refusal.message.split(" at line ").next().unwrap_or_default();
    Refusal::new(field, message)
}
