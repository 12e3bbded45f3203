//! Random runs: a small system, and what is done to it and when.
//!
//! What is done is drawn as numbers; [`Act::command`] turns them into a command that makes sense in the world as it is
//! then: it kills somebody who lives, repairs what is cut. A script shortened by half is a plausible script still.

use std::fmt;

use headwater::engine::command::{Command, Scope, Switch, Target};
use headwater::engine::{Simulation, World};
use headwater::kernel::{Delay, Ppm, Span};
use headwater::model::Name;
use headwater::model::kafka::config::ConsumerConfig;
use headwater::model::kafka::consumer::Consumer;
use proptest::prelude::*;
use proptest::sample::Index;

use super::system::{System, any_pipeline, any_sharing_system, any_system};

/// How long messages take once all is quiet.
pub const QUICK: Delay = Delay::Constant { us: Span::from_millis(2) };

#[derive(Clone)]
pub struct Script {
    pub system: System,
    pub steps: Vec<Step>,
}

/// What a broken law prints says it better.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} commands to begin with, and {} steps", self.system.commands.len(), self.steps.len())
    }
}

#[derive(Clone, Debug)]
pub struct Step {
    pub after: Span,
    pub act: Act,
}

/// What is done. Each index picks one of those that it could be done to.
#[derive(Clone, Debug)]
pub enum Act {
    AddTopic,
    RemoveTopic(Index),
    AddPartitions(Index, u32),
    Connect(Index, Index),
    Disconnect(Index),
    Publish(Index, u32),
    SetProducing(Index, Switch),
    KillProducer(Index),
    RestartProducer(Index),
    AddGroup(Index),
    RemoveGroup(Index),
    ConfigureGroup(Index, u64),
    Subscribe(Index, Index),
    Unsubscribe(Index, Index),
    AddConsumer(Index),
    RemoveConsumer(Index),
    Kill(Index),
    Hang(Index),
    Unhang(Index),
    SlowDown(Index, u32),
    Leave(Index),
    Restart(Index),
    Seek(Index, Index, Target),
    ResetOffsets(Index, Index, Target),
    StopGroup(Index),
    StartGroup(Index),
    Cut(Index, Index),
    Repair(Index),
    Hold(Index, Index),
    Release(Index),
    Lose(u32),
    /// Messages between clients and brokers take from so many to so many microseconds from now on.
    Delay(u64, u64),
    /// The clock of a client, a producer's or a consumer's, runs so many millionths fast and is so many milliseconds ahead.
    SetClock(Index, i32, i64),
    KillBroker(Index),
    ShutDownBroker(Index),
    RestartBroker(Index),
}

/// Anything at all, as long as brokers run.
pub fn any_script() -> impl Strategy<Value = Script> {
    script(any_act(any_target().boxed()).boxed())
}

/// Anything at all. Where brokers fail, records that were not on every replica may go, with what was committed of them.
pub fn any_script_with_brokers() -> impl Strategy<Value = Script> {
    script(prop_oneof![6 => any_act(any_target().boxed()), 1 => on_brokers()].boxed())
}

/// Anything at all, where every group that is there at the beginning is a share group.
pub fn any_sharing_script() -> impl Strategy<Value = Script> {
    script_of(any_sharing_system(), any_act(any_target().boxed()).boxed())
}

/// Whatever can fail, in a system that makes one topic of another. Nothing is rewound: that repeats output on purpose.
pub fn any_pipeline_script() -> impl Strategy<Value = Script> {
    let one = || any::<Index>();
    let on_producers = prop_oneof![
        4 => (one(), 1..30_u32).prop_map(|(producer, count)| Act::Publish(producer, count)),
        1 => (one(), prop_oneof![Just(Switch::On), Just(Switch::Off)]).prop_map(|(one, on)| Act::SetProducing(one, on)),
        1 => one().prop_map(Act::RestartProducer),
        1 => one().prop_map(Act::KillProducer),
    ];
    let act = prop_oneof![2 => on_producers, 6 => on_consumers(), 3 => on_the_network(), 2 => on_brokers()];
    script_of(any_pipeline(), act.boxed())
}

