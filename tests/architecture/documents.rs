//! Whether the documents are true: what they name exists, and what exists that they must name, they name.

use std::{collections::BTreeSet, fs, path::Path};

use callpoint_core::{
    model::component::ComponentStatus,
    text::shape::condition_class,
    wire::{
        error::ErrorCode,
        page::{EVENTS, VERBS},
    },
};
use callpoint_server::{
    config::keys,
    http::openapi::{self, reference},
};
use serde_json::Value;

use crate::tree::{File, document, files, none, root};

/// What stands between backticks, outside of blocks of code.
fn spans(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_architecture_names_what_exists() {
    let text = document("ARCHITECTURE.md");
    let is_path = |span: &&str| {
        let ending = span.rsplit('/').next().and_then(|last| last.rsplit_once('.')).map(|(_, ending)| ending);
        let kind = ["rs", "ts", "js", "mjs", "css", "html", "json", "toml", "sql", "md"];
        span.contains('/')
            && !span.contains([' ', '{', '<'])
            && !span.starts_with(['/', '.'])
            && !span.starts_with("target/")
            && !span.contains("://")
            && (span.ends_with('/') || ending.is_some_and(|ending| kind.contains(&ending)))
    };
    for (name, least) in [("ARCHITECTURE.md", 30), ("CONTRIBUTING.md", 30)] {
        let text = document(name);
        let named: Vec<&str> = spans(&text).into_iter().filter(is_path).collect();
        assert!(named.len() > least, "{name}: {named:?}");
        let absent = named.iter().filter(|path| !root().join(path).exists()).map(|path| (*path).to_owned());
        none(&absent.collect::<Vec<_>>(), &format!("{name} names what is not there"));
    }

    let rust = files(&["crates", "tests"], &["rs"]);
    let browser = files(&["tests/e2e"], &["mjs"]);
    let section = text.split_once("## Invariants").unwrap().1.split_once("\n## ").unwrap().0;
    let mut held = BTreeSet::new();
    for (number, part) in (1..).zip(section.split("\n").filter(|line| line.contains(". **"))) {
        assert!(part.starts_with(&format!("{number}. **")), "invariants are numbered in order: {part}");
        let from = section.find(part).unwrap() + part.len();
        let rest = section.get(from..).unwrap();
        let end = rest.find(&format!("\n{}. **", number + 1)).unwrap_or(rest.len());
        let whole = [part, rest.get(..end).unwrap()].concat().replace("\n   ", " ").replace("  ", " ");
        let by = whole.split_once("Held by").unwrap_or_else(|| panic!("{number} is held by nothing")).1;
        let tests: Vec<&str> = spans(by).into_iter().filter(|name| name.contains('_') && !name.contains(' ')).collect();
        for name in &tests {
            assert!(rust.iter().any(|file| file.text.contains(&format!("fn {name}("))), "{number}: no test `{name}`");
        }
        let titles: Vec<&str> = by.split('"').skip(1).step_by(2).collect();
        for title in &titles {
            assert!(
                browser.iter().any(|file| file.text.contains(&format!("test(\"{title}\""))),
                "{number}: \"{title}\""
            );
        }
        assert!(!tests.is_empty() || !titles.is_empty(), "{number} is held by nothing");
        held.extend(tests.into_iter().map(str::to_owned));
    }
    assert!(held.len() > 20, "{held:?}");
    let own = ["", "/build", "/documents", "/guide", "/names"]
        .map(|name| format!("tests/architecture{name}.rs"))
        .map(|path| document(&path))
        .concat();
    let own = own.split("#[test]\nfn ").skip(1).filter_map(|part| part.split('(').next());
    none(&own.filter(|name| !held.contains(*name)).map(str::to_owned).collect::<Vec<_>>(), "tests of no invariant");
}

/// Every name that a schema puts on the wire: of fields, and of words that can be chosen.
fn names(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(parts) => {
            for (key, part) in parts {
                match (key.as_str(), part) {
                    ("properties", Value::Object(fields)) => found.extend(fields.keys().cloned()),
                    ("const", Value::String(word)) => drop(found.insert(word.clone())),
                    ("enum", Value::Array(words)) => {
                        found.extend(words.iter().filter_map(Value::as_str).map(str::to_owned))
                    }
                    _ => {}
                }
                names(part, found);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| names(part, found)),
        _ => {}
    }
}

#[test]
fn the_protocol_names_everything_on_the_wire() {
    let text = document("PROTOCOL.md");
    let told: BTreeSet<&str> = spans(&text)
        .into_iter()
        .flat_map(|span| span.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .collect();
    let mut wire = BTreeSet::new();
    names(&openapi::schemas(), &mut wire);
    for known in ["propose_resolution", "component_defined", "unanswered_since", "key_reused"] {
        assert!(wire.contains(known), "the schemas are read: {known}");
    }
    none(&wire.into_iter().filter(|name| !told.contains(&**name)).collect::<Vec<_>>(), "PROTOCOL.md does not name");
    for code in ErrorCode::ALL {
        let row = format!("| `{}` | {} |", code.as_str(), code.status());
        assert!(text.contains(&row), "PROTOCOL.md has no row {row}");
    }
    let document: Value = serde_json::from_str(&openapi::text()).unwrap();
    let paths = document.get("paths").and_then(Value::as_object).unwrap();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let operation = format!("`{} {path}", method.to_uppercase());
            assert!(text.contains(&operation), "PROTOCOL.md does not name {operation}`");
        }
    }
}

