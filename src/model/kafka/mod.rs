//! Apache Kafka: clients, brokers and the group coordinator.

pub mod assignor;
pub mod broker;
pub mod client;
pub mod cluster;
pub mod config;
pub mod consumer;
pub mod controller;
pub mod coordinator;
pub mod java_order;
pub mod message;
pub mod partitioner;
pub mod producer;
pub mod transaction;
