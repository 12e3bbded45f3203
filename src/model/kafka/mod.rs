//! Apache Kafka: clients, brokers and the group coordinator.
