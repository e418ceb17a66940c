//! Whether a name means one thing: no two public types of the workspace are called the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{files, none};

/// A component calls its properties and its messages so, as everything written with Yew does.
const YEW: [&str; 2] = ["Props", "Msg"];

/// The name that a line declares for everybody, if it declares one.
fn declared(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let rest = ["struct ", "enum ", "trait ", "type ", "union "].iter().find_map(|kind| rest.strip_prefix(kind))?;
    // A macro's parameter is no name.
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().filter(|name| !name.is_empty())
}

#[test]
fn a_public_type_name_means_one_thing() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&["crates"], &["rs"]).iter().filter(|file| file.path.contains("/src/")) {
        for (number, line) in file.code() {
            let name = declared(line).filter(|name| !YEW.contains(name));
            name.map(|name| places.entry(name.to_owned()).or_default().insert(format!("{}:{number}", file.path)));
        }
    }
    assert!(places.len() > 200, "types are found: {}", places.len());
    places.retain(|_, places| places.len() > 1);
    let wrong =
        places.iter().map(|(name, places)| format!("{name}: {}", places.iter().cloned().collect::<Vec<_>>().join(" ")));
    none(&wrong.collect::<Vec<_>>(), "one name for several public types");
}
