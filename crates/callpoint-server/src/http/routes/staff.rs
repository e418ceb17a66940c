//! Staff come in by a one-time link and leave again.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{
    model::id::PersonId,
    wire::{
        error::ErrorCode,
        protocol::{SignInRequest, StaffDirectory, StaffProfile},
    },
};

use crate::{
    crypto,
    http::{
        AppState, Problem, answer,
        auth::{AuthRejection, Caller, SESSION, SessionToken, cookie, expired_cookie, same_origin, set_cookie},
        body::JsonBody,
    },
    store::StaffMember,
};

/// `GET /v1/staff`: whom a role can be handed to. Staff only.
pub async fn list(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    match caller {
        Caller::Anonymous => return Err(ErrorCode::Unauthenticated.into()),
        Caller::Customer { .. } => return Err(ErrorCode::Forbidden.into()),
        Caller::Staff { .. } => {}
    }
    let members = app.store.staff().await?.into_iter().filter(|member| member.revoked_at.is_none());
    let staff = members.filter_map(|member| {
        let StaffMember { id, name, title, security, .. } = member;
        Some(StaffProfile { person: PersonId::parse(&id)?, name, title, security })
    });
    answer(&StaffDirectory { staff: staff.collect() })
}

/// `POST /v1/staff/session`: who they are, and the cookie that says so from now on.
pub async fn sign_in(
    State(app): State<AppState>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignInRequest>,
) -> Result<Response, Problem> {
    same_origin(&headers, app.settings.public_url.as_deref())?;
    let (token, now) = (SessionToken::new()?, app.now());
    let session = crypto::digest(&token.0);
    let until = now.plus(SESSION);
    let spent =
        || Problem::of(ErrorCode::Unauthenticated, "This link has expired or was already used. Ask for a new one.");
    let member = app.store.exchange(&crypto::digest(&body.invite), &session, now, until).await?.ok_or_else(spent)?;
    let person = PersonId::parse(&member.id).ok_or_else(spent)?;
    tracing::info!(staff = member.id, "signed in by a one-time link");
    let mut response = answer(&Caller::Staff { member, person, session }.you())?;
    set_cookie(&mut response, &cookie(&token, SESSION, app.settings.is_https()));
    Ok(response)
}

/// `DELETE /v1/staff/session`: 204, also for whoever was not signed in.
pub async fn sign_out(
    State(app): State<AppState>,
    caller: Result<Caller, AuthRejection>,
) -> Result<Response, AuthRejection> {
    match caller {
        Ok(Caller::Staff { session, .. }) => app.store.end_session(&session).await.map_err(Problem::from)?,
        Ok(_) | Err(AuthRejection::Ended { .. }) => {}
        Err(refusal) => return Err(refusal),
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &expired_cookie(app.settings.is_https()));
    Ok(response)
}
