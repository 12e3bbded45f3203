//! What wasm-bindgen wrote: the module that is split, taken apart.

use std::collections::HashMap;
use std::error::Error;

use wasmparser::{
    Data, ElementItems, ElementKind, Export, ExternalKind, FunctionBody, GlobalType, Import, KnownCustom, MemoryType,
    Name, Operator, Parser, Payload, TableType, TypeRef,
};

#[derive(Default)]
pub struct Bound<'a> {
    pub types: Option<wasmparser::TypeSectionReader<'a>>,
    pub imports: Vec<Import<'a>>,
    /// The type of every function, imported ones first.
    pub signatures: Vec<u32>,
    pub imported_functions: u32,
    pub tables: Vec<TableType>,
    pub table_section: Option<wasmparser::TableSectionReader<'a>>,
    pub memories: Vec<MemoryType>,
    pub memory_section: Option<wasmparser::MemorySectionReader<'a>>,
    pub globals: Vec<GlobalType>,
    pub global_section: Option<wasmparser::GlobalSectionReader<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Elements<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Data<'a>>,
    pub names: HashMap<u32, &'a str>,
}

/// One segment of a table.
pub enum Elements<'a> {
    /// Functions in slots of the table of functions.
    Functions { table: Option<u32>, slot: u32, functions: Vec<u32> },
    /// Anything else, kept as it is.
    Other(wasmparser::Element<'a>),
}

impl<'a> Bound<'a> {
    pub fn read(wasm: &'a [u8]) -> Result<Self, Box<dyn Error>> {
        let mut bound = Bound::default();
        for payload in Parser::new(0).parse_all(wasm) {
            bound.take(payload?)?;
        }
        Ok(bound)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<(), Box<dyn Error>> {
        match payload {
            Payload::TypeSection(types) => self.types = Some(types),
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.import(import?)?;
                }
            }
            Payload::FunctionSection(functions) => {
                for signature in functions {
                    self.signatures.push(signature?);
                }
            }
            Payload::TableSection(tables) => {
                self.table_section = Some(tables.clone());
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                self.memory_section = Some(memories.clone());
                self.memories = memories.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(globals) => {
                self.global_section = Some(globals.clone());
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => self.exports = exports.into_iter().collect::<Result<_, _>>()?,
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.elements.push(Elements::of(element?)?);
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(data) => self.data = data.into_iter().collect::<Result<_, _>>()?,
            Payload::TagSection(_) => return Err("exceptions of wasm's own are not foreseen".into()),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(names) = custom.as_known() {
                    for name in names {
                        if let Name::Function(map) = name? {
                            for naming in map {
                                let naming = naming?;
                                self.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, import: Import<'a>) -> Result<(), Box<dyn Error>> {
        match import.ty {
            TypeRef::Func(signature) => {
                self.signatures.push(signature);
                self.imported_functions += 1;
            }
            _ => return Err(format!("an import that is no function: {}", import.name).into()),
        }
        self.imports.push(import);
        Ok(())
    }

    pub fn name(&self, function: u32) -> &'a str {
        self.names.get(&function).copied().unwrap_or_default()
    }

    /// What a function calls or takes the address of in so many words. Imported ones call nothing.
    pub fn calls(&self, function: u32) -> Result<Vec<u32>, Box<dyn Error>> {
        let Some(body) = function.checked_sub(self.imported_functions) else { return Ok(Vec::new()) };
        let mut calls = Vec::new();
        for operator in self.bodies[body as usize].get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => calls.push(function_index),
                _ => {}
            }
        }
        Ok(calls)
    }

    pub fn exported_functions(&self) -> impl Iterator<Item = u32> + '_ {
        self.exports.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index)
    }
}

impl<'a> Elements<'a> {
    fn of(element: wasmparser::Element<'a>) -> Result<Self, Box<dyn Error>> {
        let (ElementKind::Active { table_index, offset_expr }, ElementItems::Functions(functions)) =
            (&element.kind, &element.items)
        else {
            return Ok(Elements::Other(element));
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            return Err("a table's segment at a slot that is not constant".into());
        };
        let functions = functions.clone().into_iter().collect::<Result<_, _>>()?;
        Ok(Elements::Functions { table: *table_index, slot: value as u32, functions })
    }
}
