//! Declaring a report.

use axum::{extract::State, http::StatusCode, response::Response};
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
    let report = Report::parse(ReportDraft { context, ..keyed.body }, &app.vendor.scheme, &app.vendor.classes)?;
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
    let reply = app.writer.write(write).await?;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    Ok(json(status, reply.body))
}
