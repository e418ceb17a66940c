//! The invariants of ARCHITECTURE.md that can be read off the tree, and whether the documents are true. Nothing here
//! runs the product: it reads files, asks cargo what depends on what, and asks the code for its own lists.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

#[path = "architecture/build.rs"]
mod build;
#[path = "architecture/documents.rs"]
mod documents;
#[path = "architecture/guide.rs"]
mod guide;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/tree.rs"]
mod tree;

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use callpoint_core::text::{self, say};

use tree::{File, document, files, none, root};

/// The longest a file may be, in lines.
const LINES: usize = 400;

/// The names of all crates that end up in `package` for `target`.
fn tree(package: &str, target: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let mut ask = Command::new(cargo);
    let told = ask.current_dir(root()).args(words).args(["--package", package, "--target", target]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let text = String::from_utf8(told.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

const BROWSER: &str = "wasm32-unknown-unknown";

#[test]
fn core_depends_on_nothing_that_does_io() {
    // serde, serde_json, thiserror, uuid, litemap, strum, unicode-segmentation (whose tables the browser leaves out: titles
    // are made before), and what they bring; the last eight work in the compiler alone.
    let known = "callpoint-core serde serde_core serde_json itoa memchr zmij thiserror uuid litemap strum \
        unicode-segmentation serde_derive thiserror-impl strum_macros heck proc-macro2 quote syn unicode-ident";
    let known: BTreeSet<&str> = known.split_whitespace().collect();
    for target in [BROWSER, "x86_64-unknown-linux-gnu"] {
        let new: Vec<_> = tree("callpoint-core", target).into_iter().filter(|name| !known.contains(&**name)).collect();
        none(&new, "the core depends on more than it may; say what it costs and that it does no I/O");
    }
    let browser = tree("callpoint-console", BROWSER);
    assert!(browser.contains("yew"), "{browser:?}");
    let banned = ["tokio", "hyper", "reqwest", "sqlx", "axum", "chrono", "time", "rand", "regex"];
    none(&banned.map(str::to_owned).into_iter().filter(|name| browser.contains(name)).collect::<Vec<_>>(), "too much");
}

#[test]
fn core_asks_for_no_clock_socket_or_thread() {
    let words = [
        "SystemTime",
        "Instant",
        "std::fs",
        "std::net",
        "std::thread",
        "std::env",
        "std::process",
        "std::sync",
        "async fn",
        "async move",
        ".await",
        "thread_local",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "getrandom",
        "rand::",
    ];
    let sources = files(&["crates/callpoint-core/src"], &["rs"]);
    // The language that is spoken while words are made is the thread's, as it is in every catalogue of texts.
    let ours = sources.iter().filter(|file| !file.path.ends_with("text/language.rs"));
    let wrong: Vec<_> = ours.flat_map(|file| file.uses(&words)).collect();
    none(&wrong, "time, ids, randomness and everything outside are arguments of the core");
}

#[test]
fn nothing_is_compiled_differently_for_the_browser() {
    let crates = ["crates/callpoint-core", "crates/callpoint-widget", "crates/callpoint-console"];
    let words = ["target_arch", "target_family", "target_os", "[target."];
    let wrong: Vec<_> = files(&crates, &["rs", "toml"]).iter().flat_map(|file| file.uses(&words)).collect();
    none(&wrong, "one source for both");
}

#[test]
fn crates_depend_on_each_other_as_drawn() {
    let drawn = [
        ("callpoint-core", ""),
        ("callpoint-widget", "callpoint-core"),
        ("callpoint-console", "callpoint-core callpoint-widget"),
        ("callpoint-server", "callpoint-core"),
        ("callpoint-simulator", "callpoint-core"),
        ("xtask", ""),
        ("callpoint-tests", "callpoint-core callpoint-server"),
        ("callpoint-host-yew", "callpoint-widget"),
    ];
    let drawn = drawn.map(|(name, uses)| (name.to_owned(), uses.split_whitespace().map(str::to_owned).collect()));
    let mut real: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&["crates", "tests"], &["toml"]).iter().filter(|file| file.name() == "Cargo.toml") {
        let mut lines = file.text.lines();
        let name = lines.find_map(|line| line.strip_prefix("name = ")).unwrap().trim_matches('"').to_owned();
        let ours = lines.filter(|line| line.starts_with("callpoint-") || line.starts_with("xtask"));
        let ours = ours.map(|line| line.split([' ', '.']).next().unwrap().to_owned());
        // A crate's own tests may need it with another feature.
        let ours = ours.filter(|used| *used != name).collect();
        real.insert(name, ours);
    }
    assert_eq!(real, BTreeMap::from(drawn));
}

/// Modules of the browser's crates by what they may do; a name stands for a file or a folder.
const SDK: [&str; 2] = ["widget/src/sdk", "console/src/js"];
const PLATFORM: [&str; 3] = ["widget/src/platform", "console/src/platform", "widget/src/capture"];
const DRIVER: [&str; 1] = ["widget/src/driver"];

fn is_in(file: &File, modules: &[&str]) -> bool {
    let inside =
        |module: &&str| file.path.strip_prefix("crates/callpoint-").and_then(|path| path.strip_prefix(*module));
    modules.iter().filter_map(inside).any(|rest| rest.starts_with(['/', '.']))
}

#[test]
fn only_the_borders_bind_to_javascript() {
    let bound = ["#[wasm_bindgen", "extern \"C\""];
    let mut all = files(&["crates"], &["rs"]);
    // Neither this repository's own tool nor an example is part of the product.
    all.retain(|file| !file.path.starts_with("crates/xtask") && !file.path.contains("/examples/"));
    assert!(all.iter().filter(|file| is_in(file, &SDK)).any(|file| !file.uses(&bound).is_empty()));
    let inside = all.iter().filter(|file| !is_in(file, &SDK) && !is_in(file, &PLATFORM));
    none(&inside.flat_map(|file| file.uses(&bound)).collect::<Vec<_>>(), "only sdk and platform bind to JavaScript");
    // What the platform binds is the browser's: imports, never an export.
    for file in all.iter().filter(|file| is_in(file, &PLATFORM)) {
        let lines: Vec<&str> = file.text.lines().collect();
        let exports = lines.windows(2).filter(|pair| pair[0].starts_with(bound[0]) && !pair[1].contains(bound[1]));
        none(&exports.map(|pair| format!("{}: {}", file.path, pair[1])).collect::<Vec<_>>(), "only sdk exports");
    }
}

#[test]
fn only_the_platform_does_browser_io() {
    let folders = ["crates/callpoint-widget", "crates/callpoint-console"];
    let all = files(&folders, &["rs"]);
    let input_and_output = [
        "gloo_net",
        "gloo_storage",
        "gloo_timers",
        "gloo_file",
        "gloo::",
        "web_sys::window",
        "Window",
        "Storage",
        "XmlHttpRequest",
        "EventSource",
        "WebSocket",
        "AbortController",
        "Date::",
        "Math::",
    ];
    let inside = all.iter().filter(|file| !is_in(file, &PLATFORM));
    none(&inside.flat_map(|file| file.uses(&input_and_output)).collect::<Vec<_>>(), "browser I/O is the platform's");
    let waiting = ["gloo_events", "spawn_local", "js_sys::Promise", "JsFuture"];
    let inside = all.iter().filter(|file| ![&SDK[..], &PLATFORM, &DRIVER].iter().any(|modules| is_in(file, modules)));
    none(&inside.clone().flat_map(|file| file.uses(&waiting)).collect::<Vec<_>>(), "the driver waits, and nobody else");
    let odd = inside.flat_map(|file| web_sys_names(&file.text).map(|name| format!("{}: {name}", file.path)));
    let odd = odd.filter(|name| !["Element", "Event"].iter().any(|kind| name.ends_with(kind)));
    none(&odd.collect::<Vec<_>>(), "web-sys is for elements and their events");
    let scripts = files(&folders, &["rs", "js"]).into_iter().filter(|file| file.name().ends_with(".js"));
    let scripts = scripts.filter(|file| !is_in(file, &PLATFORM)).map(|file| file.path);
    none(&scripts.collect::<Vec<_>>(), "no JavaScript in a crate");
    let stored = ["localStorage", "sessionStorage", "indexedDB", "document.cookie"];
    // The form keeps what the widget keeps, in the same places; which origins fail is for one tab to remember, and files
    // that are not sent have a place of their own.
    let keepers = ["session.ts", "ways.ts", "kept.ts"];
    let pages: Vec<_> = files(&["www"], &["ts"]).into_iter().filter(|file| !keepers.contains(&file.name())).collect();
    none(
        &pages.iter().flat_map(|file| file.uses(&stored)).collect::<Vec<_>>(),
        "what outlives the page is kept by three",
    );
}

/// The types that a file takes from web-sys.
fn web_sys_names(text: &str) -> impl Iterator<Item = &str> {
    let taken = text.split("web_sys::").skip(1).filter_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next(),
        None => rest.split(|letter: char| !letter.is_alphanumeric()).next(),
    });
    let names = taken.flat_map(|names| names.split(|letter: char| !letter.is_alphanumeric()));
    names.filter(|name| name.starts_with(char::is_uppercase))
}

