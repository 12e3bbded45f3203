//! The headless runner as a shell sees it: what it prints, on which stream, and how it exits.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn headwater(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headwater"));
    command.args(line.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(line: &str) -> Output {
    headwater(line).output().expect("the runner starts")
}

fn printed(line: &str) -> String {
    let output = output(line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(line: &str) -> Value {
    serde_json::from_str(&printed(line)).expect("JSON")
}

/// Exit status 2, nothing on standard output, and one line on standard error: that line.
fn complaint(output: Output) -> String {
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said.trim_end().trim_start_matches("headwater: ").to_owned()
}

fn fed(text: &[u8], line: &str) -> Output {
    let mut runner = headwater(line).stdin(Stdio::piped()).spawn().expect("the runner starts");
    let sent = runner.stdin.take().expect("a pipe").write_all(text);
    sent.expect("the runner reads");
    runner.wait_with_output().expect("the runner ends")
}

#[test]
fn the_catalogue_is_a_name_and_a_title_a_line_with_the_opening_scene_first() {
    let listed = printed("list");
    let mut first = listed.lines().next().expect("a scenario").splitn(2, "  ");
    assert_eq!(first.next(), Some("orders"));
    assert_eq!(first.next().map(str::trim), Some("Orders fan-out"));
}

#[test]
fn the_summary_in_json_has_what_was_promised() {
    let summary = json("run orders --until 30s --json");
    let counts = ["simulated_us", "events", "produced", "acknowledged", "processed", "duplicates", "lost", "wall_us"];
    for count in counts.into_iter().chain(["out_of_order"]) {
        assert!(summary[count].is_u64(), "{count} is {}", summary[count]);
    }
    assert_eq!(summary["simulated_us"], 30_000_000);
    assert_eq!(summary["digest"].as_str().map(str::len), Some(16));
    assert_eq!(summary["groups"]["inventory"]["state"], "Stable");
    assert_eq!(summary["groups"]["inventory"]["members"], 2);
}

#[test]
fn equal_runs_have_equal_digests_and_another_seed_gives_another_run() {
    let digest = |line: &str| json(line)["digest"].clone();
    assert_eq!(digest("run orders --until 20s --json"), digest("run orders --until 20000ms --json"));
    assert_ne!(digest("run orders --until 20s --json"), digest("run orders --until 20s --seed 8 --json"));
}

#[test]
fn the_summary_for_a_person_is_a_table_with_a_row_a_group() {
    let table = printed("run orders --until 20s");
    assert!(table.starts_with("Orders fan-out: 20 s simulated in "), "{table}");
    for group in ["inventory", "notification", "analytics", "fraud"] {
        assert!(table.lines().any(|line| line.starts_with(group)), "{group} is missing:\n{table}");
    }
}

#[test]
fn a_scenario_is_read_from_standard_input_too() {
    let output =
        fed(br#"{ "version": 1, "seed": 3, "commands": [{ "type": "add_topic", "topic": "t" }] }"#, "run - --json");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_bad_document_is_refused_with_its_source_and_the_place() {
    let wrong = |text: &str| complaint(fed(text.as_bytes(), "run -"));
    assert_eq!(wrong("{ \"version\": 1, }"), "standard input: scenario: trailing comma at line 1 column 17");
    let misspelt = wrong(r#"{ "version": 1, "seed": 1, "commands": [{ "type": "kill", "consumr": "c" }] }"#);
    assert!(misspelt.starts_with("standard input: commands[0].consumr: unknown field"), "{misspelt}");
    let refused = wrong(r#"{ "version": 1, "seed": 1, "commands": [{ "type": "kill", "consumer": "c" }] }"#);
    assert_eq!(refused, "standard input: commands[0].consumer: there is no consumer called c");
    assert_eq!(
        wrong(r#"{ "version": 9, "seed": 1 }"#),
        "standard input: version: this is version 9; this program reads up to 1"
    );
    assert_eq!(complaint(fed(b"{ \"\xff\" }", "run -")), "standard input: byte 3 is not UTF-8");
}

#[test]
fn what_cannot_be_run_is_named() {
    let missing = complaint(output("run no-such-scenario"));
    assert_eq!(missing, "no-such-scenario: no name of the catalogue (see list), no file and no link");
    assert!(complaint(output("run src")).starts_with("src: "), "a folder");
    assert_eq!(
        complaint(output("run https://example.org/#2abc")),
        "link: this is a link of version 2; this program reads up to 1"
    );
    assert_eq!(complaint(output("open")), "open: a link is missing");
}

#[test]
fn a_link_runs_like_the_scenario_that_it_was_made_of() {
    let link = printed("link orders");
    let link = link.trim_end();
    assert!(link.starts_with("#1"), "{link}");
    let run = |what: &str| json(&format!("run {what} --until 20s --json"))["digest"].clone();
    assert_eq!(run(link), run("orders"));
    assert_eq!(run(&format!("https://example.org/headwater/{link}&embed=1")), run("orders"));
    assert_eq!(run(link.trim_start_matches('#')), run("orders"));
    let opened = fed(printed(&format!("open {link}")).as_bytes(), "link -");
    assert_eq!(String::from_utf8(opened.stdout).expect("text").trim_end(), link);
}

#[test]
fn a_link_that_is_cut_off_says_how_much_of_it_can_be_read() {
    let link = printed("link orders");
    let cut = complaint(output(&format!("open {}", &link[..link.len() - 4])));
    assert!(cut.starts_with("link: the link is cut off: "), "{cut}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut runner = headwater("run orders --until 20s").spawn().expect("the runner starts");
    drop(runner.stdout.take());
    let mut said = String::new();
    runner.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(runner.wait().expect("the runner ends").success(), "{said}");
    assert_eq!(said, "");
}

#[test]
fn the_benchmark_reports_records_a_second_and_bytes_a_record() {
    let report = json("bench --records 20000 --json");
    assert_eq!(report["records"], 20_000);
    assert!(report["records_per_s"].as_u64() > Some(0));
    assert!(report["bytes_per_record"].as_u64() <= Some(64), "{report}");
}
