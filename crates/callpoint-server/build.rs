//! Packs the demonstration's history into the binary, so that it needs nothing beside it.

use std::{env, fs, io::Write as _, path::PathBuf};

use flate2::{Compression, write::GzEncoder};

const HISTORY: &str = "../../data/github-incidents-2022-2025.json";

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={HISTORY}");
    println!("cargo::rerun-if-changed=migrations");
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&fs::read(HISTORY)?)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("history.json.gz"), packed.finish()?)
}
