//! Splits the page's wasm in two: what a first visit runs, and what is fetched later.
//!
//! ```text
//! split LINKED BOUND FIRST LATER
//! ```
//!
//! `LINKED` is what the linker wrote with `--emit-relocs`, `BOUND` what `wasm-bindgen --no-demangle` made of it; `FIRST`
//! and `LATER` are written. The later module imports the first one's memory, tables, globals and functions, and fills in
//! its own slots of the table and its own bytes of the memory, at the addresses that the linker gave them. So a call
//! through a pointer finds the function wherever it lies, and neither module knows of the other's insides.
//!
//! What is later is found, not listed. A function whose name holds [`MARK`] is an entrance: it is only ever called through
//! a pointer, by somebody who has made sure that the later module is there (`src/ui/later.rs`). Whatever the first module
//! cannot reach but through an entrance is later, functions and constants alike. The linker's relocations tell where
//! addresses are taken; a call from the first module right into a later function stops the build.

mod bound;
mod linked;
mod modules;
mod reach;

use std::error::Error;
use std::fs;

use bound::Bound;
use linked::Linked;
use reach::Reach;

/// In the names of entrances, functions and statics, in either case.
pub const MARK: &str = "fetched_later";

fn main() {
    if let Err(error) = run() {
        eprintln!("split: {error}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [linked, bound, first, later] = arguments.as_slice() else {
        return Err("usage: split LINKED BOUND FIRST LATER".into());
    };
    let read = |path: &str| fs::read(path).map_err(|error| format!("{path}: {error}"));
    let (linked, bound) = (read(linked)?, read(bound)?);
    let linked = Linked::read(&linked)?;
    let bound = Bound::read(&bound)?;
    let reach = Reach::find(&linked, &bound)?;
    let (one, two) = modules::write(&linked, &bound, &reach)?;
    fs::write(first, one)?;
    fs::write(later, two)?;
    Ok(())
}
