//! The rules that tools can check without running anything.

use crate::wasm::{BUNDLES, Build};
use crate::{paths, shell, tools, web};
use anyhow::Result;

/// Formatting, clippy with warnings denied, TypeScript.
pub fn run() -> Result<()> {
    rust()?;
    // The types of the glue come from the build.
    if BUNDLES
        .iter()
        .any(|bundle| paths::web_gen().is_ok_and(|folder| !folder.join("small").join(bundle.name).is_dir()))
    {
        web::build(&web::Request::new(Build::Small))?;
    }
    types()
}

/// Everything that is Rust. The browser's crates compile natively too, and are linted so.
pub fn rust() -> Result<()> {
    shell::step("formatting", || shell::run(shell::cargo()?.args(["fmt", "--all", "--check"])))?;
    shell::step("clippy", || {
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
    tools::npm()?;
    let www = paths::www()?;
    shell::step("TypeScript", || {
        shell::run(shell::command(paths::npm_bin("tsc")?).current_dir(&www).args(["--project", "."]))
    })
}
