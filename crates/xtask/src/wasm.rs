//! From a crate to the two files a browser loads: the WebAssembly and the glue that wasm-bindgen writes for it.
//!
//! It must not know what the crates do. The binding generator is a library pinned in Cargo.lock beside its runtime,
//! so there is no tool whose version could drift.

use crate::rust_wasm::{RustWasm, TARGET};
use crate::{order, paths, shell, split, tools, unused};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// How much time the build may take for the bytes it saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What is shipped: every flag that saves bytes.
    Small,
    /// For the inner loop: seconds rather than bytes, and panics that say where.
    Fast,
}

/// One crate that becomes one WebAssembly file.
#[derive(Clone, Copy, Debug)]
pub struct Bundle {
    /// The name used for generated files and in `import … from "callpoint:NAME"`.
    pub name: &'static str,
    /// The crate's name.
    pub package: &'static str,
    /// The script in www that takes the glue in.
    pub script: &'static str,
    /// The functions through which all is reached that joins later; none: the bundle is one file.
    pub doors: &'static [&'static str],
}

/// Every bundle there is.
pub const BUNDLES: [Bundle; 2] = [
    Bundle {
        name: "widget",
        package: "callpoint-widget",
        script: "sdk/internal/element.ts",
        doors: &[
            "callpoint_widget::view::thread::thread",
            "callpoint_widget::view::status::status",
            "callpoint_widget::view::badge::badge",
            "<callpoint_widget::app::Callpoint>::act",
            "<callpoint_core::client::Client>::told",
            "<callpoint_core::client::Client>::loaded",
        ],
    },
    Bundle { name: "console", package: "callpoint-console", script: "console/console.ts", doors: &[] },
];

/// Where a bundle's generated files are.
#[derive(Debug)]
pub struct Built {
    /// The finished WebAssembly.
    pub wasm: PathBuf,
    /// What joins it later, if anything does.
    pub rest: Option<PathBuf>,
    /// Its glue, an ES module.
    pub glue: PathBuf,
    /// The short names of its imports and exports, as esbuild's mangle cache takes them.
    pub names: PathBuf,
}

/// Which properties of the glue have a short name in the WebAssembly: all that begin with `_` or a small word and `_`, as
/// every name of wasm-bindgen's does. The web's own have capitals where they have words at all.
pub const MANGLED: &str = "^[a-z]*_";

/// Raised when anything below changes what comes out, so that kept results are not taken for new ones.
const RECIPE: &str = "13";

/// What rustc and wasm-bindgen may use; every browser that Callpoint supports has it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Half a megabyte of stack: plenty, and the addresses of what lies above it take a byte less each. The stack stays below
/// everything else, so one that overflows traps; and nothing else is ever near address 0.
const STACK: &str = "-Clink-arg=-zstack-size=524288";

/// What makes the outcome small, measured in brotli. Low memory is unused thanks to [`STACK`]. Functions with one caller
/// stay functions, unless tiny: repeated calls compress better than what is left of them inside a longer function.
const SMALLER: [&str; 9] = [
    "--low-memory-unused",
    "--one-caller-inline-max-function-size",
    "20",
    "--always-inline-max-function-size",
    "4",
    "-Oz",
    "--converge",
    "--strip-producers",
    "--strip-target-features",
];

/// Builds one bundle, or takes what is there when nothing has changed.
pub fn build(rust: &RustWasm, bundle: Bundle, build: Build) -> Result<Built> {
    let raw_path = shell::step(&format!("WebAssembly: {}", bundle.package), || compile(rust, bundle, build))?;
    let raw = std::fs::read(&raw_path).with_context(|| format!("no {}", raw_path.display()))?;
    let folder = paths::web_gen()?.join(match build {
        Build::Small => "small",
        Build::Fast => "fast",
    });
    let folder = folder.join(bundle.name);
    let built = Built {
        wasm: folder.join(format!("{}_bg.wasm", bundle.name)),
        // A fast build has better things to do.
        rest: (build == Build::Small && !bundle.doors.is_empty())
            .then(|| folder.join(format!("{}_rest.wasm", bundle.name))),
        glue: folder.join(format!("{}.js", bundle.name)),
        names: folder.join("names.json"),
    };
    let stamp = folder.join("made-from");
    let key = key(&raw, bundle.package)?;
    let fresh = std::fs::read_to_string(&stamp).is_ok_and(|present| present == key);
    if fresh
        && built.rest.as_ref().is_none_or(|rest| rest.is_file())
        && built.wasm.is_file()
        && built.glue.is_file()
        && built.names.is_file()
    {
        return Ok(built);
    }
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    bind(&raw, bundle, build, &folder)?;
    shorten_names(&built)?;
    if let Some(rest) = &built.rest {
        let halves = split::split(&std::fs::read(&built.wasm)?, bundle.doors)?;
        std::fs::write(&built.wasm, halves.first)?;
        std::fs::write(rest, halves.rest)?;
    }
    if build == Build::Small {
        shell::step("smaller with wasm-opt (half a minute)", || {
            built.rest.iter().chain([&built.wasm]).try_for_each(|wasm| optimise(wasm))
        })?;
    }
    std::fs::write(stamp, key)?;
    Ok(built)
}

