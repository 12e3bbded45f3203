//! The rules of the classic protocol, a theme a file. Where a test of Kafka's `GroupMetadataManagerTest` shows the same,
//! its name is given.

mod committing;
mod context;
mod heartbeating;
mod joining;
mod leaving;
mod rejoining;
mod syncing;
mod voting;

use context::Room;
