//! `cargo xtask setup`: every tool the other jobs need, so that none of them has to stop and fetch.

use crate::shell;
use crate::toolchain::{self, chromium, node, postgres, rust::RustWasm};
use anyhow::Result;

/// Installs what is missing, and prints what is used.
pub fn run() -> Result<()> {
    toolchain::install_missing(&toolchain::ALL)?;
    node::install_packages()?;
    shell::note(&format!("Rust for WebAssembly: {}", RustWasm::require()?.cargo()?.get_program().to_string_lossy()));
    shell::note(&format!("Chromium: {}", chromium::require()?.display()));
    shell::note(&format!("PostgreSQL: {}", postgres::require()?.display()));
    Ok(())
}
