//! Staff sessions: a cookie that scripts can't read, and the one-time links that begin one.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use callpoint_core::model::time::{DAY, MINUTE, SECOND, Time};

use super::oidc::OidcAttempt;
use crate::{
    crypto,
    store::{StaffInvite, Store, StoreError},
};

const COOKIE: &str = "callpoint_session";

/// The cookie of somebody who is at the provider's.
const ATTEMPT: &str = "callpoint_sign_in";

/// How long a session lasts that a one-time link has begun, in milliseconds.
pub const SESSION: i64 = 14 * DAY;

/// How long somebody may take to sign in with the provider, in milliseconds.
const ATTEMPT_LASTS: i64 = 10 * MINUTE;

/// A secret that is handed out once; only its digest is kept.
#[derive(Clone)]
pub struct SessionToken(pub String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new() -> Result<Self, StoreError> {
        crypto::random().map(|bytes| Self(crypto::hex(&bytes))).map_err(StoreError::Randomness)
    }
}

/// Makes a one-time link's token for somebody of staff. It lasts from 15 minutes to 7 days, whatever is asked.
///
/// # Errors
/// When the database fails.
pub async fn invite(store: &Store, staff: &str, lasts: i64, now: Time) -> Result<SessionToken, StoreError> {
    let token = SessionToken::new()?;
    let expires_at = now.plus(lasts.clamp(15 * MINUTE, 7 * DAY));
    store.put_invite(&StaffInvite { digest: crypto::digest(&token.0), staff: staff.to_owned(), expires_at }).await?;
    Ok(token)
}

/// The header that begins a session of this length.
#[must_use]
pub fn cookie(token: &SessionToken, lasts: i64, https: bool) -> String {
    let seconds = lasts / SECOND;
    format!("{COOKIE}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{}", token.0, secure(https))
}

fn secure(https: bool) -> &'static str {
    if https { "; Secure" } else { "" }
}

/// By its prefix a browser takes it from this very host alone, and from none beside it.
fn attempt_name(https: bool) -> String {
    [if https { "__Host-" } else { "" }, ATTEMPT].concat()
}

/// The header that keeps what the provider's answer is compared with, or takes it away again. It has to be sent along when
/// the provider, which is another site, leads back.
#[must_use]
pub fn attempt_cookie(attempt: Option<&OidcAttempt>, https: bool) -> String {
    let (value, lasts) = attempt.map_or_else(Default::default, |attempt| (attempt.text(), ATTEMPT_LASTS));
    let (name, seconds) = (attempt_name(https), lasts / SECOND);
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{}", secure(https))
}

/// What the provider's answer is compared with.
#[must_use]
pub fn attempt_in(headers: &HeaderMap, https: bool) -> Option<OidcAttempt> {
    OidcAttempt::parse(&value_in(headers, &attempt_name(https))?)
}

/// The header that ends one.
#[must_use]
pub fn expired_cookie(https: bool) -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{}", secure(https))
}

/// Sends a cookie's header along.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The session token that the request carries.
pub(super) fn token_in(headers: &HeaderMap) -> Option<String> {
    value_in(headers, COOKIE)
}

fn value_in(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}
