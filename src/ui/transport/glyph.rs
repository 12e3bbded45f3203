//! The shapes of marks. Each kind has its own, so that none is told from another by colour alone.

use yew::prelude::*;

use crate::session::MarkKind;

/// What a mark of the timeline stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Kind(MarkKind),
    /// A moment that somebody named.
    Bookmark,
    /// Something that has yet to happen, and will unless something comes between.
    Expected,
}

impl Glyph {
    /// On a 12 × 12 grid.
    fn path(self) -> &'static str {
        match self {
            Glyph::Kind(MarkKind::Command) => "M3 1.500l8 4.500-8 4.500z",
            Glyph::Kind(MarkKind::Fault) => "M2 2l8 8M10 2l-8 8",
            Glyph::Kind(MarkKind::Rebalance) => "M6 .5l5.500 5.500-5.500 5.500-5.500-5.500z",
            Glyph::Kind(MarkKind::Timeout) | Glyph::Expected => "M2 1h8l-3 5 3 5h-8l3-5z",
            Glyph::Kind(MarkKind::Election) => {
                "M6 .5l1.600 3.700 4 .4-3 2.700.9 4-3.500-2.100-3.500 2.100.9-4-3-2.700 4-.4z"
            }
            Glyph::Kind(MarkKind::Retention) => "M1.500 2h9v2.500h-9zM2.500 6h7v5h-7z",
            Glyph::Kind(MarkKind::Loss) => "M6 .5L11.500 11H.5z",
            Glyph::Bookmark => "M3 1h6v10l-3-3-3 3z",
        }
    }

    /// For the colour.
    pub fn class(self) -> &'static str {
        match self {
            Glyph::Kind(MarkKind::Command) => "mark-command",
            Glyph::Kind(MarkKind::Fault) => "mark-fault",
            Glyph::Kind(MarkKind::Rebalance) => "mark-rebalance",
            Glyph::Kind(MarkKind::Timeout) => "mark-timeout",
            Glyph::Kind(MarkKind::Election) => "mark-election",
            Glyph::Kind(MarkKind::Retention) => "mark-retention",
            Glyph::Kind(MarkKind::Loss) => "mark-loss",
            Glyph::Bookmark => "mark-bookmark",
            Glyph::Expected => "mark-expected",
        }
    }

    pub fn drawn(self) -> Html {
        html! { <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true"><path d={self.path()} /></svg> }
    }
}

/// Every kind, the gravest first.
pub const BY_GRAVITY: [MarkKind; 7] = [
    MarkKind::Loss,
    MarkKind::Fault,
    MarkKind::Timeout,
    MarkKind::Election,
    MarkKind::Rebalance,
    MarkKind::Retention,
    MarkKind::Command,
];

/// Lower is graver.
pub fn gravity(kind: MarkKind) -> usize {
    BY_GRAVITY.iter().position(|listed| *listed == kind).unwrap_or(BY_GRAVITY.len())
}
