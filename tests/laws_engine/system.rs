//! Where a random run begins: topics, producers and groups, quick enough for much to happen in a minute.

use headwater::engine::command::Command;
use headwater::kernel::{Delay, Ppm, Span};
use headwater::model::Name;
use headwater::model::kafka::assignor::Assignor;
use headwater::model::kafka::assignor::remote::RemoteAssignor;
use headwater::model::kafka::config::{
    AcknowledgementMode, Acks, AutoOffsetReset, CleanupPolicy, ClusterConfig, ConsumerConfig, GroupProtocol,
    InstanceId, IsolationLevel, ProcessingGuarantee, ProducerConfig, Ratio, TopicConfig,
};
use headwater::model::workload::{Arrivals, KeySpace, PerSecond, Workload};
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub struct System {
    pub seed: u64,
    pub cluster: ClusterConfig,
    /// At the very beginning.
    pub commands: Vec<Command>,
}

pub fn any_system() -> impl Strategy<Value = System> {
    system_of(any_group())
}

/// Whose groups all share their records.
pub fn any_sharing_system() -> impl Strategy<Value = System> {
    system_of(any_share_group())
}

/// What a pipeline reads, and what it writes.
pub const PIPELINE_INPUT: &str = "in";
pub const PIPELINE_OUTPUT: &str = "out";

/// A group that makes one topic of another, exactly once. Of those who write its input one does so in transactions, and aborts
/// some of them.
pub fn any_pipeline() -> impl Strategy<Value = System> {
    let shape = (1..4_u32, 1..4_u32, 0..60_u32, 0..3_u32);
    (any::<u64>(), any_cluster(), shape, any_pipeline_group(), 1..4_usize).prop_map(
        |(seed, cluster, (partitions, outputs, abort_percent, commit_after), config, members)| {
            let cluster = ClusterConfig { brokers: 3, ..cluster };
            let topic = |name: &str, partitions: u32| Command::AddTopic {
                topic: name.into(),
                config: TopicConfig { partitions, replication_factor: 3, min_insync_replicas: 2, ..Default::default() },
            };
            let plain = ProducerConfig {
                batch_size: 400,
                request_timeout_ms: 2_000,
                delivery_timeout_ms: 20_000,
                ..Default::default()
            };
            let transactional = ProducerConfig {
                transactional_id: Some("writer".into()),
                transaction_timeout_ms: 8_000,
                commit_after_ms: 100 + 700 * commit_after,
                abort_percent,
                ..plain.clone()
            };
            let producer = |name: &str, config: ProducerConfig| Command::AddProducer {
                producer: name.into(),
                topic: Some(PIPELINE_INPUT.into()),
                config,
                workload: Workload {
                    arrivals: Arrivals::Poisson { per_second: PerSecond::new(4) },
                    keys: KeySpace::Uniform { prefix: format!("{name}/"), count: 4 },
                    value_bytes: 60,
                    tombstones_ppm: Ppm(0),
                },
            };
            let mut commands = vec![
                topic(PIPELINE_INPUT, partitions),
                topic(PIPELINE_OUTPUT, outputs),
                producer("p0", plain),
                producer("p1", transactional),
                Command::AddGroup { group: "g".into(), topics: vec![PIPELINE_INPUT.into()], config },
            ];
            commands.extend(
                (0..members).map(|m| Command::AddConsumer { consumer: format!("g-{m}").into(), group: "g".into() }),
            );
            System { seed, cluster, commands }
        },
    )
}

fn any_pipeline_group() -> impl Strategy<Value = ConsumerConfig> {
    (any_protocol(), 1..20_u32, 0..60_u64).prop_map(|(config, max_poll_records, service)| ConsumerConfig {
        max_poll_records,
        service_time: Delay::constant_millis(service),
        isolation_level: IsolationLevel::ReadCommitted,
        processing_guarantee: ProcessingGuarantee::ExactlyOnce,
        output_topic: Some(PIPELINE_OUTPUT.into()),
        transaction_timeout_ms: 8_000,
        ..config
    })
}