/// The limits that somebody can meet, and the row of the protocol's table that tells them.
const LIMITS: [(&str, &str); 18] = [
    ("BODY_LIMIT", "body of a write"),
    ("WHAT_LIMIT", "`what`"),
    ("TEXT_LIMIT", "`details`, `text`, `reason`"),
    ("TITLE_LIMIT", "public `title`, title on unsealing"),
    ("FIELD_LIMIT", "one of the vendor's own `fields`"),
    ("CONTEXT_LIMIT", "`context`"),
    ("CONTEXT_NAME_LIMIT", "`context`"),
    ("CONTEXT_VALUE_LIMIT", "`context`"),
    ("ATTACHMENTS_LIMIT", "`attachments`"),
    ("FILE_NAME_LIMIT", "`name` of a file"),
    ("INVITED_LIMIT", "people and addresses invited into a sealed incident"),
    ("EMAIL_LIMIT", "`email` of whom is invited"),
    ("NAME_ID_LIMIT", "ids of people, accounts, components"),
    ("NAME_LIMIT", "names and tiers in a token"),
    ("TOKEN_LIMIT", "token"),
    ("QUEUE_LIMIT", "writes that may wait in the server"),
    ("REPLAY_LIMIT", "replay of the stream"),
    ("SEARCH_LIMIT", "terms of a search"),
];

/// Limits of the configuration, and such as change no answer.
const INTERNAL: [&str; 9] = [
    "BATCH_LIMIT",
    "CACHE_LIMIT",
    "CHOICES_LIMIT",
    "FIELDS_LIMIT",
    "FIELD_ID_LIMIT",
    "MINUTES_LIMIT",
    "OPEN_LIMIT",
    "REPEAT_LIMIT",
    "STEPS_LIMIT",
];

#[test]
fn the_protocol_tells_every_limit() {
    let text = document("PROTOCOL.md");
    let table = text.split_once("## Limits").unwrap().1.split_once("\n## ").unwrap().0;
    let mut wrong = Vec::new();
    let mut known: BTreeSet<&str> = INTERNAL.into_iter().chain(LIMITS.map(|(name, _)| name)).collect();
    for file in files(&["crates/callpoint-core/src", "crates/callpoint-server/src"], &["rs"]) {
        for line in file.text.lines() {
            let Some((name, rest)) =
                line.trim_start_matches("pub ").strip_prefix("const ").and_then(|rest| rest.split_once(": "))
            else {
                continue;
            };
            let Some(value) = rest
                .split_once(" = ")
                .and_then(|(_, value)| value.strip_suffix(';'))
                .filter(|_| name.ends_with("_LIMIT"))
            else {
                continue;
            };
            if known.remove(name) {
                let factors = value.replace('_', "");
                let limit: usize = factors.split(" * ").map(|factor| factor.parse::<usize>().unwrap()).product();
                let row = LIMITS.iter().find(|(limit, _)| *limit == name).map(|(_, row)| format!("| {row} | "));
                let told =
                    |row: String| table.lines().any(|line| line.starts_with(&row) && numbers(line).contains(&limit));
                wrong.extend((!row.is_none_or(told)).then(|| format!("{name}: {limit}")));
            } else {
                wrong.push(format!("{name} is neither in `LIMITS` nor in `INTERNAL`"));
            }
        }
    }
    wrong.extend(known.into_iter().map(|name| format!("{name} is gone")));
    none(&wrong, "the table of limits in PROTOCOL.md");
}

