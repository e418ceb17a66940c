//! The tools that the jobs need: where they are, and how those that the system packages can be installed.
//!
//! Only `setup`, `demo` and `test` install anything, by [`install_missing`]. Every other job looks for its tools and
//! says in one line what is missing. Nothing here knows what the tools are used for.

pub mod apt;
pub mod chromium;
pub mod firefox;
pub mod node;
pub mod postgres;
pub mod rust;

use anyhow::Result;

/// A tool that can come from the system's packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A Rust that builds WebAssembly.
    RustWasm,
    /// A browser for the end-to-end tests.
    Chromium,
    /// A second browser, for the tests that run in it.
    Firefox,
    /// PostgreSQL's server programs.
    Postgres,
}

/// The tools that every job has what it needs with; Firefox is for a stage that runs only when named.
pub const ALL: [Tool; 3] = [Tool::RustWasm, Tool::Chromium, Tool::Postgres];

/// Installs those of the tools that are not on this machine, each announced by one line.
///
/// # Errors
/// One line for the first tool that is missing and can't be installed.
pub fn install_missing(tools: &[Tool]) -> Result<()> {
    for tool in tools {
        match tool {
            Tool::RustWasm => rust::install_if_missing()?,
            Tool::Chromium => chromium::install_if_missing()?,
            Tool::Firefox => firefox::install_if_missing()?,
            Tool::Postgres => postgres::install_if_missing()?,
        }
    }
    Ok(())
}
