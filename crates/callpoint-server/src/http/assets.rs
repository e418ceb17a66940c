//! The web build, inside the binary: names, kinds, caching and compression that was done ahead. In a development
//! build the files are read from disk each time, so that a rebuilt page needs no new server.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::wire::error::ErrorCode;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{body::PathSegment, error::Problem, query::parameter};
use crate::{crypto, locale::Locale};

#[derive(RustEmbed)]
#[folder = "../../target/web"]
#[allow_missing = true]
struct Web;

/// A file whose name says what is in it never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Files with fixed names are asked about again after five minutes.
const SHORT: &str = "public, max-age=300";

/// What files are compressed with ahead, the smallest first, and the ending of what came of it.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The text of a page of the web build.
#[must_use]
pub fn page(name: &str) -> Option<String> {
    let file = Web::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Every file of the web build, by its path.
pub fn files() -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
    Web::iter().filter_map(|path| Some((path.to_string(), Web::get(&path)?.data)))
}

/// The address of a file by its logical name (`hosted.css`), as the web build's manifest has it.
#[must_use]
pub fn address(logical: &str) -> Option<String> {
    let manifest: BTreeMap<String, String> = serde_json::from_slice(&Web::get("manifest.json")?.data).ok()?;
    manifest.get(logical).map(|path| format!("/{path}"))
}

/// `GET /assets/{path}`.
pub async fn asset(path: PathSegment, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    let path = path.map(|Path(path)| path).unwrap_or_default();
    // Only files named by their contents may be kept for ever.
    let hashed = path
        .rsplit_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let tag = query.as_deref().unwrap_or_default().split('&').next().unwrap_or_default();
    serve(
        &translated(&format!("assets/{path}"), Locale::of(tag)),
        if hashed { IMMUTABLE } else { "no-cache" },
        &headers,
    )
}

/// `GET /v1/loader.js`: the one script that strangers' pages name, in the language of `lang`, else the browser's.
pub async fn loader(RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    let lang = query.as_deref().and_then(|query| parameter(query, "lang"));
    let locale = lang.map_or_else(|| Locale::accepted_by(&headers), Locale::of);
    serve(&translated("loader.js", locale), SHORT, &headers)
}

/// The same file in this language, if the build has it.
fn translated(path: &str, locale: &Locale) -> String {
    let (stem, kind) = path.rsplit_once('.').unwrap_or((path, ""));
    let translation = format!("{stem}.{}.{kind}", locale.lang);
    if Web::get(&translation).is_some() { translation } else { path.to_owned() }
}

fn serve(path: &str, caching: &'static str, headers: &HeaderMap) -> Result<Response, Problem> {
    let is_plain = CODINGS.iter().all(|(_, ending)| !path.ends_with(ending));
    let plain = Web::get(path).filter(|_| is_plain).ok_or(ErrorCode::NotFound)?;
    let packed = CODINGS.iter().filter(|(coding, _)| takes(headers, coding));
    let packed = packed.filter_map(|(coding, ending)| Some((coding, Web::get(&format!("{path}{ending}"))?))).next();
    let etag = format!("\"{}\"", etag(&plain));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut answer = if known.is_some_and(|tags| tags.contains(&etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut answer = Response::new(Body::empty());
        if let Some((coding, _)) = packed {
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
        *answer.body_mut() = body(packed.map_or(plain, |(_, file)| file));
        answer
    };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    Ok(answer)
}

fn body(file: EmbeddedFile) -> Body {
    match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    crypto::hex(hash.get(..8).unwrap_or_default())
}

fn takes(headers: &HeaderMap, wanted: &str) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some(wanted) && !parts.any(|part| matches!(part.replace(' ', "").as_str(), "q=0" | "q=0.0"))
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
