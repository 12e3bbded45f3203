//! The opening scene, built instead of read.
//!
//! It is `scenarios/orders.json` once more, and a test holds the two together. A first visit shows it before the reader of
//! documents has been fetched: that is a tenth of the program, and nothing else needs it in the first minute.

use super::{Scenario, Timed};
use crate::engine::Command;
use crate::kernel::{Delay, Span};
use crate::model::Name;
use crate::model::kafka::config::{AutoOffsetReset, ClusterConfig, ConsumerConfig, ProducerConfig, TopicConfig};
use crate::model::workload::{Arrivals, KeySpace, PerSecond, Workload};

pub fn orders() -> Scenario {
    Scenario {
        name: "orders".into(),
        title: "Orders fan-out".into(),
        about: "A shop publishes order_placed once. Inventory, notification, analytics and fraud detection each read it at \
                their own pace."
            .into(),
        seed: 7,
        opens_at_ms: 15_000,
        speed: 0.5,
        cluster: ClusterConfig {
            brokers: 3,
            client_latency: uniform(60, 140),
            broker_latency: uniform(20, 60),
            ..ClusterConfig::default()
        },
        commands: commands().into_iter().map(|command| Timed { at_us: 0, command }).collect(),
        ..Scenario::empty()
    }
}

fn commands() -> Vec<Command> {
    let orders = Name::from("orders");
    let topic = TopicConfig { partitions: 3, replication_factor: 3, ..TopicConfig::default() };
    let mut commands = vec![Command::AddTopic { topic: orders.clone(), config: topic }, checkout(&orders)];
    let groups = [
        ("inventory", 2, 2_000, exponential(20, 120)),
        ("notification", 1, 2_000, uniform(40, 120)),
        ("analytics", 1, 5_000, Delay::constant_millis(30)),
        ("fraud", 1, 5_000, exponential(50, 180)),
    ];
    for (name, consumers, commits_every_ms, service_time) in groups {
        let group = Name::from(name);
        let config = group_config(commits_every_ms, service_time);
        commands.push(Command::AddGroup { group: group.clone(), topics: vec![orders.clone()], config });
        commands.extend((1..=consumers).map(|number| Command::AddConsumer {
            consumer: Name::from(format!("{name}-{number}")),
            group: group.clone(),
        }));
    }
    let places = [
        ("checkout", 40, 200),
        ("orders", 272, 96),
        ("inventory", 760, 24),
        ("notification", 760, 296),
        ("analytics", 760, 424),
        ("fraud", 760, 552),
    ];
    commands.extend(places.into_iter().map(|(node, x, y)| Command::Place { node: Name::from(node), x, y }));
    commands
}

fn checkout(topic: &Name) -> Command {
    Command::AddProducer {
        producer: Name::from("checkout"),
        topic: Some(topic.clone()),
        config: ProducerConfig { metadata_max_age_ms: 5_000, ..ProducerConfig::default() },
        workload: Workload {
            arrivals: Arrivals::Poisson { per_second: PerSecond::new(4) },
            keys: KeySpace::Uniform { prefix: "order".into(), count: 40 },
            value_bytes: 180,
            ..Workload::default()
        },
    }
}

fn group_config(auto_commit_interval_ms: u64, service_time: Delay) -> ConsumerConfig {
    ConsumerConfig {
        session_timeout_ms: 6_000,
        heartbeat_interval_ms: 1_500,
        max_poll_interval_ms: 30_000,
        auto_offset_reset: AutoOffsetReset::Earliest,
        metadata_max_age_ms: 5_000,
        auto_commit_interval_ms,
        service_time,
        ..ConsumerConfig::default()
    }
}

fn uniform(min_ms: u64, max_ms: u64) -> Delay {
    Delay::Uniform { min_us: Span::from_millis(min_ms), max_us: Span::from_millis(max_ms) }
}

fn exponential(min_ms: u64, mean_ms: u64) -> Delay {
    Delay::Exponential { min_us: Span::from_millis(min_ms), mean_us: Span::from_millis(mean_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;

    #[test]
    fn the_opening_scene_is_the_first_of_the_catalogue() {
        assert_eq!(orders(), catalog::all()[0]);
    }
}
