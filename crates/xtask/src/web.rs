//! The files a server embeds: WebAssembly, scripts, styles and pages, named by their contents and compressed ahead.
//!
//! Order matters, since each stage needs the names the one before has given: WebAssembly, scripts, the loader,
//! styles and pictures, pages. An entry file that is absent is skipped; a page that asks for it then fails by name.

use crate::rust_wasm::RustWasm;
use crate::wasm::{self, BUNDLES, Build, MANGLED};
use crate::{measure, paths, shell, tools};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use walkdir::WalkDir;

/// What to build.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    build: Build,
    reload: bool,
}

impl Request {
    /// The product as it is shipped, or a fast likeness of it.
    pub fn new(build: Build) -> Self {
        Self { build, reload: false }
    }

    /// A fast likeness whose pages reload when anything is rebuilt.
    pub fn reloading() -> Self {
        Self { build: Build::Fast, reload: true }
    }
}

/// The folders of www whose files a browser may be given. What lies in the demonstration keeps the folder in the name
/// that pages and servers ask for it by; every other file is asked for by its own name.
const FOLDERS: [&str; 4] = ["sdk/internal", "hosted", "console", DEMO];
const DEMO: &str = "demo";

/// Scripts with an order of their own; every script below www/demo is one more.
const SCRIPTS: [(&str, Kind); 6] = [
    ("sdk/internal/element.ts", Kind::Module),
    ("sdk/internal/form.ts", Kind::Module),
    ("console/console.ts", Kind::Module),
    ("hosted/status.ts", Kind::Module),
    ("hosted/hosted.ts", Kind::Module),
    ("sdk/internal/loader.ts", Kind::Loader),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An ES module with its contents in its name.
    Module,
    /// The one script strangers' pages name: a classic script whose address never changes.
    Loader,
}

const RELOAD_SCRIPT: &str = "let seen;setInterval(async()=>{try{const now=await(await fetch('/assets/dev-stamp.txt',{cache:'no-store'})).text();\
if(seen&&now!==seen)location.reload();seen=now}catch{}},700);";

/// Builds everything into `target/web`.
///
/// # Errors
/// When a tool is missing, or something doesn't compile.
pub fn build(request: &Request) -> Result<()> {
    tools::npm()?;
    let rust = RustWasm::ensure()?;
    // Two builds at once, in two terminals, would take each other's files away.
    std::fs::create_dir_all(paths::web_gen()?)?;
    let lock = std::fs::File::create(paths::web_gen()?.join("lock"))?;
    lock.lock()?;
    let mut site = Site::new(*request)?;
    for bundle in BUNDLES {
        let built = wasm::build(&rust, bundle, request.build)?;
        site.aliases.push(format!("--alias:callpoint:{}={}", bundle.name, built.glue.display()));
        site.names.insert(bundle.script.to_owned(), built.names);
        let bytes = std::fs::read(&built.wasm)?;
        site.add_hashed(&format!("{}.wasm", bundle.name), &format!("{}.wasm", bundle.package), bytes);
        if let Some(rest) = built.rest {
            let (logical, name) = (format!("{}-rest.wasm", bundle.name), format!("{}-rest.wasm", bundle.package));
            site.add_hashed(&logical, &name, std::fs::read(rest)?);
        }
    }
    shell::step("scripts, styles and pages", || {
        site.prepare_styles()?;
        site.add_scripts()?;
        site.add_assets()?;
        site.add_pages()
    })?;
    shell::step("compressing", || site.publish())
}

/// The files of one build, gathered before any is written.
struct Site {
    request: Request,
    www: PathBuf,
    /// The short names of a bundle's imports, by the script that takes its glue in.
    names: BTreeMap<String, PathBuf>,
    /// Where minified styles are kept, by their path below www.
    styles: PathBuf,
    aliases: Vec<String>,
    /// Styles that a script has taken in, and that are therefore no files of their own.
    inlined: BTreeSet<String>,
    /// By their path below `target/web`.
    files: BTreeMap<String, Vec<u8>>,
    /// What pages and servers ask for, and the path it has below `target/web`.
    manifest: BTreeMap<String, String>,
}

impl Site {
    fn new(request: Request) -> Result<Self> {
        Ok(Self {
            request,
            www: paths::www()?,
            names: BTreeMap::new(),
            styles: paths::web_gen()?.join("styles"),
            aliases: Vec::new(),
            inlined: BTreeSet::new(),
            files: BTreeMap::new(),
            manifest: BTreeMap::new(),
        })
    }

    /// Minifies the styles. A script takes one in as a text with `import css from "callpoint:NAME.css"`.
    fn prepare_styles(&mut self) -> Result<()> {
        for name in self.named(&["css"])? {
            let minified = self.esbuild(&name, &["--loader:.svg=dataurl".to_owned()])?;
            let path = self.styles.join(&name);
            shell::write_if_changed(&path, minified.trim_ascii_end())?;
            self.aliases.push(format!("--alias:callpoint:{}={}", logical(&name), path.display()));
        }
        Ok(())
    }

