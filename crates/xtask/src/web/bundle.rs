//! esbuild: one call for each script and stylesheet; what is shipped of a script then goes through terser.

use crate::toolchain::node;
use crate::{paths, shell};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How much time a build may take for the bytes it saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What is shipped: every flag that saves bytes.
    Release,
    /// For the inner loop: seconds rather than bytes, and panics that say where.
    Fast,
}

/// What to build.
#[derive(Clone, Copy, Debug)]
pub struct WebBuild {
    /// With which flags.
    pub build: Build,
    /// Whether pages reload when anything is rebuilt.
    pub reload: bool,
}

impl WebBuild {
    /// The product as it is shipped, or a fast build of it.
    pub fn new(build: Build) -> Self {
        Self { build, reload: false }
    }

    /// A fast build whose pages reload when anything is rebuilt.
    pub fn reloading() -> Self {
        Self { build: Build::Fast, reload: true }
    }
}

/// How a script is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ES module whose address changes with its contents.
    Module,
    /// The one script that other people's pages name: a classic script whose address never changes.
    Loader,
}

impl Kind {
    fn flags(self) -> &'static [&'static str] {
        match self {
            // Nothing in it asks for strict mode at run time: without `strict` in its settings, esbuild leaves those
            // bytes out.
            Self::Loader => &[
                "--format=iife",
                "--target=es2022",
                "--tsconfig-raw={\"compilerOptions\":{\"useDefineForClassFields\":false}}",
            ],
            Self::Module => &["--format=esm", "--target=es2022"],
        }
    }
}

/// What became of a script.
pub struct Script {
    /// The bundled code.
    pub code: Vec<u8>,
    /// The files that went into it, as esbuild names them.
    pub inputs: Vec<String>,
}

/// Bundles a script of www. `flags` say what its imports and constants stand for.
///
/// # Errors
/// When it doesn't compile, or compiles with a warning.
pub fn script(source: &str, kind: Kind, build: Build, flags: &[String]) -> Result<Script> {
    let metafile = paths::web_gen()?.join("metafile.json");
    let mut all = flags.to_vec();
    all.extend(kind.flags().iter().map(|flag| (*flag).to_owned()));
    // What the server serves is fetched by the browser, not bundled.
    all.extend(["--external:/v1/*", "--external:/assets/*", "--loader:.css=text"].map(str::to_owned));
    // wasm-bindgen names a snippet once for every import from it, always with the same value.
    all.push("--log-override:duplicate-object-key=silent".to_owned());
    all.push(format!("--metafile={}", metafile.display()));
    let mut code = esbuild(source, build, &all)?;
    if build == Build::Release {
        code = terser(&bundled(source)?, kind)?;
    }
    let metadata: Value = serde_json::from_slice(&std::fs::read(metafile)?)?;
    let inputs = metadata.get("inputs").and_then(Value::as_object);
    let inputs = inputs.into_iter().flat_map(|inputs| inputs.keys().cloned()).collect();
    Ok(Script { code, inputs })
}

/// Where esbuild puts a file of www.
fn bundled(source: &str) -> Result<PathBuf> {
    Ok(paths::web_gen()?.join("bundled").join(source))
}

/// Minifies once more: what esbuild leaves in constants that are used once, such as texts, goes where it is used.
fn terser(bundle: &Path, kind: Kind) -> Result<Vec<u8>> {
    let mut terser = shell::command(node::program("terser")?);
    terser.arg(bundle).args(["--compress", "passes=2", "--ecma=2020"]);
    if kind == Kind::Module {
        terser.arg("--module");
    }
    let run = terser.output().context("could not start terser")?;
    if !run.status.success() {
        bail!("terser on {}:\n{}", bundle.display(), String::from_utf8_lossy(&run.stderr));
    }
    Ok(run.stdout)
}

/// Minifies a stylesheet of www.
///
/// # Errors
/// When esbuild can't read it.
pub fn style(source: &str, build: Build) -> Result<Vec<u8>> {
    esbuild(source, build, &["--loader:.svg=dataurl".to_owned()])
}

fn esbuild(source: &str, build: Build, flags: &[String]) -> Result<Vec<u8>> {
    let output = bundled(source)?;
    let mut esbuild = shell::command(node::program("esbuild")?);
    esbuild.current_dir(paths::www()?).arg(Path::new(source)).args(flags);
    esbuild.arg(format!("--outfile={}", output.display()));
    esbuild.args(["--bundle", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    esbuild.arg(match build {
        Build::Release => "--minify",
        Build::Fast => "--sourcemap=inline",
    });
    let run = esbuild.output().context("could not start esbuild")?;
    let messages = String::from_utf8_lossy(&run.stderr);
    // Its warnings are mistakes: an import that is not there is `undefined` in the browser.
    if !run.status.success() || !messages.trim().is_empty() {
        bail!("esbuild on www/{source}:\n{messages}");
    }
    std::fs::read(&output).with_context(|| format!("no {}", output.display()))
}
