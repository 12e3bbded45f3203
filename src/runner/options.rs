//! Arguments.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use super::Failure;
use crate::kernel::Time;

pub const COMMANDS: &str = "list, run, link, open, bench";

pub const USAGE: &str = "\
headwater: event streams without a browser

  headwater list                                            what the catalogue has
  headwater run SCENARIO [--until 60s] [--seed N] [--json]  runs it and sums it up
  headwater link SCENARIO                                   its share link, as it stands behind the page's address
  headwater open LINK                                       a share link's scenario, as JSON
  headwater bench [--records N] [--json]                    measures the engine

SCENARIO is a name of the catalogue, a JSON file, - for standard input, or a share link.
Times are 250us, 500ms, 60s, 5m or 1h; a plain number is seconds.
";

/// Virtual time, if `--until` does not say otherwise.
const UNTIL: Time = Time::from_secs(60);

const BENCH_RECORDS: u64 = 5_000_000;
const BENCH_RECORDS_MAX: u64 = 1_000_000_000;

#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    Help,
    List,
    Run(RunOptions),
    /// Of this scenario.
    Link(String),
    /// This link.
    Open(String),
    Bench(BenchOptions),
}

#[derive(Debug, PartialEq, Eq)]
pub struct RunOptions {
    pub scenario: String,
    pub until: Time,
    /// Instead of the scenario's own.
    pub seed: Option<u64>,
    pub json: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct BenchOptions {
    pub records: u64,
    pub json: bool,
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Failure::input(error.to_string())
    }
}

pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Order, Failure> {
    let mut parser = Parser::from_args(arguments);
    match parser.next()? {
        None => Err(Failure::input(format!("a command is missing: {COMMANDS}"))),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Order::Help),
        Some(Arg::Value(command)) => match command.to_string_lossy().as_ref() {
            "help" => Ok(Order::Help),
            "list" => parse_list(parser),
            "run" => parse_run(parser),
            "link" => Ok(Order::Link(parse_one(parser, "link: a scenario is missing")?)),
            "open" => Ok(Order::Open(parse_one(parser, "open: a link is missing")?)),
            "bench" => parse_bench(parser),
            other => Err(Failure::input(format!("there is no command '{other}': {COMMANDS}"))),
        },
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_list(mut parser: Parser) -> Result<Order, Failure> {
    match parser.next()? {
        None => Ok(Order::List),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_run(mut parser: Parser) -> Result<Order, Failure> {
    let mut scenario = None;
    let mut options = RunOptions { scenario: String::new(), until: UNTIL, seed: None, json: false };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("until") => options.until = parse_time(&parser.value()?.string()?)?,
            Arg::Long("seed") => options.seed = Some(parse_number("--seed", &parser.value()?.string()?)?),
            Arg::Long("json") => options.json = true,
            Arg::Value(name) if scenario.is_none() => scenario = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let missing = || Failure::input("run: a scenario is missing: a name of the catalogue, a JSON file, - or a link");
    options.scenario = scenario.ok_or_else(missing)?;
    Ok(Order::Run(options))
}

fn parse_one(mut parser: Parser, missing: &str) -> Result<String, Failure> {
    let Some(Arg::Value(one)) = parser.next()? else { return Err(Failure::input(missing)) };
    match parser.next()? {
        None => Ok(one.string()?),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_bench(mut parser: Parser) -> Result<Order, Failure> {
    let mut options = BenchOptions { records: BENCH_RECORDS, json: false };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("records") => options.records = parse_records(&parser.value()?.string()?)?,
            Arg::Long("json") => options.json = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Order::Bench(options))
}

fn parse_records(text: &str) -> Result<u64, Failure> {
    let records = parse_number("--records", text)?;
    if !(1..=BENCH_RECORDS_MAX).contains(&records) {
        return Err(Failure::input(format!("--records: {records} is not between 1 and {BENCH_RECORDS_MAX}")));
    }
    Ok(records)
}

fn parse_number(option: &str, text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::input(format!("{option}: '{text}' is not a whole number from 0 to {}", u64::MAX)))
}

/// `60s`, `500ms`; in whole units, so that a time is exact.
fn parse_time(text: &str) -> Result<Time, Failure> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let us = match unit {
        "us" | "µs" => Some(1),
        "ms" => Some(1_000),
        "s" | "" => Some(1_000_000),
        "m" | "min" => Some(60_000_000),
        "h" => Some(3_600_000_000),
        _ => None,
    };
    let time = us.and_then(|us: u64| number.parse::<u64>().ok()?.checked_mul(us)).map(Time::from_micros);
    let wrong = || Failure::input(format!("--until: '{text}' is not a time such as 250us, 500ms, 60s, 5m or 1h"));
    time.filter(|time| *time < Time::NEVER).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Order, String> {
        let said = |failure| match failure {
            Failure::Input(message) => message,
            Failure::Output(error) => error.to_string(),
        };
        parse(line.split_whitespace().map(OsString::from)).map_err(said)
    }

    fn until(text: &str) -> Time {
        match parsed(&format!("run orders --until {text}")) {
            Ok(Order::Run(options)) => options.until,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_time_has_a_unit_or_is_in_seconds() {
        assert_eq!(until("90"), Time::from_secs(90));
        assert_eq!(until("90s"), Time::from_secs(90));
        assert_eq!(until("1500ms"), Time::from_millis(1_500));
        assert_eq!(until("2m"), Time::from_secs(120));
        assert_eq!(until("1h"), Time::from_secs(3_600));
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_text() {
        for text in ["soon", "1.5s", "99999999999999999999", "18446744073709551615", "5 weeks", "-1s"] {
            let text = text.replace(' ', "");
            let refused = parsed(&format!("run orders --until={text}")).expect_err(&text);
            assert!(refused.starts_with(&format!("--until: '{text}' is not a time")), "{refused}");
        }
    }

    #[test]
    fn an_unknown_command_is_answered_with_the_known_ones() {
        assert_eq!(parsed("lnk orders"), Err(format!("there is no command 'lnk': {COMMANDS}")));
        assert_eq!(parsed(""), Err(format!("a command is missing: {COMMANDS}")));
    }

    #[test]
    fn what_nobody_knows_or_wants_is_refused() {
        assert_eq!(parsed("list orders"), Err("unexpected argument \"orders\"".into()));
        assert_eq!(parsed("open a b"), Err("unexpected argument \"b\"".into()));
        assert_eq!(parsed("link"), Err("link: a scenario is missing".into()));
        assert_eq!(parsed("run orders --fast"), Err("invalid option '--fast'".into()));
        assert_eq!(parsed("bench --records 0"), Err("--records: 0 is not between 1 and 1000000000".into()));
        assert_eq!(
            parsed("run orders --seed 1e3"),
            Err("--seed: '1e3' is not a whole number from 0 to 18446744073709551615".into())
        );
    }
}
