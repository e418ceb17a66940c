//! What somebody is told outside the page, as they choose it themselves.

use axum::{extract::State, response::Response};
use callpoint_core::{
    model::id::{AccountId, PersonId},
    wire::{
        error::ErrorCode,
        protocol::{Preferences, PreferencesRequest},
    },
};

use crate::http::{AppState, Problem, answer, auth::Caller, body::JsonBody};

/// `GET /v1/preferences`.
pub async fn read(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    current(&app, &caller).await
}

/// `PUT /v1/preferences`: the same, as it is from here on.
pub async fn write(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(body): JsonBody<PreferencesRequest>,
) -> Result<Response, Problem> {
    let (account, person) = whose(&caller)?;
    app.store.put_unwanted(account, person, &body.unwanted).await?;
    current(&app, &caller).await
}

async fn current(app: &AppState, caller: &Caller) -> Result<Response, Problem> {
    let (account, person) = whose(caller)?;
    let contact = app.store.contact(account, person).await?;
    answer(&Preferences { email: contact.email, unwanted: contact.unwanted })
}

fn whose(caller: &Caller) -> Result<(Option<&AccountId>, &PersonId), Problem> {
    match caller {
        Caller::Anonymous => Err(ErrorCode::Unauthenticated.into()),
        Caller::Customer { person, account, .. } => Ok((Some(&account.id), person)),
        Caller::Staff { person, .. } => Ok((None, person)),
    }
}
