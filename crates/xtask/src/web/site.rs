//! The files of one build: named by their contents, compressed ahead, and listed in a manifest by what they are.

use super::bundle::{self, Build, Kind, WebBuild};
use super::wasm::{Built, Package};
use super::{compress, language, page};
use crate::{files, paths};
use anyhow::{Context as _, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use walkdir::WalkDir;

/// The folders of www whose files a browser may be given. What lies in the demonstration keeps the folder in the name
/// that pages and servers ask for it by; every other file is asked for by its own name.
const FOLDERS: [&str; 4] = ["sdk/internal", "hosted", "console", DEMO];
const DEMO: &str = "demo";

/// The scripts with an address, in the order in which they need each other's; every script in www/demo is one more.
const SCRIPTS: [(&str, Kind); 22] = [
    ("sdk/internal/screenshot.ts", Kind::Module),
    ("sdk/internal/attachments.ts", Kind::Module),
    ("sdk/internal/takeout.ts", Kind::Module),
    ("sdk/internal/reporting.ts", Kind::Module),
    ("sdk/internal/frame.ts", Kind::Module),
    ("sdk/internal/front.ts", Kind::Module),
    ("sdk/internal/capture.ts", Kind::Module),
    ("sdk/internal/guest.ts", Kind::Module),
    ("sdk/internal/wording.ts", Kind::Module),
    ("sdk/internal/element.ts", Kind::Module),
    ("sdk/internal/setup.ts", Kind::Module),
    ("sdk/internal/ways.ts", Kind::Module),
    ("sdk/internal/questions.ts", Kind::Module),
    ("sdk/internal/form.ts", Kind::Module),
    ("sdk/internal/labels.ts", Kind::Module),
    ("sdk/internal/dress.ts", Kind::Module),
    ("console/console.ts", Kind::Module),
    ("hosted/status.ts", Kind::Module),
    ("hosted/hosted.ts", Kind::Module),
    ("hosted/playground.ts", Kind::Module),
    ("hosted/embed.ts", Kind::Module),
    ("sdk/internal/loader.ts", Kind::Loader),
];

/// The scripts that hold words of their own, and are built once more for each language.
const WORDED: [&str; 8] =
    ["attachments.js", "screenshot.js", "setup.js", "questions.js", "form.js", "labels.js", "dress.js", "loader.js"];

/// The scripts whose words a page may replace.
const LABELLED: [&str; 4] =
    ["sdk/internal/questions.ts", "sdk/internal/labels.ts", "sdk/internal/dress.ts", "sdk/internal/setup.ts"];

/// The constants of our scripts that stand for addresses.
const ADDRESSES: [(&str, &str); 18] = [
    ("__SCREENSHOT_URL__", "screenshot.js"),
    ("__ATTACHMENTS_URL__", "attachments.js"),
    ("__TAKEOUT_URL__", "takeout.js"),
    ("__REPORTING_URL__", "reporting.js"),
    ("__FRAME_URL__", "frame.js"),
    ("__FRONT_URL__", "front.js"),
    ("__CAPTURE_URL__", "capture.js"),
    ("__GUEST_URL__", "guest.js"),
    ("__WORDING_URL__", "wording.js"),
    ("__ELEMENT_URL__", "element.js"),
    ("__QUESTIONS_URL__", "questions.js"),
    ("__FORM_URL__", "form.js"),
    ("__LABELS_URL__", "labels.js"),
    ("__DRESS_URL__", "dress.js"),
    ("__SETUP_URL__", "setup.js"),
    ("__WAYS_URL__", "ways.js"),
    ("__WIDGET_WASM_URL__", "widget.wasm"),
    ("__CONSOLE_WASM_URL__", "console.wasm"),
];

/// The constants of our scripts that stand for digests of files, as subresource integrity writes them.
const DIGESTS: [(&str, &str); 1] = [("__WIDGET_WASM_INTEGRITY__", "widget.wasm")];

/// The script whose WebAssembly is instantiated with guarded exports: a fault in there never reaches the page.
const GUARDED: &str = "sdk/internal/element.ts";
const GUARD: [&str; 2] = ["--define:WebAssembly.Instance=GuardedInstance", "--inject:sdk/internal/guard.ts"];

const RELOAD_SCRIPT: &str = "let seen;setInterval(async()=>{try{const now=await(await fetch('/assets/dev-stamp.txt',{cache:'no-store'})).text();\
if(seen&&now!==seen)location.reload();seen=now}catch{}},700);";

/// The files of one build, gathered before any is written.
pub struct WebFiles {
    request: WebBuild,
    www: PathBuf,
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

impl WebFiles {
    /// No files yet.
    ///
    /// # Errors
    /// When the current folder is not inside a clone.
    pub fn new(request: WebBuild) -> Result<Self> {
        Ok(Self {
            request,
            www: paths::www()?,
            styles: paths::web_gen()?.join("styles"),
            aliases: Vec::new(),
            inlined: BTreeSet::new(),
            files: BTreeMap::new(),
            manifest: BTreeMap::new(),
        })
    }

    /// Adds a crate's WebAssembly, and lets scripts import its glue.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn add_wasm(&mut self, package: Package, built: &Built) -> Result<()> {
        self.aliases.push(format!("--alias:callpoint:{}={}", package.name, built.glue.display()));
        let bytes = std::fs::read(&built.wasm)?;
        self.add_hashed(&format!("{}.wasm", package.name), &format!("{}.wasm", package.package), bytes);
        Ok(())
    }

    /// Minifies the styles. A script takes one in as a text with `import css from "callpoint:NAME.css"`.
    ///
    /// # Errors
    /// When esbuild can't read one.
    pub fn prepare_styles(&mut self) -> Result<()> {
        for source in self.sources(&["css"])? {
            let minified = bundle::style(&source, self.request.build)?;
            let path = self.styles.join(&source);
            files::write_if_changed(&path, minified.trim_ascii_end())?;
            self.aliases.push(format!("--alias:callpoint:{}={}", logical_name(&source), path.display()));
        }
        Ok(())
    }

    /// Bundles the scripts.
    ///
    /// # Errors
    /// When one is missing, doesn't compile, or names an address that this build doesn't make.
    pub fn add_scripts(&mut self) -> Result<()> {
        let demo = self.sources(&["ts", "js"])?;
        let demo = demo.into_iter().filter(|source| source.starts_with(DEMO) && !source.ends_with(".d.ts"));
        let mut scripts: Vec<(String, Kind)> = demo.map(|source| (source, Kind::Module)).collect();
        scripts.extend(SCRIPTS.iter().map(|(source, kind)| ((*source).to_owned(), *kind)));
        for (source, kind) in scripts {
            let name = format!("{}.js", logical_name(&source).trim_end_matches(".ts").trim_end_matches(".js"));
            let code = self.script(&source, kind, None)?;
            let mut translations = Vec::new();
            // A fast build speaks English.
            if WORDED.contains(&name.as_str()) && self.request.build == Build::Release {
                for texts in language::texts()? {
                    translations.push((self.script(&source, kind, Some(&texts.path))?, texts.tag));
                }
            }
            match kind {
                Kind::Loader => self.add_fixed(&name, code),
                Kind::Module => self.add_hashed_with(&name, &name, code, &translations),
            }
            self.add_translations(&name, translations);
        }
        Ok(())
    }

    /// Adds styles, pictures and fonts.
    ///
    /// # Errors
    /// When one can't be read.
    pub fn add_assets(&mut self) -> Result<()> {
        for source in self.sources(&["css", "svg", "png", "jpg", "webp", "ico", "woff2"])? {
            if self.inlined.contains(&source) {
                continue;
            }
            let folder = if source.ends_with(".css") { &self.styles } else { &self.www };
            let bytes = std::fs::read(folder.join(&source))?;
            let name = logical_name(&source);
            self.add_hashed(name, name, bytes);
        }
        Ok(())
    }

    /// Adds the pages, with the addresses of what they name.
    ///
    /// # Errors
    /// When a page names a file that this build doesn't make.
    pub fn add_pages(&mut self) -> Result<()> {
        for source in self.sources(&["html"])? {
            let template = std::fs::read_to_string(self.www.join(&source))?;
            let name = logical_name(&source);
            let mut page = page::fill(&template, name, &self.manifest).with_context(|| format!("www/{source}"))?;
            if self.request.reload {
                page = page.replacen(
                    "</head>",
                    "<script type=\"module\" src=\"/assets/dev-reload.js\"></script></head>",
                    1,
                );
            }
            self.add_fixed(name, page.into_bytes());
        }
        if self.request.reload {
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
            self.files.insert("assets/dev-reload.js".to_owned(), RELOAD_SCRIPT.into());
            self.files.insert("assets/dev-stamp.txt".to_owned(), now.to_string().into_bytes());
        }
        Ok(())
    }

    /// Writes what changed, then the manifest, then removes what no build file claims: a running server that reads
    /// from this folder never finds a name without its file.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn publish(mut self) -> Result<()> {
        let folder = paths::web()?;
        if self.request.build == Build::Release {
            self.add_compressed()?;
        }
        for (path, bytes) in &self.files {
            files::write_if_changed(&folder.join(path), bytes)?;
        }
        files::write_if_changed(&folder.join("manifest.json"), &serde_json::to_vec_pretty(&self.manifest)?)?;
        for entry in WalkDir::new(&folder) {
            let entry = entry?;
            let path = entry.path().strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
            if entry.file_type().is_file() && path != "manifest.json" && !self.files.contains_key(&path) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Adds a `.br` and a `.gz` beside every file that gets smaller by it.
    fn add_compressed(&mut self) -> Result<()> {
        let compressible: Vec<String> =
            self.files.keys().filter(|path| compress::is_compressible(Path::new(path))).cloned().collect();
        for path in compressible {
            let bytes = self.files.get(&path).map_or(&[][..], Vec::as_slice);
            let (brotli, gzip) = (compress::brotli(bytes)?, compress::gzip(bytes)?);
            self.files.insert(format!("{path}.br"), brotli);
            self.files.insert(format!("{path}.gz"), gzip);
        }
        Ok(())
    }

    /// Adds a file whose name says what is in it, so that browsers may keep it for ever.
    fn add_hashed(&mut self, logical: &str, name: &str, bytes: Vec<u8>) {
        self.add_hashed_with(logical, name, bytes, &[]);
    }

    /// The same, where the name also says what is in its translations.
    fn add_hashed_with(&mut self, logical: &str, name: &str, bytes: Vec<u8>, translations: &[(Vec<u8>, String)]) {
        let all = [bytes.as_slice()].into_iter().chain(translations.iter().map(|(code, _)| code.as_slice()));
        let hash: String = files::sha256(&all.collect::<Vec<_>>().concat()).chars().take(8).collect();
        let (stem, kind) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{}-{hash}.{kind}", stem.replace('/', "-"));
        self.manifest.insert(logical.to_owned(), path.clone());
        self.files.insert(path, bytes);
    }

    /// Adds what the server gives in place of a file to whoever reads another language: `form-….de.js`.
    fn add_translations(&mut self, logical: &str, translations: Vec<(Vec<u8>, String)>) {
        let Some(path) = self.manifest.get(logical) else { return };
        let (stem, kind) = path.rsplit_once('.').unwrap_or((path, "bin"));
        let files = translations.into_iter().map(|(code, tag)| (format!("{stem}.{tag}.{kind}"), code));
        self.files.extend(files.collect::<Vec<_>>());
    }

    fn add_fixed(&mut self, path: &str, bytes: Vec<u8>) {
        self.manifest.insert(path.to_owned(), path.to_owned());
        self.files.insert(path.to_owned(), bytes);
    }

    /// Bundles a script with these texts, or else in English, and remembers which styles it took in.
    fn script(&mut self, source: &str, kind: Kind, texts: Option<&Path>) -> Result<Vec<u8>> {
        let mut flags = self.aliases.clone();
        let english = self.www.join("sdk/internal/text.ts");
        let texts = texts.unwrap_or(&english);
        let replaceable = if LABELLED.contains(&source) { Some(language::replaceable(texts)?) } else { None };
        let texts = replaceable.as_deref().unwrap_or(texts);
        for name in ["text", "labels"] {
            flags.push(format!("--alias:callpoint:{name}={}", texts.display()));
        }
        flags.push(format!("--alias:callpoint:keys={}", language::keys()?.display()));
        if source == GUARDED {
            flags.extend(GUARD.map(str::to_owned));
        }
        for (constant, name) in ADDRESSES {
            if let Some(path) = self.manifest.get(name) {
                let address = serde_json::to_string(&format!("/{path}"))?;
                flags.push(format!("--define:{constant}={address}"));
            }
        }
        for (constant, name) in DIGESTS {
            if let Some(bytes) = self.manifest.get(name).and_then(|path| self.files.get(path)) {
                let digest = serde_json::to_string(&files::integrity(bytes))?;
                flags.push(format!("--define:{constant}={digest}"));
            }
        }
        let script = bundle::script(source, kind, self.request.build, &flags)?;
        let styles = script.inputs.iter().filter_map(|input| input.split_once("web-gen/styles/"));
        self.inlined.extend(styles.map(|(_, style)| style.to_owned()));
        let code = String::from_utf8_lossy(&script.code);
        let constants = ADDRESSES.iter().chain(&DIGESTS);
        if let Some((constant, name)) = constants.into_iter().find(|(constant, _)| code.contains(constant)) {
            bail!("www/{source} uses {constant}, and {name} is not built before it");
        }
        Ok(script.code)
    }

    /// Files of these kinds in [`FOLDERS`], by their path below www.
    fn sources(&self, kinds: &[&str]) -> Result<BTreeSet<String>> {
        let mut sources = BTreeSet::new();
        for entry in FOLDERS.iter().flat_map(|folder| WalkDir::new(self.www.join(folder))) {
            let entry = entry?;
            let path = entry.path();
            let wanted = path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known));
            if wanted && entry.file_type().is_file() {
                sources.insert(path.strip_prefix(&self.www)?.to_string_lossy().replace('\\', "/"));
            }
        }
        Ok(sources)
    }
}

/// The name that pages and servers ask for a file of www by.
fn logical_name(source: &str) -> &str {
    match source.rsplit_once('/') {
        Some((folder, name)) if !folder.starts_with(DEMO) => name,
        _ => source,
    }
}
