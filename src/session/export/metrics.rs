//! A run as a table of numbers over time: comma-separated values with a header, for spreadsheets and notebooks.
//!
//! The run is played again from its beginning, in portions, so that the samples are evenly spaced and complete however
//! long the page has been open.
//! `docs/metrics.md` says what the columns mean.

use std::fmt::Write;

use crate::engine::{Progress, Totals, World};
use crate::kernel::{Span, Time, order};
use crate::metrics::group_lag;
use crate::model::Name;
use crate::model::refusal::Refusal;
use crate::scenario::{Run, Scenario};

/// Rows at the most; samples are as far apart as that takes.
const ROWS_MAX: u64 = 2_000;
const STEPS: [u64; 3] = [1, 2, 5];

/// A table that is being made.
#[derive(Clone, Debug)]
pub struct MetricsExport {
    run: Run,
    until: Time,
    every: Span,
    next: Time,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    at: Time,
    totals: Totals,
    lost: u64,
    /// In the order of their names.
    groups: Vec<(Name, GroupRow)>,
}

#[derive(Clone, Copy, Debug)]
struct GroupRow {
    lag: u64,
    processed: u64,
    duplicates: u64,
}

impl MetricsExport {
    pub fn new(scenario: &Scenario, until: Time) -> Result<MetricsExport, Refusal> {
        let run = Run::start(scenario)?;
        Ok(MetricsExport { run, until, every: interval(until), next: Time::ZERO, rows: Vec::new() })
    }

    /// Handles about `budget` events and says whether the table is complete. A command that is refused, as it was when
    /// the run was played, is left out.
    pub fn go_on(&mut self, budget: u64) -> Progress {
        let last_event = self.run.simulation().events().saturating_add(budget);
        loop {
            let left = last_event.saturating_sub(self.run.simulation().events());
            match self.run.run_until(self.next, left) {
                Ok(Progress::OutOfBudget) => return Progress::OutOfBudget,
                Err(_) => continue,
                Ok(Progress::Reached) => {}
            }
            // Nobody asks why.
            self.run.take_observations();
            self.rows.push(Row::of(self.run.world()));
            if self.next == self.until {
                return Progress::Reached;
            }
            self.next = self.until.min(self.next + self.every);
        }
    }

    pub fn per_mille(&self) -> u32 {
        (self.run.now().as_micros() * 1_000 / self.until.as_micros().max(1)).min(1_000) as u32
    }

    pub fn csv(&self) -> String {
        let mut groups: Vec<&Name> = self.rows.iter().flat_map(|row| row.groups.iter().map(|(name, _)| name)).collect();
        order::sort_by(&mut groups, |a, b| a.cmp(b));
        groups.dedup();
        let mut csv = header(&groups);
        let mut before: Option<&Row> = None;
        for row in &self.rows {
            row.write(before, &groups, &mut csv);
            before = Some(row);
        }
        csv
    }
}

/// 0.1 s, or as much more as keeps the table short.
fn interval(until: Time) -> Span {
    let tenths = (0..).flat_map(|zeros| STEPS.map(|step| step * 10_u64.saturating_pow(zeros)));
    let mut intervals = tenths.map(|tenths| Span::from_millis(100).times(tenths));
    intervals.find(|every| until.as_micros() / every.as_micros() < ROWS_MAX).expect("some interval is long enough")
}

fn header(groups: &[&Name]) -> String {
    let mut header = "time_s,produced,acknowledged,processed,duplicates,out_of_order,lost,produced_per_s,\
                      acknowledged_per_s,processed_per_s"
        .to_string();
    for group in groups {
        for what in ["lag", "processed", "duplicates"] {
            let _ = write!(header, ",{}", quoted(&format!("{what} {group}")));
        }
    }
    header + "\n"
}

