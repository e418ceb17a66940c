//! Declaring a report.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use callpoint_core::{
    model::{
        command::Command,
        id::IncidentId,
        report::{Report, ReportDraft, clean_context},
    },
    wire::error::ErrorCode,
};

use crate::{
    engine::writer::WriteRequest,
    http::{AppState, Problem, auth::Caller, body::IdempotentBody, json},
};

/// `POST /v1/reports`: 201 and the receipt. The report's key becomes the incident's id. Guests too, where they may.
pub async fn declare(
    State(app): State<AppState>,
    caller: Caller,
    keyed: IdempotentBody<ReportDraft>,
) -> Result<Response, Problem> {
    if matches!(caller, Caller::Anonymous) && !app.guests.is_open() {
        return Err(ErrorCode::Unauthenticated.into());
    }
    // Not every client takes secrets out itself.
    let context = clean_context(&keyed.body.context);
    let attachments = keyed.body.attachments.clone();
    let draft = ReportDraft { context, ..keyed.body };
    let report = Report::parse(draft, &app.vendor.scheme, &app.vendor.classes, &app.vendor.fields)?;
    let tier = caller.tier();
    let actor = match caller {
        Caller::Anonymous => app.guests.admit(keyed.key)?,
        known => known.actor()?,
    };
    let incident = Some(IncidentId(keyed.key.0));
    let (key, digest, command) = (keyed.key, keyed.digest, Command::Declare(Box::new(report)));
    send(&app, WriteRequest { key, actor, tier, incident, command, attachments, digest }).await
}

/// Hands a write in and gives its durable answer.
pub(super) async fn send(app: &AppState, write: WriteRequest) -> Result<Response, Problem> {
    let allowance = match app.limits.write(&write.actor) {
        Ok(allowance) => allowance,
        Err(refused) => return Ok(*refused),
    };
    let mut answer = match app.writer.write(write).await {
        Ok(reply) => json(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK), reply.body),
        Err(error) => Problem::from(error).into_response(),
    };
    if let Some(allowance) = allowance {
        allowance.note(answer.headers_mut());
    }
    Ok(answer)
}
