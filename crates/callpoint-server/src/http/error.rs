//! The one place where something that went wrong becomes an answer: a problem document as RFC 9457 lays it down.
//! Nothing else in this crate builds an error response for a program.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use callpoint_core::{
    rules::decide::Denied,
    text,
    wire::error::{ApiError, ErrorCode, Invalid},
};
use serde::Serialize;

use crate::{locale::Locale, store::StoreError};

/// What an answer's `type` begins with; the code follows.
pub const TYPE_PREFIX: &str = "urn:callpoint:problem:";

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that says what went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub Box<ApiError>);

/// The document as it stands on the wire.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    error: &'a ApiError,
}

impl Problem {
    /// A problem of this code, in words for this case.
    #[must_use]
    pub fn of(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(Box::new(ApiError { detail: detail.into(), ..code.into() }))
    }

    /// A field that is not as it should be; `field` is its path in the body.
    #[must_use]
    pub fn field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let error = ApiError { detail: detail.into(), field: Some(field.into()), ..ErrorCode::Invalid.into() };
        Self(Box::new(error))
    }

    /// An internal error: logged here, since the answer says nothing about it.
    #[must_use]
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed with an internal error");
        ErrorCode::Internal.into()
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self(Box::new(code.into()))
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self(Box::new(invalid.into()))
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self(Box::new(denied.into()))
    }
}

/// The database does not answer, or not as it should: the client keeps its words and tries again.
impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(Box::new(error))
    }
}

impl From<Box<ApiError>> for Problem {
    fn from(error: Box<ApiError>) -> Self {
        Self(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        ApiError::from(error).into()
    }
}

/// What went wrong, in the language that the request asks for, where the sentence has words in it.
pub async fn in_language_of_request(request: Request, next: Next) -> Response {
    let locale = Locale::accepted_by(request.headers());
    let mut answer = next.run(request).await;
    let Some(Problem(mut error)) = answer.extensions_mut().remove() else { return answer };
    if let Some(words) = locale.speaking(|| text::translation(&error.detail)) {
        words.clone_into(&mut error.detail);
        *answer.body_mut() = document(&error);
        if let Ok(lang) = HeaderValue::from_str(&locale.lang) {
            answer.headers_mut().insert(header::CONTENT_LANGUAGE, lang);
        }
    }
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
    answer
}

fn document(error: &ApiError) -> Body {
    let kind = format!("{TYPE_PREFIX}{}", error.code.as_str());
    Body::from(serde_json::to_vec(&Document { kind, error }).unwrap_or_default())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = &*self.0;
        let mut answer = Response::new(document(error));
        *answer.status_mut() = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match error.status {
            401 => drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            429 | 503 => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"))),
            _ => {}
        }
        answer.extensions_mut().insert(self);
        answer
    }
}
