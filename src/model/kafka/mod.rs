//! Apache Kafka: clients, brokers and the group coordinator.

pub mod assignor;
pub mod config;
pub mod coordinator;
pub mod java_order;
pub mod message;
pub mod partitioner;
