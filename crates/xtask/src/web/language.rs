//! The texts that stand on a page before WebAssembly does, in each language that the server has words of.

use crate::{files, paths};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where the languages are.
const TABLES: &str = "crates/callpoint-server/locales";

/// The module of texts in one language.
pub struct Texts {
    /// The language: `de`.
    pub tag: String,
    /// The module.
    pub path: PathBuf,
}

/// A module like `www/sdk/internal/text.ts` for each other language.
///
/// # Errors
/// When a table can't be read, or lacks a text.
pub fn texts() -> Result<Vec<Texts>> {
    let english = std::fs::read_to_string(paths::www()?.join("sdk/internal/text.ts"))?;
    let mut made = Vec::new();
    for entry in std::fs::read_dir(paths::root()?.join(TABLES))? {
        let path = entry?.path();
        let table: Value =
            serde_json::from_slice(&std::fs::read(&path)?).with_context(|| path.display().to_string())?;
        let head = |pointer: &str| {
            let value = table.pointer(pointer).and_then(Value::as_str);
            value.with_context(|| format!("{}: no {pointer}", path.display()))
        };
        let (tag, dir) = (head("/@/tag")?, head("/@/dir")?);
        let module = english.lines().map(|line| translated(line, &table, tag, dir)).collect::<Result<Vec<_>>>();
        let module = module.with_context(|| path.display().to_string())?.join("\n");
        let path = paths::web_gen()?.join("texts").join(format!("{tag}.ts"));
        files::write_if_changed(&path, module.as_bytes())?;
        made.push(Texts { tag: tag.to_owned(), path });
    }
    made.sort_by(|one, other| one.tag.cmp(&other.tag));
    Ok(made)
}

/// A module of every text that customers read: what is said once, and what is counted.
///
/// # Errors
/// When a table can't be read.
pub fn keys() -> Result<PathBuf> {
    let table: Value = serde_json::from_slice(&std::fs::read(paths::root()?.join(TABLES).join("de.json"))?)?;
    let texts = table.as_object().into_iter().flatten().filter(|(english, _)| *english != "@");
    let (plain, counted): (Vec<_>, Vec<_>) = texts.partition(|(_, words)| words.is_string());
    let list = |texts: Vec<(&String, &Value)>| {
        serde_json::to_string(&texts.into_iter().map(|(english, _)| english).collect::<Vec<_>>())
    };
    let module = format!("export const PLAIN = {};\nexport const COUNTED = {};\n", list(plain)?, list(counted)?);
    let path = paths::web_gen()?.join("texts").join("keys.ts");
    files::write_if_changed(&path, module.as_bytes())?;
    Ok(path)
}

/// The same module with words that can be replaced, each by its English.
///
/// # Errors
/// When it can't be read, or its name has no English.
pub fn replaceable(module: &Path) -> Result<PathBuf> {
    let english = std::fs::read_to_string(paths::www()?.join("sdk/internal/text.ts"))?;
    let (mut words, mut replaced) = (String::new(), String::new());
    for (line, english) in std::fs::read_to_string(module)?.lines().zip(english.lines()) {
        let word = line.strip_prefix("export const ").filter(|word| !word.contains(": string"));
        let word = word.and_then(|word| word.trim_end_matches(';').split_once(" = "));
        let english = english.trim_end_matches(';').split_once(" = ");
        let Some(((name, own), (_, english))) = word.zip(english) else {
            words.push_str(&format!("{line}\n"));
            continue;
        };
        words.push_str(&format!("export let {name} = {own};\n"));
        replaced.push_str(&format!("  {name} = own({english}, {own});\n"));
    }
    words.push_str(&format!("export const replace = (own) => {{\n{replaced}}};\n"));
    let name = module.file_name().and_then(|name| name.to_str()).context("a module has a name")?;
    let path = paths::web_gen()?.join("texts").join(format!("labelled-{name}"));
    files::write_if_changed(&path, words.as_bytes())?;
    Ok(path)
}

fn translated(line: &str, table: &Value, tag: &str, dir: &str) -> Result<String> {
    let Some((name, english)) = line.strip_prefix("export const ").and_then(|rest| rest.split_once(" = ")) else {
        return Ok(line.to_owned());
    };
    let english: String = serde_json::from_str(english.trim_end_matches(';'))?;
    let words = match name {
        "LANG: string" => tag,
        "DIR: string" => dir,
        _ => match table.get(&english) {
            Some(Value::String(words)) => words,
            _ => bail!("no words for {english:?}"),
        },
    };
    Ok(format!("export const {name} = {};", serde_json::to_string(words)?))
}
