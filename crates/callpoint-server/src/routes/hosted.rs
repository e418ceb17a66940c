//! Pages for people: the status page, the shells around the widget, the console, the demonstration.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{model::id::IncidentId, wire::error::ErrorCode};

use super::{
    body::{Segment, segment},
    incidents::parameter,
};
use crate::{
    App, assets, clock, demo,
    error::Problem,
    pages::{self, Shell},
    store::Fault,
};

/// Who may show a page of ours in a frame.
#[derive(Clone, Copy)]
enum Framing {
    /// No page at all.
    Nobody,
    /// Our own pages: the demonstration shows the console beside itself.
    Own,
}

/// Whether a page's scripts may write text where it would be read as code.
#[derive(Clone, Copy)]
enum Sinks {
    /// They may not.
    Closed,
    /// They are as a stranger's page has them.
    Open,
}

/// `GET /`: the status page.
pub async fn status(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let view = pages::View::read(parameter(&query, "until"), parameter(&query, "component"));
    let page = pages::status(&app, &view).await?;
    let etag = HeaderValue::from_str(&page.etag).map_err(|error| Problem::fault(&error))?;
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag) {
        let mut answer = StatusCode::NOT_MODIFIED.into_response();
        answer.headers_mut().insert(header::ETAG, etag);
        return Ok(answer);
    }
    let mut answer = html(page.html.as_bytes().to_vec(), &nonce()?, Framing::Nobody, Sinks::Closed);
    answer.headers_mut().insert(header::ETAG, etag);
    Ok(answer)
}

/// `GET /t/{id}`: one thread, by the widget.
pub async fn thread(State(app): State<App>, path: Segment) -> Result<Response, Problem> {
    let id = segment(path, IncidentId::parse)?;
    let url = &app.config.customers.thread_url;
    let signed_in = (!url.is_empty()).then(|| url.replace("{incident}", &id.to_string()));
    shell(&app, &Shell::Thread { id, signed_in })
}

/// `GET /report`: the report form, by the widget.
pub async fn report(State(app): State<App>) -> Result<Response, Problem> {
    shell(&app, &Shell::Report { guests: app.guests.is_open() })
}

fn shell(app: &App, shell: &Shell) -> Result<Response, Problem> {
    let page = pages::shell(&app.vendor, shell).into_string();
    Ok(html(page.into_bytes(), &nonce()?, Framing::Nobody, Sinks::Closed))
}

/// `GET /console`: the staff's page. It holds nothing by itself; what it shows it fetches with its session.
pub async fn console() -> Result<Response, Problem> {
    built("console.html", Framing::Own, Sinks::Closed)
}

/// `GET /demo`: the made-up vendor's product.
pub async fn demo() -> Result<Response, Problem> {
    built("demo/index.html", Framing::Own, Sinks::Open)
}

/// `GET /demo/token?as=`: plays the made-up vendor's backend.
pub async fn demo_token(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let who = parameter(&query, "as").unwrap_or_default();
    let token = demo::token(&app.keys, who, app.now()).ok_or(ErrorCode::NotFound)?;
    let mut answer = token.into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// `GET /demo/console?as=`: signs somebody of the made-up vendor's staff in.
pub async fn demo_console(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let who = parameter(&query, "as").unwrap_or_default();
    let token = demo::invite(&app.store, who, app.now()).await?.ok_or(ErrorCode::NotFound)?;
    let place =
        HeaderValue::from_str(&format!("/console#invite={}", token.0)).map_err(|error| Problem::fault(&error))?;
    let mut answer = StatusCode::FOUND.into_response();
    answer.headers_mut().insert(header::LOCATION, place);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// A page of the web build.
fn built(name: &str, framing: Framing, sinks: Sinks) -> Result<Response, Problem> {
    let missing = || Problem::of(ErrorCode::NotFound, "This page isn't part of the build. Run `cargo xtask web`.");
    let nonce = nonce()?;
    let page = assets::page(name).ok_or_else(missing)?.replace("{{nonce}}", &nonce);
    Ok(html(page.into_bytes(), &nonce, framing, sinks))
}

fn nonce() -> Result<String, Problem> {
    let bytes = clock::random().map_err(Fault::Randomness)?;
    Ok(clock::hex(bytes.get(..16).unwrap_or_default()))
}

fn html(page: Vec<u8>, nonce: &str, framing: Framing, sinks: Sinks) -> Response {
    let ancestors = match framing {
        Framing::Nobody => "'none'",
        Framing::Own => "'self'",
    };
    let types = match sinks {
        Sinks::Closed => "; require-trusted-types-for 'script'; trusted-types 'none'",
        Sinks::Open => "",
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
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}
