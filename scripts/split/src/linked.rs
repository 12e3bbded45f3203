//! What the linker wrote, with its relocations: who takes whose address.

use std::collections::HashMap;
use std::error::Error;
use std::ops::Range;

use wasmparser::{Data, DataKind, KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry, SymbolInfo};

/// A function by its name, or constant bytes by their place in [`Linked::constants`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target<'a> {
    Function(&'a str),
    Constant(usize),
}

/// Bytes of the memory with a name of their own.
pub struct Constant<'a> {
    pub name: &'a str,
    /// Addresses in the memory.
    pub bytes: Range<u32>,
    /// What the bytes point at.
    pub points_at: Vec<Target<'a>>,
}

#[derive(Default)]
pub struct Linked<'a> {
    pub constants: Vec<Constant<'a>>,
    /// What each function points at or calls, by its name. Two functions of one name count as one.
    pub functions: HashMap<&'a str, Vec<Target<'a>>>,
}

/// Where things lie in the file.
#[derive(Default)]
struct Places {
    bodies: Vec<Range<usize>>,
    segments: Vec<Segment>,
    code_start: usize,
    data_start: usize,
}

struct Segment {
    in_file: Range<usize>,
    address: u32,
}

impl<'a> Linked<'a> {
    pub fn read(wasm: &'a [u8]) -> Result<Self, Box<dyn Error>> {
        let mut places = Places::default();
        let (mut symbols, mut of_code, mut of_data) = (Vec::new(), Vec::new(), Vec::new());
        let mut imported = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => places.code_start = range.start,
                Payload::CodeSectionEntry(body) => places.bodies.push(body.range()),
                Payload::DataSection(section) => {
                    places.data_start = section.range().start;
                    for data in section {
                        places.segments.push(Segment::of(wasm, &data?)?);
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                symbols = table.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(reloc) => {
                        let entries: Vec<RelocationEntry> = reloc.entries().into_iter().collect::<Result<_, _>>()?;
                        match custom.name() {
                            "reloc.CODE" => of_code = entries,
                            "reloc.DATA" => of_data = entries,
                            _ => {}
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if symbols.is_empty() || of_code.is_empty() {
            return Err("the linked wasm has no relocations; link it with --emit-relocs".into());
        }
        Linked::default().fill(&places, &symbols, imported, (&of_code, &of_data))
    }

    fn fill(
        mut self,
        places: &Places,
        symbols: &[SymbolInfo<'a>],
        imported: u32,
        (of_code, of_data): (&[RelocationEntry], &[RelocationEntry]),
    ) -> Result<Self, Box<dyn Error>> {
        let mut names = HashMap::new();
        let mut targets = Vec::new();
        for symbol in symbols {
            targets.push(match *symbol {
                SymbolInfo::Func { index, name: Some(name), .. } => {
                    names.insert(index, name);
                    self.functions.entry(name).or_default();
                    Some(Target::Function(name))
                }
                SymbolInfo::Data { name, symbol: Some(defined), .. } => {
                    let segment = places.segments.get(defined.index as usize).ok_or("a constant without a segment")?;
                    let start = segment.address + defined.offset;
                    let bytes = start..start + defined.size;
                    self.constants.push(Constant { name, bytes, points_at: Vec::new() });
                    Some(Target::Constant(self.constants.len() - 1))
                }
                _ => None,
            });
        }
        let mut order: Vec<usize> = (0..self.constants.len()).collect();
        order.sort_by_key(|&at| (self.constants[at].bytes.start, self.constants[at].bytes.end));
        for entry in of_code {
            let Some(target) = target(&targets, entry) else { continue };
            let at = places.code_start + entry.offset as usize;
            let body = places.bodies.partition_point(|body| body.end <= at);
            if places.bodies.get(body).is_none_or(|body| at < body.start) {
                return Err(format!("a relocation at {at}, outside of every function").into());
            }
            let index = imported + body as u32;
            let name = names.get(&index).ok_or_else(|| format!("function {index} has no name"))?;
            self.functions.entry(name).or_default().push(target);
        }
        for entry in of_data {
            let Some(target) = target(&targets, entry) else { continue };
            let address = places.address(places.data_start + entry.offset as usize)?;
            self.at(&order, address, |constant| constant.points_at.push(target))?;
        }
        Ok(self)
    }

    /// Does something with every constant that holds an address: there may be several, within each other.
    fn at(&mut self, order: &[usize], address: u32, mut act: impl FnMut(&mut Constant<'a>)) -> Result<(), String> {
        let after = order.partition_point(|&at| self.constants[at].bytes.start <= address);
        let mut found = false;
        // Names for one constant, and constants within one another, start close together.
        for &at in order[..after].iter().rev().take(64) {
            if self.constants[at].bytes.contains(&address) {
                act(&mut self.constants[at]);
                found = true;
            }
        }
        if found { Ok(()) } else { Err(format!("an address at {address}, in no constant")) }
    }
}

fn target<'a>(targets: &[Option<Target<'a>>], entry: &RelocationEntry) -> Option<Target<'a>> {
    let is_type = entry.ty == wasmparser::RelocationType::TypeIndexLeb;
    if is_type { None } else { targets.get(entry.index as usize).copied().flatten() }
}

impl Segment {
    fn of(wasm: &[u8], data: &Data) -> Result<Self, Box<dyn Error>> {
        let start = data.data.as_ptr() as usize - wasm.as_ptr() as usize;
        Ok(Segment { in_file: start..start + data.data.len(), address: address(data)? })
    }
}

/// Where a segment lies in the memory.
pub fn address(data: &Data) -> Result<u32, Box<dyn Error>> {
    let DataKind::Active { memory_index: 0, offset_expr } = &data.kind else {
        return Err("a data segment that is not put into the memory at the start".into());
    };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => Err(format!("a data segment at an address that is not constant: {other:?}").into()),
    }
}

impl Places {
    fn address(&self, in_file: usize) -> Result<u32, String> {
        let segment = self.segments.iter().find(|segment| segment.in_file.contains(&in_file));
        let segment = segment.ok_or_else(|| format!("a relocation at {in_file}, outside of every data segment"))?;
        Ok(segment.address + (in_file - segment.in_file.start) as u32)
    }
}
