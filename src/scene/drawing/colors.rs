//! What is drawn in which of the style sheet's colours.

use crate::scene::palette::{GROUP_HUES, KEY_HUES};

/// A colour of the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    Background,
    Panel,
    Sunk,
    Line,
    Line2,
    Ink,
    Ink2,
    Ink3,
    Accent,
    Ok,
    Warn,
    Bad,
    BadSoft,
    CellInk,
    /// Of a key, by index into the key hues; of a record without a key.
    Key(Option<u8>),
    Group(u32),
}

/// A tint, more or less opaque.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    pub tint: Tint,
    pub alpha: f64,
}

impl Tint {
    pub fn alpha(self, alpha: f64) -> Ink {
        Ink { tint: self, alpha }
    }
}

impl From<Tint> for Ink {
    fn from(tint: Tint) -> Ink {
        tint.alpha(1.0)
    }
}

/// The colours themselves, as `#rrggbb`, since few programs that read SVG know newer notations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    named: [String; 14],
    keys: Vec<String>,
    no_key: String,
    groups: Vec<String>,
}

/// In the order of [`Tint`].
const NAMES: [&str; 14] = [
    "--bg",
    "--panel",
    "--sunk",
    "--line",
    "--line2",
    "--ink",
    "--ink2",
    "--ink3",
    "--accent",
    "--ok",
    "--warn",
    "--bad",
    "--bad-soft",
    "--cell-ink",
];

impl Palette {
    /// `read` gives a property of the style sheet as it is written there; `resolve` turns a colour into `#rrggbb`.
    pub fn read(read: impl Fn(&str) -> String, resolve: impl Fn(&str) -> String) -> Palette {
        let (lightness, chroma) = (read("--cell-l"), read("--cell-c"));
        let cell = |chroma: &str, hue: u16| resolve(&format!("oklch({lightness} {chroma} {hue})"));
        Palette {
            named: NAMES.map(|name| resolve(&read(name))),
            keys: KEY_HUES.iter().map(|hue| cell(&chroma, *hue)).collect(),
            no_key: cell("0.012", 230),
            groups: (0..GROUP_HUES).map(|hue| resolve(&read(&format!("--group-{hue}")))).collect(),
        }
    }

    pub fn color(&self, tint: Tint) -> &str {
        let at = match tint {
            Tint::Key(hue) => return hue.and_then(|hue| self.keys.get(usize::from(hue))).unwrap_or(&self.no_key),
            Tint::Group(hue) => return &self.groups[(hue % GROUP_HUES) as usize],
            Tint::Background => 0,
            Tint::Panel => 1,
            Tint::Sunk => 2,
            Tint::Line => 3,
            Tint::Line2 => 4,
            Tint::Ink => 5,
            Tint::Ink2 => 6,
            Tint::Ink3 => 7,
            Tint::Accent => 8,
            Tint::Ok => 9,
            Tint::Warn => 10,
            Tint::Bad => 11,
            Tint::BadSoft => 12,
            Tint::CellInk => 13,
        };
        &self.named[at]
    }
}