/// Nothing that skips records on purpose: groups are only ever rewound.
pub fn careful_script() -> impl Strategy<Value = Script> {
    let target = prop_oneof![Just(Target::Earliest), (-20_i64..0).prop_map(|by| Target::ShiftBy { by })];
    script(any_act(target.boxed()).boxed())
}

fn script(act: BoxedStrategy<Act>) -> impl Strategy<Value = Script> {
    script_of(any_system(), act)
}

fn script_of(system: impl Strategy<Value = System>, act: BoxedStrategy<Act>) -> impl Strategy<Value = Script> {
    // From the blink in which a message flies to the time in which a session runs out.
    let after = prop_oneof![0..40_u64, 0..2_000_u64, 0..9_000_u64].prop_map(Span::from_millis);
    let step = (after, act).prop_map(|(after, act)| Step { after, act });
    (system, prop::collection::vec(step, 0..24)).prop_map(|(system, steps)| Script { system, steps })
}

fn any_target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Earliest),
        Just(Target::Latest),
        (0..100_u64).prop_map(|offset| Target::Offset { offset }),
        (-20_i64..20).prop_map(|by| Target::ShiftBy { by }),
        (0..30_000_000_u64).prop_map(|at_us| Target::Time { at_us }),
    ]
}

fn any_act(target: BoxedStrategy<Target>) -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => on_producers_and_topics(),
        3 => on_groups(),
        8 => on_consumers(),
        3 => on_offsets(target),
        5 => on_the_network(),
    ]
}

fn on_producers_and_topics() -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        1 => Just(Act::AddTopic),
        1 => one().prop_map(Act::RemoveTopic),
        3 => (one(), 1..4_u32).prop_map(|(topic, more)| Act::AddPartitions(topic, more)),
        1 => (one(), one()).prop_map(|(producer, topic)| Act::Connect(producer, topic)),
        1 => one().prop_map(Act::Disconnect),
        4 => (one(), 1..30_u32).prop_map(|(producer, count)| Act::Publish(producer, count)),
        2 => (one(), prop_oneof![Just(Switch::On), Just(Switch::Off)]).prop_map(|(one, on)| Act::SetProducing(one, on)),
    ]
}

fn on_groups() -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        1 => one().prop_map(Act::AddGroup),
        1 => one().prop_map(Act::RemoveGroup),
        1 => (one(), 0..60_u64).prop_map(|(group, ms)| Act::ConfigureGroup(group, ms)),
        2 => (one(), one()).prop_map(|(group, topic)| Act::Subscribe(group, topic)),
        1 => (one(), one()).prop_map(|(group, topic)| Act::Unsubscribe(group, topic)),
        1 => one().prop_map(Act::StopGroup),
        2 => one().prop_map(Act::StartGroup),
    ]
}

fn on_consumers() -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        3 => one().prop_map(Act::AddConsumer),
        1 => one().prop_map(Act::RemoveConsumer),
        3 => one().prop_map(Act::Kill),
        2 => one().prop_map(Act::Hang),
        2 => one().prop_map(Act::Unhang),
        1 => (one(), 1..1_000_u32).prop_map(|(consumer, percent)| Act::SlowDown(consumer, percent)),
        2 => one().prop_map(Act::Leave),
        3 => one().prop_map(Act::Restart),
    ]
}

fn on_offsets(target: BoxedStrategy<Target>) -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        (one(), one(), target.clone()).prop_map(|(group, topic, to)| Act::Seek(group, topic, to)),
        (one(), one(), target).prop_map(|(group, topic, to)| Act::ResetOffsets(group, topic, to)),
    ]
}

