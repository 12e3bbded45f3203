//! What the first module needs, found by following calls and addresses from what JavaScript calls.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use super::MARK;
use super::bound::{Bound, Elements};
use super::linked::{Linked, Target};

pub struct Reach {
    /// Functions of the first module, imported ones included.
    pub functions: HashSet<u32>,
    /// Constants of the first module, by their place in `Linked::constants`.
    pub constants: HashSet<usize>,
}

struct Search<'a> {
    linked: &'a Linked<'a>,
    bound: &'a Bound<'a>,
    by_name: HashMap<&'a str, Vec<u32>>,
    found: Reach,
    ahead: Vec<Node>,
}

enum Node {
    Function(u32),
    Constant(usize),
}

impl Reach {
    pub fn find(linked: &Linked, bound: &Bound) -> Result<Self, Box<dyn Error>> {
        let mut by_name: HashMap<&str, Vec<u32>> = HashMap::new();
        for (&index, &name) in &bound.names {
            by_name.entry(name).or_default().push(index);
        }
        let found = Reach { functions: HashSet::new(), constants: HashSet::new() };
        let mut search = Search { linked, bound, by_name, found, ahead: Vec::new() };
        search.begin();
        search.follow()?;
        search.found.check(bound)?;
        Ok(search.found)
    }

    /// The first module calls no later function but through a pointer.
    fn check(&self, bound: &Bound) -> Result<(), Box<dyn Error>> {
        for &function in &self.functions {
            for called in bound.calls(function)? {
                if !self.functions.contains(&called) {
                    let (from, to) = (bound.name(function), bound.name(called));
                    return Err(format!("{from} calls {to} straight away; an entrance is called by its pointer").into());
                }
            }
        }
        Ok(())
    }
}

pub fn is_entrance(name: &str) -> bool {
    name.to_ascii_lowercase().contains(MARK)
}

impl Search<'_> {
    /// What JavaScript calls, and what wasm-bindgen has made up and put into the table.
    fn begin(&mut self) {
        let imported = 0..self.bound.imported_functions;
        let in_table = self.bound.elements.iter().flat_map(|elements| match elements {
            Elements::Functions { functions, .. } => functions.as_slice(),
            Elements::Other(_) => &[],
        });
        let unknown =
            in_table.copied().filter(|&function| !self.linked.functions.contains_key(self.bound.name(function)));
        let roots: Vec<u32> =
            imported.chain(self.bound.exported_functions()).chain(self.bound.start).chain(unknown).collect();
        for root in roots {
            self.reach_function(root);
        }
    }

    fn follow(&mut self) -> Result<(), Box<dyn Error>> {
        while let Some(node) = self.ahead.pop() {
            let linked = self.linked;
            match node {
                Node::Function(function) => {
                    for called in self.bound.calls(function)? {
                        self.reach_function(called);
                    }
                    for &target in linked.functions.get(self.bound.name(function)).into_iter().flatten() {
                        self.reach(target);
                    }
                }
                Node::Constant(at) => {
                    for &target in &linked.constants[at].points_at {
                        self.reach(target);
                    }
                }
            }
        }
        Ok(())
    }

    fn reach(&mut self, target: Target) {
        match target {
            Target::Function(name) => {
                for function in self.by_name.get(name).cloned().unwrap_or_default() {
                    self.reach_function(function);
                }
            }
            Target::Constant(at) => {
                if !is_entrance(self.linked.constants[at].name) && self.found.constants.insert(at) {
                    self.ahead.push(Node::Constant(at));
                }
            }
        }
    }

    fn reach_function(&mut self, function: u32) {
        if !is_entrance(self.bound.name(function)) && self.found.functions.insert(function) {
            self.ahead.push(Node::Function(function));
        }
    }
}
