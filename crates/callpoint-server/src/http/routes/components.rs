//! What may be asked of a component.

use axum::{extract::State, response::Response};
use callpoint_core::model::{
    command::{Command, ComponentCommand},
    id::ComponentId,
};

use crate::http::body::{IdempotentBody, PathSegment, segment};
use crate::{
    engine::writer::WriteRequest,
    http::{AppState, auth::Caller, error::Problem},
};

/// `POST /v1/components/{id}/commands`: 200 and the event's number.
pub async fn command(
    State(app): State<AppState>,
    caller: Caller,
    path: PathSegment,
    keyed: IdempotentBody<ComponentCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let component = segment(path, ComponentId::parse)?;
    let command = Command::Component(component, keyed.body);
    let write = WriteRequest {
        key: keyed.key,
        actor,
        tier,
        incident: None,
        command,
        attachments: Vec::new(),
        digest: keyed.digest,
    };
    super::reports::send(&app, write).await
}
