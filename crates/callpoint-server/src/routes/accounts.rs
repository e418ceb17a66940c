//! What may be asked of an account.

use axum::{extract::State, response::Response};
use callpoint_core::model::{
    command::{AccountCommand, Command},
    id::AccountId,
};

use super::body::{Keyed, Segment, segment};
use crate::{App, auth::Caller, error::Problem, writer::Write};

/// `POST /v1/accounts/{id}/commands`: 200 and the event's number.
pub async fn command(
    State(app): State<App>,
    caller: Caller,
    path: Segment,
    keyed: Keyed<AccountCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let account = segment(path, AccountId::parse)?;
    let command = Command::Account(account, keyed.body.parse()?);
    let write = Write { key: keyed.key, actor, tier, incident: None, command, digest: keyed.digest };
    super::reports::send(&app, write).await
}
