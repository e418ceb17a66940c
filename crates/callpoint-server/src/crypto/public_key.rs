//! The public keys that others sign with, as PEM or as a JSON Web Key: what is returned is a good key of one algorithm.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use rsa::{
    BigUint, RsaPublicKey, pkcs1::DecodeRsaPublicKey as _, pkcs8::DecodePublicKey as _, traits::PublicKeyParts as _,
};
use serde::Deserialize;
use serde_json::Value;

/// So many keys of a set are looked at.
const SET_KEYS: usize = 32;

/// Longest id of a key, in bytes.
const ID_BYTES: usize = 256;

/// The shortest RSA key that is good enough, in bits; the library refuses more than 4,096.
const RSA_BITS: usize = 2048;

/// A public key, and with it the only algorithm that it is used with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The `kid` of what it has signed, where it has one.
    pub id: Option<String>,
    /// What it is made of.
    pub material: KeyMaterial,
}

/// What a key is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMaterial {
    /// For `EdDSA`.
    Ed25519([u8; 32]),
    /// For `ES256`: an uncompressed point.
    P256(Vec<u8>),
    /// For `RS256`.
    Rsa {
        /// Big-endian.
        modulus: Vec<u8>,
        /// Big-endian.
        exponent: Vec<u8>,
    },
}

/// Why something can't be used as a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// A key that nobody but its owner may have.
    #[error("is a private key, which belongs to whoever signs: give the public one (openssl pkey -in FILE -pubout)")]
    Private,
    /// More than a key.
    #[error("is a certificate: give its public key (openssl x509 -in FILE -noout -pubkey)")]
    Certificate,
    /// What both sides share.
    #[error("is a shared secret: that goes to customers.secret")]
    Secret,
    /// RSA of too few bits.
    #[error("is an RSA key of less than 2,048 bits")]
    Short,
    /// For encryption, or for another algorithm.
    #[error("isn't meant for signatures by EdDSA, ES256 or RS256")]
    OtherUse,
    /// Another kind, or no key.
    #[error("must be an Ed25519 or P-256 key, or an RSA key of 2,048 to 4,096 bits")]
    Unusable,
    /// A set without a key of use.
    #[error("holds no Ed25519, P-256 or RSA key that can be used")]
    Empty,
}

/// The members of a JSON Web Key that matter here.
#[derive(Deserialize)]
struct JsonWebKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
    d: Option<Value>,
}

impl PublicKey {
    /// Reads one key in PEM.
    ///
    /// # Errors
    /// Says what it is instead.
    pub fn from_pem(pem: &str, id: Option<String>) -> Result<Self, KeyFault> {
        let pem = pem.trim();
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyFault::Private);
        }
        if pem.contains("CERTIFICATE-----") {
            return Err(KeyFault::Certificate);
        }
        let material = if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_pem(pem) {
            ed25519(&key)?
        } else if let Ok(key) = p256::PublicKey::from_public_key_pem(pem) {
            p256(&key)
        } else {
            let key =
                RsaPublicKey::from_public_key_pem(pem).or_else(|_| RsaPublicKey::from_pkcs1_pem(pem).map_err(drop));
            rsa(&key.map_err(|()| KeyFault::Unusable)?)?
        };
        Ok(Self { id, material })
    }

    /// Reads one JSON Web Key.
    ///
    /// # Errors
    /// Says what it is instead.
    pub fn from_jwk(json: &str) -> Result<Self, KeyFault> {
        Self::of_value(serde_json::from_str(json).map_err(|_| KeyFault::Unusable)?)
    }

    /// Reads a set of JSON Web Keys, and leaves out what can't be used.
    ///
    /// # Errors
    /// When nothing is left, or it is no such set.
    pub fn from_jwks(json: &[u8]) -> Result<Vec<Self>, KeyFault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).map_err(|_| KeyFault::Empty)?;
        let keys: Vec<Self> = set.keys.into_iter().take(SET_KEYS).filter_map(|key| Self::of_value(key).ok()).collect();
        if keys.is_empty() { Err(KeyFault::Empty) } else { Ok(keys) }
    }

    /// The algorithm of what it has signed.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self.material {
            KeyMaterial::Ed25519(_) => "EdDSA",
            KeyMaterial::P256(_) => "ES256",
            KeyMaterial::Rsa { .. } => "RS256",
        }
    }

    fn of_value(key: Value) -> Result<Self, KeyFault> {
        let key: JsonWebKey = serde_json::from_value(key).map_err(|_| KeyFault::Unusable)?;
        if key.kty == "oct" {
            return Err(KeyFault::Secret);
        }
        if key.d.is_some() {
            return Err(KeyFault::Private);
        }
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| KeyFault::Unusable);
        let material = match (key.kty.as_str(), key.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => {
                let point = bytes(&key.x)?.try_into().map_err(|_| KeyFault::Unusable)?;
                ed25519(&ed25519_dalek::VerifyingKey::from_bytes(&point).map_err(|_| KeyFault::Unusable)?)?
            }
            ("EC", Some("P-256")) => {
                let point = [vec![4], bytes(&key.x)?, bytes(&key.y)?].concat();
                p256(&p256::PublicKey::from_sec1_bytes(&point).map_err(|_| KeyFault::Unusable)?)
            }
            ("RSA", None) => {
                let part = |text: &str| bytes(text).map(|bytes| BigUint::from_bytes_be(&bytes));
                rsa(&RsaPublicKey::new(part(&key.n)?, part(&key.e)?).map_err(|_| KeyFault::Unusable)?)?
            }
            _ => return Err(KeyFault::Unusable),
        };
        let found = Self { id: key.kid, material };
        let signs = key.purpose.is_none_or(|purpose| purpose == "sig")
            && key.key_ops.is_none_or(|ops| ops.iter().any(|op| op == "verify"))
            && key.alg.is_none_or(|alg| alg == found.algorithm());
        if !signs {
            return Err(KeyFault::OtherUse);
        }
        if found.id.as_ref().is_some_and(|id| id.len() > ID_BYTES) { Err(KeyFault::Unusable) } else { Ok(found) }
    }
}

/// A point of small order would take signatures that nobody made.
fn ed25519(key: &ed25519_dalek::VerifyingKey) -> Result<KeyMaterial, KeyFault> {
    if key.is_weak() { Err(KeyFault::Unusable) } else { Ok(KeyMaterial::Ed25519(key.to_bytes())) }
}

fn p256(key: &p256::PublicKey) -> KeyMaterial {
    KeyMaterial::P256(key.to_encoded_point(false).as_bytes().to_vec())
}

fn rsa(key: &RsaPublicKey) -> Result<KeyMaterial, KeyFault> {
    if key.n().bits() < RSA_BITS {
        return Err(KeyFault::Short);
    }
    Ok(KeyMaterial::Rsa { modulus: key.n().to_bytes_be(), exponent: key.e().to_bytes_be() })
}
