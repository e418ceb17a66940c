//! The words of the languages that the widget speaks.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::{
    crypto,
    http::{
        answer,
        body::{PathSegment, segment},
        error::Problem,
    },
    locale::Locale,
};

/// Words stay what they are until the next version.
const CACHING: &str = "public, max-age=3600";

/// `GET /v1/locales/{lang}`: the words of this language, or none where it is English or none of ours.
pub async fn words(headers: HeaderMap, path: PathSegment) -> Result<Response, Problem> {
    let locale = segment(path, |tag| Some(Locale::of(tag)))?;
    let mut response = answer(locale)?;
    let etag = format!("\"{}\"", crypto::digest(&serde_json::to_string(locale).unwrap_or_default()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        response = StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).map_err(|error| Problem::internal(&error))?);
    Ok(response)
}
