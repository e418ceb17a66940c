//! Randomness, digests and signatures. What is secret is known elsewhere; nothing here keeps any of it.

mod links;
mod public_key;
mod signing;

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

pub use links::LinkKey;
pub use public_key::{KeyFault, KeyMaterial, PublicKey};
pub use signing::SigningSecret;

/// 32 bytes nobody can guess.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|n| char::from_digit(u32::from(n), 16)).collect()
}

/// SHA-256 in hexadecimal: how tokens are stored.
#[must_use]
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The id of something that came from elsewhere: always the same for the same words. A UUID of version 8.
#[must_use]
pub fn derived_id(words: &str) -> Uuid {
    let digest = Sha256::digest(words.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
    Builder::from_custom_bytes(bytes).into_uuid()
}
