//! `cargo xtask simulate`: the simulator, compiled to be fast.

use crate::shell;
use anyhow::Result;

/// Runs it with these options.
///
/// # Errors
/// When something does not hold under a seed; it has told the story by then.
pub fn run(options: &[String]) -> Result<()> {
    let cargo = ["run", "--quiet", "--release", "--package", "callpoint-simulator", "--"];
    shell::run(shell::cargo()?.args(cargo).args(options))
}
