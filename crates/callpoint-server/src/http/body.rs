//! What a write carries: its key and its JSON body, read so that every mistake gets an answer that helps.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Path, Request, rejection::PathRejection},
    http::{HeaderMap, Method, Uri, header},
};
use callpoint_core::{
    model::id::CommandId,
    wire::{
        error::ErrorCode,
        protocol::{BODY_LIMIT, IDEMPOTENCY_KEY},
    },
};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, error::Category};
use sha2::{Digest as _, Sha256};

use super::{AppState, error::Problem};
use crate::{crypto, listen::TooSlow};

/// A JSON body within the size limit.
pub struct JsonBody<T>(pub T);

/// A write: its key, its body, and a digest that differs for another request with the same key.
pub struct IdempotentBody<T> {
    /// The client-made id.
    pub key: CommandId,
    /// The body.
    pub body: T,
    /// The digest of method, path and the body as it was understood: how its JSON is written makes no other request.
    pub digest: String,
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        is_json(request.headers())?;
        parse(&read(request).await?).map(Self)
    }
}

impl<T: DeserializeOwned + Serialize> FromRequest<AppState> for IdempotentBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        let key = key(request.headers())?;
        is_json(request.headers())?;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let body: T = parse(&read(request).await?)?;
        let understood = serde_json::to_vec(&body).map_err(|_| ErrorCode::Internal)?;
        Ok(Self { key, digest: digest(&method, &uri, &understood), body })
    }
}

fn key(headers: &HeaderMap) -> Result<CommandId, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    // The header's draft makes it a quoted string; most clients send it bare.
    let key = value.map(|value| value.trim().trim_matches('"')).and_then(CommandId::parse);
    key.filter(|_| values.next().is_none()).ok_or_else(|| ErrorCode::KeyMissing.into())
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(ErrorCode::UnsupportedMedia.into()) }
}

async fn read(request: Request) -> Result<Bytes, Problem> {
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if declared.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(too_large());
    }
    // What is longer than it said, or broke off: distinguished by the text of the limit's error.
    to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|error| {
        if TooSlow::caused(&error) {
            ErrorCode::TooSlow.into()
        } else if std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit")) {
            too_large()
        } else {
            Problem::of(ErrorCode::Malformed, "The request body ended too early. Send it again.")
        }
    })
}

fn too_large() -> Problem {
    Problem::of(ErrorCode::TooLarge, format!("This request is too large: the limit is {BODY_LIMIT} bytes."))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // An array of a struct's fields would be taken too; nobody means that.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Problem::of(ErrorCode::Invalid, "The body must be a JSON object."));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let (mut track, mut unknown) = (serde_path_to_error::Track::new(), None);
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let value = serde_ignored::deserialize(tracked, |path| {
        // Options and commands are steps without a name.
        let named = |path: &serde_ignored::Path<'_>| path.to_string().replace("?.", "");
        unknown.get_or_insert_with(|| named(&path));
    });
    let value = match value {
        Ok(value) => value,
        Err(error) => {
            let path = track.path().to_string();
            let rest = without_null(bytes, &path);
            return rest.map_or_else(|| Err(explain(&path, &error, bytes)), |rest| parse(&rest));
        }
    };
    reader.end().map_err(|error| explain(ROOT, &error, bytes))?;
    match unknown {
        Some(field) => Err(Problem::field(&field, format!("There is no field `{field}` here."))),
        None => Ok(value),
    }
}

/// The body without this field, if it holds `null` there, which means the same. Under names that people choose, it is
/// no text.
fn without_null(bytes: &[u8], path: &str) -> Option<Vec<u8>> {
    let (place, name) = path.rsplit_once('.').unwrap_or(("", path));
    if ["context", "fields", "asked"].contains(&place) {
        return None;
    }
    let mut body: Value = serde_json::from_slice(bytes).ok()?;
    let mut steps = place.split('.').filter(|step| !step.is_empty());
    let object = steps.try_fold(&mut body, |at, step| at.get_mut(step))?.as_object_mut()?;
    object.remove(name).filter(Value::is_null)?;
    serde_json::to_vec(&body).ok()
}

/// How a path says that it is the whole body.
const ROOT: &str = ".";

fn explain(path: &str, error: &serde_json::Error, bytes: &[u8]) -> Problem {
    match error.classify() {
        Category::Data => {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            if path == ROOT {
                return Problem::of(ErrorCode::Invalid, format!("The request body isn't valid: {what}."));
            }
            Problem::field(path, format!("`{path}` isn't valid: {what}."))
        }
        // JSON, but of a number that no number of ours can hold.
        Category::Syntax if path != ROOT && error.to_string().starts_with("number out of range") => {
            Problem::field(path, format!("`{path}` isn't valid: the number is out of range."))
        }
        // What is skipped is not looked at, so that it is UTF-8 is seen here.
        Category::Syntax
            if std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok()) =>
        {
            Problem::of(ErrorCode::Invalid, "The body must be an object with exactly one command.")
        }
        Category::Syntax | Category::Eof | Category::Io => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::of(ErrorCode::Malformed, format!("The body isn't valid JSON: error at {place}."))
        }
    }
}

fn digest(method: &Method, uri: &Uri, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    for part in [method.as_str().as_bytes(), b" ", uri.path().as_bytes(), b"\n", body] {
        digest.update(part);
    }
    crypto::hex(&digest.finalize())
}

/// One part of the path, if it can be read at all.
pub type PathSegment = Result<Path<String>, PathRejection>;

/// That part as what it names; what can't be read as it names nothing.
pub fn segment<T>(path: PathSegment, parse: impl Fn(&str) -> Option<T>) -> Result<T, Problem> {
    path.ok().and_then(|Path(text)| parse(&text)).ok_or_else(|| ErrorCode::NotFound.into())
}