#[test]
fn only_the_store_has_sql() {
    let (store, other): (Vec<File>, Vec<File>) =
        files(&["crates"], &["rs"]).into_iter().partition(|file| file.path.contains("callpoint-server/src/store/"));
    let words = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "CREATE INDEX", "PRAGMA ", " SET seq"];
    assert!(store.iter().any(|file| !file.uses(&words).is_empty()));
    none(&other.iter().flat_map(|file| file.uses(&words)).collect::<Vec<_>>(), "SQL stands in the store alone");
    let update = |line: &str| line.split_once("UPDATE ").is_some_and(|(_, rest)| rest.contains(" SET "));
    assert!(other.iter().all(|file| !file.code().any(|(_, line)| update(line))), "SQL stands in the store alone");
    let other = other.iter().filter(|file| file.name() != "error.rs");
    none(&other.flat_map(|file| file.uses(&["sqlx::"])).collect::<Vec<_>>(), "only the store knows its driver");
}

#[test]
fn only_auth_reads_tokens() {
    let (auth, mut other): (Vec<File>, Vec<File>) = files(&["crates/callpoint-server/src"], &["rs"])
        .into_iter()
        // What asks another backend sends them, and is asked by nobody.
        .filter(|file| !file.path.starts_with("crates/callpoint-server/src/conformance/"))
        .partition(|file| file.path.starts_with("crates/callpoint-server/src/http/auth/"));
    let words = [
        "header::AUTHORIZATION",
        "header::COOKIE",
        "jsonwebtoken",
        "\"authorization\"",
        "get(\"cookie\")",
        "get_all(\"cookie\")",
        "decode::<",
    ];
    assert!(auth.iter().any(|file| !file.uses(&words).is_empty()));
    for file in &mut other {
        // Letting a page send a header is not reading it.
        if let Some((before, rest)) = file.text.split_once(".allow_headers([") {
            file.text = [before, rest.split_once("])").unwrap().1].concat();
        }
    }
    none(&other.iter().flat_map(|file| file.uses(&words)).collect::<Vec<_>>(), "only auth reads tokens and cookies");
}

