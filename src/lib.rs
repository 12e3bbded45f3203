//! Headwater: an in-memory partitioned log and consumer-group engine, and the playground around it.

pub mod engine;
pub mod kernel;
pub mod metrics;
pub mod model;
pub mod runner;
pub mod scenario;
pub mod scene;
pub mod session;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
