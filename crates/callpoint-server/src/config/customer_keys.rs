//! Whose customer tokens are taken beside those of the shared secret: public keys and addresses of keys, as typed values.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    ConfigError,
    webhooks::{ADDRESS_FORM, address},
};
use crate::crypto::PublicKey;

/// Whom tokens have to be for, unless a key says otherwise.
pub const AUDIENCE: &str = "callpoint";

/// At most so many entries, since a token without `kid` is tried with each of its algorithm.
const ENTRIES: usize = 16;

/// A public key, or an address of public keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerKeyConfig {
    /// The public key in PEM.
    pub pem: String,
    /// The `kid` of tokens that this key has signed.
    pub id: String,
    /// The public key as a JSON Web Key.
    pub jwk: String,
    /// The address of a JSON Web Key Set.
    pub jwks_url: String,
    /// What `aud` must hold.
    pub audience: String,
    /// What `iss` must be.
    pub issuer: String,
}

/// Whose tokens are taken, and for what.
#[derive(Clone, Debug)]
pub struct TokenIssuer {
    /// What they sign with.
    pub keys: IssuerKeys,
    /// What `aud` must hold.
    pub audience: String,
    /// What `iss` must be, if anything.
    pub issuer: Option<String>,
}

/// What tokens are signed with.
#[derive(Clone, Debug)]
pub enum IssuerKeys {
    /// One key.
    Key(PublicKey),
    /// Those found at an address.
    Address(Url),
}

/// Parses every entry of `customers.keys`.
pub(super) fn parse(entries: &[CustomerKeyConfig]) -> Result<Vec<TokenIssuer>, ConfigError> {
    if entries.len() > ENTRIES {
        return Err(ConfigError::value("customers.keys", "must have at most 16 entries"));
    }
    entries.iter().enumerate().map(|(at, entry)| issuer(&format!("customers.keys[{at}]"), entry)).collect()
}

fn issuer(name: &str, entry: &CustomerKeyConfig) -> Result<TokenIssuer, ConfigError> {
    let wrong = |field: &str, message: &str| ConfigError::value(&format!("{name}.{field}"), message);
    let id = (!entry.id.is_empty()).then(|| entry.id.clone());
    if id.is_some() && entry.pem.is_empty() {
        return Err(wrong("id", "goes with `pem` alone: a JSON Web Key has its `kid`"));
    }
    let keys = match (entry.pem.as_str(), entry.jwk.as_str(), entry.jwks_url.as_str()) {
        (pem, "", "") if !pem.is_empty() => {
            IssuerKeys::Key(PublicKey::from_pem(pem, id).map_err(|fault| wrong("pem", &fault.to_string()))?)
        }
        ("", jwk, "") if !jwk.is_empty() => {
            IssuerKeys::Key(PublicKey::from_jwk(jwk).map_err(|fault| wrong("jwk", &fault.to_string()))?)
        }
        ("", "", url) if !url.is_empty() => {
            IssuerKeys::Address(address(url).ok_or_else(|| wrong("jwks_url", ADDRESS_FORM))?)
        }
        _ => return Err(ConfigError::value(name, "must have one of `pem`, `jwk` and `jwks_url`")),
    };
    let audience = if entry.audience.is_empty() { AUDIENCE } else { &entry.audience }.to_owned();
    Ok(TokenIssuer { keys, audience, issuer: (!entry.issuer.is_empty()).then(|| entry.issuer.clone()) })
}
