//! `cargo xtask npm`: the npm package, as a tarball that `npm install` takes.

use crate::toolchain::node;
use crate::{files, paths, shell};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::PathBuf;

/// What the tarball holds beside the compiled scripts: where it is in the repository, and in the package.
const COPIED: [(&str, &str); 5] = [
    ("www/npm/package.json", "package.json"),
    ("www/npm/README.md", "README.md"),
    ("www/types/callpoint.d.ts", "types/callpoint.d.ts"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
];

/// Builds it and says where it is.
pub fn run() -> Result<()> {
    println!("{}", pack()?.display());
    Ok(())
}

/// Builds the tarball in `target/dist`. It needs no Rust: the widget itself comes from the vendor's server.
pub fn pack() -> Result<PathBuf> {
    node::install_packages()?;
    let root = paths::root()?;
    let package = root.join("target/npm/callpoint");
    if package.is_dir() {
        std::fs::remove_dir_all(&package)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let manifest: Value = serde_json::from_slice(&std::fs::read(root.join("www/npm/package.json"))?)?;
    let named = manifest.get("version").and_then(Value::as_str);
    ensure!(named == Some(version), "www/npm/package.json must have the version {version}, as Cargo.toml has");
    shell::step("packing the npm package", || {
        let mut tsc = shell::command(node::program("tsc")?);
        shell::run(tsc.current_dir(paths::www()?).args(["--project", "npm"]))?;
        for (source, target) in COPIED {
            let contents = std::fs::read(root.join(source)).with_context(|| source.to_owned())?;
            files::write_if_changed(&package.join(target), &contents)?;
        }
        let dist = root.join("target/dist");
        std::fs::create_dir_all(&dist)?;
        let mut npm = node::npm()?;
        npm.current_dir(&package).args(["pack", "--loglevel=error", "--pack-destination"]).arg(&dist);
        shell::capture(&mut npm)?;
        let tarball = format!("callpoint-{version}.tgz");
        files::write_checksum(&dist, &tarball)?;
        Ok(dist.join(tarball))
    })
}
