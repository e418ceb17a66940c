//! Takes what only some pages of a bundle need out of its WebAssembly, into a second file that joins it later.
//!
//! The second shares the first one's memory, table and globals, and calls back into it through exports. Where the first
//! called into what went away, it calls through a place in the table that the second fills when it arrives. What must
//! not be called before that is the bundle's own affair. Nothing here knows what the functions do.

use anyhow::{Context as _, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind, Module,
    ir::{Value, Visitor, VisitorMut, dfs_in_order, dfs_pre_order_mut},
    passes::gc,
};

/// The module that the second file imports from: the first one's exports.
const FIRST: &str = "first";

/// The two files: what is needed at once, and what joins it.
pub struct Halves {
    /// To be loaded first.
    pub first: Vec<u8>,
    /// To be joined later.
    pub rest: Vec<u8>,
}

/// Splits off everything that is reached only through the functions of these names.
///
/// # Errors
/// When a door is not there exactly once, or the file can't be read.
pub fn split(wasm: &[u8], doors: &[&str]) -> Result<Halves> {
    let (mut first, mut rest) = (Module::from_buffer(wasm)?, Module::from_buffer(wasm)?);
    let (near, far) = (functions(&first), functions(&rest));
    let doors = doors.iter().map(|door| find(&first, &near, door)).collect::<Result<Vec<usize>>>()?;
    let going = going(&first, &near, &doors)?;
    let slot = first_free_slot(&mut first, doors.len())?;
    let calls = called_back(&first, &near, &going);
    for at in &calls {
        first.exports.add(&back_name(*at), *near.get(*at).context("a function that is called back")?);
    }
    share(&mut first)?;
    for (number, door) in doors.iter().enumerate() {
        call_through(&mut first, *near.get(*door).context("a door")?, slot + number)?;
    }
    gc::run(&mut first);
    let doors: Vec<FunctionId> = doors.iter().filter_map(|door| far.get(*door).copied()).collect();
    keep_only(&mut rest, &far, &going, &calls, &doors, slot)?;
    Ok(Halves { first: first.emit_wasm(), rest: rest.emit_wasm() })
}

/// Every function by its place in the file, which is the same however often the file is read.
fn functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).collect()
}

fn find(module: &Module, functions: &[FunctionId], door: &str) -> Result<usize> {
    let named = |id: &FunctionId| module.funcs.get(*id).name.as_deref().is_some_and(|name| plain(name) == door);
    let found: Vec<usize> = functions.iter().enumerate().filter(|(_, id)| named(id)).map(|(at, _)| at).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        other => anyhow::bail!("`{door}` names {} functions; it has to be one that is never inlined", other.len()),
    }
}

/// A function's path without the hash that the compiler gives its crate.
fn plain(name: &str) -> String {
    match (name.split_once('['), name.split_once(']')) {
        (Some((before, _)), Some((_, after))) => [before, after].concat(),
        _ => name.to_owned(),
    }
}

/// Collects the functions that a body names.
struct Named<'a>(&'a BTreeMap<FunctionId, usize>, Vec<usize>);

impl<'instr> Visitor<'instr> for Named<'_> {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.1.extend(self.0.get(function));
    }
}

fn named_by(module: &Module, places: &BTreeMap<FunctionId, usize>, id: FunctionId) -> Vec<usize> {
    let mut named = Named(places, Vec::new());
    if let FunctionKind::Local(body) = &module.funcs.get(id).kind {
        dfs_in_order(&mut named, body, body.entry_block());
    }
    named.1
}

/// Everything reached from `roots` without passing through `closed`.
fn reached(
    module: &Module,
    functions: &[FunctionId],
    roots: impl IntoIterator<Item = usize>,
    closed: &[usize],
) -> BTreeSet<usize> {
    let places = functions.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut waiting: Vec<usize> = roots.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(at) = waiting.pop() {
        if closed.contains(&at) || !seen.insert(at) {
            continue;
        }
        waiting.extend(functions.get(at).map(|id| named_by(module, &places, *id)).unwrap_or_default());
    }
    seen
}

/// What is reached only through the doors.
fn going(module: &Module, functions: &[FunctionId], doors: &[usize]) -> Result<BTreeSet<usize>> {
    let place = |id: &FunctionId| functions.iter().position(|known| known == id);
    let mut roots: Vec<usize> = module.start.iter().filter_map(place).collect();
    for export in module.exports.iter() {
        if let ExportItem::Function(id) = &export.item {
            roots.extend(place(id));
        }
    }
    for element in module.elements.iter() {
        let ElementItems::Functions(ids) = &element.items else {
            anyhow::bail!("a table is filled with more than functions");
        };
        roots.extend(ids.iter().filter_map(place));
    }
    let staying = reached(module, functions, roots, doors);
    let behind = reached(module, functions, doors.iter().copied(), &[]);
    Ok(behind.difference(&staying).copied().collect())
}

