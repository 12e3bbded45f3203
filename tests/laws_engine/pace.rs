//! A busy producer makes many moves at once where nothing else happens meanwhile. However a run is played, its end is the same:
//! in one go, in slices, event by event. All times are round here, so that much happens at the very same moment.

use headwater::engine::{Progress, Simulation};
use headwater::kernel::{Delay, Time};
use headwater::model::kafka::config::ClusterConfig;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Busy {
    seed: u64,
    latency_ms: u64,
    /// Of each producer: records a second, and `linger.ms`.
    producers: Vec<(u32, u64)>,
    /// When something is published by hand, in milliseconds.
    by_hand: Vec<u64>,
}

pub fn any_busy() -> impl Strategy<Value = Busy> {
    let producer = (select(vec![50_u32, 100, 250, 500, 1_000]), 0..40_u64);
    let producers = prop::collection::vec(producer, 1..3);
    let by_hand = prop::collection::vec(0..1_500_u64, 0..8).prop_map(|mut moments| {
        moments.sort_unstable();
        moments
    });
    (any::<u64>(), 1..6_u64, producers, by_hand).prop_map(|(seed, latency_ms, producers, by_hand)| Busy {
        seed,
        latency_ms,
        producers,
        by_hand,
    })
}

impl Busy {
    /// Played with so many events at a time at the most.
    pub fn played(&self, budget: u64) -> Simulation {
        let latency = Delay::constant_millis(self.latency_ms);
        let config =
            ClusterConfig { brokers: 1, client_latency: latency, broker_latency: latency, ..Default::default() };
        let mut run = Simulation::new(self.seed, config);
        give(&mut run, json!({ "type": "add_topic", "topic": "t", "config": { "partitions": 2 } }));
        for (n, (per_second, linger_ms)) in self.producers.iter().enumerate() {
            let workload = json!({ "arrivals": { "kind": "constant", "per_second": per_second } });
            let config = json!({ "linger.ms": linger_ms });
            let name = format!("p{n}");
            give(
                &mut run,
                json!({ "type": "add_producer", "producer": name, "topic": "t", "config": config, "workload": workload }),
            );
        }
        for ms in &self.by_hand {
            step_until(&mut run, Time::from_millis(*ms), budget);
            give(&mut run, json!({ "type": "publish", "producer": "p0", "key": "by hand" }));
        }
        step_until(&mut run, Time::from_millis(1_700), budget);
        run
    }
}

fn give(run: &mut Simulation, command: Value) {
    let command = serde_json::from_value(command).expect("a command");
    run.dispatch(command).expect("nothing out of place is done");
}

fn step_until(run: &mut Simulation, limit: Time, budget: u64) {
    while run.step_until(limit, budget) == Progress::OutOfBudget {}
}
