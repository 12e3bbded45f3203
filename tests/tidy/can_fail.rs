//! Each rule finds what breaks it, on the right line, and leaves alone what only looks like it.

use super::rules::{
    Rule, files_are_short, functions_are_short, imports_run_one_way, nothing_is_unfinished, only_ui_knows_the_browser,
    outcomes_are_repeatable, tests_do_not_sleep,
};
use super::source::Source;
use crate::{LINES_PER_FILE, LINES_PER_FUNCTION, UNFINISHED};

/// The lines that break a rule.
fn lines(rule: Rule, path: &str, text: &str) -> Vec<usize> {
    rule(&Source::new(path, text)).iter().map(|breach| breach.line).collect()
}

#[test]
fn an_import_from_above_is_found_wherever_it_stands() {
    let upwards = |text| lines(imports_run_one_way, "src/kernel/time.rs", text);
    assert_eq!(upwards("\nuse crate::model::Name;"), [2]);
    assert_eq!(upwards("use crate::{\n    kernel::{Time, view},\n    engine::World,\n};"), [3]);
    assert_eq!(upwards("fn f() {\n    let x = crate::session::x();\n}"), [2]);
    assert_eq!(upwards("use headwater::engine::World;"), [1]);
}

#[test]
fn an_import_from_below_from_the_folder_itself_or_in_a_comment_is_fine() {
    let text =
        "//! See [`crate::ui`].\nuse crate::engine::World;\nuse crate::{kernel::Time, view::Lane};\nuse crate::LIMIT;";
    assert_eq!(lines(imports_run_one_way, "src/view/lane.rs", text), []);
}

#[test]
fn folders_of_one_height_know_nothing_of_each_other() {
    assert_eq!(lines(imports_run_one_way, "src/lesson/mod.rs", "use crate::advisor::Advice;"), [1]);
}

#[test]
fn a_folder_without_a_height_is_found() {
    assert_eq!(lines(imports_run_one_way, "src/elsewhere/mod.rs", ""), [1]);
}

#[test]
fn a_file_may_be_full_but_not_fuller() {
    let full = "//\n".repeat(LINES_PER_FILE);
    assert_eq!(lines(files_are_short, "src/lib.rs", &full), []);
    assert_eq!(lines(files_are_short, "src/lib.rs", &(full + "//\n")), [LINES_PER_FILE + 1]);
}

#[test]
fn a_function_may_be_full_but_not_fuller() {
    let of_lines =
        |count: usize| format!("struct S;\nfn f(_: [u8; 2]) {{\n{}}}\nfn g() {{}}\n", "//\n".repeat(count - 2));
    assert_eq!(lines(functions_are_short, "src/lib.rs", &of_lines(LINES_PER_FUNCTION)), []);
    assert_eq!(lines(functions_are_short, "src/lib.rs", &of_lines(LINES_PER_FUNCTION + 1)), [2]);
}

#[test]
fn a_declaration_without_a_body_is_not_measured_by_its_neighbours() {
    let text = format!("trait T {{\nfn f(&self) -> u8;\n}}\nstruct S {{\n{}}}", "//\n".repeat(LINES_PER_FUNCTION));
    assert_eq!(lines(functions_are_short, "src/lib.rs", &text), []);
}

#[test]
fn clocks_entropy_and_unordered_collections_are_found_below_ui_only() {
    let text = "use std::time::Instant;\n\nstruct S(std::collections::HashMap<u8, u8>);";
    assert_eq!(lines(outcomes_are_repeatable, "src/session/mod.rs", text), [1, 3]);
    assert_eq!(lines(outcomes_are_repeatable, "src/ui/app.rs", text), []);
    assert_eq!(lines(outcomes_are_repeatable, "src/bin/headwater.rs", text), []);
}

#[test]
fn inexact_floats_are_found_and_those_of_libm_are_not() {
    let text = "fn f(x: f64) -> f64 {\n    x.ln() +\n    f64::exp(x)\n}";
    assert_eq!(lines(outcomes_are_repeatable, "src/kernel/chance.rs", text), [2, 3]);
    let text = "fn f(x: f64) -> f64 {\n    libm::exp(x) + exp(x) + self.exp // x.exp()\n}";
    assert_eq!(lines(outcomes_are_repeatable, "src/kernel/chance.rs", text), []);
}

#[test]
fn the_browser_is_found_below_ui_only() {
    let text = "use web_sys::Window;";
    assert_eq!(lines(only_ui_knows_the_browser, "src/scene/mod.rs", text), [1]);
    assert_eq!(lines(only_ui_knows_the_browser, "src/ui/canvas.rs", text), []);
    assert_eq!(lines(only_ui_knows_the_browser, "src/scene/mod.rs", "// yew"), []);
}

#[test]
fn a_test_that_waits_by_the_clock_is_found() {
    let nap = "fn f() {\n    std::thread::sleep(d);\n}";
    assert_eq!(lines(tests_do_not_sleep, "tests/web/main.rs", nap), [2]);
    assert_eq!(lines(tests_do_not_sleep, "tests/web/main.rs", "// no sleep"), []);
}

#[test]
fn every_mark_of_unfinished_work_is_found() {
    for (half, rest) in UNFINISHED {
        assert_eq!(lines(nothing_is_unfinished, "src/lib.rs", &format!("\n// {half}{rest}")), [2], "{half}{rest}");
    }
    assert_eq!(lines(nothing_is_unfinished, "src/lib.rs", "// todo: nothing"), []);
}
