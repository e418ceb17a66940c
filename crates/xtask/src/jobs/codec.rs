//! The browser's codec, run in Node: wire types through serde-wasm-bindgen must look as they do through `serde_json`.

use super::test_counts::TestCounts;
use crate::toolchain::node;
use crate::toolchain::rust::{RustWasm, TARGET};
use crate::{paths, shell};
use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Builds the example `codec` of the widget, and runs it.
///
/// # Errors
/// When a tool is missing, or a value is read or written differently.
pub fn test(counts: &mut TestCounts) -> Result<()> {
    let rust = RustWasm::require()?;
    let target = paths::root()?.join("target/wasm");
    let mut cargo = rust.cargo()?;
    cargo.args(["build", "--package", "callpoint-widget", "--example", "codec"]);
    // The snapshots hold what staff alone read as well, which the widget leaves out.
    cargo.args(["--features", "callpoint-core/staff"]);
    cargo.args(["--target", TARGET, "--target-dir"]).arg(&target);
    if rust.std_source {
        cargo.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    }
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "none").env("CARGO_PROFILE_DEV_PANIC", "abort");
    shell::run(&mut cargo)?;
    let folder = paths::web_gen()?.join("codec");
    Bindgen::new()
        .nodejs(true)?
        .input_path(target.join(TARGET).join("debug/examples/codec.wasm"))
        .generate(&folder)
        .context("wasm-bindgen on the example `codec`")?;
    let mut node = shell::command(node::require()?);
    node.current_dir(paths::root()?).args(["--test", "--test-reporter=spec", "tests/wasm/codec.test.mjs"]);
    counts.run_and_count(node.env("CALLPOINT_CODEC", folder.join("codec.js")))
}
