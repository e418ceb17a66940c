//! Pages as answers: their Content Security Policy and their other headers.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use callpoint_core::wire::error::ErrorCode;

use super::{assets, error::Problem};
use crate::{crypto, store::StoreError};

/// Who may show a page of ours in a frame.
#[derive(Clone, Copy)]
pub enum Framing<'a> {
    /// No page at all.
    Nobody,
    /// Our own pages: the demonstration shows the console beside itself.
    Own,
    /// Ours, and the pages of these origins.
    Origins(&'a [String]),
}

impl Framing<'_> {
    /// As the policy says it.
    fn ancestors(self) -> String {
        // What is no origin would be read as more of the policy.
        let is_origin =
            |origin: &&String| origin.bytes().all(|byte| byte.is_ascii_graphic() && !b";,'".contains(&byte));
        match self {
            Self::Nobody => "'none'".to_owned(),
            Self::Own => "'self'".to_owned(),
            Self::Origins(origins) => {
                let others = origins.iter().filter(is_origin).map(|origin| origin.trim_end_matches('/'));
                ["'self'"].into_iter().chain(others).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Whether the browser enforces Trusted Types: that scripts write no text where it would be read as code.
#[derive(Clone, Copy)]
pub enum TrustedTypes {
    /// It does.
    Enforced,
    /// It does not, as on a page of somebody else's.
    Off,
}

/// A page of the web build.
///
/// # Errors
/// `not_found` when the build has no such page.
pub fn built(name: &str, framing: Framing<'_>, trusted_types: TrustedTypes) -> Result<Response, Problem> {
    built_with(name, &[], framing, trusted_types)
}

/// A page of the web build with these words in the places of these names.
///
/// # Errors
/// `not_found` when the build has no such page.
pub fn built_with(
    name: &str,
    words: &[(&str, &str)],
    framing: Framing<'_>,
    trusted_types: TrustedTypes,
) -> Result<Response, Problem> {
    let missing = || Problem::of(ErrorCode::NotFound, "This page isn't part of the build. Run `cargo xtask web`.");
    let nonce = nonce()?;
    let mut page = assets::page(name).ok_or_else(missing)?.replace("{{nonce}}", &nonce);
    for (name, words) in words {
        page = page.replace(&format!("{{{{{name}}}}}"), &maud::html! { (words) }.into_string());
    }
    Ok(html(page.into_bytes(), &nonce, framing, trusted_types))
}

/// Admits the scripts of one answer.
///
/// # Errors
/// When there is no randomness.
pub fn nonce() -> Result<String, Problem> {
    let bytes = crypto::random().map_err(StoreError::Randomness)?;
    Ok(crypto::hex(bytes.get(..16).unwrap_or_default()))
}

/// A page as an answer.
#[must_use]
pub fn html(page: Vec<u8>, nonce: &str, framing: Framing<'_>, trusted_types: TrustedTypes) -> Response {
    let ancestors = framing.ancestors();
    let types = match trusted_types {
        TrustedTypes::Enforced => "; require-trusted-types-for 'script'; trusted-types 'none'",
        TrustedTypes::Off => "",
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors {ancestors}{types}"
    );
    let mut answer = Response::new(Body::from(page));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}
