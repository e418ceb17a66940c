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

#[test]
fn what_is_counted_in_other_languages_has_all_their_forms() {
    let text = files(&["crates/callpoint-core/src/text"], &["rs"]);
    let listed = text.iter().find_map(|file| file.text.split_once("pub const PLURALS")).unwrap().1;
    let listed = listed.split_once("];").unwrap().0;
    let declared: Vec<&str> = text
        .iter()
        .filter(|file| !file.path.ends_with("console.rs"))
        .flat_map(|file| file.text.lines())
        .filter_map(|line| line.split_once(": Plural = Plural {")?.0.split_once("const ").map(|(_, name)| name))
        .collect();
    assert!(declared.len() > 8, "{declared:?}");
    let absent = declared.iter().filter(|name| !listed.split([' ', ',', ':', '\n']).any(|part| part == **name));
    none(&absent.map(|name| (*name).to_owned()).collect::<Vec<_>>(), "counted, and not in PLURALS");
}
