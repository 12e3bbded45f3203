//! Writes the two modules.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements as Items, EntityType, ExportKind, ExportSection,
    FunctionSection, ImportSection, Module, NameMap, NameSection, StartSection, TypeSection,
};
use wasmparser::ExternalKind;

use super::bound::{Bound, Elements};
use super::linked::{self, Linked};
use super::names::{self, Names};
use super::reach::{self, Reach};

/// Both modules, the first and the later one.
pub fn write(
    linked: &Linked,
    bound: &Bound,
    reach: &Reach,
    between: &Names,
) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let borrowed = Borrowed::find(bound, reach)?;
    let ours = owners(linked, bound, reach)?;
    Ok((first(bound, reach, &borrowed, &ours, between)?, later(bound, reach, &borrowed, &ours)?))
}

/// What the later module takes from the first, each with the short name that it goes by between the two.
struct Borrowed {
    items: Vec<(ExternalKind, u32, String)>,
}

impl Borrowed {
    fn find(bound: &Bound, reach: &Reach) -> Result<Self, Box<dyn Error>> {
        let mut functions: Vec<u32> = Vec::new();
        let mut seen = HashSet::new();
        for function in later_functions(bound, reach) {
            functions.extend(
                bound
                    .calls(function)?
                    .into_iter()
                    .filter(|&called| reach.functions.contains(&called) && seen.insert(called)),
            );
        }
        functions.sort_unstable();
        let taken: HashSet<&str> = bound.exports.iter().map(|export| export.name).collect();
        let mut names = (0..).map(names::short).filter(|name| !taken.contains(name.as_str()));
        let functions = functions.into_iter().map(|function| (ExternalKind::Func, function));
        // All of them, in their order, so that their indices stay as they are.
        let tables = (0..bound.tables.len() as u32).map(|table| (ExternalKind::Table, table));
        let memories = (0..bound.memories.len() as u32).map(|memory| (ExternalKind::Memory, memory));
        let globals = (0..bound.globals.len() as u32).map(|global| (ExternalKind::Global, global));
        let all = functions.chain(tables).chain(memories).chain(globals);
        let items = all.map(|(kind, index)| (kind, index, names.next().unwrap_or_default())).collect();
        Ok(Borrowed { items })
    }
}

fn later_functions<'a>(bound: &'a Bound, reach: &'a Reach) -> impl Iterator<Item = u32> + 'a {
    let all = 0..bound.signatures.len() as u32;
    all.filter(|function| !reach.functions.contains(function))
}

/// For each data segment, which of its bytes are later.
fn owners(linked: &Linked, bound: &Bound, reach: &Reach) -> Result<Vec<Vec<bool>>, Box<dyn Error>> {
    let mut owners = Vec::new();
    for data in &bound.data {
        let (start, length) = (linked::address(data)?, data.data.len());
        let mut later = vec![false; length];
        let mut mark = |constant: &linked::Constant, is_later: bool| {
            for address in constant.bytes.clone() {
                if let Some(byte) = address.checked_sub(start).and_then(|at| later.get_mut(at as usize)) {
                    *byte = is_later;
                }
            }
        };
        let (first, rest): (Vec<_>, Vec<_>) =
            linked.constants.iter().enumerate().partition(|(at, _)| reach.constants.contains(at));
        rest.into_iter().for_each(|(_, constant)| mark(constant, true));
        // A byte that both name belongs to the first.
        first.into_iter().for_each(|(_, constant)| mark(constant, false));
        owners.push(later);
    }
    Ok(owners)
}

/// Gives every function its new index.
struct Renumber(HashMap<u32, u32>);

impl Reencode for Renumber {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error> {
        Ok(self.0[&function])
    }
}

fn first(
    bound: &Bound,
    reach: &Reach,
    borrowed: &Borrowed,
    ours: &[Vec<bool>],
    between: &Names,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let kept: Vec<u32> =
        (0..bound.signatures.len() as u32).filter(|function| reach.functions.contains(function)).collect();
    let mut renumber = Renumber(kept.iter().zip(0..).map(|(&old, new)| (old, new)).collect());
    let mut module = Module::new();
    module.section(&types(&mut renumber, bound)?);

    let mut imports = ImportSection::new();
    for import in &bound.imports {
        imports.import(import.module, between.new_name(import.name), renumber.entity_type(import.ty)?);
    }
    module.section(&imports);
    module.section(&signatures(bound, kept.iter().copied().filter(|&function| function >= bound.imported_functions)));

    let mut tables = wasm_encoder::TableSection::new();
    if let Some(section) = &bound.table_section {
        renumber.parse_table_section(&mut tables, section.clone())?;
        module.section(&tables);
    }
    let mut memories = wasm_encoder::MemorySection::new();
    if let Some(section) = &bound.memory_section {
        renumber.parse_memory_section(&mut memories, section.clone())?;
        module.section(&memories);
    }
    let mut globals = wasm_encoder::GlobalSection::new();
    if let Some(section) = &bound.global_section {
        renumber.parse_global_section(&mut globals, section.clone())?;
        module.section(&globals);
    }

    let mut exports = ExportSection::new();
    for export in &bound.exports {
        exports.export(
            between.new_name(export.name),
            export.kind.into(),
            renumber.external_index(export.kind, export.index)?,
        );
    }
    for (kind, index, name) in &borrowed.items {
        exports.export(name, ExportKind::from(*kind), renumber.external_index(*kind, *index)?);
    }
    module.section(&exports);
    if let Some(start) = bound.start {
        module.section(&StartSection { function_index: renumber.function_index(start)? });
    }
    module.section(&elements(&mut renumber, bound, |function| reach.functions.contains(&function), Keep::Others)?);
    module.section(&code(&mut renumber, bound, &kept)?);

    let mut data = DataSection::new();
    for (segment, later) in bound.data.iter().zip(ours) {
        // Zeros in the place of what is later: gzip makes nothing of them, and one segment stays one.
        let bytes = segment.data.iter().zip(later).map(|(&byte, &is_later)| if is_later { 0 } else { byte });
        data.active(0, &ConstExpr::i32_const(linked::address(segment)? as i32), bytes);
    }
    module.section(&data);
    module.section(&function_names(&renumber, bound));
    Ok(module.finish())
}

