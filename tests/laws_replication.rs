//! Laws of replication, over random runs with random faults. A law that breaks says how to see the run again.

mod reproduction {
    pub mod case;
    pub mod recorded;
    pub mod seen;
}

use std::collections::BTreeMap;

use headwater::engine::command::Switch;
use headwater::engine::{Command, Simulation};
use headwater::kernel::{Delay, Span, Time};
use headwater::model::TopicPartition;
use headwater::model::kafka::broker::{Life, Partition};
use headwater::model::kafka::config::{Acks, ClusterConfig, ProducerConfig, TopicConfig};
use headwater::model::kafka::message::BrokerId;
use headwater::model::workload::{Arrivals, KeySpace, PerSecond, Workload};
use proptest::prelude::*;
use reproduction::case::reproducible;
use reproduction::recorded::scenario_of;

const BROKERS: u32 = 3;

/// Something that happens to a broker or to the producer, so long after the last thing.
#[derive(Clone, Debug)]
struct Event {
    after_ms: u64,
    fault: Fault,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Kill(u32),
    Restart(u32),
    ShutDown(u32),
    /// Between two brokers, or a broker and the controller (0).
    Cut(u32, u32),
    Repair(u32, u32),
    Hold(u32, u32),
    Release(u32, u32),
    Wipe(u32),
    PreferredElection,
    /// Between the producer and a broker.
    CutOff(u32),
    Reconnect(u32),
    HoldBack(u32),
    LetGo(u32),
    /// Messages of the producer take up to so many milliseconds from now on, and so many in a million are lost.
    Delay(u64, u32),
    /// The producer's clock runs so many millionths fast, and is so many milliseconds ahead.
    SetClock(i32, i64),
}

fn machine(number: u32) -> headwater::model::Name {
    if number == 0 { "controller".into() } else { BrokerId(number).name() }
}

impl Fault {
    fn command(self) -> Command {
        let producer = || headwater::model::Name::from("p");
        match self {
            Fault::Kill(broker) => Command::KillBroker { broker: machine(broker) },
            Fault::Restart(broker) => Command::RestartBroker { broker: machine(broker) },
            Fault::ShutDown(broker) => Command::ShutDownBroker { broker: machine(broker) },
            Fault::Wipe(broker) => Command::WipeBroker { broker: machine(broker) },
            Fault::Cut(a, b) => Command::Partition { a: machine(a), b: machine(b) },
            Fault::Repair(a, b) => Command::Repair { a: machine(a), b: machine(b) },
            Fault::Hold(a, b) => Command::Hold { a: machine(a), b: machine(b) },
            Fault::Release(a, b) => Command::Release { a: machine(a), b: machine(b) },
            Fault::CutOff(broker) => Command::Partition { a: producer(), b: machine(broker) },
            Fault::Reconnect(broker) => Command::Repair { a: producer(), b: machine(broker) },
            Fault::HoldBack(broker) => Command::Hold { a: producer(), b: machine(broker) },
            Fault::LetGo(broker) => Command::Release { a: producer(), b: machine(broker) },
            Fault::Delay(most, loss) => {
                Command::SetNetwork { client_latency: up_to(most), loss_ppm: headwater::kernel::Ppm(loss) }
            }
            Fault::SetClock(drift_ppm, ahead_ms) => Command::SetClock { client: producer(), drift_ppm, ahead_ms },
            Fault::PreferredElection => Command::ElectLeaders {
                election: headwater::engine::command::Election::Preferred,
                topic: None,
                partition: None,
            },
        }
    }
}

fn up_to(most_ms: u64) -> Delay {
    Delay::Uniform { min_us: Span::from_millis(1), max_us: Span::from_millis(most_ms) }
}

