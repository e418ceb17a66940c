//! What customer tokens are checked against. The algorithm belongs to the key: a token is tried only with keys of the
//! algorithm that its header names, and nothing else in the header brings or names a key but `kid`, which is compared.

use std::sync::Arc;

use callpoint_core::model::time::Time;
use futures_util::future::join_all;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode, errors::ErrorKind,
};
use reqwest::Client;
use serde_json::Value;

use super::{
    Caller,
    token::{CustomerClaims, KeyMismatch, bearer, read_claims, refusal, unusable},
};
use crate::{
    clock::Clock,
    config::{AUDIENCE, IssuerKeys, TokenIssuer},
    connect::RemoteKeys,
    crypto::{KeyMaterial, PublicKey},
    http::error::Problem,
};

/// What tokens are checked against.
#[derive(Clone)]
pub struct TokenKeys {
    secret: Option<(EncodingKey, DecodingKey)>,
    issuers: Vec<Trusted>,
    leeway: u32,
}

/// Somebody who signs with a key of their own.
#[derive(Clone)]
struct Trusted {
    keys: Source,
    audience: String,
    issuer: Option<String>,
}

#[derive(Clone)]
enum Source {
    Known(Arc<[PublicKey]>),
    Remote(Arc<RemoteKeys>),
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKeys(…)")
    }
}

impl Trusted {
    fn keys(&self) -> Option<Arc<[PublicKey]>> {
        match &self.keys {
            Source::Known(keys) => Some(Arc::clone(keys)),
            Source::Remote(remote) => remote.known(),
        }
    }

    fn remote(&self) -> Option<&Arc<RemoteKeys>> {
        match &self.keys {
            Source::Known(_) => None,
            Source::Remote(remote) => Some(remote),
        }
    }
}