fn later(bound: &Bound, reach: &Reach, borrowed: &Borrowed, ours: &[Vec<bool>]) -> Result<Vec<u8>, Box<dyn Error>> {
    let moved: Vec<u32> = later_functions(bound, reach).collect();
    if !moved.iter().any(|&function| reach::is_entrance(bound.name(function))) {
        return Err(format!("no function is an entrance: none has {} in its name", super::MARK).into());
    }
    let taken =
        borrowed.items.iter().filter(|(kind, ..)| *kind == ExternalKind::Func).map(|(_, function, _)| *function);
    let mut renumber = Renumber(taken.chain(moved.iter().copied()).zip(0..).collect());
    let mut module = Module::new();
    module.section(&types(&mut renumber, bound)?);

    let mut imports = ImportSection::new();
    for (kind, index, name) in &borrowed.items {
        let at = *index as usize;
        let item: EntityType = match kind {
            ExternalKind::Func => EntityType::Function(bound.signatures[at]),
            ExternalKind::Table => EntityType::Table(renumber.table_type(bound.tables[at])?),
            ExternalKind::Memory => EntityType::Memory(renumber.memory_type(bound.memories[at])?),
            ExternalKind::Global => EntityType::Global(renumber.global_type(bound.globals[at])?),
            _ => return Err("something else is borrowed".into()),
        };
        imports.import("", name, item);
    }
    module.section(&imports);
    module.section(&signatures(bound, moved.iter().copied()));
    module.section(&elements(&mut renumber, bound, |function| !reach.functions.contains(&function), Keep::Functions)?);
    module.section(&code(&mut renumber, bound, &moved)?);

    let mut data = DataSection::new();
    for (segment, later) in bound.data.iter().zip(ours) {
        let start = linked::address(segment)?;
        for run in runs(later) {
            let bytes = segment.data[run.clone()].iter().zip(&later[run.clone()]);
            data.active(0, &ConstExpr::i32_const((start + run.start as u32) as i32), bytes.map(|(&byte, _)| byte));
        }
    }
    module.section(&data);
    module.section(&function_names(&renumber, bound));
    Ok(module.finish())
}

/// Stretches of true.
fn runs(flags: &[bool]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in flags.iter().enumerate().filter(|(_, flag)| **flag) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn types(renumber: &mut Renumber, bound: &Bound) -> Result<TypeSection, Box<dyn Error>> {
    let mut types = TypeSection::new();
    if let Some(section) = &bound.types {
        renumber.parse_type_section(&mut types, section.clone())?;
    }
    Ok(types)
}

fn signatures(bound: &Bound, functions: impl Iterator<Item = u32>) -> FunctionSection {
    let mut section = FunctionSection::new();
    for function in functions {
        section.function(bound.signatures[function as usize]);
    }
    section
}

fn code(renumber: &mut Renumber, bound: &Bound, functions: &[u32]) -> Result<CodeSection, Box<dyn Error>> {
    let mut code = CodeSection::new();
    for function in functions {
        if let Some(body) = function.checked_sub(bound.imported_functions) {
            renumber.parse_function_body(&mut code, bound.bodies[body as usize].clone())?;
        }
    }
    Ok(code)
}

#[derive(PartialEq)]
enum Keep {
    /// Segments of functions only.
    Functions,
    /// All other segments too.
    Others,
}

fn elements(
    renumber: &mut Renumber,
    bound: &Bound,
    is_ours: impl Fn(u32) -> bool,
    keep: Keep,
) -> Result<ElementSection, Box<dyn Error>> {
    let mut section = ElementSection::new();
    for elements in &bound.elements {
        match elements {
            Elements::Functions { table, slot, functions } => {
                let ours: Vec<bool> = functions.iter().map(|&function| is_ours(function)).collect();
                for run in runs(&ours) {
                    let at = ConstExpr::i32_const((*slot as usize + run.start) as i32);
                    let run: Result<Vec<u32>, _> =
                        functions[run].iter().map(|&function| renumber.function_index(function)).collect();
                    section.active(*table, &at, Items::Functions(run?.into()));
                }
            }
            Elements::Other(element) if keep == Keep::Others => {
                renumber.parse_element(&mut section, element.clone())?;
            }
            Elements::Other(_) => {}
        }
    }
    Ok(section)
}

/// For those that come after: `wasm-opt` orders functions by their names.
fn function_names(renumber: &Renumber, bound: &Bound) -> NameSection {
    let mut named: Vec<(u32, &str)> =
        renumber.0.iter().filter_map(|(old, new)| Some((*new, *bound.names.get(old)?))).collect();
    named.sort_unstable();
    let mut map = NameMap::new();
    for (index, name) in named {
        map.append(index, name);
    }
    let mut section = NameSection::new();
    section.functions(&map);
    section
}
