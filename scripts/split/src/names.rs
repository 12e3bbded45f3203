//! Shorter names for what passes between the wasm and its JavaScript.
//!
//! wasm-bindgen ends each with sixteen digits of a hash, which nobody reads and gzip cannot pack: 8 KB of the page.

use std::collections::HashMap;

use super::bound::Bound;

pub struct Names(HashMap<String, String>);

/// What wasm-bindgen makes up begins with one of these.
const MADE_UP: [&str; 3] = ["__wbg_", "__wbindgen_", "wasm_bindgen__"];

impl Names {
    pub fn of(bound: &Bound) -> Names {
        let imported = bound.imports.iter().map(|import| import.name);
        let exported = bound.exports.iter().map(|export| export.name);
        let mut names: Vec<&str> = imported.chain(exported).collect();
        names.retain(|name| MADE_UP.iter().any(|beginning| name.starts_with(beginning)));
        names.sort_unstable();
        names.dedup();
        // No name of ours or of a browser begins like that.
        Names(
            names.into_iter().zip(0..).map(|(name, number)| (name.to_owned(), format!("${}", short(number)))).collect(),
        )
    }

    pub fn new_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// A script or a declaration with the new names in it.
    pub fn rename_in(&self, script: &str) -> String {
        let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$');
        let mut renamed = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_of_a_name) {
            let (before, from) = rest.split_at(start);
            let (name, after) = from.split_at(from.find(|letter| !is_of_a_name(letter)).unwrap_or(from.len()));
            renamed.push_str(before);
            renamed.push_str(self.new_name(name));
            rest = after;
        }
        renamed + rest
    }
}

/// `a`, `b`, ..., `z`, `ab`, ...: as short as names get.
pub fn short(mut number: u32) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return name;
        }
    }
}
