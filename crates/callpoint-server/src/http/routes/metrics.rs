//! The figures of the running server, for whoever looks after it.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use callpoint_core::wire::error::ErrorCode;

use crate::http::{AppState, auth, error::Problem};

/// What Prometheus reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// They alone, for an address of their own.
pub fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(by_listener)).with_state(state)
}

/// `GET /metrics` on the main address: only with a token that was configured for it.
pub async fn by_token(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = app.settings.metrics.token.as_deref().ok_or(ErrorCode::NotFound)?;
    give(&app, &headers, Some(token)).await
}

/// `GET /metrics` on the address of its own: also without one.
async fn by_listener(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    give(&app, &headers, app.settings.metrics.token.as_deref()).await
}

async fn give(app: &AppState, headers: &HeaderMap, token: Option<&str>) -> Result<Response, Problem> {
    if token.is_some_and(|token| !auth::carries(headers, token)) {
        return Err(ErrorCode::Unauthenticated.into());
    }
    let figures = tokio::select! {
        biased;
        figures = app.store.figures() => {
            figures.inspect_err(|error| tracing::warn!(%error, "what the database holds can't be counted")).ok()
        }
        () = app.health.gone() => None,
    };
    let text = app.metrics.text(&app.health.now(), figures.as_ref(), app.now());
    let kind = HeaderValue::from_static(OPEN_METRICS);
    let fresh = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, fresh)], text).into_response())
}
