//! `cargo xtask gen`: files that are generated from the code and committed, so that people can read them and diffs show
//! when they change.

use super::server;
use crate::{files, paths, shell};
use anyhow::{Result, bail};
use std::path::Path;

/// One generated file: what the server's binary prints for these arguments.
struct Generated {
    arguments: &'static [&'static str],
    file: &'static str,
}

/// Every generated file there is.
const GENERATED: [Generated; 3] = [
    Generated { arguments: &["openapi"], file: "openapi.json" },
    Generated { arguments: &["schema", "typescript"], file: "www/types/callpoint.d.ts" },
    Generated { arguments: &["schema", "reference"], file: "docs/embed/reference.md" },
];

/// Writes them all.
pub fn write() -> Result<()> {
    for (file, contents) in generate()? {
        files::write_if_changed(&paths::root()?.join(file), contents.as_bytes())?;
        shell::note(&format!("{file} is up to date"));
    }
    Ok(())
}

/// Fails when one is not what the code says now.
pub fn check() -> Result<()> {
    let root = paths::root()?;
    let stale: Vec<&str> = generate()?
        .iter()
        .filter(|(file, contents)| std::fs::read_to_string(root.join(file)).ok().as_ref() != Some(contents))
        .map(|(file, _)| *file)
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask gen` and commit what it writes", stale.join(", "))
}

fn generate() -> Result<Vec<(&'static str, String)>> {
    let binary = server::build_beside_tests()?;
    let mut made = Vec::new();
    for generated in &GENERATED {
        made.push((generated.file, contents(&binary, generated)?));
    }
    Ok(made)
}

fn contents(binary: &Path, generated: &Generated) -> Result<String> {
    let mut text = shell::capture(shell::command(binary).args(generated.arguments))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}
