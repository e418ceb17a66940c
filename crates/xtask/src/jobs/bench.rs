//! `cargo xtask bench`: the benchmarks, each in the crate whose speed it measures.

use crate::shell;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::time::Instant;

/// One bench target.
struct Bench {
    package: String,
    name: String,
}

/// Runs all of them, or those whose name contains one of `names`.
pub fn run(names: &[String]) -> Result<()> {
    let benches: Vec<Bench> = all()?
        .into_iter()
        .filter(|bench| names.is_empty() || names.iter().any(|name| bench.name.contains(name)))
        .collect();
    if benches.is_empty() {
        shell::note("there is no such benchmark yet");
        return Ok(());
    }
    let mut rows = Vec::new();
    for bench in &benches {
        let start = Instant::now();
        let ran = shell::step(&format!("{}: {}", bench.package, bench.name), || {
            shell::run(shell::cargo()?.args(["bench", "--quiet", "--package", &bench.package, "--bench", &bench.name]))
        });
        rows.push((bench, ran.is_ok(), start.elapsed().as_secs()));
    }
    println!("\n{:<24}{:<24}{:>8}  outcome", "crate", "benchmark", "s");
    for (bench, ok, seconds) in &rows {
        println!("{:<24}{:<24}{seconds:>8}  {}", bench.package, bench.name, if *ok { "ok" } else { "FAILED" });
    }
    if rows.iter().any(|(_, ok, _)| !ok) {
        bail!("a benchmark failed");
    }
    Ok(())
}

fn all() -> Result<Vec<Bench>> {
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
                benches.push(Bench { package, name });
            }
        }
    }
    Ok(benches)
}
