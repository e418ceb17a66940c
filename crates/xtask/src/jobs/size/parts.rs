//! `cargo xtask size --parts`: what each crate and each part of the WebAssembly weighs, as Markdown tables.
//!
//! A build as it is shipped, but with the names of its functions, is read and summed up by the path in each name.
//! A generic function counts for the crate that wrote it, whatever type it was made for.

use super::grouped;
use crate::toolchain::{node, rust::RustWasm};
use crate::web::wasm::{self, PACKAGES};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Prints the tables of every package.
///
/// # Errors
/// When the build fails.
pub fn print() -> Result<()> {
    node::install_packages()?;
    let rust = RustWasm::require()?;
    for package in PACKAGES {
        let module = std::fs::read(wasm::build_with_names(&rust, package)?)?;
        println!("\n### {}\n", package.package);
        let sizes = Sizes::read(&module)?;
        sizes.print();
    }
    Ok(())
}

/// The bytes of one module.
#[derive(Default)]
struct Sizes {
    /// By crate: how many functions, and how long they are together.
    crates: BTreeMap<String, (usize, usize)>,
    /// By the first module below each crate of ours.
    parts: BTreeMap<String, (usize, usize)>,
    code: usize,
    data: usize,
    other: usize,
}

impl Sizes {
    fn read(module: &[u8]) -> Result<Self> {
        let (names, imported) = names(module)?;
        let mut sizes = Self::default();
        let mut index = imported;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            match &payload {
                Payload::CodeSectionEntry(body) => {
                    let name = names.get(&index).map_or("", String::as_str);
                    sizes.add_function(name, body.range().len());
                    index += 1;
                }
                Payload::DataSection(section) => sizes.data += section.range().len(),
                Payload::CodeSectionStart { .. } | Payload::CustomSection(_) => {}
                _ => sizes.other += payload.as_section().map_or(0, |(_, range)| range.len()),
            }
        }
        Ok(sizes)
    }

    fn add_function(&mut self, name: &str, bytes: usize) {
        self.code += bytes;
        let path = path(name);
        let owner = path.first().map_or("(no crate)", String::as_str).to_owned();
        if owner.starts_with("callpoint_") {
            let part = path.iter().take(2).map(String::as_str).collect::<Vec<_>>().join("::");
            count(self.parts.entry(part).or_default(), bytes);
        }
        count(self.crates.entry(owner).or_default(), bytes);
    }

    fn print(&self) {
        println!("| section | bytes |\n|---|---:|");
        println!("| code | {} |", grouped(self.code));
        println!("| data (strings, tables) | {} |", grouped(self.data));
        println!("| imports, exports, types, table | {} |", grouped(self.other));
        println!("\n| crate | functions | bytes | of the code |\n|---|---:|---:|---:|");
        self.print_rows(&self.crates);
        println!("\n| part | functions | bytes | of the code |\n|---|---:|---:|---:|");
        self.print_rows(&self.parts);
    }

    /// The largest first; what is less than a hundredth of the code is summed up.
    fn print_rows(&self, rows: &BTreeMap<String, (usize, usize)>) {
        let mut rows: Vec<_> = rows.iter().collect();
        rows.sort_by_key(|(_, (_, bytes))| std::cmp::Reverse(*bytes));
        let (large, small): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(_, (_, bytes))| bytes.saturating_mul(100) >= self.code);
        let share = |bytes: usize| bytes.saturating_mul(100) / self.code.max(1);
        for (name, (functions, bytes)) in large {
            println!("| {name} | {functions} | {} | {} % |", grouped(*bytes), share(*bytes));
        }
        if !small.is_empty() {
            let functions: usize = small.iter().map(|(_, (functions, _))| functions).sum();
            let bytes: usize = small.iter().map(|(_, (_, bytes))| bytes).sum();
            println!("| {} others | {functions} | {} | {} % |", small.len(), grouped(bytes), share(bytes));
        }
    }
}

fn count(sum: &mut (usize, usize), bytes: usize) {
    sum.0 += 1;
    sum.1 += bytes;
}

/// The names of all functions by their index, and how many of them are imported.
fn names(module: &[u8]) -> Result<(BTreeMap<u32, String>, u32)> {
    let mut names = BTreeMap::new();
    let mut imported = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        let Name::Function(functions) = subsection? else { continue };
                        for function in functions {
                            let function = function?;
                            names.insert(function.index, function.name.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    (!names.is_empty()).then_some((names, imported)).context("the module has no names")
}

/// The first path in a demangled name: `<callpoint_core::model::id::Id as Trait>::f` gives callpoint_core, model, id, Id.
fn path(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let word_end = |from: usize| (from..).find(|at| !is_word(*at)).unwrap_or(from);
    // The hash that a compiler may give a crate: `callpoint_core[1f2e]`.
    let after_hash = |at: usize| match name.get(at..).and_then(|rest| rest.strip_prefix('[')?.split_once(']')) {
        Some((hash, _)) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => at + hash.len() + 2,
        _ => at,
    };
    let mut start = 0;
    while start < bytes.len() {
        if !is_word(start) {
            start += 1;
            continue;
        }
        let mut segments = Vec::new();
        let mut at = start;
        loop {
            let end = word_end(at);
            segments.extend(name.get(at..end).filter(|word| !word.is_empty()).map(str::to_owned));
            at = after_hash(end);
            if !name.get(at..).is_some_and(|rest| rest.starts_with("::")) || !is_word(at + 2) {
                break;
            }
            at += 2;
        }
        if segments.len() > 1 {
            return segments;
        }
        start = at.max(start + 1);
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_function_counts_for_the_first_crate_in_its_name() {
        let two = |name: &str| path(name).into_iter().take(2).collect::<Vec<_>>().join("::");
        assert_eq!(two("callpoint_core[1f2e]::client::cache::apply"), "callpoint_core::client");
        assert_eq!(two("<callpoint_core::model::id::Id as serde::Serialize>::serialize"), "callpoint_core::model");
        assert_eq!(two("<&mut serde_wasm_bindgen::de::De as serde::Deserializer>::f"), "serde_wasm_bindgen::de");
        assert_eq!(two("<u8 as core::fmt::Display>::fmt"), "core::fmt");
        assert_eq!(two("core::ptr::drop_in_place::<callpoint_core::model::id::Id>"), "core::ptr");
        assert_eq!(two("__wbindgen_malloc"), "");
    }
}
