//! The house rules, read off the sources, so that the architecture has a lawyer.

mod tidy {
    mod can_fail;
    pub mod rules;
    pub mod source;
}

use std::fs;
use std::path::Path;

use tidy::rules::RULES;
use tidy::source::Source;

/// The folders of `src/`, and how high each stands. A folder imports from itself and from what stands lower; so folders
/// of one height know nothing of each other.
const HEIGHTS: [(&str, u32); 13] = [
    ("kernel", 0),
    ("model", 1),
    ("engine", 2),
    ("scenario", 3),
    ("metrics", 3),
    ("view", 4),
    ("lesson", 5),
    ("advisor", 5),
    ("scene", 5),
    ("runner", 4),
    ("session", 6),
    ("ui", 7),
    ("bin", 8),
];

/// What may know a clock, entropy and a browser. Everything else is below the ui and gives the same outcome every time.
const OUTSIDE: [&str; 2] = ["ui", "bin"];

const LINES_PER_FILE: usize = 600;
const LINES_PER_FUNCTION: usize = 70;

/// Names whose outcome differs from run to run or from machine to machine.
const UNREPEATABLE: [&str; 6] = ["HashMap", "HashSet", "Instant", "SystemTime", "thread_rng", "RandomState"];

/// Methods of floats whose last bits differ between native code and wasm; those of the `libm` crate do not.
const INEXACT: [&str; 14] =
    ["ln", "ln_1p", "log2", "log10", "exp", "exp2", "exp_m1", "powf", "powi", "sin", "cos", "tan", "cbrt", "hypot"];

const BROWSER: [&str; 5] = ["yew", "gloo", "web_sys", "js_sys", "wasm_bindgen"];

/// Marks of unfinished work, in two halves so that this file does not carry them.
const UNFINISHED: [(&str, &str); 5] =
    [("todo", "!("), ("unimplemented", "!("), ("#[", "ignore"), ("FIX", "ME"), ("allow(", "dead_code")];

#[test]
fn every_source_keeps_the_house_rules() {
    let sources = sources();
    assert!(sources.len() > 10, "only {} sources found: this looks in the wrong place", sources.len());
    let breaches = sources.iter().flat_map(|source| {
        let found = RULES.iter().flat_map(move |rule| rule(source));
        found.map(move |breach| format!("{}:{}: {}", source.path, breach.line, breach.rule))
    });
    let breaches: Vec<String> = breaches.collect();
    assert!(breaches.is_empty(), "{} breaches of the house rules:\n{}", breaches.len(), breaches.join("\n"));
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(root, &root.join("src"), &mut found);
    collect(root, &root.join("tests"), &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("the sources are beside Cargo.toml") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("inside the project").to_string_lossy().replace('\\', "/");
            found.push(Source::new(&name, &fs::read_to_string(&path).expect("a text file")));
        }
    }
}
