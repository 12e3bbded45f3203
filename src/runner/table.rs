//! Numbers for a person: aligned, with their thousands apart.

use std::io::{Result, Write};

use crate::kernel::Span;
use crate::metrics::Summary;
use crate::metrics::bench::Report;

pub fn summary(title: &str, summary: &Summary, out: &mut dyn Write) -> Result<()> {
    let simulated = Span::from_micros(summary.simulated_us);
    let wall = Span::from_micros(summary.wall_us.unwrap_or(0));
    writeln!(out, "{title}: {simulated} simulated in {wall}\n")?;
    let totals = [
        ("produced", summary.produced),
        ("acknowledged", summary.acknowledged),
        ("processed", summary.processed),
        ("duplicates", summary.duplicates),
        ("lost", summary.lost),
        ("out of order", summary.out_of_order),
        ("events", summary.events),
    ];
    for (name, count) in totals {
        writeln!(out, "  {name:<14}{:>15}", thousands(count))?;
    }
    writeln!(out, "  {:<14}{:>18}\n", "digest", summary.digest)?;
    groups(summary, out)
}

fn groups(summary: &Summary, out: &mut dyn Write) -> Result<()> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let heads = ["GROUP", "STATE", "GENERATION", "MEMBERS", "PROCESSED", "DUPLICATES", "OUT-OF-ORDER", "LAG"];
    rows.push(heads.map(String::from).into());
    for (name, group) in &summary.groups {
        let mut row = vec![name.to_string(), group.state.name().to_owned(), group.generation.to_string()];
        let counts = [u64::from(group.members), group.processed, group.duplicates, group.out_of_order, group.lag];
        row.extend(counts.map(thousands));
        rows.push(row);
    }
    if rows.len() > 1 { aligned(&rows, out) } else { Ok(()) }
}

/// Columns two spaces apart; names to the left, numbers to the right.
fn aligned(rows: &[Vec<String>], out: &mut dyn Write) -> Result<()> {
    const NAMES: usize = 2;
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| match column < NAMES {
            true => format!("{cell:<width$}"),
            false => format!("{cell:>width$}"),
        });
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  "))?;
    }
    Ok(())
}

pub fn report(report: &Report, out: &mut dyn Write) -> Result<()> {
    let (wall, simulated) = (Span::from_micros(report.wall_us), Span::from_micros(report.outcome.simulated_us));
    writeln!(out, "{} records a second", thousands(report.records_per_s))?;
    writeln!(out, "{} bytes a record retained", report.outcome.bytes_per_record)?;
    let (records, events) = (thousands(report.outcome.records), thousands(report.outcome.events));
    writeln!(out, "{records} records, {events} events, {simulated} simulated in {wall}")
}

/// `1 234 567`.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut spaced = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let spaced = [0, 999, 1_000, 1_234_567].map(thousands);
        assert_eq!(spaced, ["0", "999", "1 000", "1 234 567"]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 4]| cells.map(String::from).to_vec();
        let rows = [row(["GROUP", "STATE", "LAG", "X"]), row(["größe", "Stable", "1 000", "7"])];
        let mut out = Vec::new();
        aligned(&rows, &mut out).expect("a vector takes everything");
        assert_eq!(String::from_utf8(out).expect("text"), "GROUP  STATE     LAG  X\ngröße  Stable  1 000  7\n");
    }
}
