//! The tree as text: its files, their lines of code, and what stands where it must not.

use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of the tree, by its path from the root.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    /// Its lines with their numbers, but for those that are only a comment.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let comment = |line: &str| ["//", "*", "/*"].iter().any(|start| line.trim_start().starts_with(start));
        (1..).zip(self.text.lines()).filter(move |(_, line)| !comment(line))
    }

    /// Where a line of code holds one of these words.
    pub fn uses(&self, words: &[&str]) -> Vec<String> {
        let found = |line: &str| words.iter().copied().find(|word| line.contains(word));
        let told = |(number, line)| found(line).map(|word| format!("{}:{number}: {word}", self.path));
        self.code().filter_map(told).collect()
    }
}

/// The files of these endings in these folders, without what is built, fetched or generated.
pub fn files(folders: &[&str], endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        gather(&root().join(folder), endings, &mut found);
    }
    assert!(!found.is_empty(), "nothing was found in {folders:?}");
    found
}

fn gather(folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if !["target", "node_modules", "types"].contains(&name.as_str()) && !name.starts_with('.') {
                gather(&path, endings, found);
            }
        } else if name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending)) {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(File { path, text });
        }
    }
}

pub fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

#[track_caller]
pub fn none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}
