//! Code that the page fetches later, because the first minute does without it.
//!
//! `scripts/build` splits the page's wasm in two. A function whose name ends in `_fetched_later` is an entrance: whatever is
//! reached through entrances alone lies in the second part, found by `scripts/split` from calls and addresses. Two rules
//! follow, and the first is held by the build:
//!
//! - An entrance is called through the pointer that [`entrance`] gives, never by its name.
//! - Whoever calls one knows that the second part is here: [`is_here`] was asked in the same breath, or what is asked for
//!   can only have come from the second part, as every setting does. Once it is here it stays.
//!
//! Natively, in tests and on a page that was not split, everything is here from the beginning.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

/// Its one byte lies in the second part, so it is zero until that is here.
static IS_HERE_FETCHED_LATER: AtomicBool = AtomicBool::new(true);

pub fn is_here() -> bool {
    // The compiler must not conclude that nobody ever writes it.
    black_box(&IS_HERE_FETCHED_LATER).load(Ordering::Relaxed)
}

/// An entrance as a pointer to a function, `entrance::<fn(&Props) -> Html>(show_fetched_later)`, so that the call does not
/// name what may not be there.
pub fn entrance<F: Copy>(function: F) -> F {
    assert!(is_here(), "something is called that has not been fetched yet");
    black_box(function)
}
