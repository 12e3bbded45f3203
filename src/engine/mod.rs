//! Commands in, observations out: the world, its future, and how one becomes the other.
//!
//! ```text
//!   Command ──▶ Simulation ──▶ Observation { at, subject, fact, cause }
//!                 │  ▲
//!         World ◀─┘  └── Calendar (what is still to happen)
//! ```
//!
//! A run is a seed, a cluster's configuration and a list of timed commands. [`Simulation::step_until`] handles every
//! event up to a moment in the order of time; who calls it how often makes no difference to what happens.

pub mod command;
mod coordinators;
mod digest;
mod dispatch;
mod effects;
mod ledger;
mod losses;
mod meter;
mod observation;
mod ownership;
mod reasons;
mod simulation;
mod stage;
mod totals;
mod world;

pub use command::Command;
pub use coordinators::Holders;
pub use digest::Digest;
pub use ledger::{Coverage, Ledger};
pub use losses::Acknowledged;
pub use meter::Meter;
pub use observation::{Cause, CommandId, Observation, ObservationId};
pub use ownership::{Owner, Ownership};
pub use simulation::{Progress, Simulation, TimedCommand};
pub use stage::{Place, Stage};
pub use totals::Totals;
pub use world::{Actor, GroupSpec, Letter, World};