fn on_the_network() -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        2 => (one(), one()).prop_map(|(client, broker)| Act::Cut(client, broker)),
        2 => one().prop_map(Act::Repair),
        2 => (one(), one()).prop_map(|(client, broker)| Act::Hold(client, broker)),
        2 => one().prop_map(Act::Release),
        1 => (0..80_000_u32).prop_map(Act::Lose),
        1 => (0..5_000_u64, 0..400_000_u64).prop_map(|(min, more)| Act::Delay(min, min + more)),
        3 => (one(), -900_000..3_000_000_i32, -60_000..60_000_i64)
            .prop_map(|(client, drift_ppm, ahead_ms)| Act::SetClock(client, drift_ppm, ahead_ms)),
    ]
}

fn on_brokers() -> impl Strategy<Value = Act> {
    let one = || any::<Index>();
    prop_oneof![
        2 => one().prop_map(Act::KillBroker),
        1 => one().prop_map(Act::ShutDownBroker),
        3 => one().prop_map(Act::RestartBroker),
    ]
}

/// Links that were cut and are not repaired yet, or held and not released.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub cut: Vec<(Name, Name)>,
    pub held: Vec<(Name, Name)>,
}

impl Act {
    /// The command that this comes to; none where there is nothing to do it to.
    pub fn command(&self, simulation: &Simulation, faults: &Faults) -> Option<Command> {
        let world = simulation.world();
        let topic = |pick: &Index| one_of(pick, world.cluster.topics.keys());
        let producer = |pick: &Index| one_of(pick, world.producers.keys());
        let group = |pick: &Index| one_of(pick, world.groups.keys());
        let scope = |pick: &Index| Some(Scope { topic: topic(pick)?, partition: None });
        Some(match self {
            Act::AddTopic => Command::AddTopic { topic: fresh(simulation, "topic"), config: Default::default() },
            Act::RemoveTopic(at) => Command::RemoveTopic { topic: topic(at)? },
            Act::AddPartitions(at, more) => {
                let topic = topic(at)?;
                let now = world.cluster.topics[&topic].partitions.len() as u32;
                Command::AddPartitions { topic, total: now + more }
            }
            Act::Connect(at, to) => Command::Connect { producer: producer(at)?, topic: topic(to) },
            Act::Disconnect(at) => Command::Connect { producer: producer(at)?, topic: None },
            Act::Publish(at, count) => publish(producer(at)?, *count),
            Act::SetProducing(at, producing) => {
                Command::SetProducing { producer: producer(at)?, producing: *producing }
            }
            Act::KillProducer(at) => Command::KillProducer { producer: producer(at)? },
            Act::RestartProducer(at) => Command::RestartProducer { producer: producer(at)? },
            Act::AddGroup(at) => Command::AddGroup {
                group: fresh(simulation, "group"),
                topics: topic(at).into_iter().collect(),
                config: super::system::group_config(),
            },
            Act::RemoveGroup(at) => Command::RemoveGroup { group: group(at)? },
            Act::ConfigureGroup(at, ms) => configure(world, group(at)?, *ms),
            Act::Subscribe(at, to) => Command::Subscribe { group: group(at)?, topic: topic(to)? },
            Act::Unsubscribe(at, from) => Command::Unsubscribe { group: group(at)?, topic: topic(from)? },
            Act::Seek(at, of, to) => Command::Seek { group: group(at)?, scope: scope(of)?, to: *to },
            Act::ResetOffsets(at, of, to) => Command::ResetOffsets { group: group(at)?, scope: scope(of)?, to: *to },
            Act::StopGroup(at) => Command::StopGroup { group: group(at)? },
            Act::StartGroup(at) => Command::StartGroup { group: group(at)? },
            Act::AddConsumer(at) => Command::AddConsumer { consumer: fresh(simulation, "consumer"), group: group(at)? },
            _ => return self.on_consumer(world).or_else(|| self.on_link(world, faults)),
        })
    }