fn fault() -> impl Strategy<Value = Fault> {
    let broker = || 1..=BROKERS;
    let pair = || (0..=BROKERS, 1..=BROKERS).prop_filter("two machines", |(a, b)| a != b);
    prop_oneof![
        3 => broker().prop_map(Fault::Kill),
        4 => broker().prop_map(Fault::Restart),
        1 => broker().prop_map(Fault::ShutDown),
        2 => pair().prop_map(|(a, b)| Fault::Cut(a, b)),
        3 => pair().prop_map(|(a, b)| Fault::Repair(a, b)),
        1 => pair().prop_map(|(a, b)| Fault::Hold(a, b)),
        2 => pair().prop_map(|(a, b)| Fault::Release(a, b)),
        1 => Just(Fault::PreferredElection),
        1 => broker().prop_map(Fault::CutOff),
        2 => broker().prop_map(Fault::Reconnect),
        1 => broker().prop_map(Fault::HoldBack),
        2 => broker().prop_map(Fault::LetGo),
        1 => (1..2_000_u64, 0..50_000_u32).prop_map(|(most, loss)| Fault::Delay(most, loss)),
        2 => (-900_000..3_000_000_i32, -60_000..60_000_i64).prop_map(|(drift, ahead)| Fault::SetClock(drift, ahead)),
    ]
}

fn events(fault: impl Strategy<Value = Fault>) -> impl Strategy<Value = Vec<Event>> {
    let event = (0u64..15_000, fault).prop_map(|(after_ms, fault)| Event { after_ms, fault });
    prop::collection::vec(event, 1..24)
}

/// A run in which faults happen, and what has to hold at any moment of it.
struct Run {
    simulation: Simulation,
    /// The highest high watermark that a leader had in its epoch.
    high_watermarks: BTreeMap<(TopicPartition, u32), u64>,
    /// What each leader's log had, by epoch and offset: who wrote it first decides.
    history: BTreeMap<(TopicPartition, u32, u64), u32>,
}

fn cluster() -> ClusterConfig {
    ClusterConfig {
        client_latency: up_to(20),
        broker_latency: up_to(30),
        replica_lag_time_max_ms: 10_000,
        ..Default::default()
    }
}

impl Run {
    fn new(seed: u64, topic: TopicConfig, acks: Acks) -> Self {
        let mut run = Run {
            simulation: Simulation::new(seed, cluster()),
            high_watermarks: BTreeMap::new(),
            history: BTreeMap::new(),
        };
        run.give(Command::AddTopic { topic: "orders".into(), config: topic });
        let config = ProducerConfig {
            acks,
            enable_idempotence: acks == Acks::All,
            request_timeout_ms: 3_000,
            delivery_timeout_ms: 20_000,
            ..Default::default()
        };
        let workload = Workload {
            arrivals: Arrivals::Poisson { per_second: PerSecond::new(5) },
            keys: KeySpace::Uniform { prefix: "key".into(), count: 9 },
            ..Default::default()
        };
        run.give(Command::AddProducer { producer: "p".into(), topic: Some("orders".into()), config, workload });
        run.step_to(Time::from_secs(3));
        run
    }

    /// A fault that is out of place is refused, and changes nothing.
    fn give(&mut self, command: Command) {
        let _ = self.simulation.dispatch(command);
    }

    fn step_to(&mut self, limit: Time) {
        while self.simulation.now() < limit {
            let next = limit.min(self.simulation.now() + Span::from_millis(250));
            self.simulation.step_until(next, u64::MAX);
            self.simulation.take_observations();
            self.check();
        }
    }

    fn play(&mut self, events: &[Event]) {
        for event in events {
            self.step_to(self.simulation.now() + Span::from_millis(event.after_ms));
            self.give(event.fault.command());
            self.check();
        }
    }

    /// Everything is repaired and started, and production ends; then time passes.
    fn heal(&mut self) {
        for a in 0..=BROKERS {
            for b in 1..=BROKERS {
                if a != b {
                    self.give(Command::Release { a: machine(a), b: machine(b) });
                    self.give(Command::Repair { a: machine(a), b: machine(b) });
                }
            }
        }
        self.give(Fault::Delay(20, 0).command());
        self.give(Fault::SetClock(0, 0).command());
        for broker in 1..=BROKERS {
            self.give(Fault::LetGo(broker).command());
            self.give(Fault::Reconnect(broker).command());
            if self.simulation.world().brokers[&BrokerId(broker)].life != Life::Running {
                self.give(Fault::Restart(broker).command());
            }
        }
        self.give(Command::SetProducing { producer: "p".into(), producing: Switch::Off });
        self.step_to(self.simulation.now() + Span::from_secs(90));
    }