/// What stays and is called by what goes.
fn called_back(module: &Module, functions: &[FunctionId], going: &BTreeSet<usize>) -> BTreeSet<usize> {
    let places = functions.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let ids = going.iter().filter_map(|at| functions.get(*at));
    ids.flat_map(|id| named_by(module, &places, *id)).filter(|at| !going.contains(at)).collect()
}

fn back_name(at: usize) -> String {
    format!("f{at}")
}

/// Room in the table for the doors.
fn first_free_slot(module: &mut Module, doors: usize) -> Result<usize> {
    let id = module.tables.main_function_table()?.context("there is no table of functions")?;
    let table = module.tables.get_mut(id);
    let slot = table.initial;
    table.initial += doors as u64;
    table.maximum = table.maximum.map(|maximum| maximum.max(table.initial));
    Ok(usize::try_from(slot)?)
}

/// Exports what the second file works on: memory, table, and globals by their places.
fn share(module: &mut Module) -> Result<()> {
    let table = module.tables.main_function_table()?.context("there is no table of functions")?;
    let memory = module.memories.iter().next().context("there is no memory")?.id();
    module.exports.add("t", table);
    module.exports.add("m", memory);
    let globals: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    for (at, global) in globals.into_iter().enumerate() {
        module.exports.add(&format!("g{at}"), global);
    }
    Ok(())
}

/// Makes a function one that calls through the table.
fn call_through(module: &mut Module, door: FunctionId, slot: usize) -> Result<()> {
    let table = module.tables.main_function_table()?.context("there is no table of functions")?;
    let ty = module.funcs.get(door).ty();
    let (params, results) = module.types.params_results(ty);
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let arguments: Vec<_> = params.iter().map(|kind| module.locals.add(*kind)).collect();
    let mut body = builder.func_body();
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(i32::try_from(slot)?).call_indirect(ty, table);
    module.funcs.get_mut(door).kind = FunctionKind::Local(builder.local_func(arguments));
    Ok(())
}

/// Calls what stays through the imports that stand for it.
struct CallBack<'a>(&'a BTreeMap<FunctionId, FunctionId>);

impl VisitorMut for CallBack<'_> {
    fn visit_function_id_mut(&mut self, function: &mut FunctionId) {
        if let Some(import) = self.0.get(function) {
            *function = *import;
        }
    }
}

/// Leaves only what goes, on what the first file shares.
fn keep_only(
    module: &mut Module,
    functions: &[FunctionId],
    going: &BTreeSet<usize>,
    calls: &BTreeSet<usize>,
    doors: &[FunctionId],
    slot: usize,
) -> Result<()> {
    let mut imports = BTreeMap::new();
    for at in calls {
        let id = *functions.get(*at).context("a function that is called back")?;
        let ty = module.funcs.get(id).ty();
        imports.insert(id, module.add_import_func(FIRST, &back_name(*at), ty).0);
    }
    for id in going.iter().filter_map(|at| functions.get(*at)) {
        if let FunctionKind::Local(body) = &mut module.funcs.get_mut(*id).kind {
            let entry = body.entry_block();
            dfs_pre_order_mut(&mut CallBack(&imports), body, entry);
        }
    }
    module.start = None;
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    data.into_iter().for_each(|id| module.data.delete(id));
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|id| module.elements.delete(id));
    borrow(module)?;
    let table = module.tables.main_function_table()?.context("there is no table of functions")?;
    let offset = ConstExpr::Value(Value::I32(i32::try_from(slot)?));
    let filled = module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(doors.to_vec()));
    module.tables.get_mut(table).elem_segments.insert(filled);
    gc::run(module);
    ensure!(module.elements.iter().count() == 1, "the doors were lost");
    Ok(())
}

/// Memory, table and globals are the first file's.
fn borrow(module: &mut Module) -> Result<()> {
    let table = module.tables.main_function_table()?.context("there is no table of functions")?;
    let import = module.imports.add(FIRST, "t", table);
    let table = module.tables.get_mut(table);
    table.elem_segments.clear();
    table.import = Some(import);
    // As large as it is over there.
    table.maximum = None;
    let memory = module.memories.iter().next().context("there is no memory")?.id();
    let import = module.imports.add(FIRST, "m", memory);
    let memory = module.memories.get_mut(memory);
    memory.data_segments.clear();
    memory.import = Some(import);
    memory.maximum = None;
    let globals: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    for (at, global) in globals.into_iter().enumerate() {
        let import = module.imports.add(FIRST, &format!("g{at}"), global);
        module.globals.get_mut(global).kind = GlobalKind::Import(import);
    }
    Ok(())
}
