//! Reads what hostile people and bad lines make of links and documents. Nothing may panic, hang, or take more than 200 ms
//! or 64 MB; every refusal says what is wrong.
//!
//! A small count runs with the other tests; the full one with
//! `HEADWATER_FUZZ=10000000 cargo test --release --test fuzz -- --nocapture --test-threads 1`.

#[path = "documents/samples.rs"]
mod samples;

mod fuzz {
    pub mod clock;
    pub mod inputs;
    pub mod memory;
    pub mod trial;
}

use std::iter::once;
use std::time::Instant;

use fuzz::clock;
use fuzz::inputs::Inputs;
use fuzz::memory::{Counting, peak_of};
use fuzz::trial::{Clock, Report, documents, links, openings};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What reading may take at most, the text itself not counted.
const BYTES_MAX: usize = 64 << 20;

fn count() -> u64 {
    std::env::var("HEADWATER_FUZZ").map_or(1_000, |count| count.parse().expect("HEADWATER_FUZZ is a number"))
}

fn tried(what: &str, trial: impl FnOnce(Clock) -> Report) -> Report {
    let began = Instant::now();
    let mut report = Report::default();
    let (_, bytes) = peak_of(|| report.add(trial(&clock::spent_us)));
    println!("{what}: {report}; at most {} KB; {} s", bytes >> 10, began.elapsed().as_secs());
    assert!(report.slow.is_empty(), "too slow: {:.300}; {report}", report.slow.join("\n"));
    assert!(bytes < BYTES_MAX, "{bytes} bytes");
    report
}

#[test]
fn links_of_every_kind_are_read_or_refused_in_time() {
    let mut inputs = Inputs::new(count());
    let report = tried("links", |clock| links(inputs.links(count()), clock));
    assert!(report.read > 0 && report.refused > 0 && report.saved > 0, "{report}");
}

#[test]
fn documents_of_every_kind_are_read_or_refused_in_time() {
    let mut inputs = Inputs::new(count());
    let report = tried("documents", |clock| documents(inputs.documents(count()), clock));
    assert!(report.read > 0 && report.refused > 0, "{report}");
}

/// A hundredth of the others: each is a simulation.
#[test]
fn documents_of_every_kind_open_or_are_refused_in_time() {
    let count = count().div_ceil(100);
    let mut inputs = Inputs::new(count);
    let report = tried("openings", |clock| openings(inputs.documents(count), clock));
    assert!(report.refused > 0, "{report}");
}

#[test]
fn small_texts_that_ask_for_much_are_refused_before_they_get_it() {
    let inputs = Inputs::new(0);
    for bomb in inputs.bombs() {
        tried("bomb", |clock| documents(once(bomb.clone()), clock));
        tried("opened bomb", |clock| openings(once(bomb), clock));
    }
    for link in inputs.packed_bombs() {
        tried("packed bomb", |clock| links(once(link), clock));
    }
}
