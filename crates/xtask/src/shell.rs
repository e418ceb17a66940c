//! Running other programs, and printing progress. Independent of what the programs are.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// Prints the name of a step, runs it, and prints its duration if that was long.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {what}");
    let start = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    let seconds = start.elapsed().as_secs();
    if seconds >= 5 {
        println!("  done in {seconds} s");
    }
    Ok(done)
}

/// One line that is neither a step nor an error.
pub fn note(what: &str) {
    println!("· {what}");
}

/// A command as a plain shell would start it: without what `cargo run` and rustup leave behind for us, which would
/// otherwise make builds started here differ from the same builds run directly.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        let left_behind =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| name_text.starts_with(prefix));
        if left_behind || matches!(&*name_text, "CARGO" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR") {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo of the default toolchain, at the root of the repository.
pub fn cargo() -> Result<Command> {
    let mut cargo = command("cargo");
    cargo.current_dir(crate::paths::root()?);
    Ok(cargo)
}

/// Runs to the end, with output going straight to the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", name(command)))?;
    if !status.success() {
        bail!("{}", failure(command, status));
    }
    Ok(())
}

/// Runs to the end and hands back standard output.
pub fn capture(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start {}", name(command)))?;
    if !output.status.success() {
        bail!("{}", failure(command, output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Standard output of a command that is allowed to fail; none when it does.
pub fn query(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program is on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let file = if cfg!(windows) { format!("{program}.exe") } else { program.to_owned() };
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

/// Whether this runs in continuous integration.
pub fn unattended() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// The error message for a command that failed.
pub fn failure(command: &Command, status: ExitStatus) -> String {
    format!("{} failed ({status})", name(command))
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let words: Vec<_> = command.get_args().take(4).map(OsStr::to_string_lossy).collect();
    format!("`{program} {}`", words.join(" "))
}
