//! `cargo xtask test`: every stage runs, whatever the ones before did, and the end says what ran and what failed.

use crate::tally::Tally;
use crate::wasm::Build;
use crate::{gen_files, lint, paths, server, shell, size, tools, web};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::time::Instant;

/// One stage: its name on the command line and what it does.
struct Stage {
    name: &'static str,
    work: fn(&mut Tally) -> Result<()>,
}

/// In the order in which they run: what the later ones need is built by the earlier.
const STAGES: [Stage; 7] = [
    Stage { name: "lint", work: |_| lint::rust() },
    Stage { name: "web", work: |_| web::build(&web::Request::new(Build::Small)) },
    Stage { name: "cargo", work: cargo },
    Stage { name: "gen", work: |_| gen_files::check() },
    Stage { name: "types", work: |_| lint::types() },
    Stage { name: "e2e", work: browser },
    Stage { name: "size", work: |_| size::check() },
];

/// Runs the stages named, or all of them.
///
/// # Errors
/// When a stage failed, or there is no such stage.
pub fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        bail!("no stage `{unknown}`; there are: {}", STAGES.map(|stage| stage.name).join(" "));
    }
    if names.is_empty() {
        tools::setup()?;
    }
    let start = Instant::now();
    let mut tally = Tally::default();
    let mut failed = Vec::new();
    let mut ran = 0_usize;
    for stage in STAGES.iter().filter(|stage| names.is_empty() || names.iter().any(|name| name == stage.name)) {
        println!("\n━━ {}", stage.name);
        ran += 1;
        if let Err(error) = (stage.work)(&mut tally) {
            println!("✗ {}: {error:#}", stage.name);
            failed.push(stage.name);
        }
    }
    println!("\n{ran} stages, {tally}, {} s", start.elapsed().as_secs());
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

/// Every Rust test. This very program is tested apart, since its own binary is in use.
fn cargo(tally: &mut Tally) -> Result<()> {
    let postgres = tools::postgres()?;
    let mut everything = shell::cargo()?;
    everything.args(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast"]).env("CALLPOINT_PG_BIN", postgres);
    // So many that what goes wrong once in thousands of incidents goes wrong here; alone, fewer do for a quick look.
    everything.env("CALLPOINT_SEQUENCES", "100000");
    let mut own = shell::cargo()?;
    own.args(["test", "--package", "xtask"]);
    let outcomes = [tally.watch(&mut everything), tally.watch(&mut own)];
    outcomes.into_iter().collect()
}

/// The browser tests, each of which starts servers and browsers of its own.
fn browser(tally: &mut Tally) -> Result<()> {
    let folder = paths::root()?.join("tests/e2e");
    let files = test_files(&folder)?;
    if files.is_empty() {
        shell::note("no browser tests yet");
        return Ok(());
    }
    tools::npm()?;
    let binary = server::build()?;
    let mut node = shell::command(tools::node()?);
    node.current_dir(paths::root()?).args(["--test", "--test-reporter=spec"]).args(&files);
    node.env("CALLPOINT_CHROMIUM", tools::chromium()?).env("CALLPOINT_BIN", binary);
    tally.watch(&mut node)
}

fn test_files(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
