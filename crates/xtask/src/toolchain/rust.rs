//! A Rust that builds WebAssembly: the default toolchain when it can, else what the system packages.
//!
//! The smallest output needs the standard library compiled by us, so what counts is its source and the linker,
//! not a prebuilt target. Only cargo, rustc and package managers are known here; what is built is not.

use super::apt;
use crate::{paths, shell};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of every browser build.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A cargo and rustc that can build for browsers.
#[derive(Debug)]
pub struct RustWasm {
    cargo: PathBuf,
    /// None for the default toolchain, where cargo finds its rustc.
    rustc: Option<PathBuf>,
    /// Whether the standard library's source is there to be compiled small.
    pub std_source: bool,
}

impl RustWasm {
    /// What is on this machine now, without installing anything.
    pub fn find() -> Result<Option<Self>> {
        Ok(match Self::default_toolchain()? {
            Some(found) => Some(found),
            None => Self::packaged()?,
        })
    }

    /// What is on this machine, even where the standard library comes prebuilt only.
    ///
    /// # Errors
    /// One line that says what to install.
    pub fn require() -> Result<Self> {
        if let Some(found) = Self::find()? {
            return Ok(found);
        }
        let prebuilt = Self::prebuilt()?.context(format!(
            "WebAssembly needs Rust's {TARGET} target: run `cargo xtask setup`, or `rustup target add {TARGET} && rustup component add rust-src`, or on Debian `apt-get install {} lld`",
            DEBIAN.join(" ")
        ))?;
        shell::note(
            "the standard library's source is missing: the files will be larger than they should be (`rustup component add rust-src`)",
        );
        Ok(prebuilt)
    }

    /// Cargo, ready for this toolchain, at the root of the repository.
    pub fn cargo(&self) -> Result<Command> {
        let mut cargo = shell::command(&self.cargo);
        cargo.current_dir(paths::root()?).env_remove("RUSTFLAGS");
        if let Some(rustc) = &self.rustc {
            cargo.env("RUSTC", rustc);
            for name in ["RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "LD_LIBRARY_PATH"] {
                cargo.env_remove(name);
            }
        }
        Ok(cargo)
    }

    fn default_toolchain() -> Result<Option<Self>> {
        let able = sysroot(shell::command("rustc").current_dir(paths::root()?))
            .is_some_and(|root| has_source(&root) && has_linker(&root));
        Ok(able.then(|| Self { cargo: "cargo".into(), rustc: None, std_source: true }))
    }

    fn packaged() -> Result<Option<Self>> {
        let (cargo, rustc) = (PathBuf::from("/usr/bin/cargo"), PathBuf::from("/usr/bin/rustc"));
        if !cargo.is_file() || !rustc.is_file() || !new_enough(&rustc)? {
            return Ok(None);
        }
        let able = sysroot(&mut bare(&rustc)).is_some_and(|root| has_source(&root) && has_linker(&root));
        Ok(able.then_some(Self { cargo, rustc: Some(rustc), std_source: true }))
    }

    fn prebuilt() -> Result<Option<Self>> {
        let able = sysroot(shell::command("rustc").current_dir(paths::root()?))
            .is_some_and(|root| root.join("lib/rustlib").join(TARGET).is_dir());
        Ok(able.then(|| Self { cargo: "cargo".into(), rustc: None, std_source: false }))
    }
}

/// rustc by itself: rustup's variables would only mislead a packaged one.
fn bare(rustc: &Path) -> Command {
    let mut command = shell::command(rustc);
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("LD_LIBRARY_PATH");
    command
}

fn sysroot(rustc: &mut Command) -> Option<PathBuf> {
    shell::query(rustc.args(["--print", "sysroot"])).map(PathBuf::from)
}

fn has_source(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
}

/// rustup ships the linker inside the toolchain, Debian beside it.
fn has_linker(sysroot: &Path) -> bool {
    let inside = std::fs::read_dir(sysroot.join("lib/rustlib")).is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| {
                entry.path().join("bin").join(if cfg!(windows) { "rust-lld.exe" } else { "rust-lld" }).is_file()
            })
        })
    });
    inside || shell::find("rust-lld").is_some()
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().split(['.', '-', ' ']).map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn new_enough(rustc: &Path) -> Result<bool> {
    let manifest = std::fs::read_to_string(paths::root()?.join("Cargo.toml"))?;
    let needed = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .and_then(|value| version(value.trim_matches('"')))
        .context("Cargo.toml names no rust-version")?;
    let present = shell::query(bare(rustc).arg("--version")).and_then(|text| version(text.strip_prefix("rustc ")?));
    Ok(present.is_some_and(|present| present >= needed))
}

/// Debian's Rust for browsers, but for the linker.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// Installs what a build for browsers needs: Debian's packages where that is allowed, else what rustup has.
///
/// # Errors
/// When neither is possible from here.
pub fn install_if_missing() -> Result<()> {
    if RustWasm::find()?.is_some() {
        return Ok(());
    }
    let installed = install_packaged()
        .or_else(|error| if shell::find("rustup").is_some() { install_with_rustup() } else { Err(error) });
    match RustWasm::prebuilt()? {
        // Good enough to go on with; `require` says what is missing.
        Some(_) => Ok(()),
        None => installed,
    }
}

/// Which linker package fits depends on the LLVM that this rustc was built with.
fn install_packaged() -> Result<()> {
    const REASON: &str = "the browser's files need a Rust that builds WebAssembly";
    apt::install(&DEBIAN, REASON)?;
    let verbose = shell::query(bare(Path::new("/usr/bin/rustc")).arg("-vV")).unwrap_or_default();
    let llvm = verbose.lines().find_map(|line| line.strip_prefix("LLVM version: ").and_then(version));
    let (major, _) = llvm.context("the packaged rustc names no LLVM version")?;
    apt::install(&[&format!("lld-{major}")], REASON)
}

fn install_with_rustup() -> Result<()> {
    shell::note(&format!(
        "installing rust-src and {TARGET} (rustup component add rust-src; rustup target add {TARGET}): the browser's files need them"
    ));
    let rustup = |words: [&str; 3]| shell::run(shell::command("rustup").current_dir(paths::root()?).args(words));
    rustup(["component", "add", "rust-src"])?;
    rustup(["target", "add", TARGET])
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_as_tools_print_them() {
        assert_eq!(version("1.96.0 (ac68faa20 2026-05-25)"), Some((1, 96)));
        assert_eq!(version("1.95"), Some((1, 95)));
        assert_eq!(version("1.97.0-nightly (abc 2026-07-01)"), Some((1, 97)));
        assert_eq!(version("unknown"), None);
    }
}
