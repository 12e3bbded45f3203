//! The whole playground without a browser.

pub mod import;
