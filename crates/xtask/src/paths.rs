//! The repository's folders, found from the current one, so that a second clone never uses the first one's.

use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static ROOT: OnceLock<PathBuf> = OnceLock::new();

/// The root of the repository.
///
/// # Errors
/// When the current folder is not inside a clone.
pub fn root() -> Result<&'static Path> {
    if let Some(root) = ROOT.get() {
        return Ok(root);
    }
    let here = std::env::current_dir()?;
    let found = here
        .ancestors()
        .find(|folder| folder.join("crates/xtask/Cargo.toml").is_file())
        .context("not inside a clone of this repository")?;
    Ok(ROOT.get_or_init(|| found.to_path_buf()))
}

/// The small npm package with everything that is not Rust.
pub fn www() -> Result<PathBuf> {
    Ok(root()?.join("www"))
}

/// What a server embeds: the finished files for browsers.
pub fn web() -> Result<PathBuf> {
    Ok(root()?.join("target/web"))
}

/// In-between results of the web build, kept to be reused.
pub fn web_gen() -> Result<PathBuf> {
    Ok(root()?.join("target/web-gen"))
}

/// Cargo's folder for native builds.
pub fn target() -> Result<PathBuf> {
    let root = root()?;
    Ok(std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder)))
}
