//! From a crate to the two files a browser loads: the WebAssembly and the glue that wasm-bindgen writes for it.
//!
//! cargo → wasm-bindgen → wasm-opt, and nothing else touches the binary. The binding generator is a library pinned in
//! Cargo.lock beside its runtime, so there is no tool whose version could drift.

use super::Build;
use crate::toolchain::node;
use crate::toolchain::rust::{RustWasm, TARGET};
use crate::{files, paths, shell};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// One crate that becomes one WebAssembly file.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// The name used for generated files and in `import … from "callpoint:NAME"`.
    pub name: &'static str,
    /// The crate's name.
    pub package: &'static str,
    /// Whether anybody downloads it, and its bytes count.
    pub is_shipped: bool,
}

/// Every crate that is built for browsers.
pub const PACKAGES: [Package; 2] = [
    Package { name: "widget", package: "callpoint-widget", is_shipped: true },
    Package { name: "console", package: "callpoint-console", is_shipped: true },
];

/// A product in Rust that has the widget in its pages, for the browser tests.
pub const YEW_HOST: Package = Package { name: "yew-host", package: "callpoint-host-yew", is_shipped: false };

/// Where a crate's generated files are.
#[derive(Debug)]
pub struct Built {
    /// The finished WebAssembly.
    pub wasm: PathBuf,
    /// Its glue, an ES module.
    pub glue: PathBuf,
}

/// Raised when anything below changes what comes out, so that the results of an earlier build are not reused.
const RECIPE: &str = "16";

/// Flags of wasm-opt.
const OPTIMISE: [&str; 9] = [
    // Addresses below 1,024 are the end of the stack, which nothing reaches by wrapping around.
    "--low-memory-unused",
    "--gufa",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--converge",
    "--strip-producers",
    "--strip-target-features",
];

/// Flags of rustc that save bytes; they need a standard library compiled by us.
const SMALL: [&str; 4] =
    ["-Cpanic=immediate-abort", "-Zunstable-options", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// Where the generated files of a package are kept.
///
/// # Errors
/// When the current folder is not inside a clone.
pub fn folder(package: Package, build: Build) -> Result<PathBuf> {
    let kind = match build {
        Build::Release => "release",
        Build::Fast => "fast",
    };
    Ok(paths::web_gen()?.join(kind).join(package.name))
}

/// Builds one package, or takes what is there when nothing has changed.
///
/// # Errors
/// When one of the three tools fails.
pub fn build(rust: &RustWasm, package: Package, build: Build) -> Result<Built> {
    let compiled =
        shell::step(&format!("compiling WebAssembly: {}", package.package), || compile(rust, package, build))?;
    let folder = folder(package, build)?;
    let built = Built {
        wasm: folder.join(format!("{}_bg.wasm", package.name)),
        glue: folder.join(format!("{}.js", package.name)),
    };
    let stamp = folder.join("made-from");
    let key = key(&compiled)?;
    let fresh = std::fs::read_to_string(&stamp).is_ok_and(|present| present == key);
    if fresh && built.wasm.is_file() && built.glue.is_file() {
        return Ok(built);
    }
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    bind(&compiled, package, build == Build::Fast, &folder)?;
    if build == Build::Release && package.is_shipped {
        shell::step("wasm-opt (half a minute)", || optimise(&built.wasm, &built.wasm, &OPTIMISE))?;
    }
    std::fs::write(stamp, key)?;
    Ok(built)
}

/// A build as it is shipped, but with the names of its functions, for measuring which of them weigh what.
///
/// # Errors
/// When one of the three tools fails.
pub fn build_with_names(rust: &RustWasm, package: Package) -> Result<PathBuf> {
    let compiled = compile(rust, package, Build::Release)?;
    let folder = paths::web_gen()?.join("names").join(package.name);
    bind(&compiled, package, true, &folder)?;
    let wasm = folder.join(format!("{}_bg.wasm", package.name));
    let mut flags = OPTIMISE.to_vec();
    flags.push("--debuginfo");
    shell::step("wasm-opt, keeping names (half a minute)", || optimise(&wasm, &wasm, &flags))?;
    Ok(wasm)
}

fn compile(rust: &RustWasm, package: Package, build: Build) -> Result<PathBuf> {
    // One crate per call: built together, their dependencies' features would be united and both would grow.
    // And as nothing but a cdylib: beside an rlib cargo leaves link-time optimisation out without a word.
    let command = ["rustc", "--lib", "--crate-type", "cdylib", "--package", package.package];
    Ok(cargo_for_browsers(rust, &command, build)?.join(format!("{}.wasm", package.package.replace('-', "_"))))
}

/// Runs cargo for browsers; the folder of what it made.
///
/// # Errors
/// When the command fails.
pub fn cargo_for_browsers(rust: &RustWasm, command: &[&str], build: Build) -> Result<PathBuf> {
    let target = paths::root()?.join("target/wasm");
    let mut cargo = rust.cargo()?;
    cargo.args(command).args(["--target", TARGET, "--target-dir"]).arg(&target);
    let mut flags: Vec<&str> = Vec::new();
    if rust.std_source {
        cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    }
    let profile = match build {
        Build::Release => {
            cargo.args(["--profile", "web"]);
            if rust.std_source {
                flags.extend(SMALL);
            }
            "web"
        }
        Build::Fast => {
            cargo
                .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_DEV_DEBUG", "none")
                .env("CARGO_PROFILE_DEV_PANIC", "abort");
            "debug"
        }
    };
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    shell::run(&mut cargo)?;
    Ok(target.join(TARGET).join(profile))
}

fn bind(compiled: &Path, package: Package, names: bool, folder: &Path) -> Result<()> {
    Bindgen::new()
        .web(true)?
        .input_path(compiled)
        .out_name(package.name)
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(!names)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen on {}", package.package))
}

fn optimise(from: &Path, to: &Path, flags: &[&str]) -> Result<()> {
    shell::run(shell::command(node::program("wasm-opt")?).arg(from).arg("--output").arg(to).args(flags))
}

/// Says everything that the outcome depends on: the input, the recipe, and the versions of both tools.
fn key(compiled: &Path) -> Result<String> {
    let mut parts = std::fs::read(compiled).with_context(|| format!("no {}", compiled.display()))?;
    parts.extend(RECIPE.as_bytes());
    parts.extend(std::fs::read(paths::www()?.join("package-lock.json"))?);
    let manifest = std::fs::read_to_string(paths::root()?.join("Cargo.toml"))?;
    let generator = manifest.lines().filter(|line| line.starts_with("wasm-bindgen-cli-support"));
    generator.for_each(|line| parts.extend(line.as_bytes()));
    Ok(files::sha256(&parts))
}
