//! What everybody may know, in formats of other programs.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};
use serde_json::json;

use crate::{
    http::{
        AppState, Problem,
        openapi::{JSON, Schemas},
        operation::{Access, Operation},
    },
    public::{self, PublicDocument, PublicError, PublicSite, statuspage::StatuspageAnswer},
};

/// Each document at its address.
pub fn router() -> Router<AppState> {
    let documents = PublicDocument::STATUSPAGE.into_iter().chain(PublicDocument::FEEDS);
    documents.fold(Router::new(), |router, document| {
        let handler = move |State(app): State<AppState>, headers: HeaderMap| serve(app, headers, document);
        router.route(document.path(), get(handler))
    })
}

/// Those with a schema, as they stand in the OpenAPI document.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let answer = schemas.of::<StatuspageAnswer>();
    let operation = |document: PublicDocument| Operation {
        method: Method::GET,
        path: document.path().to_owned(),
        id: id(document),
        summary: "As everybody may see it, as the Statuspage API v2 has it. For any origin; `If-None-Match` gives 304.",
        access: Access::Machines,
        parameters: vec![json!({
            "name": "If-None-Match", "in": "header", "schema": { "type": "string" },
            "description": "The `ETag` of the answer before.",
        })],
        body: None,
        part: None,
        answer: (200, "As of now.", Some((JSON, answer.clone()))),
        codes: Vec::new(),
    };
    PublicDocument::STATUSPAGE.map(operation).into()
}

const fn id(document: PublicDocument) -> &'static str {
    match document {
        PublicDocument::Summary => "statuspageSummary",
        PublicDocument::Status => "statuspageStatus",
        PublicDocument::Components => "statuspageComponents",
        PublicDocument::Incidents => "statuspageIncidents",
        PublicDocument::Unresolved => "statuspageUnresolvedIncidents",
        PublicDocument::Maintenances => "statuspageMaintenances",
        PublicDocument::Upcoming => "statuspageUpcomingMaintenances",
        PublicDocument::Active => "statuspageActiveMaintenances",
        PublicDocument::Atom => "historyAtom",
        PublicDocument::Rss => "historyRss",
        PublicDocument::JsonFeed => "historyJson",
        PublicDocument::Calendar => "maintenanceCalendar",
    }
}

async fn serve(app: AppState, headers: HeaderMap, document: PublicDocument) -> Result<Response, Problem> {
    let site = PublicSite { vendor: &app.vendor.name, url: &app.settings.site };
    let rendered = match public::document(&app.store, &app.public, &site, document).await {
        Ok(rendered) => rendered,
        Err(PublicError::Store(error)) => return Err(error.into()),
        Err(PublicError::Json(error)) => return Err(Problem::internal(&error)),
    };
    let etag: ETag = rendered.etag.parse().map_err(|error| Problem::internal(&error))?;
    let known = headers.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&etag));
    let mut answer =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { rendered.text.clone().into_response() };
    let sent = answer.headers_mut();
    sent.typed_insert(etag);
    sent.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if !known {
        sent.insert(header::CONTENT_TYPE, HeaderValue::from_static(document.media_type()));
    }
    Ok(answer)
}
