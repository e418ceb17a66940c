//! What may be asked of a component.

use axum::{extract::State, response::Response};
use callpoint_core::model::{
    command::{Command, ComponentCommand},
    id::ComponentId,
};

use super::body::{Keyed, Segment, segment};
use crate::{App, auth::Caller, error::Problem, writer::Write};

/// `POST /v1/components/{id}/commands`: 200 and the event's number.
pub async fn command(
    State(app): State<App>,
    caller: Caller,
    path: Segment,
    keyed: Keyed<ComponentCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let component = segment(path, ComponentId::parse)?;
    let command = Command::Component(component, keyed.body);
    let write = Write { key: keyed.key, actor, tier, incident: None, command, digest: keyed.digest };
    super::reports::send(&app, write).await
}
