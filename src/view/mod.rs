//! The world turned into plain values, one file per panel.
//!
//! Values have public fields, compare with `Eq` and hold no float, which is what makes re-rendering cheap and panels
//! testable without a browser.

pub mod announce;
pub mod caveats;
pub mod clock;
pub mod command_line;
pub mod comparison;
pub mod config;
pub mod date;
pub mod deed;
pub mod describe;
pub mod lane;
pub mod packets;
pub mod records;
pub mod stage;
pub mod state;
pub mod why;

#[cfg(test)]
mod fixture;
