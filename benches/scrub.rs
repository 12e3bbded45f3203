//! How long it takes to go anywhere in a run: `cargo bench --bench scrub`.
//!
//! For a run of ten minutes of the opening scene, and for one of ten million records through default producers. A seek is
//! measured to two hundred moments all over the run, in an order that jumps about; so is undoing a gesture that was made in
//! the middle.

mod runs;

use std::time::{Duration, Instant};

use headwater::engine::Command;
use headwater::kernel::Time;
use headwater::scenario::Scenario;
use headwater::session::Session;

use runs::{RUNS, percentiles};

fn main() {
    for run in RUNS {
        measure(run.name, &(run.scenario)(), Time::from_secs(run.end_s), run.victim);
    }
}

fn measure(name: &str, scenario: &Scenario, end: Time, victim: &str) {
    let mut session = Session::open(scenario).expect("it opens");
    let half = Time::from_micros(end.as_micros() / 2);
    let (playing, ()) = timed(|| session.seek(half).expect("no command is refused"));
    session.dispatch(Command::Kill { consumer: victim.into() }).expect("it runs");
    let (playing_on, ()) = timed(|| session.seek(end).expect("no command is refused"));
    let records = session.world().totals().produced;
    println!("{name}: {records} records, {} events, played in {:?}", session.events(), playing + playing_on);

    let moments = (0..200).map(|n| Time::from_micros(end.as_micros() / 200 * (n * 37 % 200) + 1));
    let mut seeks: Vec<Duration> = moments.map(|at| timed(|| session.seek(at).expect("it was played")).0).collect();
    seeks.sort();
    let [median, p99, most] = percentiles(&seeks);
    println!("  a seek takes {median:?} at the median, {p99:?} at p99, {most:?} at the most");

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
