//! Staff sessions: a cookie that scripts can't read, and the one-time links that begin one.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use callpoint_core::model::time::{DAY, HOUR, MINUTE, Time};

use crate::{
    crypto,
    store::{StaffInvite, Store, StoreError},
};

const COOKIE: &str = "callpoint_session";

/// How long a session lasts.
pub const SESSION_DAYS: i64 = 14;

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

/// The header that begins a session.
#[must_use]
pub fn cookie(token: &SessionToken, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    let seconds = SESSION_DAYS * 24 * (HOUR / 1000);
    format!("{COOKIE}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", token.0)
}

/// The header that ends one.
#[must_use]
pub fn expired_cookie(https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}")
}

/// Sends a cookie's header along.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

/// The session token that the request carries.
pub(super) fn token_in(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
}
