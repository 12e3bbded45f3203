//! Tries inputs, one after the other, and watches the clock.

use std::fmt;

use headwater::model::refusal::Refusal;
use headwater::scenario::Scenario;
use headwater::scenario::link::decode;
use headwater::session::Session;

/// Nobody waits longer for a link to open. A build that is not optimised only has to come to an end.
pub const MICROS_MAX: u64 = if cfg!(debug_assertions) { 60_000_000 } else { 200_000 };

const RETRIES: u32 = 20;

/// Microseconds.
pub type Clock<'a> = &'a dyn Fn() -> u64;

/// What came of many inputs.
#[derive(Debug, Default)]
pub struct Report {
    pub inputs: u64,
    pub read: u64,
    pub refused: u64,
    /// What was saved of links that could not be read.
    pub saved: u64,
    pub slowest_us: u64,
    /// What the slowest input began with.
    pub slowest: String,
    /// Those that took too long every time, to be tried again when the machine has more time.
    pub slow: Vec<String>,
}

impl Report {
    pub fn add(&mut self, other: Report) {
        self.inputs += other.inputs;
        self.read += other.read;
        self.refused += other.refused;
        self.saved += other.saved;
        self.slow.extend(other.slow);
        if other.slowest_us > self.slowest_us {
            (self.slowest_us, self.slowest) = (other.slowest_us, other.slowest);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { inputs, read, refused, saved, slowest_us, slowest, .. } = self;
        write!(
            f,
            "{inputs} inputs: {read} read, {refused} refused ({saved} saved in part); slowest {slowest_us} µs: {slowest}"
        )
    }
}

enum Outcome {
    Read,
    Refused,
    Saved,
}

/// Reads links.
pub fn links(links: impl Iterator<Item = String>, clock: Clock) -> Report {
    try_all(links, clock, |link| match decode(link) {
        Ok(_) => Outcome::Read,
        Err(unreadable) => {
            assert!(is_a_sentence(&unreadable.reason), "{unreadable:?} of {link}");
            if unreadable.saved.is_some() { Outcome::Saved } else { Outcome::Refused }
        }
    })
}

/// Reads documents.
pub fn documents(texts: impl Iterator<Item = String>, clock: Clock) -> Report {
    try_all(texts, clock, |text| match Scenario::from_json(text) {
        Ok(_) => Outcome::Read,
        Err(Refusal { field, message }) => {
            assert!(!field.is_empty() && is_a_sentence(&message), "{field}: {message}");
            Outcome::Refused
        }
    })
}

/// Opens documents that can be read, as the page does: everything of their first moment happens.
pub fn openings(texts: impl Iterator<Item = String>, clock: Clock) -> Report {
    try_all(texts, clock, |text| match Scenario::from_json(text).and_then(|scenario| Session::begin(&scenario)) {
        Ok(_) => Outcome::Read,
        Err(Refusal { field, message }) => {
            assert!(!field.is_empty() && is_a_sentence(&message), "{field}: {message}");
            Outcome::Refused
        }
    })
}

fn is_a_sentence(reason: &str) -> bool {
    reason.len() > 5 && reason.len() < 2_000
}

fn timed<'a>(input: &'a str, clock: Clock, read: impl Fn(&'a str) -> Outcome) -> (Outcome, u64) {
    let began = clock();
    let outcome = read(input);
    (outcome, clock().saturating_sub(began))
}

fn try_all(inputs: impl Iterator<Item = String>, clock: Clock, read: impl Fn(&str) -> Outcome) -> Report {
    let mut report = Report::default();
    for input in inputs {
        let (outcome, mut took) = timed(&input, clock, &read);
        // The machine may have had something else to do; whoever is slow for a reason of their own is slow every time.
        for _ in 0..RETRIES {
            if took < MICROS_MAX / 2 {
                break;
            }
            took = took.min(timed(&input, clock, &read).1);
        }
        report.inputs += 1;
        match outcome {
            Outcome::Read => report.read += 1,
            Outcome::Refused => report.refused += 1,
            Outcome::Saved => {
                report.refused += 1;
                report.saved += 1;
            }
        }
        if took >= MICROS_MAX {
            report.slow.push(input);
        } else if took > report.slowest_us {
            report.slowest_us = took;
            report.slowest = input.chars().take(60).collect();
        }
    }
    report
}
