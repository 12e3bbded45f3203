//! How fast the engine is, over the full path.
//!
//! Keyed records are produced with `acks=all` by an idempotent producer, replicated three ways, fetched by a group of
//! three, processed and committed; the whole log is kept. Nothing is left out of what every scenario does. What makes it
//! fast is what makes Kafka fast: batches of a megabyte, so that nearly all the work is a batch's and not a record's.

use serde::Serialize;

use super::group_lag;
use crate::engine::{Command, Simulation, World};
use crate::kernel::{Span, Time};
use crate::model::Name;
use crate::model::kafka::config::{AutoOffsetReset, ClusterConfig, ConsumerConfig, ProducerConfig, TopicConfig};
use crate::model::workload::{Arrivals, KeySpace, PerSecond, Workload};

const SEED: u64 = 1;
const PARTITIONS: u32 = 12;
const MEMBERS: u32 = 3;
const REPLICAS: u32 = 3;
const KEYS: u32 = 10_000;
const VALUE_BYTES: u32 = 100;
const BATCH_BYTES: u32 = 1_000_000;
/// One record in every microsecond of virtual time.
const RATE: PerSecond = PerSecond::MAX;

/// When the group has found together and production begins.
const BEGIN: Time = Time::from_secs(10);

/// Virtual time between two looks at how far it is.
const SLICE: Span = Span::from_millis(500);

/// What a run of the benchmark came to, apart from the real time it took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub records: u64,
    /// Memory that a retained record takes, with its share of batches, segments and the group's account; rounded up.
    pub bytes_per_record: u64,
    pub simulated_us: u64,
    pub events: u64,
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub outcome: Outcome,
    pub records_per_s: u64,
    pub wall_us: u64,
}

impl Outcome {
    /// With the real time it took, from whoever has a clock.
    pub fn timed(self, wall: Span) -> Report {
        let wall_us = wall.as_micros().max(1);
        let records_per_s = (u128::from(self.records) * 1_000_000 / u128::from(wall_us)) as u64;
        Report { outcome: self, records_per_s, wall_us }
    }
}

/// Until as many records are produced, and every one of them is processed and committed.
pub fn run(records: u64) -> Outcome {
    let mut simulation = assembled();
    step_to(&mut simulation, BEGIN);
    give(&mut simulation, producer());
    step_to(&mut simulation, BEGIN + Span::from_micros(records));
    give(
        &mut simulation,
        Command::SetProducing { producer: "source".into(), producing: crate::engine::command::Switch::Off },
    );
    while !is_done(simulation.world(), records) {
        let next = simulation.now() + SLICE;
        step_to(&mut simulation, next);
    }
    let bytes = memory_bytes(simulation.world());
    Outcome {
        records,
        bytes_per_record: bytes.div_ceil(records.max(1)),
        simulated_us: simulation.now().as_micros(),
        events: simulation.events(),
        digest: simulation.digest().to_string(),
    }
}

/// Brokers, topic and group; the source comes once the group is together.
fn assembled() -> Simulation {
    let brokers = REPLICAS;
    let mut simulation = Simulation::new(SEED, ClusterConfig { brokers, ..Default::default() });
    let config = TopicConfig { partitions: PARTITIONS, replication_factor: REPLICAS, ..Default::default() };
    give(&mut simulation, Command::AddTopic { topic: "log".into(), config });
    let config = ConsumerConfig {
        auto_offset_reset: AutoOffsetReset::Earliest,
        max_poll_records: 1_000_000,
        ..Default::default()
    };
    give(&mut simulation, Command::AddGroup { group: "readers".into(), topics: vec!["log".into()], config });
    for member in 1..=MEMBERS {
        let consumer = Name::from(format!("reader-{member}"));
        give(&mut simulation, Command::AddConsumer { consumer, group: "readers".into() });
    }
    simulation
}

fn producer() -> Command {
    let workload = Workload {
        arrivals: Arrivals::Constant { per_second: RATE },
        keys: KeySpace::Uniform { prefix: "key".into(), count: KEYS },
        value_bytes: VALUE_BYTES,
        ..Workload::default()
    };
    let config = ProducerConfig { batch_size: BATCH_BYTES, linger_ms: 1_000, ..Default::default() };
    Command::AddProducer { producer: "source".into(), topic: Some("log".into()), config, workload }
}

fn give(simulation: &mut Simulation, command: Command) {
    simulation.dispatch(command).expect("the commands of the benchmark are in order");
}

/// In slices, since observations pile up until they are taken.
fn step_to(simulation: &mut Simulation, limit: Time) {
    while simulation.now() < limit {
        let next = limit.min(simulation.now() + SLICE);
        simulation.step_until(next, u64::MAX);
        simulation.take_observations();
    }
}

fn is_done(world: &World, records: u64) -> bool {
    let totals = world.totals();
    assert!(totals.produced <= records, "{} produced of {records}: the source did not stop in time", totals.produced);
    assert!(world.now < BEGIN + Span::from_micros(records) + Span::from_secs(600), "the readers make no progress");
    totals.processed >= records && group_lag(world, &"readers".into()) == 0
}

/// What is kept for the sake of the records: theirs once, since replicas share them, and each replica's own structure.
fn memory_bytes(world: &World) -> u64 {
    let mut bytes: u64 = world.groups.values().map(|spec| spec.ledger.memory_bytes()).sum();
    for partition in world.brokers.values().flat_map(|broker| broker.partitions.values()) {
        bytes += partition.log.memory_bytes();
        if partition.leads() {
            let batches = partition.log.batches_from(partition.log.start());
            bytes += batches.map(|batch| batch.records.memory_bytes()).sum::<u64>();
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_benchmark_does_what_it_counts() {
        let outcome = run(20_000);
        assert_eq!(outcome.records, 20_000);
        assert!(outcome.bytes_per_record <= 64, "{} bytes a record", outcome.bytes_per_record);
        assert_eq!(outcome, run(20_000), "the same run, to the bit");
    }

    #[test]
    fn a_rate_is_records_by_real_time() {
        let report = run(1_000).timed(Span::from_millis(2));
        assert_eq!((report.records_per_s, report.wall_us), (500_000, 2_000));
    }
}
