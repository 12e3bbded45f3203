//! Where a scenario comes from: the catalogue, a file, standard input, or a share link.

use std::fs;
use std::io::Read;

use super::Failure;
use crate::scenario::link::{Link, Unreadable, decode};
use crate::scenario::{Scenario, catalog};

const STANDARD_INPUT: &str = "-";

/// What a person calls it.
pub fn name_of(scenario: &str) -> &str {
    match scenario {
        STANDARD_INPUT => "standard input",
        link if is_link(link) => "link",
        _ => scenario,
    }
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
        return Ok(open(name)?.scenario);
    }
    match fs::read(name) {
        Ok(bytes) => read_document(name, bytes),
        // Its letters alone may be a link too, but a file of that name comes first.
        Err(error) => decode(name).map(|link| link.scenario).map_err(|_| Failure::input(not_read(name, &error))),
    }
}

/// A share link: an address, or what follows the `#` in one.
pub fn open(link: &str) -> Result<Link, Failure> {
    decode(link).map_err(|Unreadable { reason, saved }| {
        let saved = saved.map_or(0, |link| link.scenario.commands.len());
        let rest = if saved > 0 { format!("; its first {saved} commands can be read") } else { String::new() };
        Failure::input(format!("link: {reason}{rest}"))
    })
}

fn is_link(name: &str) -> bool {
    name.contains('#') || name.starts_with("http://") || name.starts_with("https://")
}

fn not_read(name: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{name}: no name of the catalogue (see list), no file and no link"),
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
