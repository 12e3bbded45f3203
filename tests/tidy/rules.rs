//! The rules. Each looks at one source and names the lines that break it.

use proc_macro2::Delimiter;

use super::source::{Kind, Source};
use crate::{BROWSER, HEIGHTS, INEXACT, LINES_PER_FILE, LINES_PER_FUNCTION, OUTSIDE, UNFINISHED, UNREPEATABLE};

pub struct Breach {
    pub line: usize,
    pub rule: String,
}

pub type Rule = fn(&Source) -> Vec<Breach>;

pub const RULES: [Rule; 7] = [
    imports_run_one_way,
    files_are_short,
    functions_are_short,
    outcomes_are_repeatable,
    only_ui_knows_the_browser,
    tests_do_not_sleep,
    nothing_is_unfinished,
];

fn breach(line: usize, rule: String) -> Breach {
    Breach { line, rule }
}

pub fn imports_run_one_way(source: &Source) -> Vec<Breach> {
    let Some(from) = source.folder() else { return vec![] };
    let Some(own) = height(from) else {
        return vec![breach(1, format!("the folder {from} has no height: give it one in tests/tidy.rs"))];
    };
    let roots = source.words().filter(|(_, _, word)| matches!(*word, "crate" | "headwater"));
    let imported = roots.flat_map(|(at, ..)| folders_named_after(source, at));
    let wrong = imported.filter(|(_, to)| *to != from && height(to).is_some_and(|height| height >= own));
    wrong.map(|(line, to)| breach(line, format!("{from} imports from {to}, which does not stand below it"))).collect()
}

fn height(folder: &str) -> Option<u32> {
    HEIGHTS.iter().find(|(name, _)| *name == folder).map(|(_, height)| *height)
}

/// The folders that a path from the crate's root names, each with its line: one after `crate::`, several after
/// `crate::{`.
fn folders_named_after(source: &Source, root: usize) -> Vec<(usize, &str)> {
    let first = root + 3;
    if !source.is_mark(root + 1, ':') || !source.is_mark(root + 2, ':') {
        return vec![];
    }
    let places = if source.opens(first, Delimiter::Brace) { items_of(source, first) } else { vec![first] };
    places.into_iter().filter_map(|at| Some((source.tokens[at].line, source.word(at)?))).collect()
}

/// Where each of the comma-separated items of a group begins.
fn items_of(source: &Source, group: usize) -> Vec<usize> {
    let mut starts = vec![group + 1];
    let mut depth = 0;
    for (at, token) in source.tokens.iter().enumerate().skip(group + 1) {
        match token.kind {
            Kind::Close(opened) if opened == group => break,
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            Kind::Mark(',') if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts
}

pub fn files_are_short(source: &Source) -> Vec<Breach> {
    let lines = source.text.lines().count();
    if lines <= LINES_PER_FILE {
        return vec![];
    }
    vec![breach(LINES_PER_FILE + 1, format!("{lines} lines, at most {LINES_PER_FILE}: two concepts in one room"))]
}

pub fn functions_are_short(source: &Source) -> Vec<Breach> {
    let functions = source.words().filter(|&(_, _, word)| word == "fn");
    let measured = functions.filter_map(|(at, line, _)| Some((line, source.word(at + 1)?, last_line(source, at)?)));
    let long = measured.filter(|(first, _, last)| last - first + 1 > LINES_PER_FUNCTION);
    long.map(|(first, name, last)| {
        breach(first, format!("fn {name} has {} lines, at most {LINES_PER_FUNCTION}", last - first + 1))
    })
    .collect()
}

/// Where a function's body ends: the body is the first braces after `fn` that stand in no other brackets. None if there
/// is none, as in a trait.
fn last_line(source: &Source, function: usize) -> Option<usize> {
    let mut depth = 0;
    let mut body = None;
    for (at, token) in source.tokens.iter().enumerate().skip(function) {
        match token.kind {
            Kind::Open(Delimiter::Brace) if depth == 0 && body.is_none() => body = Some(at),
            Kind::Close(opened) if body == Some(opened) => return Some(token.line),
            Kind::Mark(';') if depth == 0 && body.is_none() => return None,
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
    }
    None
}

pub fn outcomes_are_repeatable(source: &Source) -> Vec<Breach> {
    if !is_below_ui(source) {
        return vec![];
    }
    let names = source.words().filter(|(_, _, word)| UNREPEATABLE.contains(word));
    let names = names.map(|(_, line, word)| breach(line, format!("{word} below ui: an outcome may depend on it")));
    let floats = source.words().filter(|&(at, _, word)| INEXACT.contains(&word) && is_method_of_a_float(source, at));
    let floats = floats.map(|(_, line, word)| breach(line, format!("std's {word} has other bits in wasm: use libm's")));
    names.chain(floats).collect()
}

fn is_below_ui(source: &Source) -> bool {
    source.path.starts_with("src/") && !OUTSIDE.iter().any(|outside| source.folder() == Some(outside))
}

/// `x.ln()` or `f64::ln`, as opposed to `libm::ln` and to a name that happens to be `exp`.
fn is_method_of_a_float(source: &Source, at: usize) -> bool {
    let called = source.opens(at + 1, Delimiter::Parenthesis);
    let method = at >= 1 && source.is_mark(at - 1, '.') && called;
    let path = at >= 3 && source.is_mark(at - 1, ':') && matches!(source.word(at - 3), Some("f32" | "f64"));
    method || path
}

pub fn only_ui_knows_the_browser(source: &Source) -> Vec<Breach> {
    if !is_below_ui(source) {
        return vec![];
    }
    let names = source.words().filter(|(_, _, word)| BROWSER.contains(word));
    names.map(|(_, line, word)| breach(line, format!("{word} below ui, which alone knows the browser"))).collect()
}

pub fn tests_do_not_sleep(source: &Source) -> Vec<Breach> {
    if !source.path.starts_with("tests/") {
        return vec![];
    }
    let sleeps = source.words().filter(|(_, _, word)| matches!(*word, "sleep" | "TimeoutFuture"));
    sleeps.map(|(_, line, word)| breach(line, format!("{word} in a test: wait for what should happen"))).collect()
}

/// In the text, because such marks stand in comments too.
pub fn nothing_is_unfinished(source: &Source) -> Vec<Breach> {
    let marks = UNFINISHED.map(|(half, rest)| format!("{half}{rest}"));
    let lines = source.text.lines().enumerate();
    let found =
        lines.flat_map(|(at, line)| marks.iter().filter(|mark| line.contains(*mark)).map(move |mark| (at, mark)));
    found.map(|(at, mark)| breach(at + 1, format!("{mark}: finish it or leave it out"))).collect()
}