/// Names may hold anything.
fn quoted(text: &str) -> String {
    let is_plain = !text.contains([',', '"', '\n', '\r']);
    if is_plain { text.to_string() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

impl Row {
    fn of(world: &World) -> Row {
        let group = |name: &Name| {
            let ledger = &world.groups[name].ledger;
            GroupRow { lag: group_lag(world, name), processed: ledger.processed, duplicates: ledger.duplicates }
        };
        let groups = world.groups.keys().map(|name| (name.clone(), group(name))).collect();
        Row { at: world.now, totals: world.totals(), lost: world.lost(), groups }
    }

    fn write(&self, before: Option<&Row>, groups: &[&Name], csv: &mut String) {
        let Totals { produced, acknowledged, processed, duplicates, out_of_order } = self.totals;
        let us = self.at.as_micros();
        let _ = write!(csv, "{}.{:03},{produced},{acknowledged}", us / 1_000_000, us / 1_000 % 1_000);
        let _ = write!(csv, ",{processed},{duplicates},{out_of_order},{}", self.lost);
        let counts: [fn(&Totals) -> u64; 3] =
            [|totals| totals.produced, |totals| totals.acknowledged, |totals| totals.processed];
        for count in counts {
            let _ = write!(csv, ",{}", self.per_second(before, count));
        }
        for group in groups {
            let _ = match self.groups.iter().find(|(name, _)| name == *group) {
                Some((_, GroupRow { lag, processed, duplicates })) => write!(csv, ",{lag},{processed},{duplicates}"),
                None => write!(csv, ",,,"),
            };
        }
        csv.push('\n');
    }

    /// Nothing in the first row, which has no row before. A part that is removed takes its counts along: no rate is below 0.
    fn per_second(&self, before: Option<&Row>, count: impl Fn(&Totals) -> u64) -> String {
        let Some(before) = before else { return String::new() };
        let us = self.at.since(before.at).as_micros().max(1);
        let tenths = count(&self.totals).saturating_sub(count(&before.totals)) * 10_000_000 / us;
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::catalog;

    fn exported(until: Time, budget: u64) -> String {
        let orders = catalog::find("orders").expect("the opening scene");
        let mut export = MetricsExport::new(&orders, until).expect("it starts");
        while export.go_on(budget) == Progress::OutOfBudget {}
        assert_eq!(export.per_mille(), 1_000);
        export.csv()
    }

    #[test]
    fn a_table_has_a_row_for_every_sample_and_all_rows_have_the_same_columns() {
        let csv = exported(Time::from_secs(20), u64::MAX);
        let columns: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(columns.len(), 1 + 201);
        assert!(columns.iter().all(|count| *count == columns[0]));
        assert!(csv.starts_with("time_s,produced,acknowledged,"));
        assert!(csv.lines().next().is_some_and(|header| header.contains(",lag inventory,processed inventory,")));
    }

    #[test]
    fn the_last_row_is_what_the_run_comes_to() {
        let orders = catalog::find("orders").expect("the opening scene");
        let mut run = Run::start(&orders).expect("it starts");
        run.run_until(Time::from_secs(20), u64::MAX).expect("no command is refused");
        let totals = run.world().totals();
        let csv = exported(Time::from_secs(20), u64::MAX);
        let last: Vec<&str> = csv.lines().last().expect("rows").split(',').collect();
        let counts = [totals.produced, totals.acknowledged, totals.processed].map(|count| count.to_string());
        assert_eq!(last[0], "20.000");
        assert_eq!(last[1..4], counts);
    }

    #[test]
    fn portions_of_any_size_give_the_same_table() {
        let until = Time::from_secs(5);
        assert_eq!(exported(until, 100), exported(until, u64::MAX));
    }

    #[test]
    fn a_long_run_is_sampled_less_often() {
        assert_eq!(interval(Time::from_secs(60)), Span::from_millis(100));
        assert_eq!(interval(Time::from_secs(600)), Span::from_millis(500));
        assert_eq!(interval(Time::from_secs(36_000)), Span::from_secs(20));
    }

    #[test]
    fn a_name_with_a_comma_is_one_column() {
        assert_eq!(quoted("lag a,\"b\""), "\"lag a,\"\"b\"\"\"");
    }
}
