//! Which top-level part of the server may use which other. There is no way round in a circle.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Each part with all that it may use, the lowest first: a part can only use what stands above it in this list.
const LAYERS: [(&str, &str); 16] = [
    ("clock", ""),
    ("crypto", ""),
    ("locale", ""),
    ("config", "clock crypto"),
    ("listen", "config"),
    ("logging", "config"),
    ("store", ""),
    ("public", "crypto store"),
    ("engine", "clock config crypto store"),
    ("connect", "clock config crypto engine locale public store"),
    ("doctor", "clock connect"),
    ("conformance", "clock connect crypto"),
    ("pages", "crypto locale public store"),
    ("http", "clock config connect crypto engine listen locale pages public store"),
    ("demo", "config connect crypto http locale pages store"),
    ("command_line", ""),
];

fn read(path: &Path, text: &mut String) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| read(&entry.unwrap().path(), text));
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        text.push_str(&fs::read_to_string(path).unwrap());
    }
}

/// The parts that a text names after `crate::`, alone or in braces.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(inner) = rest.strip_prefix('{') else {
            found.insert(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned());
            continue;
        };
        let (mut depth, mut name, mut at_start) = (0, String::new(), true);
        for c in inner.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => at_start = true,
                c if depth == 0 && at_start && (c.is_alphanumeric() || c == '_') => name.push(c),
                c if !c.is_whitespace() => at_start = false,
                _ => {}
            }
            if !name.is_empty() && (!at_start || c == ',') {
                found.insert(std::mem::take(&mut name));
            }
        }
        found.extend((!name.is_empty()).then_some(name));
    }
    found
}

#[test]
fn the_servers_parts_use_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/callpoint-server/src");
    let layers: BTreeMap<&str, BTreeSet<&str>> =
        LAYERS.iter().map(|(part, uses)| (*part, uses.split_whitespace().collect())).collect();
    for (at, (part, uses)) in LAYERS.iter().enumerate() {
        let below: Vec<&str> = LAYERS.iter().take(at).map(|(part, _)| *part).collect();
        assert!(uses.split_whitespace().all(|one| below.contains(&one)), "`{part}` uses what stands below it");
    }
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        let part = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if ["lib", "main"].contains(&part.as_str()) {
            continue;
        }
        let Some(allowed) = layers.get(part.as_str()) else {
            wrong.push(format!("`{part}` has no place in the list"));
            continue;
        };
        let mut text = String::new();
        read(&path, &mut text);
        for name in used(&text) {
            if name != part && !allowed.contains(name.as_str()) {
                wrong.push(format!("`{part}` uses `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn imports_are_read_in_every_form() {
    let text = "use crate::{\n    clock::{self, Clock},\n    config::Settings,\n    store,\n};\nuse crate::crypto;\ncrate::demo::x();";
    assert_eq!(used(text), ["clock", "config", "crypto", "demo", "store"].map(str::to_owned).into());
}