#[test]
fn no_address_carries_a_token() {
    let mut all = files(&["crates", "www"], &["rs", "ts", "js", "html"]);
    // A library's method that gives what came in a body is no address.
    all.iter_mut().for_each(|file| file.text = file.text.replace(".access_token()", ""));
    let words = ["token=", "?invite", "&invite", "access_token", "?jwt"];
    none(&all.iter().flat_map(|file| file.uses(&words)).collect::<Vec<_>>(), "a token goes in a header or a fragment");
}

#[test]
fn nobody_writes_text_as_html() {
    let words = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "setHTML",
        "DOMParser",
        "dangerously",
        "from_html_unchecked",
        "VRaw",
        "set_inner_html",
        "PreEscaped",
        "eval(",
        "new Function",
    ];
    let all = files(&["crates", "www"], &["rs", "ts", "js", "html"]);
    none(&all.iter().flat_map(|file| file.uses(&words)).collect::<Vec<_>>(), "text becomes nodes, never HTML");
}

#[test]
fn the_loader_brings_no_webassembly() {
    let loader = document("www/sdk/internal/loader.ts");
    let imports: Vec<&str> = loader.lines().filter(|line| line.starts_with("import ")).collect();
    assert!(imports.iter().any(|line| line.starts_with("import type ")), "{imports:?}");
    let whole = imports.into_iter().filter(|line| !line.starts_with("import type "));
    let light =
        |line: &str| ["\"callpoint:loader.css\";", "\"callpoint:text\";"].iter().any(|from| line.ends_with(from));
    none(&whole.filter(|line| !light(line)).map(str::to_owned).collect::<Vec<_>>(), "the loader takes in no more");
    assert!(!document("www/sdk/internal/text.ts").contains("import"));
    assert!(!loader.replace("prefetch(", "").contains("fetch("), "the loader fetches nothing but the form");
    let form = document("www/sdk/internal/form.ts");
    // All of it waits for somebody who wants it: the form, how it gets on with the page, and the widget. Only what a page
    // asks for on its launcher comes before.
    let unasked = loader.replacen("import(origin + __DRESS_URL__", "", 1);
    for (script, late) in [(&unasked, "import(origin"), (&form, "import(__ELEMENT_URL__"), (&form, " fetch(origin")] {
        let prefetch = script.split_once("const prefetch =").unwrap().1.split_once("\n\n").unwrap().0;
        let found = script.matches(late).count();
        assert!(found > 0 && prefetch.matches(late).count() == found, "{late}: only in prefetch");
    }
    for name in ["loader", "form", "guest", "fields", "session", "dom"] {
        let script = document(&format!("www/sdk/internal/{name}.ts"));
        assert!(!script.contains("WebAssembly."), "{name}: works without WebAssembly");
    }
}