    /// Adds a file whose name says what is in it, so that browsers may keep it for ever.
    fn add_hashed(&mut self, logical: &str, name: &str, bytes: Vec<u8>) {
        let hash: String = tools::hex(&Sha256::digest(&bytes)).chars().take(12).collect();
        let (stem, kind) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{}-{hash}.{kind}", stem.replace('/', "-"));
        self.manifest.insert(logical.to_owned(), path.clone());
        self.files.insert(path, bytes);
    }

    fn add_fixed(&mut self, path: &str, bytes: Vec<u8>) {
        self.manifest.insert(path.to_owned(), path.to_owned());
        self.files.insert(path.to_owned(), bytes);
    }

    /// Styles, pictures and fonts.
    fn add_assets(&mut self) -> Result<()> {
        for name in self.named(&["css", "svg", "png", "jpg", "webp", "ico", "woff2"])? {
            if self.inlined.contains(&name) {
                continue;
            }
            let folder = if name.ends_with(".css") { &self.styles } else { &self.www };
            let bytes = std::fs::read(folder.join(&name))?;
            let name = logical(&name);
            self.add_hashed(name, name, bytes);
        }
        Ok(())
    }

    fn add_scripts(&mut self) -> Result<()> {
        let demo =
            self.named(&["ts", "js"])?.into_iter().filter(|name| name.starts_with("demo/") && !name.ends_with(".d.ts"));
        let mut scripts: Vec<(String, Kind)> = demo.map(|name| (name, Kind::Module)).collect();
        scripts.extend(SCRIPTS.iter().map(|(name, kind)| ((*name).to_owned(), *kind)));
        for (source, kind) in scripts {
            if !self.www.join(&source).is_file() {
                shell::note(&format!("no www/{source} yet: left out"));
                continue;
            }
            let name = format!("{}.js", logical(&source).trim_end_matches(".ts").trim_end_matches(".js"));
            let bytes = self.script(&source, kind)?;
            match kind {
                Kind::Loader => self.add_fixed(&name, bytes),
                Kind::Module => self.add_hashed(&name, &name, bytes),
            }
        }
        Ok(())
    }

    /// The addresses known so far become constants; one that is not there is `null`.
    fn script_flags(&self, kind: Kind) -> Result<Vec<String>> {
        let mut flags = self.aliases.clone();
        let fitting = match kind {
            Kind::Loader => ["--format=iife", "--target=es2020"],
            Kind::Module => ["--format=esm", "--target=es2022"],
        };
        flags.extend(fitting.map(str::to_owned));
        // What the server serves is fetched by the browser, not bundled.
        flags.extend(["--external:/v1/*", "--external:/assets/*"].map(str::to_owned));
        for (constant, logical) in [
            ("__ELEMENT_URL__", "element.js"),
            ("__FORM_URL__", "form.js"),
            ("__WIDGET_WASM_URL__", "widget.wasm"),
            ("__CONSOLE_WASM_URL__", "console.wasm"),
        ] {
            let address = self.manifest.get(logical).map(|path| format!("/{path}"));
            flags.push(format!("--define:{constant}={}", serde_json::to_string(&address)?));
        }
        Ok(flags)
    }

    fn add_pages(&mut self) -> Result<()> {
        for name in self.named(&["html"])? {
            let template = std::fs::read_to_string(self.www.join(&name))?;
            let mut page = fill(&template, logical(&name), &self.manifest).with_context(|| format!("www/{name}"))?;
            if self.request.reload {
                page = page.replacen(
                    "</head>",
                    "<script type=\"module\" src=\"/assets/dev-reload.js\"></script></head>",
                    1,
                );
            }
            self.add_fixed(logical(&name), page.into_bytes());
        }
        if self.request.reload {
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
            self.files.insert("assets/dev-reload.js".to_owned(), RELOAD_SCRIPT.into());
            self.files.insert("assets/dev-stamp.txt".to_owned(), now.to_string().into_bytes());
        }
        Ok(())
    }

