//! The browser's codec, run in Node: wire types through serde-wasm-bindgen must look as they do through `serde_json`.

use super::test_counts::TestCounts;
use crate::toolchain::node;
use crate::toolchain::rust::RustWasm;
use crate::web::{Build, wasm};
use crate::{files, paths, shell};
use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Builds the example `codec` of the widget, and runs it.
///
/// # Errors
/// When a tool is missing, or a value is read or written differently.
pub fn test(counts: &mut TestCounts) -> Result<()> {
    let rust = RustWasm::require()?;
    // The snapshots hold what staff alone read as well, which the widget leaves out.
    let features = ["--features", "callpoint-core/staff"];
    let command = [&["build", "--package", "callpoint-widget", "--example", "codec"][..], &features].concat();
    let built = wasm::cargo_for_browsers(&rust, &command, Build::Release)?;
    let folder = paths::web_gen()?.join("codec");
    Bindgen::new()
        .nodejs(true)?
        .input_path(built.join("examples/codec.wasm"))
        .generate(&folder)
        .context("wasm-bindgen on the example `codec`")?;
    // The glue is CommonJS, whatever a `package.json` in a folder above says.
    files::write_if_changed(&folder.join("package.json"), b"{}")?;
    let mut node = shell::command(node::require()?);
    node.current_dir(paths::root()?).args(["--test", "--test-reporter=spec", "tests/wasm/codec.test.mjs"]);
    counts.run_and_count(node.env("CALLPOINT_CODEC", folder.join("codec.js")))
}