    fn on_consumer(&self, world: &World) -> Option<Command> {
        let among = |pick: &Index, is_meant: fn(&Consumer) -> bool| {
            one_of(pick, world.consumers.values().filter(|one| is_meant(one)).map(|one| &one.name))
        };
        let running = |pick: &Index| among(pick, |one| one.life.has_process());
        let hung =
            |pick: &Index| among(pick, |one| matches!(one.life, headwater::model::kafka::consumer::Life::Hung(_)));
        Some(match self {
            Act::RemoveConsumer(at) => Command::RemoveConsumer { consumer: among(at, |_| true)? },
            Act::Kill(at) => Command::Kill { consumer: running(at)? },
            Act::Hang(at) => Command::Hang { consumer: running(at)? },
            Act::Unhang(at) => Command::Unhang { consumer: hung(at)? },
            Act::SlowDown(at, percent) => Command::SlowDown { consumer: running(at)?, percent: *percent },
            Act::Leave(at) => Command::Leave { consumer: running(at)? },
            Act::Restart(at) => Command::Restart { consumer: among(at, |_| true)? },
            _ => return None,
        })
    }

    fn on_link(&self, world: &World, faults: &Faults) -> Option<Command> {
        let client = |pick: &Index| one_of(pick, world.producers.keys().chain(world.consumers.keys()));
        let broker = |pick: &Index| {
            let id = one_of(pick, world.brokers.keys())?;
            Some(Name::from(format!("broker-{}", id.0)))
        };
        Some(match self {
            Act::Cut(a, b) => Command::Partition { a: client(a)?, b: broker(b)? },
            Act::Hold(a, b) => Command::Hold { a: client(a)?, b: broker(b)? },
            Act::Repair(at) => {
                let (a, b) = one_of(at, faults.cut.iter())?;
                Command::Repair { a, b }
            }
            Act::Release(at) => {
                let (a, b) = one_of(at, faults.held.iter())?;
                Command::Release { a, b }
            }
            Act::Lose(ppm) => {
                let client_latency = world.cluster.config.client_latency;
                Command::SetNetwork { client_latency, loss_ppm: Ppm(*ppm) }
            }
            Act::Delay(min, max) => {
                let (min_us, max_us) = (Span::from_micros(*min), Span::from_micros(*max));
                let loss_ppm = world.cluster.config.loss_ppm;
                Command::SetNetwork { client_latency: Delay::Uniform { min_us, max_us }, loss_ppm }
            }
            Act::SetClock(at, drift_ppm, ahead_ms) => {
                Command::SetClock { client: client(at)?, drift_ppm: *drift_ppm, ahead_ms: *ahead_ms }
            }
            Act::KillBroker(at) => Command::KillBroker { broker: broker(at)? },
            Act::ShutDownBroker(at) => Command::ShutDownBroker { broker: broker(at)? },
            Act::RestartBroker(at) => Command::RestartBroker { broker: broker(at)? },
            _ => return None,
        })
    }
}

fn one_of<'a, T: Clone + 'a>(pick: &Index, among: impl Iterator<Item = &'a T>) -> Option<T> {
    let all: Vec<&T> = among.collect();
    (!all.is_empty()).then(|| (*pick.get(&all)).clone())
}

/// A name that nothing has had so far, so that what is said of it later is not said of its namesake.
fn fresh(simulation: &Simulation, kind: &str) -> Name {
    format!("{kind}-{}", simulation.commands().len()).into()
}

/// Keyed by its producer's name, which says later whose records these are.
fn publish(producer: Name, count: u32) -> Command {
    let key = Some(format!("{producer}/hand"));
    Command::Publish { producer, key, value: None, headers: Default::default(), partition: None, count }
}

fn configure(world: &World, group: Name, service_ms: u64) -> Command {
    let service_time = Delay::constant_millis(service_ms);
    let config = ConsumerConfig { service_time, ..world.groups[&group].config.clone() };
    Command::ConfigureGroup { group, config }
}
