//! How long it takes to go anywhere in a run: `cargo bench --bench scrub`.
//!
//! For a run of ten minutes of the opening scene, and for one of ten million records through default producers. A seek is
//! measured to a hundred moments all over the run, in an order that jumps about; so is undoing a gesture that was made in
//! the middle.

use std::time::{Duration, Instant};

use headwater::engine::Command;
use headwater::kernel::Time;
use headwater::scenario::{Scenario, catalog};
use headwater::session::Session;

fn main() {
    let orders = catalog::find("orders").expect("the opening scene");
    measure("ten minutes of the opening scene", &orders, Time::from_secs(600), "inventory-2");
    measure("ten million records", &many_records(), Time::from_secs(110), "reader-2");
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

fn measure(name: &str, scenario: &Scenario, end: Time, victim: &str) {
    let mut session = Session::open(scenario).expect("it opens");
    let half = Time::from_micros(end.as_micros() / 2);
    let (playing, ()) = timed(|| session.seek(half).expect("no command is refused"));
    session.dispatch(Command::Kill { consumer: victim.into() }).expect("it runs");
    let (playing_on, ()) = timed(|| session.seek(end).expect("no command is refused"));
    let records = session.world().totals().produced;
    println!("{name}: {records} records, {} events, played in {:?}", session.events(), playing + playing_on);

    let moments = (0..100).map(|n| Time::from_micros(end.as_micros() / 100 * (n * 37 % 100) + 1));
    let mut seeks: Vec<Duration> = moments.map(|at| timed(|| session.seek(at).expect("it was played")).0).collect();
    seeks.sort();
    println!("  a seek takes {:?} at the median, {:?} at the most", seeks[seeks.len() / 2], seeks[seeks.len() - 1]);

    session.seek(end).expect("it was played");
    let (undo, undone) = timed(|| session.undo());
    println!("  undoing the kill in the middle takes {undo:?}: {undone:?}");
    let (redo, redone) = timed(|| session.redo());
    println!("  doing it again takes {redo:?}: {redone:?}");
}

fn timed<T>(act: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = act();
    (begun.elapsed(), result)
}
