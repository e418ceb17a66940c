//! A Rust that builds WebAssembly: the person's own when it can, else what the system packages.
//!
//! The smallest output needs the standard library compiled by us, so what counts is its source and the linker,
//! not a prebuilt target. Only cargo, rustc and package managers are known here; what is built is not.

use crate::{paths, shell, tools};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of every browser build.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A cargo and rustc pair that has been seen to be able.
#[derive(Debug)]
pub struct RustWasm {
    cargo: PathBuf,
    /// None for the person's own toolchain, where cargo finds its rustc.
    rustc: Option<PathBuf>,
    /// Whether the standard library's source is there to be compiled small.
    pub std_source: bool,
}

impl RustWasm {
    /// What is on this machine now, without installing anything.
    pub fn find() -> Result<Option<Self>> {
        Ok(match Self::own()? {
            Some(own) => Some(own),
            None => Self::packaged()?,
        })
    }

    /// What is on this machine, or can be brought by its package managers.
    ///
    /// # Errors
    /// One line that says what to install.
    pub fn ensure() -> Result<Self> {
        if let Some(found) = Self::find()? {
            return Ok(found);
        }
        if install_packaged()
            && let Some(found) = Self::packaged()?
        {
            return Ok(found);
        }
        if install_with_rustup()
            && let Some(found) = Self::own()?
        {
            return Ok(found);
        }
        if let Some(stock) = Self::stock()? {
            shell::note(
                "the standard library's source is missing: the files will be larger than they should be (`rustup component add rust-src`)",
            );
            return Ok(stock);
        }
        bail!(
            "WebAssembly needs Rust's {TARGET} target: run `rustup target add {TARGET} && rustup component add rust-src`, or on Debian `apt-get install rustc-web cargo-web rust-web-src rust-web-llvm lld`"
        )
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

    fn own() -> Result<Option<Self>> {
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

    fn stock() -> Result<Option<Self>> {
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
    shell::ask(rustc.args(["--print", "sysroot"])).map(PathBuf::from)
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
    let present = shell::ask(bare(rustc).arg("--version")).and_then(|text| version(text.strip_prefix("rustc ")?));
    Ok(present.is_some_and(|present| present >= needed))
}

/// Debian's own Rust for browsers. Which linker package fits depends on the LLVM that this rustc was built with.
fn install_packaged() -> bool {
    if !tools::apt_install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"]) {
        return false;
    }
    let llvm = shell::ask(bare(Path::new("/usr/bin/rustc")).arg("-vV"))
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("LLVM version: ").and_then(version)));
    match llvm {
        Some((major, _)) => tools::apt_install(&[&format!("lld-{major}")]),
        None => false,
    }
}

fn install_with_rustup() -> bool {
    if shell::find("rustup").is_none() {
        return false;
    }
    shell::step("adding WebAssembly to the Rust toolchain", || {
        shell::run(shell::command("rustup").current_dir(paths::root()?).args(["component", "add", "rust-src"]))?;
        shell::run(shell::command("rustup").current_dir(paths::root()?).args(["target", "add", TARGET]))
    })
    .is_ok()
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
