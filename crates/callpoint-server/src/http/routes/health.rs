//! For machines that look after this one, and for programs that want to know the interface.

use axum::{extract::State, http::StatusCode, response::Response};

use crate::http::{AppState, Problem, json, openapi};

/// `GET /healthz`: the process answers.
pub async fn alive() -> Response {
    json(StatusCode::OK, r#"{"alive":true}"#)
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(app): State<AppState>) -> Result<Response, Problem> {
    app.store.ping().await?;
    Ok(json(StatusCode::OK, r#"{"ready":true}"#))
}

/// `GET /v1/openapi.json`.
pub async fn openapi() -> Response {
    json(StatusCode::OK, openapi::text())
}