    fn check(&mut self) {
        let world = self.simulation.world();
        for broker in world.brokers.values() {
            for (name, replica) in &broker.partitions {
                assert!(replica.log.start() <= replica.high_watermark, "{name} on {}", broker.id.0);
                assert!(replica.high_watermark <= replica.log.end(), "{name} on {}", broker.id.0);
                if replica.leads() && broker.life.has_process() {
                    let known = self.high_watermarks.entry((name.clone(), replica.leader_epoch)).or_default();
                    assert!(*known <= replica.high_watermark, "the high watermark of {name} went back");
                    *known = replica.high_watermark;
                }
                for (epoch, offset, records) in batches(replica) {
                    let first = *self.history.entry((name.clone(), epoch, offset)).or_insert(records);
                    assert_eq!(first, records, "{name}: offset {offset} of epoch {epoch} was written twice");
                }
            }
        }
    }

    fn holds(mut self, case: impl FnOnce(&mut Run) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
        reproducible(&mut self, |run| scenario_of(&run.simulation, cluster()), case)
    }

    /// Records in the logs of all leaders.
    fn written(&self) -> u64 {
        let world = self.simulation.world();
        world.cluster.partitions().filter_map(|(name, _)| Some(world.leader(&name)?.log.end())).sum()
    }

    /// All replicas have the same.
    fn agree(&self) {
        let world = self.simulation.world();
        for (name, replicas) in world.cluster.partitions() {
            let leader = world.leader(&name).expect("everybody is back");
            assert_eq!(replicas.isr.len(), replicas.brokers.len(), "{name}: everybody is in sync again");
            for broker in &replicas.brokers {
                let replica = &world.brokers[broker].partitions[&name];
                assert!(batches(replica).eq(batches(leader)), "{name} on {} differs", broker.0);
            }
        }
    }
}

fn batches(replica: &Partition) -> impl Iterator<Item = (u32, u64, u32)> {
    let all = replica.log.batches_from(replica.log.start());
    all.map(|batch| (batch.leader_epoch, batch.base_offset, batch.records.len()))
}

fn safe() -> TopicConfig {
    TopicConfig { partitions: 2, replication_factor: 3, min_insync_replicas: 2, ..Default::default() }
}

/// `PROPTEST_CASES`, if it is set.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 48 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_acknowledged_record_is_lost_with_acks_all_and_two_in_sync_replicas(seed: u64, events in events(fault())) {
        Run::new(seed, safe(), Acks::All).holds(|run| {
            run.play(&events);
            run.heal();
            run.agree();
            prop_assert_eq!(run.simulation.world().lost(), 0);
            let totals = run.simulation.world().totals();
            prop_assert!(totals.acknowledged > 0);
            // An idempotent producer's records are in the log once, however often they were sent.
            let written = run.written();
            let acknowledged = totals.acknowledged;
            prop_assert!(written >= acknowledged, "{written} records are in the log, {acknowledged} were acknowledged");
            prop_assert!(written <= totals.produced, "{written} are in the log of {} produced", totals.produced);
            Ok(())
        })?;
    }

    #[test]
    fn replicas_agree_in_the_end_whatever_is_lost_on_the_way(
        seed: u64,
        events in events(prop_oneof![8 => fault(), 1 => (1..=BROKERS).prop_map(Fault::Wipe)]),
        unclean: bool,
    ) {
        let topic = TopicConfig { unclean_leader_election_enable: unclean, min_insync_replicas: 1, ..safe() };
        Run::new(seed, topic, Acks::Leader).holds(|run| {
            run.play(&events);
            run.heal();
            run.agree();
            Ok(())
        })?;
    }
}
