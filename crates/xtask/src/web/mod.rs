//! The browser's files: cargo → wasm-bindgen → wasm-opt for each crate, esbuild and terser for scripts and styles, all put
//! into `target/web`, which the server embeds.

mod bundle;
pub mod compress;
mod language;
mod page;
pub mod site;
pub mod wasm;

pub use bundle::{Build, WebBuild};

use crate::toolchain::{node, rust::RustWasm};
use crate::{paths, shell};
use anyhow::Result;
use site::WebFiles;

/// Builds everything into `target/web`.
///
/// Order matters, since each stage needs the addresses that the one before has given: WebAssembly, scripts (the loader
/// last), styles and pictures, pages.
///
/// # Errors
/// When a tool is missing, or something doesn't compile.
pub fn build(request: WebBuild) -> Result<()> {
    node::install_packages()?;
    let rust = RustWasm::require()?;
    // Two builds at once, in two terminals, would remove each other's files.
    std::fs::create_dir_all(paths::web_gen()?)?;
    let lock = std::fs::File::create(paths::web_gen()?.join("lock"))?;
    lock.lock()?;
    let mut site = WebFiles::new(request)?;
    for package in wasm::PACKAGES {
        let built = wasm::build(&rust, package, request.build)?;
        site.add_wasm(package, &built)?;
    }
    shell::step("bundling scripts, styles and pages", || {
        site.prepare_styles()?;
        site.add_scripts()?;
        site.add_assets()?;
        site.add_pages()
    })?;
    shell::step("compressing", || site.publish())
}