#[test]
fn words_outside_the_core_are_the_cores() {
    let known: BTreeSet<&str> = text::ALL.iter().map(|(_, key)| say(*key)).collect();
    let mut wrong = Vec::new();
    let of_language = |line: &str| line.starts_with("//") || line.contains(": string");
    for line in document("www/sdk/internal/text.ts").lines().filter(|line| !of_language(line)) {
        let words = line.strip_prefix("export const ").and_then(|rest| rest.split_once(" = \"")?.1.strip_suffix("\";"));
        assert!(words.is_some(), "not a constant of words: {line}");
        wrong.extend(words.filter(|words| !known.contains(words)).map(str::to_owned));
    }
    let page = document("www/console/console.html");
    let texts = page.split('>').filter_map(|part| part.split('<').next()).map(str::trim);
    wrong.extend(texts.filter(|text| speaks(text) && !known.contains(text)).map(str::to_owned));
    let folders = ["crates/callpoint-widget/src", "crates/callpoint-console/src", "crates/callpoint-server/src/pages"];
    let views =
        files(&folders, &["rs"]).into_iter().filter(|file| !file.path.contains("/tests/") && !is_in(file, &SDK));
    for file in views.chain(files(&["www"], &["ts"])) {
        // A branch in Rust looks like a text node; texts that hang on a condition stand on lines of their own.
        for (number, line) in file.code().filter(|(_, line)| !line.contains(" else ")) {
            wrong.extend(shown(line).map(|words| format!("{}:{number}: {words}", file.path)));
        }
    }
    none(&wrong, "these words are none of `callpoint_core::text`");
}

/// What a line of a view shows to people in so many words: text nodes, labels and titles.
fn shown(line: &str) -> impl Iterator<Item = &str> {
    let read = [
        "aria-label=",
        "title=",
        "placeholder=",
        "alt=",
        "textContent =",
        ".text(",
        "\"aria-label\",",
        "\"title\",",
        "\"placeholder\",",
        "\"alt\",",
    ];
    let literals = line.match_indices('"').step_by(2).filter_map(move |(at, _)| {
        let before = line.get(..at)?.trim_end();
        let seen = match before.strip_suffix('{').map(str::trim_end) {
            Some(owner) => !owner.ends_with('=') || read.iter().any(|name| owner.ends_with(name)),
            None => read.iter().any(|name| before.ends_with(name)),
        };
        seen.then(|| line.get(at + 1..)?.split('"').next()).flatten()
    });
    literals.filter(|words| speaks(words))
}

fn speaks(words: &str) -> bool {
    words.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 1)
}

#[test]
fn files_can_be_held_in_the_head() {
    let all = files(&["crates", "www", "tests"], &["rs", "ts", "js", "mjs", "css"]);
    let lines = |file: &File| file.text.lines().count();
    let long = all.iter().filter(|file| lines(file) > LINES);
    none(&long.map(|file| format!("{}: {} lines", file.path, lines(file))).collect::<Vec<_>>(), "split these");
}
