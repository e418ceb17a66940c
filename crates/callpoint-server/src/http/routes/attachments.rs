//! Files that people attach: uploaded part by part, so that what broke off goes on; given to whoever may see the entry
//! that uses them, in a way in which nothing of them can run.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use callpoint_core::{
    model::{
        attachment::{Attachment, NewAttachment, Upload},
        event::Event,
        id::AttachmentId,
        person::Viewer,
    },
    wire::{
        error::ErrorCode,
        protocol::{PART_LIMITS, UPLOAD_OFFSET},
    },
};

use futures_util::stream;

use crate::{
    http::{
        AppState, Problem,
        auth::Caller,
        body::{IdempotentBody, PathSegment, segment},
        json,
        media_type::{is_allowed, is_shown, media_type},
    },
    listen::TooSlow,
    store::{Store, StoreError, UploadBegun, UploadPart, Uploader},
};

/// How long the database is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a part of a file is sent as.
pub const PART: &str = "application/offset+octet-stream";

/// `POST /v1/attachments`: begins to upload a file, or says where to go on; the key becomes its id. Guests have no
/// account to count them by, and upload nothing.
pub async fn begin(
    State(app): State<AppState>,
    caller: Caller,
    keyed: IdempotentBody<NewAttachment>,
) -> Result<Response, Problem> {
    let whose = uploader(caller)?;
    let new = keyed.body.parse()?;
    let limits = &app.settings.attachments;
    if new.size > limits.max_bytes {
        return Err(ErrorCode::FileTooLarge.into());
    }
    let id = AttachmentId(keyed.key.0);
    match in_time(app.store.begin_upload(&whose, id, &new, limits.account_bytes_per_day, app.now())).await? {
        UploadBegun::At(upload) => answer(StatusCode::CREATED, &upload),
        UploadBegun::OverQuota => Err(ErrorCode::FileQuota.into()),
        UploadBegun::Taken => Err(ErrorCode::KeyReused.into()),
    }
}

/// `PATCH /v1/attachments/{id}`: a part of an upload of one's own.
pub async fn append(
    State(app): State<AppState>,
    caller: Caller,
    path: PathSegment,
    request: Request,
) -> Result<Response, Problem> {
    let whose = uploader(caller)?;
    let id = segment(path, AttachmentId::parse)?;
    let upload = app.store.upload(&whose, id, app.now()).await?.ok_or(ErrorCode::NotFound)?;
    let offset = offset(request.headers())?;
    if offset != upload.offset {
        return Err(ErrorCode::OffsetConflict.into());
    }
    let [least, most] = PART_LIMITS;
    let body = to_bytes(request.into_body(), most)
        .await
        .map_err(|error| if TooSlow::caused(&error) { ErrorCode::TooSlow.into() } else { too_long(most) })?;
    let end = offset.saturating_add(body.len() as u64);
    if body.is_empty() || end > upload.size || (body.len() < least && end < upload.size) {
        let detail = format!("A part has at least {least} bytes, unless it is the last, and ends within the file.");
        return Err(Problem::of(ErrorCode::Invalid, detail));
    }
    // The first part is long enough to know what the file is of.
    let kind = (offset == 0).then(|| media_type(&body));
    if kind.is_some_and(|kind| !is_allowed(kind, &app.settings.attachments.types)) {
        return Err(ErrorCode::FileType.into());
    }
    if !in_time(app.store.put_part(&whose, UploadPart { id, offset, body: &body, media_type: kind })).await? {
        return Err(ErrorCode::OffsetConflict.into());
    }
    answer(StatusCode::OK, &Upload { offset: end, ..upload })
}

