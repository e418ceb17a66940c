//! `cargo xtask bench`: the benchmarks, each in the crate whose speed it measures, or in `tests/bench` where it takes a
//! browser.

use super::server;
use crate::toolchain::{chromium, node};
use crate::web::{self, Build, WebBuild};
use crate::{paths, shell};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::PathBuf;

/// One benchmark.
enum Bench {
    /// A bench target of a crate.
    Cargo { package: String, name: String },
    /// A script that Node runs, with a server and a browser at hand.
    Browser { name: String, script: PathBuf },
}

impl Bench {
    fn name(&self) -> &str {
        match self {
            Self::Cargo { name, .. } | Self::Browser { name, .. } => name,
        }
    }

    fn run(&self) -> Result<()> {
        match self {
            Self::Cargo { package, name } => {
                shell::run(shell::cargo()?.args(["bench", "--quiet", "--package", package, "--bench", name]))
            }
            Self::Browser { script, .. } => {
                web::build(WebBuild::new(Build::Release))?;
                let mut node = shell::command(node::require()?);
                node.current_dir(paths::root()?).arg(script);
                node.env("CALLPOINT_CHROMIUM", chromium::require()?).env("CALLPOINT_BIN", server::build()?);
                shell::run(&mut node)
            }
        }
    }
}

/// Runs all of them, or those whose name contains one of `names`.
///
/// # Errors
/// When one fails, or none has such a name.
pub fn run(names: &[String]) -> Result<()> {
    let all = all()?;
    let chosen: Vec<&Bench> =
        all.iter().filter(|bench| names.is_empty() || names.iter().any(|name| bench.name().contains(name))).collect();
    if chosen.is_empty() {
        let known: Vec<&str> = all.iter().map(Bench::name).collect();
        bail!("unknown benchmark `{}`; the benchmarks are: {}", names.join(" "), known.join(" "));
    }
    let mut failed = Vec::new();
    for bench in chosen {
        if let Err(error) = shell::step(bench.name(), || bench.run()) {
            shell::note(&format!("{error:#}"));
            failed.push(bench.name());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn all() -> Result<Vec<Bench>> {
    let mut benches = in_crates()?;
    for entry in std::fs::read_dir(paths::root()?.join("tests/bench"))? {
        let script = entry?.path();
        if let (Some(name), true) = (script.file_stem(), script.extension().is_some_and(|kind| kind == "mjs")) {
            benches.push(Bench::Browser { name: name.to_string_lossy().into_owned(), script });
        }
    }
    Ok(benches)
}

fn in_crates() -> Result<Vec<Bench>> {
    let metadata = shell::capture(shell::cargo()?.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata names no packages")?;
    let mut benches = Vec::new();
    for package in packages {
        let targets = package.get("targets").and_then(Value::as_array).into_iter().flatten();
        for target in targets
            .filter(|target| target.get("kind").and_then(|kind| kind.get(0)).and_then(Value::as_str) == Some("bench"))
        {
            let text = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_owned);
            if let (Some(package), Some(name)) = (text(package), text(target)) {
                benches.push(Bench::Cargo { package, name });
            }
        }
    }
    Ok(benches)
}
