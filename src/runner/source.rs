//! Where a scenario comes from: the catalogue, a file, or standard input.

use std::fs;
use std::io::Read;

use super::Failure;
use crate::scenario::{Scenario, catalog};

const STANDARD_INPUT: &str = "-";

/// What a person calls it.
pub fn name_of(scenario: &str) -> &str {
    if scenario == STANDARD_INPUT { "standard input" } else { scenario }
}

pub fn load(name: &str, input: &mut dyn Read) -> Result<Scenario, Failure> {
    if name == STANDARD_INPUT {
        let mut bytes = Vec::new();
        let read = input.read_to_end(&mut bytes);
        read.map_err(|error| Failure::input(format!("{}: {error}", name_of(name))))?;
        return read_document(name_of(name), bytes);
    }
    if let Some(scenario) = catalog::find(name) {
        return Ok(scenario);
    }
    if is_link(name) {
        return Err(Failure::input(format!("{name}: links come later; run a name of the catalogue or a JSON file")));
    }
    let bytes = fs::read(name).map_err(|error| Failure::input(not_read(name, &error)))?;
    read_document(name, bytes)
}

fn is_link(name: &str) -> bool {
    name.starts_with('#') || name.starts_with("http://") || name.starts_with("https://")
}

fn not_read(name: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{name}: neither a name of the catalogue (see list) nor a file"),
        _ => format!("{name}: {error}"),
    }
}

fn read_document(source: &str, bytes: Vec<u8>) -> Result<Scenario, Failure> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(format!("{source}: byte {at} is not UTF-8"))
    })?;
    // A byte order mark is how some editors begin a file.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Scenario::from_json(text).map_err(|refusal| Failure::in_document(source, &refusal))
}
