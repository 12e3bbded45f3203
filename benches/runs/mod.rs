//! The runs in which going anywhere is measured, natively and in a browser.

use headwater::scenario::{Scenario, catalog};

pub struct Run {
    pub name: &'static str,
    pub scenario: fn() -> Scenario,
    pub end_s: u64,
    /// Whoever is killed in the middle.
    pub victim: &'static str,
}

pub const RUNS: [Run; 2] = [
    Run { name: "ten minutes of the opening scene", scenario: orders, end_s: 600, victim: "inventory-2" },
    Run { name: "ten million records", scenario: many_records, end_s: 110, victim: "reader-2" },
];

fn orders() -> Scenario {
    catalog::find("orders").expect("the opening scene")
}

/// 100,000 keyed records a second for 100 seconds, replicated three ways, in batches of 16 KB.
fn many_records() -> Scenario {
    let consumers =
        (1..=3).map(|n| format!(r#"{{"type": "add_consumer", "consumer": "reader-{n}", "group": "readers"}}"#));
    let document = format!(
        r#"{{"version": 1, "seed": 1, "commands": [
            {{"type": "add_topic", "topic": "log", "config": {{"partitions": 12, "replication.factor": 3}}}},
            {{"type": "add_group", "group": "readers", "topics": ["log"]}}, {},
            {{"at_us": 10000000, "type": "add_producer", "producer": "source", "topic": "log", "workload": {{
                "arrivals": {{"kind": "constant", "per_second": 100000}}, "value_bytes": 100,
                "keys": {{"kind": "uniform", "prefix": "key", "count": 10000}}}}}}]}}"#,
        consumers.collect::<Vec<_>>().join(", ")
    );
    Scenario::from_json(&document).expect("a scenario")
}

/// The median, the 99th in a hundred, and the most, of values that ascend.
pub fn percentiles<T: Copy>(ascending: &[T]) -> [T; 3] {
    [50, 99, 100].map(|percent| ascending[ascending.len() * percent / 100 - 1])
}