    /// Files of these kinds in [`FOLDERS`], by their path below www.
    fn named(&self, kinds: &[&str]) -> Result<Vec<String>> {
        let mut names = BTreeSet::new();
        for entry in FOLDERS.iter().flat_map(|folder| WalkDir::new(self.www.join(folder))) {
            let Ok(entry) = entry else { continue };
            let path = entry.path();
            let wanted = path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known));
            if wanted && entry.file_type().is_file() {
                names.insert(path.strip_prefix(&self.www)?.to_string_lossy().replace('\\', "/"));
            }
        }
        Ok(names.into_iter().collect())
    }

    fn esbuild(&self, source: &str, flags: &[String]) -> Result<Vec<u8>> {
        let output = paths::web_gen()?.join("bundled").join(source);
        let mut esbuild = shell::command(paths::npm_bin("esbuild")?);
        esbuild.current_dir(&self.www).arg(source).args(flags);
        esbuild.arg(format!("--outfile={}", output.display()));
        esbuild.args(["--bundle", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
        esbuild.arg(match self.request.build {
            Build::Small => "--minify",
            Build::Fast => "--sourcemap=inline",
        });
        shell::run(&mut esbuild)?;
        std::fs::read(&output).with_context(|| format!("no {}", output.display()))
    }

    /// Bundles a script, and remembers which styles it took in.
    fn script(&mut self, source: &str, kind: Kind) -> Result<Vec<u8>> {
        let contents = paths::web_gen()?.join("contents.json");
        let mut flags = self.script_flags(kind)?;
        flags.push("--loader:.css=text".to_owned());
        if let Some(names) = self.names.get(source) {
            flags.push(format!("--mangle-props={MANGLED}"));
            flags.push("--reserve-props=^__proto__$".to_owned());
            flags.push(format!("--mangle-cache={}", names.display()));
        }
        // wasm-bindgen names a snippet once for every import from it, always with the same value.
        flags.push("--log-override:duplicate-object-key=silent".to_owned());
        flags.push(format!("--metafile={}", contents.display()));
        let bytes = self.esbuild(source, &flags)?;
        let contents: Value = serde_json::from_slice(&std::fs::read(contents)?)?;
        let inputs = contents.get("inputs").and_then(Value::as_object);
        for name in inputs.into_iter().flat_map(|inputs| inputs.keys()) {
            if let Some((_, style)) = name.split_once("web-gen/styles/") {
                self.inlined.insert(style.to_owned());
            }
        }
        Ok(bytes)
    }

    /// Writes what changed, then the manifest, then removes what no build file claims: a running server that reads
    /// from this folder never finds a name without its file.
    fn publish(mut self) -> Result<()> {
        let folder = paths::web()?;
        if self.request.build == Build::Small {
            let compressible: Vec<String> =
                self.files.keys().filter(|path| measure::compressible(Path::new(path))).cloned().collect();
            for path in compressible {
                let compressed = measure::brotli(self.files.get(&path).map_or(&[][..], Vec::as_slice))?;
                self.files.insert(format!("{path}.br"), compressed);
            }
        }
        for (path, bytes) in &self.files {
            shell::write_if_changed(&folder.join(path), bytes)?;
        }
        let manifest = serde_json::to_vec_pretty(&self.manifest)?;
        shell::write_if_changed(&folder.join("manifest.json"), &manifest)?;
        for entry in WalkDir::new(&folder) {
            let entry = entry?;
            let path = entry.path().strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
            if entry.file_type().is_file() && path != "manifest.json" && !self.files.contains_key(&path) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// The name that pages and servers ask for a file of www by.
fn logical(source: &str) -> &str {
    match source.rsplit_once('/') {
        Some((folder, name)) if !folder.starts_with(DEMO) => name,
        _ => source,
    }
}

/// Puts addresses in place of `{{file}}`, a file being named from the page's own folder or from www. Words without a
/// dot, such as `{{nonce}}`, are left for the server.
///
/// # Errors
/// When a file is not in the manifest.
fn fill(template: &str, page: &str, manifest: &BTreeMap<String, String>) -> Result<String> {
    let folder = page.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").context("`{{` without `}}`")?;
        filled.push_str(before);
        rest = after;
        if !name.contains('.') {
            filled.push_str(&format!("{{{{{name}}}}}"));
            continue;
        }
        let found = manifest.get(&format!("{folder}{}", name.trim())).or_else(|| manifest.get(name.trim()));
        let Some(path) = found else {
            let known = manifest.keys().cloned().collect::<Vec<_>>().join(", ");
            bail!("asks for {name}, which this build doesn't make; there are: {known}");
        };
        filled.push('/');
        filled.push_str(path);
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::fill;
    use std::collections::BTreeMap;

    #[test]
    fn a_page_names_files_by_what_they_are() {
        let manifest = BTreeMap::from(
            [("console.js", "assets/console-1.js"), ("demo/demo.css", "assets/demo-2.css")]
                .map(|(name, path)| (name.to_owned(), path.to_owned())),
        );
        let page = fill("<script src=\"{{console.js}}\">{}", "console.html", &manifest).unwrap();
        assert_eq!(page, "<script src=\"/assets/console-1.js\">{}");
        let page = fill("{{demo.css}} {{console.js}} {{nonce}}", "demo/index.html", &manifest).unwrap();
        assert_eq!(page, "/assets/demo-2.css /assets/console-1.js {{nonce}}");
        let problem = fill("{{status.js}}", "console.html", &manifest).unwrap_err().to_string();
        assert!(problem.contains("status.js") && problem.contains("console.js"), "{problem}");
        assert!(fill("{{console.js", "console.html", &manifest).is_err());
    }
}