fn compile(rust: &RustWasm, bundle: Bundle, build: Build) -> Result<PathBuf> {
    let target = paths::root()?.join("target/wasm");
    let mut cargo = rust.cargo()?;
    // One crate per call: built together, their dependencies' features would be united and both bundles would grow.
    // And as nothing but a cdylib: beside an rlib cargo leaves link-time optimisation out without a word.
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib", "--package", bundle.package]);
    cargo.args(["--target", TARGET, "--target-dir"]).arg(&target);
    let mut flags: Vec<&str> = Vec::new();
    if rust.std_source {
        cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    }
    let profile = match build {
        Build::Small => {
            cargo.args(["--profile", "web"]);
            flags.push(STACK);
            if rust.std_source {
                flags.extend([
                    "-Cpanic=immediate-abort",
                    "-Zunstable-options",
                    "-Zlocation-detail=none",
                    "-Zfmt-debug=none",
                ]);
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
    let file = format!("{}.wasm", bundle.package.replace('-', "_"));
    Ok(target.join(TARGET).join(profile).join(file))
}

fn bind(raw: &[u8], bundle: Bundle, build: Build, folder: &Path) -> Result<()> {
    let mut module = walrus::Module::from_buffer(raw)?;
    if build == Build::Small {
        unused::remove(&mut module, bundle.package)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?;
    bindgen
        .input_module(bundle.name, module)
        .typescript(true)
        .omit_default_module_path(true)
        // The names stay in: they say where it is split, and wasm-opt takes them out.
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen on {}", bundle.package))
}

/// Gives what crosses the border short names in the WebAssembly; the glue follows when esbuild bundles it. Saves some
/// 4 kB of what a browser fetches.
fn shorten_names(built: &Built) -> Result<()> {
    let mut module = walrus::Module::from_file(&built.wasm)?;
    let mut glue = std::fs::read_to_string(&built.glue)?;
    let mut names = serde_json::Map::new();
    let mut modules: Vec<String> = Vec::new();
    let mut shorten = |name: &mut String| {
        // What `MANGLED` says.
        if name.trim_start_matches(|letter: char| letter.is_ascii_lowercase()).starts_with('_') {
            let next = format!("_{}", names.len());
            let short = names.entry(name.as_str()).or_insert_with(|| next.into());
            *name = short.as_str().unwrap_or_default().to_owned();
        }
    };
    for import in module.imports.iter_mut() {
        shorten(&mut import.name);
        let known = modules.iter().position(|known| *known == import.module);
        let short = known.unwrap_or(modules.len()).to_string();
        let module = std::mem::replace(&mut import.module, short.clone());
        if known.is_none() {
            // The glue has these as texts, which esbuild leaves as they are.
            glue = glue.replace(&format!("\"{module}\":"), &format!("\"{short}\":"));
            modules.push(module);
        }
    }
    for export in module.exports.iter_mut() {
        shorten(&mut export.name);
    }
    module.emit_wasm_file(&built.wasm)?;
    std::fs::write(&built.glue, glue)?;
    std::fs::write(&built.names, serde_json::to_vec(&names)?)?;
    Ok(())
}

fn optimise(wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("opt.wasm");
    wasm_opt(wasm, &smaller, &SMALLER)?;
    std::fs::write(wasm, order::named(&std::fs::read(&smaller)?)?)?;
    wasm_opt(wasm, &smaller, &["--reorder-functions-by-name"])?;
    std::fs::rename(smaller, wasm)?;
    Ok(())
}

fn wasm_opt(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut optimiser = shell::command(paths::npm_bin("wasm-opt")?);
    shell::run(optimiser.arg(from).arg("--output").arg(to).args(passes).args(FEATURES))
}

/// Says everything that the outcome depends on: the input, the recipe, and the versions of both tools.
fn key(raw: &[u8], package: &str) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(raw);
    hash.update(RECIPE);
    let unused = paths::root()?.join("crates").join(package).join("unused.txt");
    hash.update(std::fs::read(unused).unwrap_or_default());
    hash.update(std::fs::read(paths::www()?.join("package-lock.json"))?);
    let manifest = std::fs::read_to_string(paths::root()?.join("Cargo.toml"))?;
    manifest.lines().filter(|line| line.starts_with("wasm-bindgen-cli-support")).for_each(|line| hash.update(line));
    Ok(tools::hex(&hash.finalize()))
}
