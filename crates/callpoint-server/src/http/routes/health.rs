//! For machines that look after this one, and for programs that want to know the interface.

use axum::{extract::State, http::StatusCode, response::Response};

use callpoint_core::wire::error::ErrorCode;
use serde::Serialize;

use crate::{
    engine::health::{DatabaseHealth, Health},
    http::{AppState, Problem, answer, json, openapi},
};

/// `GET /healthz`: the process answers.
pub async fn alive() -> Response {
    json(StatusCode::OK, r#"{"alive":true}"#)
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    #[serde(flatten)]
    health: Health,
}

/// `GET /readyz`: the database answers too. Where nothing can be written, what is known can still be read.
pub async fn ready(State(app): State<AppState>) -> Result<Response, Problem> {
    let health = app.health.now();
    if health.database == DatabaseHealth::Away {
        return Err(Problem::of(ErrorCode::Unavailable, "The database doesn't answer."));
    }
    answer(&Readiness { ready: true, health })
}

/// `GET /v1/openapi.json`.
pub async fn openapi() -> Response {
    json(StatusCode::OK, openapi::text())
}
