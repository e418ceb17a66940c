//! What may be asked of an account.

use axum::{extract::State, response::Response};
use callpoint_core::model::{
    command::{AccountCommand, Command},
    id::AccountId,
};

use crate::http::body::{IdempotentBody, PathSegment, segment};
use crate::{
    engine::writer::WriteRequest,
    http::{AppState, auth::Caller, error::Problem},
};

/// `POST /v1/accounts/{id}/commands`: 200 and the event's number.
pub async fn command(
    State(app): State<AppState>,
    caller: Caller,
    path: PathSegment,
    keyed: IdempotentBody<AccountCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let account = segment(path, AccountId::parse)?;
    let command = Command::Account(account, keyed.body.parse()?);
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
