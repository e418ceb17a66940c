//! `cargo xtask test`: every stage runs even when an earlier one has failed, and the end says what ran and what failed.

use super::test_counts::TestCounts;
use super::{codec, r#gen, lint, npm, server, size};
use crate::toolchain::{self, Tool, chromium, firefox, node, postgres, rust::RustWasm};
use crate::web::{self, Build, WebBuild, wasm};
use crate::{paths, shell};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

/// One stage: its name on the command line, the tools it needs, and what it does.
struct Stage {
    name: &'static str,
    tools: &'static [Tool],
    work: fn(&mut TestCounts) -> Result<()>,
    /// Whether it runs only when it is named.
    only_named: bool,
    /// Whether the next one runs at the same time: of the two, one leaves a processor idle for most of its time.
    beside_next: bool,
}

impl Stage {
    const fn new(name: &'static str, tools: &'static [Tool], work: fn(&mut TestCounts) -> Result<()>) -> Self {
        Self { name, tools, work, only_named: false, beside_next: false }
    }
}

/// In the order in which they run: what the later ones need is built by the earlier.
const STAGES: [Stage; 10] = [
    Stage { beside_next: true, ..Stage::new("lint", &[], |_| lint::rust()) },
    Stage::new("web", &[Tool::RustWasm], |_| web::build(WebBuild::new(Build::Release))),
    Stage::new("cargo", &[Tool::Postgres], cargo),
    Stage::new("codec", &[Tool::RustWasm], codec::test),
    Stage::new("gen", &[], |_| r#gen::check()),
    Stage::new("types", &[], |_| lint::types()),
    Stage::new("e2e", &[Tool::Chromium, Tool::RustWasm], browser),
    Stage::new("size", &[], |_| size::check()),
    Stage { only_named: true, ..Stage::new("sequences", &[], sequences) },
    Stage { only_named: true, ..Stage::new("firefox", &[Tool::Chromium, Tool::Firefox, Tool::RustWasm], in_firefox) },
];

/// Runs the stages named, or all that every change must pass.
///
/// # Errors
/// When a stage failed, or there is no such stage.
pub fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        bail!("unknown stage `{unknown}`; the stages are: {}", STAGES.map(|stage| stage.name).join(" "));
    }
    let all = names.is_empty();
    let stages: Vec<&Stage> =
        STAGES.iter().filter(|stage| names.iter().any(|name| name == stage.name) || all && !stage.only_named).collect();
    for stage in &stages {
        toolchain::install_missing(stage.tools)?;
    }
    let start = Instant::now();
    let mut counts = TestCounts::default();
    let mut failed = Vec::new();
    thread::scope(|scope| {
        let mut beside: Option<(&Stage, ScopedJoinHandle<'_, Result<()>>)> = None;
        for (stage, is_last) in stages.iter().zip(1..).map(|(stage, nth)| (*stage, nth == stages.len())) {
            if stage.beside_next && !is_last {
                beside = Some((stage, scope.spawn(|| run_stage(stage, &mut TestCounts::default()))));
                continue;
            }
            let outcome = run_stage(stage, &mut counts);
            let earlier =
                beside.take().map(|(stage, running)| (stage, running.join().unwrap_or_else(|_| bail!("it panicked"))));
            for (stage, outcome) in earlier.into_iter().chain([(stage, outcome)]) {
                if let Err(error) = outcome {
                    println!("✗ {}: {error:#}", stage.name);
                    failed.push(stage.name);
                }
            }
        }
    });
    println!("\n{} stages, {counts}, {} s", stages.len(), start.elapsed().as_secs());
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn run_stage(stage: &Stage, counts: &mut TestCounts) -> Result<()> {
    println!("\n━━ {}", stage.name);
    let begun = Instant::now();
    let outcome = (stage.work)(counts);
    println!("{} took {} s", stage.name, begun.elapsed().as_secs());
    outcome
}

/// Every Rust test. This very program is tested apart, since its own binary is in use.
fn cargo(counts: &mut TestCounts) -> Result<()> {
    let mut workspace = shell::cargo()?;
    workspace.args(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast"]);
    workspace.env("CALLPOINT_PG_BIN", postgres::require()?);
    workspace.env("CALLPOINT_SEQUENCES", "5000");
    let mut xtask = shell::cargo()?;
    xtask.args(["test", "--package", "xtask"]);
    let outcomes = [counts.run_and_count(&mut workspace), counts.run_and_count(&mut xtask)];
    outcomes.into_iter().collect()
}

/// The rules under so many random sequences that what goes wrong once in thousands of incidents goes wrong here.
fn sequences(counts: &mut TestCounts) -> Result<()> {
    let mut rules = shell::cargo()?;
    rules.args(["test", "--package", "callpoint-core", "--test", "rules"]).env("CALLPOINT_SEQUENCES", "100000");
    counts.run_and_count(&mut rules)
}

/// The main walk in Firefox, with the small build of the browser files.
fn in_firefox(counts: &mut TestCounts) -> Result<()> {
    web::build(WebBuild::new(Build::Release))?;
    let mut node = node_tests(&test_files(&paths::root()?.join("tests/firefox"))?)?;
    counts.run_and_count(node.env("CALLPOINT_FIREFOX", firefox::require()?))
}

/// Node's test runner on these files, with a server and a browser at hand.
fn node_tests(files: &[PathBuf]) -> Result<Command> {
    node::install_packages()?;
    let mut node = shell::command(node::require()?);
    node.current_dir(paths::root()?).args(["--test", "--test-concurrency=3", "--test-reporter=spec"]).args(files);
    node.env("CALLPOINT_CHROMIUM", chromium::require()?).env("CALLPOINT_BIN", server::build_beside_tests()?);
    Ok(node)
}

/// The browser tests, each of which starts servers and browsers of its own. They wait more than they work, so three run at a
/// time.
fn browser(counts: &mut TestCounts) -> Result<()> {
    let mut node = node_tests(&test_files(&paths::root()?.join("tests/e2e"))?)?;
    wasm::build(&RustWasm::require()?, wasm::YEW_HOST, Build::Release)?;
    counts.run_and_count(node.env("CALLPOINT_TARBALL", npm::pack()?))
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("no browser tests in {}", folder.display());
    }
    Ok(files)
}
