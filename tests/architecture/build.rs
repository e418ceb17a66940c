//! What the build may do, and that a release leaves nothing out in silence.

use crate::tree::{File, document, files, none};

/// The browser's crates, without their tests.
fn browser_code() -> Vec<File> {
    let folders = ["core", "widget", "console"].map(|name| format!("crates/callpoint-{name}/src"));
    let mut all = files(&folders.each_ref().map(String::as_str), &["rs"]);
    all.retain(|file| !file.path.contains("/tests/") && !file.path.ends_with("/tests.rs"));
    for file in &mut all {
        file.text.truncate(file.text.find("#[cfg(test)]\nmod tests {").unwrap_or(file.text.len()));
    }
    all
}

#[test]
fn a_release_leaves_nothing_out_in_silence() {
    // Checked in development alone; and `{:?}`, which prints nothing in what a browser downloads.
    let words = ["debug_assert", "debug_assertions", ":?}", ":#?}"];
    let wrong: Vec<_> = browser_code().iter().flat_map(|file| file.uses(&words)).collect();
    none(&wrong, "a release would do otherwise than a test");
}

#[test]
fn no_code_of_ours_rewrites_a_binary() {
    let manifest = document("crates/xtask/Cargo.toml");
    let writers = ["walrus", "wasm-encoder", "wasm_encoder", "wat", "parity-wasm"];
    let uses = |name: &&str| manifest.lines().any(|line| line.split([' ', '.', '=']).next() == Some(*name));
    none(&writers.iter().filter(|name| uses(name)).map(|name| (*name).to_owned()).collect::<Vec<_>>(), "no rewriting");
    let step = document("crates/xtask/src/web/wasm.rs");
    assert!(step.contains("Bindgen::new()") && step.contains("\"wasm-opt\""), "the steps are where this test looks");
    assert!(!step.contains("--mangle") && !document("crates/xtask/src/web/bundle.rs").contains("--mangle"));
}

#[test]
fn system_packages_are_installed_by_three_jobs_and_never_through_sudo() {
    let xtask = files(&["crates/xtask/src"], &["rs"]);
    none(&xtask.iter().flat_map(|file| file.uses(&["sudo"])).collect::<Vec<_>>(), "sudo is not ours to use");
    let installing = |file: &&File| !file.uses(&["install_missing("]).is_empty();
    let mut jobs: Vec<&str> = xtask.iter().filter(installing).map(File::name).collect();
    jobs.retain(|name| *name != "mod.rs");
    jobs.sort_unstable();
    assert_eq!(jobs, ["demo.rs", "setup.rs", "test.rs"]);
    let direct = xtask.iter().filter(|file| !file.path.contains("/toolchain/"));
    let words = ["apt::", "apt-get", "install_if_missing", "\"rustup\""];
    none(&direct.flat_map(|file| file.uses(&words)).collect::<Vec<_>>(), "only the toolchain installs");
}
