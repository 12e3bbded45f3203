//! `docs/conformance.md` names every one of Kafka's tests that it is about, and nothing of ours that does not exist.

use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../docs/conformance.md");

/// A row's number, and what it says keeps the rule.
fn rows() -> Vec<(u32, &'static str)> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        Some((cells.first()?.parse().ok()?, *cells.get(2)?))
    };
    TABLE.lines().filter_map(row).collect()
}

/// The names of ours in a row: words in backticks, but for files.
fn names(kept_by: &str) -> Vec<&str> {
    kept_by.split('`').skip(1).step_by(2).filter(|name| !name.contains('/')).collect()
}

/// Everything that is written in Rust below a folder.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder of ours").map(|entry| entry.expect("a readable folder").path());
    let read = |path: std::path::PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(extension) if extension == "rs" => fs::read_to_string(&path).expect("a source of ours"),
        _ => String::new(),
    };
    entries.map(read).collect()
}

#[test]
fn every_one_of_kafkas_tests_has_a_row_and_each_row_an_answer() {
    let rows = rows();
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), (1..=99).collect::<Vec<_>>());
    for (number, kept_by) in rows {
        let is_explained = kept_by.contains("left out: ") || kept_by.contains("kept by");
        assert!(
            is_explained || !names(kept_by).is_empty(),
            "row {number} says neither what keeps it nor why nothing does"
        );
    }
}

#[test]
fn whatever_the_table_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = sources(&root.join("src"));
    let exists = |name: &str| {
        root.join(format!("tests/transcripts/{name}.script")).exists()
            || root.join(format!("tests/terminal/{name}.session")).exists()
            || sources.contains(&format!("fn {name}()"))
    };
    for (number, kept_by) in rows() {
        for name in names(kept_by) {
            assert!(exists(name), "row {number} names {name}, which is nowhere");
        }
    }
}
