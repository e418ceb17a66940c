//! Addresses that do one thing for whoever holds them, without signing in: their words are signed, not secret.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What such addresses are signed with.
#[derive(Clone)]
pub struct LinkKey(Hmac<Sha256>);

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

impl LinkKey {
    /// A key of this secret; `None` for an empty one.
    #[must_use]
    pub fn new(secret: &str) -> Option<Self> {
        let mac = Hmac::new_from_slice(secret.as_bytes()).ok();
        mac.filter(|_| !secret.is_empty()).map(Self)
    }

    /// These words, as one part of an address.
    #[must_use]
    pub fn seal(&self, words: &str) -> String {
        let mac = self.0.clone().chain_update(words.as_bytes()).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(words), URL_SAFE_NO_PAD.encode(mac))
    }

    /// The words of such a part; `None` if they were not signed with this key.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<String> {
        let (words, mac) = sealed.split_once('.')?;
        let (words, mac) = (URL_SAFE_NO_PAD.decode(words).ok()?, URL_SAFE_NO_PAD.decode(mac).ok()?);
        self.0.clone().chain_update(&words).verify_slice(&mac).ok()?;
        String::from_utf8(words).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_with_the_key_opens() {
        let key = LinkKey::new("secret").unwrap();
        let sealed = key.seal(r#"["acme","ada","update"]"#);
        assert_eq!(key.open(&sealed).as_deref(), Some(r#"["acme","ada","update"]"#));
        let (words, mac) = sealed.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(r#"["acme","ben","update"]"#);
        for wrong in [
            format!("{other}.{mac}"),
            words.to_owned(),
            format!("{words}."),
            sealed.replace('.', ""),
            sealed.clone() + "A",
        ] {
            assert_eq!(key.open(&wrong), None, "{wrong}");
        }
        assert_eq!(LinkKey::new("another").unwrap().open(&sealed), None);
        assert!(LinkKey::new("").is_none());
    }
}
