//! Commands to read and write: one of every kind, and what people do to the opening scene.

use headwater::scenario::Timed;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

const COMMANDS: &str = include_str!("commands.json");

/// Commands of every kind, as documents write them.
pub fn kinds() -> Vec<Value> {
    let Ok(Value::Array(kinds)) = serde_json::from_str(COMMANDS) else { panic!("commands.json is a list") };
    kinds
}

/// This many commands that people give, some seconds apart, from 15 s on.
pub fn busy(count: usize) -> Vec<Timed> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut at_us = 15_000_000;
    let mut timed = move |_| {
        at_us += 200_000 + dice.next_u64() % 3_800_000;
        let command = gesture(dice.next_u64(), dice.next_u64());
        Timed { at_us, command: serde_json::from_value(command).expect("a command") }
    };
    (0..count).map(&mut timed).collect()
}

fn gesture(kind: u64, die: u64) -> Value {
    let consumer = ["inventory-1", "inventory-2", "notification-1", "analytics-1", "fraud-1"][die as usize % 5];
    let group = ["inventory", "notification", "analytics", "fraud"][die as usize % 4];
    let small = die >> 8 & 127;
    match kind % 10 {
        0 | 1 => json!({ "type": "kill", "consumer": consumer }),
        2 | 3 => json!({ "type": "restart", "consumer": consumer }),
        4 => json!({ "type": "hang", "consumer": consumer }),
        5 => json!({ "type": "place", "node": group, "x": small * 9, "y": die >> 20 & 511 }),
        6 => json!({
            "type": "publish", "producer": "checkout", "key": format!("order-{small}"),
            "value": format!("{{\"total\": {}}}", die >> 20 & 255),
        }),
        7 => json!({
            "type": "seek", "group": group, "topic": "orders", "partition": small % 3,
            "to": { "kind": "offset", "offset": small },
        }),
        8 => json!({ "type": "slow_down", "consumer": consumer, "percent": 100 + small }),
        _ => json!({ "type": "add_consumer", "consumer": format!("{group}-{small}"), "group": group }),
    }
}
