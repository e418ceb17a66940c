//! gzip and brotli. Brotli at its best is slow, so its results are kept for the next build.

use crate::{files, paths};
use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::path::Path;

/// Whether a file of this name gets smaller by compressing it.
pub fn is_compressible(path: &Path) -> bool {
    const KINDS: [&str; 8] = ["js", "css", "html", "wasm", "svg", "json", "txt", "map"];
    path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
}

/// Brotli at its best, taken from an earlier run when the bytes are the same.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let kept = paths::web_gen()?.join("brotli").join(files::sha256(bytes));
    if let Ok(present) = std::fs::read(&kept) {
        return Ok(present);
    }
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        // Smaller blocks fit WebAssembly's sections better: half a kilobyte less for the console.
        lgblock: 16,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    files::write_if_changed(&kept, &compressed)?;
    Ok(compressed)
}

/// gzip at its best, for whoever takes no Brotli.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
