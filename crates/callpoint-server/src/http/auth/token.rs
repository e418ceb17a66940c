//! What customer tokens say, and what is said of those that are refused.

use callpoint_core::{
    model::{
        id::{AccountId, PersonId},
        limits::parse_line,
        person::{Account, GUEST},
        time::{SECOND, Time},
    },
    wire::error::ErrorCode,
};
use jsonwebtoken::errors::ErrorKind;
use lettre::Address;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Caller;
use crate::{config::AUDIENCE, http::error::Problem, locale::Locale};

/// A token lasts at most so long.
pub const MAX_MINUTES: i64 = 24 * 60;

/// Longest token that is looked at, in bytes.
const TOKEN_LIMIT: usize = 8 * 1024;

/// Longest name of a person or account, in characters.
const NAME_LIMIT: usize = 200;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CustomerClaims {
    /// The person's id.
    pub sub: String,
    /// Their name.
    pub name: String,
    /// Their account.
    pub account: AccountClaim,
    /// Where mail reaches them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether whoever issued it knows that it is theirs; unless this is false, it is taken for theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<Value>,
    /// The language that they read, a tag of BCP 47 as `OpenID` Connect has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// `callpoint`.
    pub aud: Value,
    /// When it was made, in seconds since 1970.
    #[serde(deserialize_with = "numeric_date")]
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    #[serde(deserialize_with = "numeric_date")]
    pub exp: i64,
}

/// RFC 7519's `NumericDate`: seconds, which may have a fraction.
fn numeric_date<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    #[expect(clippy::cast_possible_truncation, reason = "beyond the range it is the range's end, which is refused")]
    let whole = || number.as_f64().map(|seconds| seconds.floor() as i64);
    number.as_i64().or_else(whole).ok_or_else(|| serde::de::Error::custom("a time in seconds"))
}

/// A customer organisation, as the vendor's backend names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountClaim {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What was agreed with it, in the vendor's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
}

impl CustomerClaims {
    /// What a token for this person says, for `minutes` from `now` on.
    #[must_use]
    pub fn new(sub: &str, name: &str, account: (&str, &str), now: Time, minutes: i64) -> Self {
        let iat = now.0.div_euclid(SECOND);
        Self {
            sub: sub.to_owned(),
            name: name.to_owned(),
            account: AccountClaim { id: account.0.to_owned(), name: account.1.to_owned(), tier: None },
            email: None,
            email_verified: None,
            locale: None,
            aud: AUDIENCE.into(),
            iat,
            exp: iat + minutes * 60,
        }
    }
}

/// Why no key was found to check a token with.
pub(super) enum KeyMismatch {
    /// None is configured.
    NoKeys,
    /// There are those of these algorithms alone.
    Algorithm(String),
    /// None has its `kid`.
    Unknown,
    /// Those that it may be signed with were never read.
    NotFetched,
    /// It asks for more than we do.
    Extension,
}

/// What is said of it.
pub(super) fn unusable(why: &KeyMismatch) -> Problem {
    match why {
        KeyMismatch::NoKeys => {
            invalid("No key for customer tokens is configured: set customers.secret or customers.keys on the server.")
        }
        KeyMismatch::Algorithm(algorithms) => {
            invalid(&format!("The token's algorithm doesn't match the key: sign it with {algorithms}."))
        }
        KeyMismatch::Unknown => {
            invalid("The token's `kid` is that of no key that the server knows: check customers.keys.")
        }
        KeyMismatch::NotFetched => Problem::of(
            ErrorCode::Unavailable,
            "The server can't fetch the keys that tokens are signed with: check jwks_url in customers.keys.",
        ),
        KeyMismatch::Extension => invalid("The token's `crit` asks for an extension that isn't supported."),
    }
}

/// The token in an Authorization header.
pub(super) fn bearer(header: &[u8]) -> Result<&str, Problem> {
    bearer_in(header).ok_or_else(|| invalid("The Authorization header must be: Bearer TOKEN."))
}

/// The same, where there is one.
pub(super) fn bearer_in(header: &[u8]) -> Option<&str> {
    let (scheme, token) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= TOKEN_LIMIT).then(|| token.trim())
}

/// Who comes with these claims, which were signed for us.
pub(super) fn read_claims(claims: Value, now: Time, leeway: i64) -> Result<Caller, Problem> {
    let claims: CustomerClaims = serde_path_to_error::deserialize(claims).map_err(|error| wrong_claim(&error))?;
    read(&claims, now, leeway)
}

