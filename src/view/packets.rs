//! What flies along the wires at this instant.

use crate::model::{Name, TopicPartition};

/// One thing in flight. Its position follows from its send and arrival times, so it is right at every frame rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketView {
    pub route: Route,
    /// How far it is, in parts per million of its way. A held packet waits half-way.
    pub progress_ppm: u32,
    pub cargo: Cargo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A batch on its way to the leader of its partition.
    ProducerToLane {
        producer: Name,
        partition: TopicPartition,
    },
    /// Fetched records on their way to the consumer.
    LaneToConsumer {
        partition: TopicPartition,
        consumer: Name,
    },
    /// A protocol message of a client, and its answer. Clients talk to brokers; on the stage, to the topic they use.
    FromClient {
        client: Name,
    },
    ToClient {
        client: Name,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cargo {
    /// Records: how many, and the key number of the first (its hue).
    Records { count: u32, key: Option<u32> },
    /// A protocol message, by its name in Kafka's protocol: `JoinGroup`, `Heartbeat`, ...
    Message { name: &'static str },
}
