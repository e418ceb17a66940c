//! Small things about files that several jobs need.

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Writes a file only when it differs, so that what depends on it is not rebuilt for nothing.
///
/// # Errors
/// When it can't be written.
pub fn write_if_changed(path: &Path, contents: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == contents) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, contents).with_context(|| format!("could not write {}", path.display()))
}

/// Writes the checksum of a file beside it, in the form that `sha256sum --check` reads.
///
/// # Errors
/// When the file can't be read, or the checksum not be written.
pub fn write_checksum(folder: &Path, name: &str) -> Result<()> {
    let checksum = sha256(&std::fs::read(folder.join(name))?);
    write_if_changed(&folder.join(format!("{name}.sha256")), format!("{checksum}  {name}\n").as_bytes())
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a file, as subresource integrity writes it.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}
