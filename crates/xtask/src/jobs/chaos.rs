//! `cargo xtask chaos`: servers that are killed, frozen and cut off for as long as one likes, with a table of what was lost.

use crate::shell;
use crate::toolchain::postgres;
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// How often each thing is done, unless it is said; without, as often as `cargo xtask test` does.
const ROUNDS: &str = "200";

const HEAD: &str = "\
| what is done | rounds | acknowledged | lost | doubled | not heard | heard twice | ready or caught up after, ms (median, worst) |
|---|---:|---:|---:|---:|---:|---:|---:|";

/// Runs it: `["--rounds", N]` or nothing, and only a few rounds if it is to be short.
///
/// # Errors
/// When anything was lost or doubled.
pub fn run(options: &[String], short: bool) -> Result<()> {
    let rounds = match options {
        [_, rounds] => Some(rounds.as_str()),
        _ => (!short).then_some(ROUNDS),
    };
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (test, names) in [("chaos", ""), ("faults", "reports_are_kept_after")] {
        let mut cargo = shell::cargo()?;
        cargo.args(["test", "--workspace", "--exclude", "xtask", "--test", test, "--"]);
        cargo.args([names, "--nocapture", "--test-threads=1"]).env("CALLPOINT_PG_BIN", postgres::require()?);
        if let Some(rounds) = rounds {
            cargo.env("CALLPOINT_CHAOS_ROUNDS", rounds);
        }
        let mut child = cargo.stdout(Stdio::piped()).spawn().context("could not start cargo")?;
        for line in BufReader::new(child.stdout.take().context("no output to read")?).lines() {
            let line = line?;
            println!("{line}");
            rows.extend(line.starts_with("| ").then_some(line));
        }
        if !child.wait()?.success() {
            failed.push(test);
        }
    }
    println!("\n{HEAD}");
    rows.iter().for_each(|row| println!("{row}"));
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}
