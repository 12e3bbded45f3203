//! The document that people save and share, and the catalogue of those that come with the playground.

mod bookmark;
pub mod catalog;
mod document;
mod fields;
mod limits;
pub mod link;
pub mod opening;
mod reading;
mod run;
mod timed;

pub use bookmark::Bookmark;
pub use document::{AT_US_MAX, Scenario, VERSION};
pub use limits::ROWS_MAX;
pub use run::Run;
pub use timed::Timed;
