//! What hostile people and bad lines make of links and documents, read in a browser: as `tests/fuzz.rs` does natively.
//!
//! A million with every run, other ones each time; now and then the browser breathes, or its driver gives it up:
//! `HEADWATER_FUZZ=1000000 WASM_BINDGEN_TEST_TIMEOUT=86400 cargo test --release --target wasm32-unknown-unknown --features ui --test web hostile -- --nocapture`

use headwater::kernel::Span;
use headwater::ui::browser::window::{date_ms, now, pause};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::inputs::Inputs;
use crate::trial::{Clock, Report, documents, links, openings};

/// What reading may take at most: this is how much the memory may grow, which never shrinks.
const BYTES_MAX: usize = 64 << 20;
/// As many with every commit.
const FEW: u64 = 500;

/// Read in one go. A busy machine takes far longer than one would think, and a page that does not answer for half a minute
/// is given up, so it is time that decides when the page breathes.
const AT_ONCE: u64 = 20;
const BREATH_EVERY: Span = Span::from_millis(50);

fn count() -> u64 {
    option_env!("HEADWATER_FUZZ").map_or(FEW, |count| count.parse().expect("HEADWATER_FUZZ is a number"))
}

fn memory() -> usize {
    core::arch::wasm32::memory_size(0) << 16
}

type Texts<'a> = Box<dyn Iterator<Item = String> + 'a>;
type Read = fn(Texts, Clock) -> Report;

/// Here the clock shows time that has passed, whoever the machine worked for. What was too slow is tried again so often,
/// with a breath in between, before it counts.
const PATIENCE: usize = 100;

/// Reads some, so often.
async fn tried(what: &str, rounds: u64, read: Read, some: fn(&mut Inputs) -> Texts) {
    // The same ones with every commit; whoever wants many wants others.
    let seed = if count() == FEW { FEW } else { date_ms() };
    let mut inputs = Inputs::new(seed);
    let (before, began) = (memory(), now());
    let mut total = Report::default();
    let mut breath = began;
    for _ in 0..rounds {
        total.add(read(some(&mut inputs), &|| now().as_micros()));
        if now() - breath >= BREATH_EVERY {
            pause().await;
            breath = now();
        }
    }
    let slow = still_slow(std::mem::take(&mut total.slow), read).await;
    let grown = memory() - before;
    console_log!("{what}, seed {seed}: {total}; memory grew by {} KB; {}", grown >> 10, now() - began);
    assert!(slow.is_empty(), "too slow: {:.300}; {total}", slow.join("\n"));
    assert!(grown < BYTES_MAX, "{grown} bytes");
    assert!(total.refused > 0, "{total}");
}

async fn still_slow(mut slow: Vec<String>, read: Read) -> Vec<String> {
    for _ in 0..PATIENCE {
        if slow.is_empty() {
            break;
        }
        pause().await;
        slow = read(Box::new(slow.into_iter()), &|| now().as_micros()).slow;
    }
    slow
}

#[wasm_bindgen_test]
async fn hostile_links_are_read_or_refused_in_time() {
    tried("links", count() / AT_ONCE, |some, clock| links(some, clock), |inputs| Box::new(inputs.links(AT_ONCE))).await;
}

#[wasm_bindgen_test]
async fn hostile_documents_are_read_or_refused_in_time() {
    tried(
        "documents",
        count() / AT_ONCE,
        |some, clock| documents(some, clock),
        |inputs| Box::new(inputs.documents(AT_ONCE)),
    )
    .await;
}

#[wasm_bindgen_test]
async fn hostile_documents_open_or_are_refused_in_time() {
    tried("openings", count() / 100, |some, clock| openings(some, clock), |inputs| Box::new(inputs.documents(1))).await;
}

#[wasm_bindgen_test]
async fn hostile_bombs_are_refused_before_they_get_what_they_ask_for() {
    tried("bombs", 1, |some, clock| documents(some, clock), |inputs| Box::new(inputs.bombs())).await;
    tried("opened bombs", 1, |some, clock| openings(some, clock), |inputs| Box::new(inputs.bombs())).await;
    tried("packed bombs", 1, |some, clock| links(some, clock), |inputs| Box::new(inputs.packed_bombs())).await;
}