/// `DELETE /v1/attachments/{id}`: forgets an upload of one's own that no entry uses. Whatever there was, 204.
pub async fn forget(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<StatusCode, Problem> {
    let whose = uploader(caller)?;
    in_time(app.store.drop_upload(&whose, segment(path, AttachmentId::parse)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/attachments/{id}`: the file, for whoever may see an entry that has it.
pub async fn read(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<Response, Problem> {
    let id = segment(path, AttachmentId::parse)?;
    let stored = app.store.attachment(id).await?.ok_or(ErrorCode::NotFound)?;
    let entry = app.store.event(stored.seq).await?.ok_or(ErrorCode::NotFound)?;
    let seen = seen(&app, &entry, id, &caller.viewer()).await?.ok_or(ErrorCode::NotFound)?;
    Ok(file(&seen, contents(app.store.clone(), id)))
}

/// A file part by part, as fast as it is taken: however many are read slowly, none of them is held whole.
fn contents(store: Store, id: AttachmentId) -> Body {
    Body::from_stream(stream::try_unfold((store, 0), move |(store, from)| async move {
        let part = store.part(id, from).await?;
        Ok::<_, StoreError>(part.map(|part| {
            let next = from.saturating_add(part.len() as u64);
            (Bytes::from(part), (store, next))
        }))
    }))
}

/// A write that is refused where the database does not answer, rather than hold back all that come after it.
async fn in_time<T>(write: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, write).await.map_err(|_| StoreError::TimedOut)?
}

/// The file as this viewer may have it: by the entry that uses it, or, where the incident is sealed, by one that shows
/// the report to somebody who was given access. Nothing is given of an incident that is not theirs to see by now.
async fn seen(app: &AppState, entry: &Event, id: AttachmentId, viewer: &Viewer) -> Result<Option<Attachment>, Problem> {
    let Some(incident) = entry.incident else { return Ok(None) };
    let facts = app.store.incident(incident).await?.and_then(|facts| facts.seen_by(viewer));
    let Some(facts) = facts else { return Ok(None) };
    if let Some(seen) = entry.attachment_seen_by(id, viewer) {
        return Ok(Some(seen));
    }
    if facts.seal.is_none() {
        return Ok(None);
    }
    let entries = app.store.timeline(incident).await?;
    Ok(entries.iter().find_map(|entry| entry.attachment_seen_by(id, viewer)))
}

fn uploader(caller: Caller) -> Result<Uploader, Problem> {
    Uploader::of(&caller.actor()?).ok_or_else(|| ErrorCode::Forbidden.into())
}

fn offset(headers: &HeaderMap) -> Result<u64, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind != Some(PART) {
        let detail = format!("Send the part as it is, with the header Content-Type: {PART}.");
        return Err(Problem::of(ErrorCode::UnsupportedMedia, detail));
    }
    let offset = headers.get(UPLOAD_OFFSET).and_then(|offset| offset.to_str().ok());
    offset.and_then(|offset| offset.parse().ok()).ok_or_else(|| {
        Problem::of(
            ErrorCode::Malformed,
            format!("Add an {UPLOAD_OFFSET} header with the byte at which the part begins."),
        )
    })
}

fn too_long(most: usize) -> Problem {
    Problem::of(ErrorCode::TooLarge, format!("This part broke off, or is too large: the limit is {most} bytes."))
}

fn answer(status: StatusCode, upload: &Upload) -> Result<Response, Problem> {
    Ok(json(status, serde_json::to_vec(upload).map_err(|error| Problem::internal(&error))?))
}

/// A file as an answer: a picture that browsers show, or something to download; never a page, and never kept by whoever
/// passes it on.
fn file(attachment: &Attachment, contents: Body) -> Response {
    let way = if is_shown(&attachment.media_type) { "inline" } else { "attachment" };
    let mut answer = Response::new(contents);
    let headers = answer.headers_mut();
    let mut put = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &attachment.media_type);
    put(header::CONTENT_LENGTH, &attachment.size.to_string());
    put(header::CONTENT_DISPOSITION, &format!("{way}; filename*=UTF-8''{}", percent_encoded(&attachment.name)));
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    put(header::CACHE_CONTROL, "private, no-store");
    put(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    answer
}

/// A name as RFC 8187 has it in a header.
fn percent_encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
