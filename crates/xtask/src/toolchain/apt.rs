//! Debian's package manager. It is run only as root, never through sudo, and never without saying so first.

use crate::shell;
use anyhow::{Result, bail};
use std::process::Command;
use std::sync::OnceLock;

/// Installs packages with apt-get, after one line that says what, how and why.
///
/// # Errors
/// One line that says what to install, where that can't be done from here.
pub fn install(packages: &[&str], reason: &str) -> Result<()> {
    static LISTS: OnceLock<bool> = OnceLock::new();
    let names = packages.join(" ");
    if shell::find("apt-get").is_none() {
        bail!("{reason}: install it with this system's package manager (Debian calls it {names})");
    }
    if !is_root() {
        bail!("{reason}: run `apt-get install {names}` as root");
    }
    if !LISTS.get_or_init(|| update().is_ok()) {
        bail!("{reason}: apt-get update failed; install {names}");
    }
    let words = ["install", "--yes", "--no-install-recommends"];
    shell::note(&format!("installing {names} (apt-get {} {names}): {reason}", words.join(" ")));
    shell::run(apt_get().args(words).args(packages))
}

fn update() -> Result<()> {
    shell::note("updating the package lists (apt-get update)");
    shell::run(apt_get().arg("update"))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
    command
}

fn is_root() -> bool {
    shell::query(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}
