//! The systems that the playground shows, as sans-IO state machines: messages and timers in, messages and timers out.

pub mod actor;
pub mod fact;
pub mod kafka;
pub mod log;
mod name;
pub mod refusal;
pub mod workload;

pub use name::{NAME_MAX, Name, TopicId, TopicPartition};
