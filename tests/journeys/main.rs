//! What a visitor does, in a real browser, on the page that `scripts/build` made.
//!
//! A file per journey. A journey reads as the visitor's own list of steps; how a step is done is the harness's business.
//! `scripts/test` runs them. By hand, after `scripts/build`: `cargo test --features journeys --test journeys`.

mod agrees;
mod builds;
mod fails;
mod first_minute;
mod handles;
mod harness;
mod imports;
mod keeps;
mod later;
mod offline;
mod opens;
mod operates;
mod refuses;
mod replays;
mod rewinds;
mod shares;
mod stage;
mod time;
mod verbs;
