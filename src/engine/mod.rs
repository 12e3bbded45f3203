//! Commands in, observations out.

pub mod command;
