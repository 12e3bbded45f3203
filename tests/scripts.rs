//! What `scripts/` do when something is missing or fails, tried with stand-ins for the tools that install.
#![cfg(unix)]

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What the scripts take for granted on every machine.
const GIVEN: [&str; 12] = ["awk", "bash", "cat", "chmod", "dirname", "grep", "id", "ln", "mkdir", "mktemp", "mv", "rm"];

/// A machine with nothing on its PATH but what is given and what a test puts there.
struct Machine {
    root: PathBuf,
}

impl Machine {
    fn bare(name: &str) -> Machine {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scripts").join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("bin")).expect("the target folder can be written");
        let path = env::var_os("PATH").expect("a PATH");
        for tool in GIVEN {
            let found = env::split_paths(&path).map(|folder| folder.join(tool)).find(|tool| tool.is_file());
            symlink(found.expect(tool), root.join("bin").join(tool)).expect("a link");
        }
        Machine { root }
    }

    /// Puts a stand-in on the PATH: a few lines of bash.
    fn with(self, tool: &str, body: &str) -> Machine {
        let path = self.root.join("bin").join(tool);
        fs::write(&path, format!("#!{}\n{body}\n", self.root.join("bin/bash").display())).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
        self
    }

    /// Runs lines of bash as the scripts do, after the library that they share.
    fn run(&self, library: &str, lines: &str) -> Outcome {
        let script = format!(". scripts/lib/common.sh; . scripts/lib/{library}; {lines}");
        let mut bash = Command::new(self.root.join("bin/bash"));
        let bash = bash.args(["-c", &script]).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
        let bash = bash.env("PATH", self.root.join("bin")).env("HEADWATER_TOOLS", self.root.join("tools"));
        Outcome::from(bash.output().expect("bash runs"))
    }

    /// What stands in the folder for our own tools.
    fn installed(&self) -> Vec<String> {
        let mut found = Vec::new();
        for folder in [self.root.join("tools"), self.root.join("tools/bin")] {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            found.extend(entries.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        }
        found.retain(|name| name != "bin");
        found.sort();
        found
    }
}

struct Outcome {
    good: bool,
    said: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Outcome {
        let said = [output.stdout, output.stderr].concat();
        Outcome { good: output.status.success(), said: String::from_utf8_lossy(&said).into_owned() }
    }
}

impl Outcome {
    fn fails_with(&self, what: &str, advice: &str) {
        assert!(!self.good, "this should have failed: {}", self.said);
        assert!(self.said.contains(&format!("error: {what}\n       ")), "{}", self.said);
        assert!(self.said.contains(advice), "{}", self.said);
    }
}

/// Read here another way than the scripts read it.
fn locked_wasm_bindgen() -> &'static str {
    let (_, rest) =
        include_str!("../Cargo.lock").split_once("name = \"wasm-bindgen\"\nversion = \"").expect("a package");
    rest.split('"').next().expect("a version")
}

const NPM_INSTALLS: &str = r#"mkdir -p "$3/node_modules/.bin"; echo 'echo optimized' > "$3/node_modules/.bin/wasm-opt"
chmod +x "$3/node_modules/.bin/wasm-opt""#;

#[test]
fn without_rust_it_says_where_to_get_it() {
    Machine::bare("no-rust").run("tools.sh", "need_rust").fails_with("cargo is missing", "https://rustup.rs");
}

#[test]
fn a_missing_wasm_target_is_added_and_a_failure_says_how_to_try_by_hand() {
    let machine = Machine::bare("target").with("rustc", "echo /nowhere");
    machine
        .run("tools.sh", "need_wasm_target")
        .fails_with("the Rust target wasm32-unknown-unknown is missing", "rustup");
    let machine = machine.with("rustup", "echo rustup $*; exit 1");
    let outcome = machine.run("tools.sh", "need_wasm_target");
    outcome.fails_with("rustup could not add wasm32-unknown-unknown", "rustup target add wasm32-unknown-unknown");
    assert!(machine.with("rustup", "exit 0").run("tools.sh", "need_wasm_target").good);
}

