//! Whether what docs/ shows runs, and whether every message that a developer can meet in a console is explained there.

use std::{collections::BTreeSet, iter::Peekable, str::Chars};

use crate::tree::{document, files, none};

/// Kinds of code that stand in a file which a test runs, or compiles.
const RUN: [&str; 13] =
    ["html", "css", "js", "ts", "tsx", "vue", "svelte", "rust", "python", "ruby", "php", "go", "java"];

/// A piece of code in a document.
struct Snippet<'a> {
    /// What stands on the line before it: `<!-- a file -->`.
    before: &'a str,
    kind: &'a str,
    lines: Vec<&'a str>,
}

fn snippets(text: &str) -> Vec<Snippet<'_>> {
    let mut found = Vec::new();
    let mut before = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            found.push(Snippet { before, kind, lines: inside });
        }
        before = line;
    }
    found
}

/// These lines without the indentation that all of them have.
fn flush(lines: &[&str]) -> Vec<String> {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().map(|line| line.get(common..).unwrap_or_default().trim_end().to_owned()).collect()
}

#[test]
fn what_the_guide_shows_is_part_of_what_runs() {
    let mut wrong = Vec::new();
    let mut shown = 0;
    let mut guides = files(&["docs"], &["md"]);
    // For whoever runs the server; what others read it with is shown there.
    guides.retain(|guide| guide.path != "docs/server.md");
    for guide in &guides {
        for snippet in snippets(&guide.text).iter().filter(|snippet| RUN.contains(&snippet.kind)) {
            shown += 1;
            let first = format!("{}: {}", guide.path, snippet.lines.first().unwrap_or(&""));
            let Some(path) = snippet.before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) else {
                wrong.push(format!("{first}: the line before it names no file, as `<!-- www/examples/look.html -->`"));
                continue;
            };
            let file = document(path);
            let whole: Vec<&str> = file.lines().collect();
            let wanted = flush(&snippet.lines);
            let runs = whole.windows(wanted.len().max(1)).any(|part| flush(part) == wanted);
            wrong.extend((!runs).then(|| format!("{first}: these lines are not in {path}")));
        }
    }
    assert!(shown > 15, "examples are found: {shown}");
    none(&wrong, "docs/ shows what no test runs");
    let unused = files(&["www/examples"], &["html", "mjs", "py", "rb", "php", "go", "java", "rs"]);
    let named = |path: &str| guides.iter().any(|guide| guide.text.contains(&format!("<!-- {path} -->")));
    let unused = unused.into_iter().map(|file| file.path).filter(|path| !named(path));
    none(&unused.collect::<Vec<_>>(), "no document shows these examples");
}

/// Where messages for developers are made.
const SOURCES: [&str; 3] = ["www/sdk/internal", "www/npm", "crates/callpoint-widget/src"];

/// What stands before the words of such a message, in the line that holds them.
const SAID: [&str; 10] = [
    "warn(",
    "console::warn",
    "sentence: ",
    "gave(",
    "finding(\"",
    "new Error(",
    "throw \"",
    "const goesOn = ",
    "const message = ",
    "there is no ",
];

/// What is put into a message stands in braces, in TypeScript as `${…}`.
fn words(code: &mut Peekable<Chars<'_>>, end: Option<char>, found: &mut Vec<String>) {
    while let Some(letter) = code.next().filter(|letter| Some(*letter) != end) {
        if !['"', '\'', '`'].contains(&letter) {
            continue;
        }
        let mut text = String::new();
        while let Some(inside) = code.next().filter(|inside| *inside != letter) {
            match inside {
                '\\' => text.extend(code.next()),
                '$' if letter == '`' && code.next_if_eq(&'{').is_some() => {
                    found.push(std::mem::take(&mut text));
                    words(code, Some('}'), found);
                }
                _ => text.push(inside),
            }
        }
        found.push(text);
    }
}

#[test]
fn every_message_in_a_console_is_explained() {
    let page = document("docs/embed/troubleshooting.md");
    let mut messages = 0;
    let mut lacking = BTreeSet::new();
    for file in files(&SOURCES, &["ts", "rs"]).iter().filter(|file| !file.path.contains("/tests")) {
        let code = file.code().take_while(|(_, line)| !line.contains("#[cfg(test)]"));
        for (number, line) in code.filter(|(_, line)| SAID.iter().any(|start| line.contains(start))) {
            let mut found = Vec::new();
            words(&mut line.chars().peekable(), None, &mut found);
            // A word or two are a name, or a cause.
            for said in found.iter().map(|said| said.trim()).filter(|said| said.split_whitespace().count() > 2) {
                messages += 1;
                let said = said.trim_start_matches("callpoint: ");
                lacking.extend((!page.contains(said)).then(|| format!("{}:{number}: {said}", file.path)));
            }
        }
    }
    // What the server says of a token is repeated in the console.
    let refusals = document("crates/callpoint-server/src/http/auth/token.rs");
    for line in refusals.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut found = Vec::new();
        words(&mut line.chars().peekable(), None, &mut found);
        for said in found.iter().filter(|said| said.ends_with('.')).flat_map(|said| said.split(['{', '}']).step_by(2)) {
            messages += 1;
            lacking.extend((!page.contains(said)).then(|| format!("token.rs: {said}")));
        }
    }
    assert!(messages > 80, "messages are found: {messages}");
    none(&lacking.into_iter().collect::<Vec<_>>(), "docs/embed/troubleshooting.md lacks");
}
