//! Pages for people: the status page, the pages around the widget, the console.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{model::person::Viewer, wire::error::ErrorCode};

use crate::{
    http::{
        AppState, assets,
        body::{PathSegment, segment},
        error::Problem,
        page::{Framing, TrustedTypes, built, built_with, html, nonce},
        query::parameter,
        routes::incidents::named,
    },
    locale::Locale,
    pages::{self, EmbedPage, StatusPageQuery},
};

/// `GET /`: the status page.
pub async fn status(
    State(app): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let view = StatusPageQuery::read(parameter(&query, "until"), parameter(&query, "component"));
    let page = pages::status(&app.store, &app.status_page, &layout(&app, &headers), &view, app.now()).await?;
    let etag = HeaderValue::from_str(&page.etag).map_err(|error| Problem::internal(&error))?;
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag) {
        let mut answer = StatusCode::NOT_MODIFIED.into_response();
        answer.headers_mut().insert(header::ETAG, etag);
        return Ok(answer);
    }
    let mut answer = html(page.html.as_bytes().to_vec(), &nonce()?, Framing::Nobody, TrustedTypes::Enforced);
    answer.headers_mut().insert(header::ETAG, etag);
    Ok(answer)
}

/// `GET /t/{id}`: one thread, by the widget. A reference that everybody may know leads to where its incident goes on; any
/// other is passed on as it is, to where people are signed in, so that nobody learns here whether there is such a one.
pub async fn thread(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    path: PathSegment,
) -> Result<Response, Problem> {
    let name = segment(path, |name| is_name(name).then(|| name.to_owned()));
    let Ok(name) = name else { return not_found(State(app), method, uri, headers).await };
    let name = named(&app, &Viewer::Anonymous, &name).await.map_or(name, |id| id.to_string());
    let url = app.settings.customers.thread_url.as_ref();
    let signed_in = url.map(|url| url.replace("{incident}", &name));
    shell(&app, &headers, &EmbedPage::Thread { name, signed_in })
}

/// Whether this can be an incident's id or reference, and stand in an address as it is.
fn is_name(text: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '-';
    text.contains(|character: char| character.is_ascii_digit()) && text.len() <= 64 && text.chars().all(fits)
}

/// `GET /report`: the report form, by the widget.
pub async fn report(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let sign_in = app.settings.customers.sign_in_url.clone();
    shell(&app, &headers, &EmbedPage::Report { guests: app.guests.is_open(), sign_in })
}

/// Where there is nothing: a page for a browser that asks for one, a problem for every program.
pub async fn not_found(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reads = method == Method::GET || method == Method::HEAD;
    if !reads || !accepted.contains("text/html") || uri.path().starts_with("/v1/") {
        return Err(ErrorCode::NotFound.into());
    }
    let mut answer = shell(&app, &headers, &EmbedPage::NotFound)?;
    *answer.status_mut() = StatusCode::NOT_FOUND;
    Ok(answer)
}

/// What is the same on every hosted page.
pub(super) fn layout<'a>(app: &'a AppState, headers: &HeaderMap) -> pages::SiteContext<'a> {
    pages::SiteContext { vendor: &app.vendor.name, locale: Locale::accepted_by(headers), asset: assets::address }
}

fn shell(app: &AppState, headers: &HeaderMap, shell: &EmbedPage) -> Result<Response, Problem> {
    let page = pages::embed(&layout(app, headers), shell).into_string();
    Ok(html(page.into_bytes(), &nonce()?, Framing::Nobody, TrustedTypes::Enforced))
}

/// `GET /embed`: the widget for a frame in a page that refuses WebAssembly. Who they are comes by message, and only from
/// a page that may embed the widget.
pub async fn embed(State(app): State<AppState>) -> Result<Response, Problem> {
    let mut answer = built("embed.html", Framing::Origins(&app.settings.origins), TrustedTypes::Enforced)?;
    let headers = answer.headers_mut();
    headers.remove("cross-origin-opener-policy");
    // For pages that are isolated from other origins.
    headers.insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(answer)
}

/// `GET /console`, and the addresses of its queues and incidents: the staff's page. It holds nothing by itself, and is
/// the same whether or not there is such an incident; what it shows it fetches with its session.
pub async fn console(State(app): State<AppState>) -> Result<Response, Problem> {
    let provider = app.settings.oidc.as_ref().map_or("", |oidc| &oidc.name);
    built_with("console.html", &[("sign-in", provider)], Framing::Own, TrustedTypes::Enforced)
}

/// `GET /playground`: where developers try the widget's looks, as an anonymous visitor, and copy the code.
pub async fn playground() -> Result<Response, Problem> {
    built("playground.html", Framing::Nobody, TrustedTypes::Enforced)
}
