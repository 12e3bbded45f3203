//! A run for the tests of the views: commands as they stand in a document, and time.

use crate::engine::{Command, Observation, Simulation, World};
use crate::kernel::{Span, Time};

pub struct Run {
    simulation: Simulation,
    pub observations: Vec<Observation>,
}

/// A topic of three partitions, a producer of 100 records a second, a group of two that takes 1 ms a record.
const ORDERS: [&str; 5] = [
    r#"{"type": "add_topic", "topic": "orders", "config": {"partitions": 3, "replication.factor": 3}}"#,
    r#"{"type": "add_producer", "producer": "checkout", "topic": "orders", "workload": {
        "arrivals": {"kind": "constant", "per_second": 100},
        "keys": {"kind": "uniform", "prefix": "order", "count": 40}}}"#,
    r#"{"type": "add_group", "group": "inventory", "topics": ["orders"], "config": {
        "session.timeout.ms": 10000, "auto.offset.reset": "earliest",
        "service_time": {"distribution": "constant", "us": 1000}}}"#,
    r#"{"type": "add_consumer", "consumer": "inventory-1", "group": "inventory"}"#,
    r#"{"type": "add_consumer", "consumer": "inventory-2", "group": "inventory"}"#,
];

impl Run {
    pub fn orders() -> Run {
        let simulation = Simulation::new(7, Default::default());
        let mut run = Run { simulation, observations: Vec::new() };
        ORDERS.iter().for_each(|command| run.command(command));
        run
    }

    pub fn command(&mut self, json: &str) {
        let command: Command = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        self.simulation.dispatch(command).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
        self.observations.extend(self.simulation.take_observations());
    }

    pub fn until_secs(&mut self, secs: u64) {
        self.until(Time::from_secs(secs));
    }

    pub fn until_millis(&mut self, millis: u64) {
        self.until(Time::from_millis(millis));
    }

    pub fn until_micros(&mut self, micros: u64) {
        self.until(Time::from_micros(micros));
    }

    fn until(&mut self, at: Time) {
        self.simulation.step_until(at, 10_000_000);
        assert!(self.simulation.now().since(at) == Span::ZERO, "the budget was used up");
        self.observations.extend(self.simulation.take_observations());
    }

    pub fn world(&self) -> &World {
        self.simulation.world()
    }
}