impl TokenKeys {
    /// Keys of this HS256 secret; an empty one lets nobody in. Clocks may differ by `leeway` seconds.
    #[must_use]
    pub fn new(secret: &str, leeway: u32) -> Self {
        let secret = secret.as_bytes();
        let pair = || (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { secret: (!secret.is_empty()).then(pair), issuers: Vec::new(), leeway }
    }

    /// Takes what these have signed too; `client` fetches the keys of those who publish them.
    #[must_use]
    pub fn with(mut self, issuers: &[TokenIssuer], client: &Client, clock: &Clock) -> Self {
        self.issuers.extend(issuers.iter().map(|given| Trusted {
            keys: match &given.keys {
                IssuerKeys::Key(key) => Source::Known(Arc::new([key.clone()])),
                IssuerKeys::Address(url) => {
                    Source::Remote(Arc::new(RemoteKeys::new(url.clone(), client.clone(), clock.clone())))
                }
            },
            audience: given.audience.clone(),
            issuer: given.issuer.clone(),
        }));
        self
    }

    /// The keys that have to be fetched.
    pub fn remote(&self) -> impl Iterator<Item = &Arc<RemoteKeys>> {
        self.issuers.iter().filter_map(Trusted::remote)
    }

    /// Signs a token, as the vendor's backend would. `None` without a secret.
    #[must_use]
    pub fn mint(&self, claims: &CustomerClaims) -> Option<String> {
        let (key, _) = self.secret.as_ref()?;
        encode(&Header::new(Algorithm::HS256), claims, key).ok()
    }

    /// Who comes with this Authorization header.
    ///
    /// # Errors
    /// `token_invalid` or `token_expired`, saying what is wrong with it; `unavailable` while the keys that it may be
    /// signed with were never read.
    pub async fn customer(&self, header: &[u8], now: Time) -> Result<Caller, Problem> {
        let token = bearer(header)?;
        if self.secret.is_none() && self.issuers.is_empty() {
            return Err(unusable(&KeyMismatch::NoKeys));
        }
        let header = decode_header(token).map_err(|error| self.refuse(error.kind(), None))?;
        if header.crit.is_some() {
            return Err(unusable(&KeyMismatch::Extension));
        }
        let checked = match self.check(token, &header) {
            // It may be signed with a key that is newer than what we know.
            Err(_) if header.alg != Algorithm::HS256 && !self.knows(&header) => {
                join_all(self.remote().map(|remote| remote.look())).await;
                self.check(token, &header)
            }
            checked => checked,
        };
        read_claims(checked?, now, self.leeway.into())
    }

    /// Whether a key of this very name is known.
    fn knows(&self, header: &Header) -> bool {
        let named = |key: &PublicKey| header.kid.is_some() && key.id == header.kid && fits(key, header);
        self.issuers.iter().filter_map(Trusted::keys).any(|keys| keys.iter().any(named))
    }

    /// What the token says, if one of the keys that it can be signed with has signed it, and for us.
    fn check(&self, token: &str, header: &Header) -> Result<Value, Problem> {
        let mut worst = None;
        let mut attempt = |key: &DecodingKey, audience: &str, issuer: Option<&str>| {
            match decode::<Value>(token, key, &self.validation(header.alg, audience, issuer)) {
                Ok(token) => Some(token.claims),
                Err(error) => {
                    // Who has signed it is who it is about: what they got wrong says more than that others did not.
                    let known = worst.as_ref().is_some_and(|(kind, _)| !matches!(kind, ErrorKind::InvalidSignature));
                    if !known {
                        worst = Some((error.into_kind(), audience.to_owned()));
                    }
                    None
                }
            }
        };
        if header.alg == Algorithm::HS256 {
            if let Some(claims) = self.secret.as_ref().and_then(|(_, key)| attempt(key, AUDIENCE, None)) {
                return Ok(claims);
            }
        } else {
            for trusted in &self.issuers {
                for key in trusted.keys().iter().flat_map(|keys| keys.iter()).filter(|key| fits(key, header)) {
                    if let Some(claims) = attempt(&decoding(key), &trusted.audience, trusted.issuer.as_deref()) {
                        return Ok(claims);
                    }
                }
            }
        }
        let unread = header.alg != Algorithm::HS256 && self.issuers.iter().any(|trusted| trusted.keys().is_none());
        Err(match worst {
            Some((ErrorKind::InvalidSignature, _)) | None if unread => unusable(&KeyMismatch::NotFetched),
            Some((kind, audience)) => refusal(&kind, header.alg == Algorithm::HS256, &audience),
            None => self.refuse(&ErrorKind::InvalidAlgorithm, Some(header)),
        })
    }

    /// There is no key to try it with.
    fn refuse(&self, kind: &ErrorKind, header: Option<&Header>) -> Problem {
        let algorithms = self.algorithms();
        let named = header.is_some_and(|header| algorithms.contains(&name(header.alg)));
        match kind {
            ErrorKind::InvalidAlgorithm if named => unusable(&KeyMismatch::Unknown),
            ErrorKind::InvalidAlgorithm
            | ErrorKind::InvalidAlgorithmName
            | ErrorKind::UnsupportedAlgorithm
            | ErrorKind::Json(_) => unusable(&KeyMismatch::Algorithm(algorithms.join(", "))),
            other => refusal(other, true, AUDIENCE),
        }
    }

    /// Those of all keys.
    fn algorithms(&self) -> Vec<&'static str> {
        let keys: Vec<_> = self.issuers.iter().filter_map(Trusted::keys).collect();
        let has = |name: &str| keys.iter().any(|keys| keys.iter().any(|key| key.algorithm() == name));
        let mut found: Vec<_> = self.secret.iter().map(|_| "HS256").collect();
        found.extend(["EdDSA", "ES256", "RS256"].into_iter().filter(|name| has(name)));
        found
    }

    fn validation(&self, algorithm: Algorithm, audience: &str, issuer: Option<&str>) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud", "sub"]);
        if let Some(issuer) = issuer {
            validation.set_issuer(&[issuer]);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        validation.leeway = self.leeway.into();
        validation.validate_nbf = true;
        validation
    }
}

fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HS256 => "HS256",
        Algorithm::EdDSA => "EdDSA",
        Algorithm::ES256 => "ES256",
        Algorithm::RS256 => "RS256",
        _ => "",
    }
}

/// Whether a key can have signed this: by its algorithm, and by its name where both have one.
fn fits(key: &PublicKey, header: &Header) -> bool {
    let named = match (&key.id, &header.kid) {
        (Some(id), Some(kid)) => id == kid,
        _ => true,
    };
    named && key.algorithm() == name(header.alg)
}

fn decoding(key: &PublicKey) -> DecodingKey {
    match &key.material {
        KeyMaterial::Ed25519(point) => DecodingKey::from_ed_der(point),
        KeyMaterial::P256(point) => DecodingKey::from_ec_der(point),
        KeyMaterial::Rsa { modulus, exponent } => DecodingKey::from_rsa_raw_components(modulus, exponent),
    }
}
