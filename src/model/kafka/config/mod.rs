//! What the parts of a Kafka cluster can be configured with, under the real property names and with the real defaults.
//!
//! Times are in milliseconds and sizes in bytes, as in Kafka's own property files. Defaults are those of Kafka 4.0.

mod cluster;
mod consumer;
mod producer;
mod topic;

pub use cluster::{BROKERS_MAX, ClusterConfig};
pub use consumer::{
    AcknowledgementMode, AutoOffsetReset, ConsumerConfig, GroupProtocol, InstanceId, IsolationLevel,
    ProcessingGuarantee,
};
pub use producer::{Acks, ProducerConfig};
pub use topic::{CleanupPolicy, PARTITIONS_MAX, Ratio, TopicConfig};
