//! Random scenarios: commands of every kind with other values in them, hard texts among them.

use headwater::engine::Command;
use headwater::scenario::{Scenario, Timed};
use proptest::prelude::*;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value};

use crate::samples::kinds;

/// Texts that are hard on whoever writes or shows them.
const TEXTS: [&str; 9] = [
    "",
    "orders",
    "order \"7\" \\ <b>é</b>\n",
    "<img src=x onerror=alert(1)>",
    "{\"a\": [1, 2, {\"b\": null}]}",
    "\u{202e}übergroß 🌊\u{0}",
    "]}}",
    "\"commands\":[{",
    "https://example.org/?a=1&b=2#c",
];

/// The same command with other values in it, as far as it can still be read.
fn varied(command: &Value, dice: &mut Xoshiro256PlusPlus) -> Command {
    let mut varied = command.clone();
    for _ in 0..dice.next_u64() % 6 {
        let before = varied.clone();
        vary(&mut varied, dice);
        if serde_json::from_value::<Command>(varied.clone()).is_err() {
            varied = before;
        }
    }
    serde_json::from_value(varied).expect("it was read before")
}

fn vary(value: &mut Value, dice: &mut Xoshiro256PlusPlus) {
    let die = dice.next_u64();
    match value {
        Value::Object(fields) => {
            let at = die as usize % fields.len().max(1);
            if let Some(field) = fields.values_mut().nth(at) {
                vary(field, dice);
            }
        }
        Value::Array(items) => {
            let at = die as usize % items.len().max(1);
            match items.get_mut(at) {
                Some(item) if die & 256 == 0 => vary(item, dice),
                Some(item) => {
                    let item = item.clone();
                    items.push(item);
                }
                None => {}
            }
        }
        Value::Number(number) if number.is_f64() => *value = Value::from(f64::from(die as u32 % 1_000_000) / 1_000.0),
        Value::Number(_) => *value = Value::from(die >> (die & 63)),
        Value::Bool(flag) => *flag = !*flag,
        Value::String(text) => TEXTS[die as usize % TEXTS.len()].clone_into(text),
        Value::Null => *value = Value::from("x"),
    }
}

prop_compose! {
    /// A scenario that can be read; it need not make sense to run it.
    pub fn any_scenario()(
        seed: u64,
        texts: [prop::sample::Index; 3],
        opens_at_ms in prop_oneof![Just(0), 0..8_640_000_000u64],
        speed in prop_oneof![Just(1_000), 1..1_000_000u32],
        dice_seed: u64,
        count in 0..12usize,
    ) -> Scenario {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(dice_seed);
        let [name, title, about] = texts.map(|text| TEXTS[text.index(TEXTS.len())].to_owned());
        let kinds = kinds();
        let mut at_us = 0;
        let commands = (0..count).map(|_| {
            if dice.next_u64() & 1 == 0 {
                at_us += dice.next_u64() % 100_000_000_000;
            }
            let kind = dice.next_u64() as usize % kinds.len();
            Timed { at_us, command: varied(&kinds[kind], &mut dice) }
        });
        let commands = commands.collect();
        let mut cluster = Map::new();
        if dice_seed & 1 == 0 {
            cluster.insert("brokers".into(), (1 + seed % 100).into());
            cluster.insert("loss_ppm".into(), (dice_seed % 1_000_000).into());
        }
        let cluster = serde_json::from_value(Value::Object(cluster)).expect("a cluster");
        let speed = f64::from(speed) / 1_000.0;
        Scenario { name, title, about, seed, opens_at_ms, speed, cluster, commands, ..Scenario::empty() }
    }
}