#[test]
fn missing_cargo_tools_are_installed_together_at_the_versions_that_the_project_needs() {
    let machine = Machine::bare("cargo-tools").with("cargo", r#"echo "cargo $*"; mkdir -p "$CARGO_TARGET_DIR""#);
    let outcome = machine.run("tools.sh", "need_trunk_and_wasm_bindgen");
    assert!(outcome.good, "{}", outcome.said);
    let tools = format!("trunk@0.21.14 wasm-bindgen-cli@{}\n", locked_wasm_bindgen());
    assert!(outcome.said.contains(&tools), "{}", outcome.said);
    assert_eq!(machine.installed(), [""; 0], "the target folder is gone");
}

#[test]
fn cargo_tools_of_the_right_version_are_used_as_they_are_and_others_are_not() {
    let locked = locked_wasm_bindgen();
    let tools = |bindgen: &str| {
        let says = |tool: &str, version: &str| format!("{tool}() {{ echo {tool} {version}; }};");
        let tools = [("trunk", "0.21.9"), ("wasm-bindgen", bindgen), ("wasm-bindgen-test-runner", bindgen)];
        tools.map(|(tool, version)| says(tool, version)).concat() + "need_trunk_and_wasm_bindgen"
    };
    let machine = Machine::bare("cargo-tools-there").with("cargo", "echo cargo $*; exit 1");
    assert!(machine.run("tools.sh", &tools(locked)).good);
    let outcome = machine.run("tools.sh", &tools("0.1.0"));
    outcome.fails_with(&format!("cargo install wasm-bindgen-cli@{locked} failed"), "run this again");
    assert!(!outcome.said.contains("trunk@"), "{}", outcome.said);
}

#[test]
fn wasm_opt_is_installed_whole_or_not_at_all() {
    let machine = Machine::bare("wasm-opt").with("npm", &format!("{NPM_INSTALLS}; exit 1"));
    machine.run("tools.sh", "need_wasm_opt").fails_with("wasm-opt is missing and npm could not install it", "Node.js");
    assert_eq!(machine.installed(), [""; 0]);
    let machine = machine.with("npm", NPM_INSTALLS);
    let outcome = machine.run("tools.sh", "need_wasm_opt; wasm-opt");
    assert!(outcome.good && outcome.said.ends_with("optimized\n"), "{}", outcome.said);
    assert_eq!(machine.installed(), ["binaryen", "wasm-opt"]);
}

#[test]
fn serving_does_without_wasm_opt() {
    let outcome = Machine::bare("no-wasm-opt").run("tools.sh", "want_wasm_opt");
    assert!(outcome.good && outcome.said.starts_with("Going on without wasm-opt"), "{}", outcome.said);
}

#[test]
fn every_test_is_counted_and_a_failure_is_shown_in_full() {
    let results =
        "echo 'test result: FAILED. 3 passed; 1 failed; 0 ignored'; echo 'test result: ok. 2 passed; 0 failed'";
    let machine = Machine::bare("counting").with("suite", &format!("{results}; exit 1"));
    let outcome = machine.run("steps.sh", "check good true; check bad false; tests suite suite; summary");
    assert!(!outcome.good);
    assert!(outcome.said.contains("$ suite\ntest result: FAILED"), "{}", outcome.said);
    assert!(outcome.said.ends_with("\n6 passed, 2 failed\n"), "{}", outcome.said);
}

#[test]
fn a_suite_that_runs_nothing_or_does_not_compile_has_failed() {
    let machine = Machine::bare("nothing");
    let outcome = machine.run("steps.sh", "tests empty true; tests broken false; summary");
    assert!(!outcome.good && outcome.said.ends_with("\n0 passed, 2 failed\n"), "{}", outcome.said);
    let outcome = machine.run("steps.sh", "check good true; summary");
    assert!(!outcome.good && outcome.said.ends_with("\n1 passed, 0 failed\n"), "{}", outcome.said);
}
