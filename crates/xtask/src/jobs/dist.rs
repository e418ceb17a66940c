//! `cargo xtask dist`: one archive for this machine and the npm package, with a checksum beside each.

use super::{npm, server, size};
use crate::web::{self, Build, WebBuild};
use crate::{files, paths, shell};
use anyhow::{Context as _, Result};

/// Builds everything for release and packs it.
pub fn run() -> Result<()> {
    web::build(WebBuild::new(Build::Release))?;
    size::check()?;
    shell::step("building the server (release)", || {
        shell::run(shell::cargo()?.args(["build", "--release", "--package", "callpoint-server", "--bin", "callpoint"]))
    })?;
    let root = paths::root()?;
    let name = format!("callpoint-{}-{}", env!("CARGO_PKG_VERSION"), host()?);
    let dist = root.join("target/dist");
    let folder = dist.join(&name);
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let binary = server::binary("release")?;
    std::fs::copy(&binary, folder.join(binary.file_name().context("a binary has a name")?))?;
    for document in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        if root.join(document).is_file() {
            std::fs::copy(root.join(document), folder.join(document))?;
        }
    }
    let archive = format!("{name}.tar.gz");
    shell::run(shell::command("tar").current_dir(&dist).args(["-czf", &archive, &name]))?;
    files::write_checksum(&dist, &archive)?;
    println!("{}", dist.join(archive).display());
    npm::run()
}

fn host() -> Result<String> {
    let verbose = shell::capture(shell::command("rustc").current_dir(paths::root()?).arg("-vV"))?;
    verbose.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned).context("rustc names no host")
}
