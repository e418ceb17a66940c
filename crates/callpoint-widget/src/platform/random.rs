//! Randomness.

use js_sys::Math;
use web_sys::window;

/// 128 random bits.
#[must_use]
pub fn random() -> u128 {
    let mut bytes = [0; 16];
    let filled = window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
    if filled.is_none() {
        // Enough to tell two submissions apart; nothing here is a secret.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Math.random lies in 0..1")]
        bytes.fill_with(|| (Math::random() * 256.0) as u8);
    }
    u128::from_le_bytes(bytes)
}
