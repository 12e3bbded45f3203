//! A run is the same to the bit in a browser and natively. The expected values were drawn natively; what draws others
//! here breaks every shared link.

use headwater::kernel::{Chance, Delay, Span, Zipf};
use xxhash_rust::xxh3::xxh3_64;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const DRAWS: usize = 10_000;

fn digest(draws: impl Iterator<Item = u64>) -> u64 {
    let bytes: Vec<u8> = draws.take(DRAWS).flat_map(u64::to_le_bytes).collect();
    xxh3_64(&bytes)
}

#[test]
fn exponential_delays_have_the_same_bits_everywhere() {
    let delay = Delay::Exponential { min_us: Span::from_micros(500), mean_us: Span::from_millis(5) };
    let mut chance = Chance::of(7, "wire");
    let drawn = digest(std::iter::repeat_with(|| delay.sample(&mut chance).as_micros()));
    assert_eq!(format!("{drawn:016x}"), "09ad53c673c5b9d8");
}

#[test]
fn hot_keys_have_the_same_bits_everywhere() {
    let keys = Zipf::new(1_000, 1_100);
    let mut chance = Chance::of(7, "keys");
    let drawn = digest(std::iter::repeat_with(|| keys.sample(&mut chance).into()));
    assert_eq!(format!("{drawn:016x}"), "db26342bb5e30a9e");
}
