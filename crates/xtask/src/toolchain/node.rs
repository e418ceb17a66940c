//! Node.js, and the npm packages that `www/package-lock.json` names.

use crate::{files, paths, shell};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Node, recent enough for its own test runner, and for Vite in the host projects of the tests.
///
/// # Errors
/// When it is missing or too old.
pub fn require() -> Result<PathBuf> {
    const WANTED: &str =
        "Node.js 20.19 or later is needed: install it from your system's packages or https://nodejs.org";
    let node = shell::find("node").context(WANTED)?;
    let version = shell::query(shell::command(&node).arg("--version")).unwrap_or_default();
    let numbers: Vec<u32> = version.trim_start_matches('v').split('.').flat_map(str::parse).collect();
    // Compared part by part.
    if numbers >= vec![20, 19] { Ok(node) } else { bail!("{WANTED} (found {version})") }
}

/// Puts the npm packages into `www/node_modules`, exactly as locked; does so again only when the lock has changed.
///
/// # Errors
/// When Node or npm is missing, or npm fails.
pub fn install_packages() -> Result<()> {
    let www = paths::www()?;
    let stamp = paths::root()?.join("target/npm.stamp");
    let lock = std::fs::read(www.join("package-lock.json")).context("www/package-lock.json")?;
    let wanted = files::sha256(&lock);
    let installed = www.join("node_modules/.package-lock.json").is_file();
    if installed && std::fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    shell::step("npm ci in www (about 160 MB the first time)", || {
        shell::run(npm()?.current_dir(&www).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })?;
    files::write_if_changed(&stamp, wanted.as_bytes())
}

/// npm, as Node brings it.
///
/// # Errors
/// When Node or npm is missing.
pub fn npm() -> Result<Command> {
    require()?;
    let npm = shell::find("npm").or_else(|| shell::find("npm.cmd"));
    Ok(shell::command(npm.context("npm is missing: install Node.js 20.19 or later with npm")?))
}

/// A command that npm installed for this repository.
///
/// # Errors
/// When the current folder is not inside a clone.
pub fn program(name: &str) -> Result<PathBuf> {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    Ok(paths::www()?.join("node_modules/.bin").join(name))
}
