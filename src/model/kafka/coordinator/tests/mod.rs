//! The rules of both group protocols, a theme a file. Where a test of Kafka's `GroupMetadataManagerTest` shows the same,
//! its name is given.

mod committing;
mod context;
mod heartbeating;
mod joining;
mod leaving;
mod limits;
mod reconciling;
mod rejoining;
mod static_membership;
mod syncing;
mod voting;

use context::Room;
