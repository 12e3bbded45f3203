//! How long it takes to simulate one rebalance of a large group: `cargo bench --bench rebalance`.
//!
//! Thirty brokers, a thousand partitions on three replicas each, a hundred members. One member is killed, and later one
//! joins. Measured is from the moment at which the coordinator begins to rebalance until every member has its partitions
//! and the group is stable, with everything that brokers and clients do meanwhile; and, to compare, as much virtual time in
//! which nothing happens to the group. Where something has to be given up first, a cooperative join takes two rebalances.

use std::time::{Duration, Instant};

use headwater::engine::{Command, Simulation};
use headwater::kernel::{Span, Time};
use headwater::model::fact::{Fact, GroupState};
use headwater::model::kafka::config::ClusterConfig;
use serde_json::{Value, json};

const MEMBERS: u32 = 100;

/// Of so many tries the best counts: the others were held up by something else on this machine.
const TRIES: u32 = 9;

fn main() {
    for (name, settings) in [
        ("range", json!({ "partition.assignment.strategy": ["range"] })),
        ("sticky", json!({ "partition.assignment.strategy": ["sticky"] })),
        ("cooperative-sticky", json!({ "partition.assignment.strategy": ["cooperative-sticky"] })),
        ("consumer protocol", json!({ "group.protocol": "consumer" })),
    ] {
        let mut run = assembled(&settings);
        measure(name, "a member is killed", &mut run, json!({ "type": "kill", "consumer": "c7" }));
        measure(name, "a member joins", &mut run, json!({ "type": "add_consumer", "consumer": "c100", "group": "g" }));
    }
}

fn assembled(settings: &Value) -> Simulation {
    let mut run = Simulation::new(1, ClusterConfig { brokers: 30, ..Default::default() });
    let topic = json!({ "partitions": 1_000, "replication.factor": 3 });
    give(&mut run, json!({ "type": "add_topic", "topic": "orders", "config": topic }));
    give(&mut run, json!({ "type": "add_group", "group": "g", "topics": ["orders"], "config": settings }));
    for n in 0..MEMBERS {
        give(&mut run, json!({ "type": "add_consumer", "consumer": format!("c{n}"), "group": "g" }));
    }
    run.step_until(Time::from_secs(60), u64::MAX);
    run.take_observations();
    assert!(is_settled(&run), "the group has not come together");
    run
}

fn give(run: &mut Simulation, command: Value) {
    let command: Command = serde_json::from_value(command).expect("a command");
    run.dispatch(command).expect("nothing out of place is done");
}

fn measure(name: &str, what: &str, run: &mut Simulation, command: Value) {
    give(run, command);
    while !begins(run) {
        step(run, Span::from_millis(1));
    }
    let begun = run.clone();
    let mut rebalances = 1;
    let settling = best_of(&begun, |run| {
        while !is_settled(run) {
            step(run, Span::from_millis(10));
        }
    });
    while !is_settled(run) {
        step(run, Span::from_millis(10));
        rebalances += u32::from(begins(run));
    }
    let (length, events) = (run.now().since(begun.now()), run.events() - begun.events());
    let idle = best_of(run, |run| step(run, length));
    let virtual_ms = length.as_millis();
    println!(
        "{name}, {what}: {settling:?} for {virtual_ms} ms, {rebalances} rebalance(s) and {events} events; as long with \
         nothing to do {idle:?}"
    );
}

fn best_of(begun: &Simulation, act: impl Fn(&mut Simulation)) -> Duration {
    let tries = (0..TRIES).map(|_| {
        let mut run = begun.clone();
        let started = Instant::now();
        act(&mut run);
        started.elapsed()
    });
    tries.min().expect("more than one try")
}

fn step(run: &mut Simulation, span: Span) {
    run.step_until(run.now() + span, u64::MAX);
}

/// Takes what was observed.
fn begins(run: &mut Simulation) -> bool {
    let begins = |fact: &Fact| matches!(fact, Fact::RebalanceStarted { .. } | Fact::GroupEpochBumped { .. });
    run.take_observations().iter().any(|seen| begins(&seen.fact))
}

/// The group is stable, and everything is read.
fn is_settled(run: &Simulation) -> bool {
    let world = run.world();
    let is_stable = world.group(&"g".into()).is_some_and(|group| group.state() == GroupState::Stable);
    let is_read = || world.consumers.values().map(|consumer| consumer.assignment.len()).sum::<usize>() == 1_000;
    is_stable && is_read()
}
