//! What hostile people and bad lines make of links and documents, read in a browser: as `tests/fuzz.rs` does natively.
//!
//! A million with every run, other ones each time, in parts between which the browser breathes:
//! `HEADWATER_FUZZ=1000000 WASM_BINDGEN_TEST_TIMEOUT=86400 cargo test --release --target wasm32-unknown-unknown --features ui --test web hostile -- --nocapture`

use headwater::ui::browser::window::{date_ms, now, pause};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::inputs::Inputs;
use crate::trial::{Clock, MICROS_MAX, Report, documents, links, openings};

/// What reading may take at most: this is how much the memory may grow, which never shrinks.
const BYTES_MAX: usize = 64 << 20;
const PART: u64 = 500;

fn count() -> u64 {
    option_env!("HEADWATER_FUZZ").map_or(PART, |count| count.parse().expect("HEADWATER_FUZZ is a number"))
}

fn memory() -> usize {
    core::arch::wasm32::memory_size(0) << 16
}

async fn tried(what: &str, trial: fn(&mut Inputs, Clock) -> Report) {
    // The same ones with every commit; whoever wants many wants others.
    let seed = if count() == PART { PART } else { date_ms() };
    let mut inputs = Inputs::new(seed);
    let (before, began) = (memory(), now());
    let mut total = Report::default();
    for _ in 0..count().div_ceil(PART) {
        total.add(trial(&mut inputs, &|| now().as_micros()));
        pause().await;
    }
    let grown = memory() - before;
    console_log!("{what}, seed {seed}: {total}; memory grew by {} KB; {}", grown >> 10, now() - began);
    assert!(total.slowest_us < MICROS_MAX, "{total}");
    assert!(grown < BYTES_MAX, "{grown} bytes");
    assert!(total.refused > 0, "{total}");
}

#[wasm_bindgen_test]
async fn hostile_links_are_read_or_refused_in_time() {
    tried("links", |inputs, clock| links(inputs.links(PART), clock)).await;
}

#[wasm_bindgen_test]
async fn hostile_documents_are_read_or_refused_in_time() {
    tried("documents", |inputs, clock| documents(inputs.documents(PART), clock)).await;
}

#[wasm_bindgen_test]
async fn hostile_documents_open_or_are_refused_in_time() {
    tried("openings", |inputs, clock| openings(inputs.documents(PART / 100), clock)).await;
}

#[wasm_bindgen_test]
async fn hostile_bombs_are_refused_before_they_get_what_they_ask_for() {
    tried("bombs", |inputs, clock| documents(inputs.bombs(), clock)).await;
    tried("opened bombs", |inputs, clock| openings(inputs.bombs(), clock)).await;
    tried("packed bombs", |inputs, clock| links(inputs.packed_bombs(), clock)).await;
}
