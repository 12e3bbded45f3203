//! Splits the page's wasm in two: what a first visit runs, and what is fetched later.
//!
//! ```text
//! split LINKED BOUND LATER SCRIPT...
//! ```
//!
//! `LINKED` is what the linker wrote with `--emit-relocs`, `BOUND` what `wasm-bindgen --no-demangle` made of it. What is
//! later goes to `LATER`; `BOUND` keeps the rest, and gets shorter names for what passes between it and its `SCRIPT`s,
//! which get them too. The later module imports the first one's memory, tables, globals and functions, and fills in
//! its own slots of the table and its own bytes of the memory, at the addresses that the linker gave them. So a call
//! through a pointer finds the function wherever it lies, and neither module knows of the other's insides.
//!
//! What is later is found, not listed. A function whose name holds [`MARK`] is an entrance: it is only ever called through
//! a pointer, by somebody who has made sure that the later module is there (`src/kernel/later.rs`). Whatever the first module
//! cannot reach but through an entrance is later, functions and constants alike. The linker's relocations tell where
//! addresses are taken; a call from the first module right into a later function stops the build.

mod bound;
mod linked;
mod modules;
mod names;
mod reach;

use std::error::Error;
use std::fs;

use bound::Bound;
use linked::Linked;
use names::Names;
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
    let [linked_file, bound_file, later_file, scripts @ ..] = arguments.as_slice() else {
        return Err("usage: split LINKED BOUND LATER SCRIPT...".into());
    };
    let read = |path: &String| fs::read(path).map_err(|error| format!("{path}: {error}"));
    let (linked, bound) = (read(linked_file)?, read(bound_file)?);
    let linked = Linked::read(&linked)?;
    let bound = Bound::read(&bound)?;
    let reach = Reach::find(&linked, &bound)?;
    let names = Names::of(&bound);
    let (first, later) = modules::write(&linked, &bound, &reach, &names)?;
    fs::write(bound_file, first)?;
    fs::write(later_file, later)?;
    for script in scripts {
        let text = String::from_utf8(read(script)?)?;
        fs::write(script, names.rename_in(&text))?;
    }
    Ok(())
}
