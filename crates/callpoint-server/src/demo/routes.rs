//! What only the demonstration has: the made-up vendor's product, and stand-ins for its backend and its sign-in.

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use callpoint_core::wire::error::ErrorCode;

use crate::{
    http::{
        AppState, Problem, assets,
        page::{Framing, TrustedTypes, built, html, nonce},
        query::parameter,
    },
    locale::Locale,
    pages::SiteContext,
};

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo", get(product))
        .route("/demo/token", get(token))
        .route("/demo/console", get(console))
        .route("/demo/mail", get(mail))
}

/// `GET /demo`: the made-up vendor's product.
async fn product() -> Result<Response, Problem> {
    built("demo/index.html", Framing::Own, TrustedTypes::Off)
}

/// `GET /demo/mail`: what a mail server would have been given.
async fn mail(State(app): State<AppState>) -> Result<Response, Problem> {
    let site = SiteContext { vendor: &app.vendor.name, locale: Locale::english(), asset: assets::address };
    let page = super::mailbox::mailbox(&site, &app.mailbox.latest()).into_string();
    Ok(html(page.into_bytes(), &nonce()?, Framing::Nobody, TrustedTypes::Enforced))
}

/// `GET /demo/token?as=`: plays the made-up vendor's backend.
async fn token(State(app): State<AppState>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let who = parameter(&query, "as").unwrap_or_default();
    let token = super::token(&app.keys, who, app.now()).ok_or(ErrorCode::NotFound)?;
    let mut answer = token.into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// `GET /demo/console?as=`: signs somebody of the made-up vendor's staff in.
async fn console(State(app): State<AppState>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let who = parameter(&query, "as").unwrap_or_default();
    let token = super::invite(&app.store, who, app.now()).await?.ok_or(ErrorCode::NotFound)?;
    let place =
        HeaderValue::from_str(&format!("/console#invite={}", token.0)).map_err(|error| Problem::internal(&error))?;
    let mut answer = StatusCode::FOUND.into_response();
    answer.headers_mut().insert(header::LOCATION, place);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}
