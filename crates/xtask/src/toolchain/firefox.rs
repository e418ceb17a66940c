//! A Firefox for the tests that run in it.

use super::apt;
use crate::shell;
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// The browser that `CALLPOINT_FIREFOX` names, or one that is installed.
///
/// # Errors
/// When there is none.
pub fn require() -> Result<PathBuf> {
    find().context("these tests need Firefox: install it, or name one in CALLPOINT_FIREFOX")
}

/// Installs Debian's Firefox ESR when there is no browser.
///
/// # Errors
/// When it can't be installed from here.
pub fn install_if_missing() -> Result<()> {
    match find() {
        Some(_) => Ok(()),
        None => apt::install(&["firefox-esr"], "these tests need Firefox"),
    }
}

fn find() -> Option<PathBuf> {
    let chosen = std::env::var_os("CALLPOINT_FIREFOX").map(PathBuf::from);
    chosen.or_else(|| ["firefox-esr", "firefox"].iter().find_map(|name| shell::find(name)))
}
