//! PostgreSQL's server programs; the tests start a server of their own from them.

use super::apt;
use crate::shell;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// The folder that `CALLPOINT_PG_BIN` names, or the newest one that is installed.
///
/// # Errors
/// When there is none.
pub fn require() -> Result<PathBuf> {
    find().context(
        "the tests need PostgreSQL's server programs (initdb, pg_ctl): install PostgreSQL 15 or later, or name their folder in CALLPOINT_PG_BIN",
    )
}

/// Installs Debian's PostgreSQL when there is none.
///
/// # Errors
/// When it can't be installed from here.
pub fn install_if_missing() -> Result<()> {
    match find() {
        Some(_) => Ok(()),
        None => apt::install(&["postgresql"], "the tests need PostgreSQL"),
    }
}

fn find() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("CALLPOINT_PG_BIN") {
        return Some(chosen.into());
    }
    let complete = |folder: &Path| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());
    let on_path = shell::find("initdb").and_then(|initdb| Some(initdb.canonicalize().ok()?.parent()?.to_path_buf()));
    let mut packaged: Vec<PathBuf> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    packaged.sort();
    on_path.into_iter().chain(packaged.into_iter().rev()).find(|folder| complete(folder))
}
