//! The tools the jobs need, each brought by an ordinary package manager, or named in one line when that can't be.
//!
//! What is found is handed back as a path. Nothing here knows what the tools are used for.

use crate::rust_wasm::RustWasm;
use crate::{paths, shell};
use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Everything, so that no later command has to stop and fetch.
pub fn setup() -> Result<()> {
    let rust = RustWasm::ensure()?;
    shell::note(&format!("Rust for WebAssembly: {}", rust.cargo()?.get_program().to_string_lossy()));
    npm()?;
    shell::note(&format!("Chromium: {}", chromium()?.display()));
    shell::note(&format!("PostgreSQL: {}", postgres()?.display()));
    Ok(())
}

/// The npm packages, exactly as locked; asked for again only when the lock has changed.
pub fn npm() -> Result<()> {
    let www = paths::www()?;
    let stamp = paths::root()?.join("target/npm.stamp");
    let lock = std::fs::read(www.join("package-lock.json")).context("www/package-lock.json")?;
    let wanted = hex(&Sha256::digest(&lock));
    let installed = www.join("node_modules/.package-lock.json").is_file();
    if installed && std::fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    node()?;
    let npm = shell::find("npm")
        .or_else(|| shell::find("npm.cmd"))
        .context("npm is missing: install Node.js 20 or later with npm")?;
    shell::step("npm packages (about 160 MB the first time)", || {
        shell::run(shell::command(npm).current_dir(&www).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })?;
    shell::write_if_changed(&stamp, wanted.as_bytes())
}

/// Node, recent enough for its own test runner.
pub fn node() -> Result<PathBuf> {
    const WANTED: &str = "Node.js 20 or later is needed: install it from your system's packages or https://nodejs.org";
    let node = shell::find("node").context(WANTED)?;
    let version = shell::ask(shell::command(&node).arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(20..) => Ok(node),
        _ => bail!("{WANTED} (found {version})"),
    }
}

/// A Chromium or Chrome for the browser tests.
pub fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CALLPOINT_CHROMIUM") {
        return Ok(chosen.into());
    }
    if let Some(found) = installed_chromium() {
        return Ok(found);
    }
    apt_install(&["chromium"]);
    installed_chromium()
        .context("the browser tests need Chromium: install Chromium or Chrome, or name one in CALLPOINT_CHROMIUM")
}

fn installed_chromium() -> Option<PathBuf> {
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

/// The folder with PostgreSQL's server programs; the tests start a server of their own from it.
pub fn postgres() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CALLPOINT_PG_BIN") {
        return Ok(chosen.into());
    }
    if let Some(found) = installed_postgres() {
        return Ok(found);
    }
    apt_install(&["postgresql"]);
    installed_postgres().context("the tests need PostgreSQL's server programs (initdb, pg_ctl): install PostgreSQL 15 or later, or name their folder in CALLPOINT_PG_BIN")
}

fn installed_postgres() -> Option<PathBuf> {
    let whole = |folder: &Path| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());
    let on_path = shell::find("initdb").and_then(|initdb| Some(initdb.canonicalize().ok()?.parent()?.to_path_buf()));
    let mut packaged: Vec<PathBuf> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    packaged.sort();
    on_path.into_iter().chain(packaged.into_iter().rev()).find(|folder| whole(folder))
}

/// Installs system packages where apt-get is there and may be used without asking. False says that it could not.
pub fn apt_install(packages: &[&str]) -> bool {
    static LISTS: OnceLock<bool> = OnceLock::new();
    if shell::find("apt-get").is_none() {
        return false;
    }
    let root = shell::ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if !root && shell::ask(Command::new("sudo").args(["-n", "true"])).is_none() {
        return false;
    }
    let apt = |arguments: &[&str]| {
        let mut apt = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            apt.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        shell::run(apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments))
    };
    let listed = *LISTS.get_or_init(|| shell::step("apt-get update", || apt(&["update"])).is_ok());
    if !listed {
        return false;
    }
    let known = |name: &&str| {
        shell::ask(Command::new("apt-cache").args(["show", "--no-all-versions", name]))
            .is_some_and(|text| !text.is_empty())
    };
    if !packages.iter().all(known) {
        return false;
    }
    shell::step(&format!("installing {}", packages.join(" ")), || {
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(packages);
        apt(&arguments)
    })
    .map_err(|error| shell::note(&format!("{error:#}")))
    .is_ok()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