/// The numbers in a line of a document; a comma stands between thousands.
fn numbers(line: &str) -> Vec<usize> {
    let words = line.split(|c: char| !c.is_ascii_digit() && c != ',');
    words.filter_map(|word| word.trim_end_matches(',').replace(',', "").parse().ok()).collect()
}

#[test]
fn each_stylesheet_colours_every_component_status() {
    let mut wrong = Vec::new();
    for (path, before, after) in [
        ("www/sdk/internal/widget.css", ".", &[" > .shape"][..]),
        ("www/console/console.css", ".", &[" > .shape"]),
        ("www/hosted/hosted.css", ".status-", &[" {", ","]),
    ] {
        let css = document(path);
        for class in ComponentStatus::ALL.iter().map(|status| condition_class(*status)) {
            let styled = after.iter().any(|after| css.contains(&[before, class, after].concat()));
            wrong.extend((!styled).then(|| format!("{path}: {class}")));
        }
    }
    none(&wrong, "a status without its colours");
}

#[test]
fn the_guide_names_every_command_option_and_key() {
    let text = ["README.md", "docs/server.md"].map(document).concat();
    let mut wanted: Vec<String> = ["cargo xtask demo", "cargo xtask test"].map(str::to_owned).into();
    wanted.extend(keys().iter().map(|key| format!("| `{}` | {} |", key.name, key.doc)));
    none(&wanted.into_iter().filter(|words| !text.contains(&**words)).collect::<Vec<_>>(), "README.md and docs/ lack");
    assert_eq!(document("docs/embed/reference.md"), reference::text(), "run `cargo xtask gen`");
    let loader = document("www/sdk/internal/loader.ts");
    let verbs = loader.split_once("const verbs").unwrap().1.split_once("\n};").unwrap().0;
    let verb = |line: &str| {
        let line = line.strip_prefix("  ")?.trim_start_matches("async ");
        line.starts_with(char::is_alphabetic).then(|| line.split(['(', ':']).next().unwrap_or_default().to_owned())
    };
    let verbs: BTreeSet<String> = verbs.lines().filter_map(verb).collect();
    assert_eq!(verbs, VERBS.iter().map(|verb| verb.name.to_owned()).collect(), "the loader's verbs, and the core's");
    let border = document("crates/callpoint-widget/src/sdk/border.rs");
    let notices = border.split_once("fn of(notice").unwrap().1.split_once("\n    }\n").unwrap().0.split("(\"").skip(1);
    let form = document("www/sdk/internal/form.ts");
    let named = |rest: &str| rest.split_once("\", ").map(|(name, _)| name.to_owned());
    let mut told: BTreeSet<String> = notices.chain(form.split("emit(\"").skip(1)).filter_map(named).collect();
    let names = loader.split("this.tell(").skip(1).filter_map(|rest| rest.split_once(", "));
    told.extend(names.flat_map(|(names, _)| names.split('"').skip(1).step_by(2)).map(str::to_owned));
    assert_eq!(told, EVENTS.iter().map(|event| event.name.to_owned()).collect(), "the events sent, and the core's");
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut documents = files(&["docs", "data"], &["md"]);
    documents.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "PROTOCOL.md", "CHANGELOG.md"]
            .map(|path| File { path: path.to_owned(), text: document(path) }),
    );
    for File { path: name, text } in &documents {
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let pictures = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let outside = |link: &&str| link.starts_with("http") || link.contains("/v1/");
        for link in links.chain(pictures).filter(|link| !outside(link)) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = root().join(name).parent().unwrap().join(file);
            let target = if file.is_empty() { root().join(name) } else { path };
            let found = target.exists() && (anchor.is_empty() || anchors(&target).contains(anchor));
            wrong.extend((!found).then(|| format!("{name}: {link}")));
        }
    }
    none(&wrong, "links that lead nowhere");
}

fn anchors(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let slug =
        |title: &str| title.to_lowercase().replace(' ', "-").replace(|c: char| !c.is_alphanumeric() && c != '-', "");
    text.lines().filter(|line| line.starts_with('#')).map(|line| slug(line.trim_start_matches('#').trim())).collect()
}
