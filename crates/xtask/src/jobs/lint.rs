//! `cargo xtask lint`: what tools can check without running the product.

use crate::toolchain::node;
use crate::web::{self, Build, WebBuild, wasm};
use crate::{paths, shell};
use anyhow::Result;

/// Formatting, clippy with warnings denied, TypeScript.
pub fn run() -> Result<()> {
    rust()?;
    // The types of the glue come from the build.
    let folders = wasm::PACKAGES.map(|package| wasm::folder(package, Build::Release));
    if folders.into_iter().any(|folder| folder.is_ok_and(|folder| !folder.is_dir())) {
        web::build(WebBuild::new(Build::Release))?;
    }
    types()
}

/// Everything that is Rust. The browser's crates compile natively too, and are linted so.
pub fn rust() -> Result<()> {
    shell::step("checking formatting", || shell::run(shell::cargo()?.args(["fmt", "--all", "--check"])))?;
    shell::step("running clippy", || {
        shell::run(shell::cargo()?.args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ]))
    })
}

/// The TypeScript of www.
pub fn types() -> Result<()> {
    node::install_packages()?;
    let www = paths::www()?;
    shell::step("checking TypeScript types", || {
        shell::run(shell::command(node::program("tsc")?).current_dir(&www).args(["--project", "."]))
    })
}