fn system_of(group: impl Strategy<Value = ConsumerConfig>) -> impl Strategy<Value = System> {
    let topics = prop::collection::vec((1..5_u32, 1..3_u32, any_policy()), 1..3);
    let producers = prop::collection::vec(any_producer(), 1..3);
    let groups = prop::collection::vec((group, 1..4_usize), 1..3);
    (any::<u64>(), any_cluster(), topics, producers, groups).prop_map(|(seed, cluster, topics, producers, groups)| {
        let mut commands: Vec<Command> = (0..).zip(&topics).map(|(n, shape)| add_topic(n, *shape)).collect();
        commands.extend((0..).zip(producers).map(|(n, shape)| add_producer(n, topics.len(), shape)));
        for (n, (config, members)) in (0..).zip(groups) {
            let group = Name::from(format!("g{n}"));
            commands.push(Command::AddGroup { group: group.clone(), topics: all(topics.len()), config });
            let consumer = |m| Command::AddConsumer { consumer: format!("g{n}-{m}").into(), group: group.clone() };
            commands.extend((0..members).map(consumer));
        }
        System { seed, cluster, commands }
    })
}

fn any_cluster() -> impl Strategy<Value = ClusterConfig> {
    let latency = (0..3_000_u64, 0..40_000_u64).prop_map(|(min, more)| Delay::Uniform {
        min_us: Span::from_micros(min),
        max_us: Span::from_micros(min + more),
    });
    let loss = prop_oneof![3 => Just(0), 1 => 0..50_000_u32];
    (latency, loss, 0..2_000_u64).prop_map(|(client_latency, loss, delay)| ClusterConfig {
        brokers: 2,
        client_latency,
        loss_ppm: Ppm(loss),
        group_initial_rebalance_delay_ms: delay,
        log_cleaner_backoff_ms: 2_000,
        group_consumer_session_timeout_ms: 6_000,
        group_consumer_heartbeat_interval_ms: 500,
        group_share_session_timeout_ms: 6_000,
        group_share_heartbeat_interval_ms: 500,
        group_share_record_lock_duration_ms: 15_000,
        group_share_delivery_count_limit: 3,
        group_share_partition_max_record_locks: 100,
        ..Default::default()
    })
}

fn topic(n: usize) -> Name {
    format!("t{n}").into()
}

fn all(topics: usize) -> Vec<Name> {
    (0..topics).map(topic).collect()
}

/// Compacted topics are cleaned whenever anything is dirty, and forget what was deleted soon.
fn any_policy() -> impl Strategy<Value = CleanupPolicy> {
    prop_oneof![2 => Just(CleanupPolicy::Delete), 1 => Just(CleanupPolicy::Compact)]
}

fn add_topic(n: usize, (partitions, replication_factor, cleanup_policy): (u32, u32, CleanupPolicy)) -> Command {
    let config = TopicConfig {
        partitions,
        replication_factor,
        cleanup_policy,
        segment_bytes: if cleanup_policy.compacts() { 1_024 } else { 4_096 },
        min_cleanable_dirty_ratio: Ratio { ppm: 100_000 },
        delete_retention_ms: 3_000,
        ..Default::default()
    };
    Command::AddTopic { topic: topic(n), config }
}

#[derive(Clone, Debug)]
struct ProducerShape {
    topic: prop::sample::Index,
    per_second: u32,
    keys: u32,
    config: ProducerConfig,
}

fn any_producer() -> impl Strategy<Value = ProducerShape> {
    // A quarter of them have room for a few batches only.
    let buffer = prop_oneof![3 => Just(None), 1 => (1_200..2_500_u32).prop_map(Some)];
    let config = (any::<bool>(), 1..6_u32, 0..30_u64, buffer, 0..1_000_u32);
    let config = config.prop_map(|(enable_idempotence, max_in_flight, linger_ms, buffer, availability_timeout_ms)| {
        let acks = if enable_idempotence { Acks::All } else { Acks::Leader };
        let config = ProducerConfig { acks, batch_size: 400, linger_ms, max_in_flight, ..Default::default() };
        let config = ProducerConfig { availability_timeout_ms, max_block_ms: 3_000, ..config };
        let config = ProducerConfig { buffer_memory: buffer.unwrap_or(config.buffer_memory), ..config };
        ProducerConfig { enable_idempotence, request_timeout_ms: 2_000, delivery_timeout_ms: 20_000, ..config }
    });
    (any::<prop::sample::Index>(), 0..12_u32, 0..4_u32, config)
        .prop_map(|(topic, per_second, keys, config)| ProducerShape { topic, per_second, keys, config })
}

