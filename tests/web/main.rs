//! Tests that run inside a browser: `cargo test --target wasm32-unknown-unknown --features ui --test web`.
//!
//! What has to hold natively too runs in both places, with the same expectation.

#[cfg(target_arch = "wasm32")]
mod hostile;
mod same_bits;

#[cfg(target_arch = "wasm32")]
#[path = "../fuzz/inputs.rs"]
mod inputs;
#[cfg(target_arch = "wasm32")]
#[path = "../documents/samples.rs"]
mod samples;
#[cfg(target_arch = "wasm32")]
#[path = "../fuzz/trial.rs"]
mod trial;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