fn read(claims: &CustomerClaims, now: Time, leeway: i64) -> Result<Caller, Problem> {
    let seconds = now.0.div_euclid(SECOND);
    if claims.iat > seconds.saturating_add(leeway) {
        return Err(invalid(
            "The token's `iat` is in the future: set both clocks right, or allow for more in customers.leeway_seconds.",
        ));
    }
    // By our own clock too, which may have been put forward.
    if claims.exp.saturating_add(leeway) < seconds {
        return Err(ErrorCode::TokenExpired.into());
    }
    if claims.exp.saturating_sub(claims.iat) > MAX_MINUTES * 60 {
        return Err(invalid("The token lasts longer than 24 hours: set `exp` at most 24 hours after `iat`."));
    }
    let person = PersonId::parse(&claims.sub).ok_or_else(|| invalid("The token's `sub` isn't a valid ID."))?;
    let id =
        AccountId::parse(&claims.account.id).ok_or_else(|| invalid("The token's `account.id` isn't a valid ID."))?;
    if id.as_str().starts_with(GUEST) || person.as_str().starts_with(GUEST) {
        return Err(invalid("The token's IDs can't start with `guest:`."));
    }
    let name = parse_name(&claims.name).ok_or_else(|| invalid("The token's `name` isn't a valid name."))?;
    let account_name =
        parse_name(&claims.account.name).ok_or_else(|| invalid("The token's `account.name` isn't a valid name."))?;
    let tier = match &claims.account.tier {
        Some(tier) => Some(
            Some(tier.trim().to_owned())
                .filter(|tier| is_tier(tier))
                .ok_or_else(|| invalid("The token's `account.tier` isn't a valid name."))?,
        ),
        None => None,
    };
    let unverified = claims.email_verified.as_ref().is_some_and(|word| *word == false || *word == "false");
    // An address that can't be used keeps nobody out.
    let email = claims.email.as_deref().filter(|_| !unverified).and_then(|text| text.trim().parse::<Address>().ok());
    // One that we don't speak is English.
    let locale = claims.locale.as_deref().map(Locale::of);
    let until = Time(claims.exp.saturating_add(leeway).saturating_mul(SECOND));
    Ok(Caller::Customer { person, name, account: Account { id, name: account_name }, tier, email, locale, until })
}

fn parse_name(text: &str) -> Option<String> {
    parse_line("name", text, NAME_LIMIT).ok()
}

/// A tier is compared with the configuration's, so it is taken as it is.
fn is_tier(text: &str) -> bool {
    parse_name(text).is_some_and(|name| name == text)
}

fn invalid(detail: &str) -> Problem {
    Problem::of(ErrorCode::TokenInvalid, detail)
}

/// What is said of a token that a key was found for; `shared` if that is the secret.
pub(super) fn refusal(kind: &ErrorKind, shared: bool, audience: &str) -> Problem {
    match kind {
        ErrorKind::ExpiredSignature => ErrorCode::TokenExpired.into(),
        ErrorKind::InvalidSignature if shared => {
            invalid("The token's signature doesn't match: sign it with the server's customers.secret.")
        }
        ErrorKind::InvalidSignature => {
            invalid("The token's signature doesn't match: sign it with the private key of a key in customers.keys.")
        }
        ErrorKind::InvalidAudience => invalid(&format!("The token's `aud` must be \"{audience}\".")),
        ErrorKind::InvalidIssuer => invalid("The token's `iss` isn't the issuer that customers.keys names."),
        ErrorKind::ImmatureSignature => invalid("The token's `nbf` is in the future."),
        ErrorKind::MissingRequiredClaim(claim) if claim == "aud" => {
            invalid(&format!("The token has no `aud`: set it to \"{audience}\"."))
        }
        ErrorKind::MissingRequiredClaim(claim) => invalid(&format!("The token has no `{claim}`: add it.")),
        ErrorKind::InvalidClaimFormat(claim) => invalid(&format!("The token's `{claim}` isn't valid.")),
        _ => ErrorCode::TokenInvalid.into(),
    }
}

/// The values in a token are the sender's own.
fn wrong_claim(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (path, why) = (error.path().to_string(), error.inner().to_string());
    let claim = if path == "." { String::new() } else { format!(" `{path}`") };
    invalid(&format!("A claim in the token{claim} is missing or isn't valid: {why}."))
}
