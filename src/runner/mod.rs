//! The headless runner: `headwater list | run | link | open | bench`, without a terminal and without a clock of its own.
//!
//! What a person can get wrong, from an option to a field deep in a document, ends as a [`Failure`]: one line that says
//! what is wrong and where. Only the binary turns it into an exit status.

mod options;
mod source;
mod table;

use std::io::{Read, Write};

use self::options::{BenchOptions, Order, RunOptions};
use crate::kernel::Span;
use crate::metrics::{Summary, bench};
use crate::model::refusal::Refusal;
use crate::scenario::link::{Link, encode};
use crate::scenario::{Run, catalog};

pub use self::options::COMMANDS;

/// What the runner needs of the world outside.
pub struct Console<'a> {
    pub input: &'a mut dyn Read,
    pub output: &'a mut dyn Write,
    /// Real time that has passed since the program began.
    pub clock: &'a dyn Fn() -> Span,
}

/// Why the runner stopped.
#[derive(Debug)]
pub enum Failure {
    /// Bad input: one line for the person who wrote it.
    Input(String),
    /// Nobody reads the output any more, or it cannot be written.
    Output(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Output(error)
    }
}

impl Failure {
    fn input(message: impl Into<String>) -> Self {
        Failure::Input(message.into())
    }

    fn in_document(source: &str, refusal: &Refusal) -> Self {
        Failure::Input(format!("{source}: {refusal}"))
    }
}

/// Does what the arguments say; the program's name is not among them.
pub fn execute(arguments: impl Iterator<Item = std::ffi::OsString>, console: &mut Console) -> Result<(), Failure> {
    match options::parse(arguments)? {
        Order::Help => Ok(console.output.write_all(options::USAGE.as_bytes())?),
        Order::List => list(console),
        Order::Run(options) => run(&options, console),
        Order::Link(scenario) => link(&scenario, console),
        Order::Open(link) => Ok(writeln!(console.output, "{}", source::open(&link)?.scenario.to_json())?),
        Order::Bench(options) => measure(&options, console),
    }
}

fn list(console: &mut Console) -> Result<(), Failure> {
    let all = catalog::all();
    let width = all.iter().map(|scenario| scenario.name.len()).max().unwrap_or(0);
    for scenario in all {
        writeln!(console.output, "{:width$}  {}", scenario.name, scenario.title)?;
    }
    Ok(())
}

fn run(options: &RunOptions, console: &mut Console) -> Result<(), Failure> {
    let mut scenario = source::load(&options.scenario, console.input)?;
    scenario.seed = options.seed.unwrap_or(scenario.seed);
    let refused = |refusal| Failure::in_document(source::name_of(&options.scenario), &refusal);
    let began = (console.clock)();
    let mut run = Run::start(&scenario).map_err(refused)?;
    while run.now() < options.until {
        // In parts, so that observations that nobody asked for do not pile up.
        let stop = options.until.min(run.now() + Span::from_secs(1));
        run.run_until(stop, u64::MAX).map_err(refused)?;
        run.take_observations();
    }
    let mut summary = Summary::of(run.simulation());
    summary.wall_us = Some(((console.clock)() - began).as_micros());
    match options.json {
        true => print_json(&summary, console),
        false => Ok(table::summary(&scenario.title, &summary, console.output)?),
    }
}

/// With the `#`, so that it can be put behind the page's address as it is.
fn link(scenario: &str, console: &mut Console) -> Result<(), Failure> {
    let shared = Link::of(source::load(scenario, console.input)?);
    let letters = encode(&shared).map_err(|refusal| Failure::in_document(source::name_of(scenario), &refusal))?;
    Ok(writeln!(console.output, "#{letters}")?)
}

fn measure(options: &BenchOptions, console: &mut Console) -> Result<(), Failure> {
    let began = (console.clock)();
    let outcome = bench::run(options.records);
    let report = outcome.timed((console.clock)() - began);
    match options.json {
        true => print_json(&report, console),
        false => Ok(table::report(&report, console.output)?),
    }
}

fn print_json(value: &impl serde::Serialize, console: &mut Console) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    Ok(writeln!(console.output, "{text}")?)
}