/// Every key says whose it is.
fn add_producer(n: usize, topics: usize, shape: ProducerShape) -> Command {
    let ProducerShape { topic: pick, per_second, keys, config } = shape;
    let producer = Name::from(format!("p{n}"));
    let arrivals = Arrivals::Poisson { per_second: PerSecond::new(u64::from(per_second)) };
    let keys = KeySpace::Uniform { prefix: format!("{producer}/"), count: keys + 1 };
    let workload = Workload { arrivals, keys, value_bytes: 60, tombstones_ppm: Ppm(100_000) };
    Command::AddProducer { producer, topic: Some(topic(pick.index(topics))), config, workload }
}

/// A group as it is added in the middle of a run.
pub fn group_config() -> ConsumerConfig {
    ConsumerConfig {
        session_timeout_ms: 6_000,
        heartbeat_interval_ms: 500,
        max_poll_interval_ms: 4_000,
        max_poll_records: 20,
        auto_offset_reset: AutoOffsetReset::Earliest,
        auto_commit_interval_ms: 700,
        request_timeout_ms: 2_000,
        metadata_max_age_ms: 3_000,
        service_time: Delay::constant_millis(20),
        ..Default::default()
    }
}

/// Either protocol, with any assignor; static members or dynamic ones.
fn any_protocol() -> impl Strategy<Value = ConsumerConfig> {
    use Assignor::{CooperativeSticky, Range, RoundRobin, Sticky};
    let classic = prop::sample::select(vec![
        vec![Range],
        vec![RoundRobin],
        vec![Sticky],
        vec![CooperativeSticky],
        vec![Range, CooperativeSticky],
    ]);
    let classic = classic.prop_map(|assignors| ConsumerConfig { assignors, ..group_config() });
    let remote = prop::option::of(prop::sample::select(vec![RemoteAssignor::Uniform, RemoteAssignor::Range]));
    let consumer = remote.prop_map(|remote_assignor| ConsumerConfig {
        protocol: GroupProtocol::Consumer,
        remote_assignor,
        ..group_config()
    });
    let instance_id = prop_oneof![3 => Just(None), 1 => Just(Some(InstanceId::ClientId))];
    let protocol = prop_oneof![2 => classic, 1 => consumer];
    (protocol, instance_id).prop_map(|(config, instance_id)| ConsumerConfig { instance_id, ..config })
}

/// Reads everything, at least once.
fn any_group() -> impl Strategy<Value = ConsumerConfig> {
    (any_protocol(), any::<bool>(), 1..20_u32, 0..60_u64).prop_map(|(config, auto, max_poll_records, service)| {
        ConsumerConfig {
            enable_auto_commit: auto,
            max_poll_records,
            service_time: Delay::constant_millis(service),
            ..config
        }
    })
}

/// Some of what it acknowledges it gives back, or calls impossible to process.
fn any_share_group() -> impl Strategy<Value = ConsumerConfig> {
    let mode = prop_oneof![Just(AcknowledgementMode::Implicit), Just(AcknowledgementMode::Explicit)];
    (mode, 0..40_u32, 0..20_u32, 1..20_u32, 0..60_u64).prop_map(|(mode, release, reject, max_poll_records, service)| {
        ConsumerConfig {
            protocol: GroupProtocol::Share,
            share_auto_offset_reset: AutoOffsetReset::Earliest,
            share_acknowledgement_mode: mode,
            release_percent: release,
            reject_percent: reject,
            max_poll_records,
            service_time: Delay::constant_millis(service),
            ..group_config()
        }
    })
}
