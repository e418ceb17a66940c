//! A Chromium or Chrome for the browser tests.

use super::apt;
use crate::shell;
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// The browser that `CALLPOINT_CHROMIUM` names, or one that is installed.
///
/// # Errors
/// When there is none.
pub fn require() -> Result<PathBuf> {
    find().context("the browser tests need Chromium: install Chromium or Chrome, or name one in CALLPOINT_CHROMIUM")
}

/// Installs Debian's Chromium when there is no browser.
///
/// # Errors
/// When it can't be installed from here.
pub fn install_if_missing() -> Result<()> {
    match find() {
        Some(_) => Ok(()),
        None => apt::install(&["chromium"], "the browser tests need Chromium"),
    }
}

fn find() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("CALLPOINT_CHROMIUM") {
        return Some(chosen.into());
    }
    let on_path = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let elsewhere = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ];
    on_path
        .iter()
        .find_map(|name| shell::find(name))
        .or_else(|| elsewhere.iter().map(PathBuf::from).find(|path| path.is_file()))
}
