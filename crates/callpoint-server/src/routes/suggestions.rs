//! What may be the same as what somebody is about to report.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use callpoint_core::model::id::ComponentId;
use serde::Deserialize;

use super::incidents::answer;
use crate::{App, auth::Caller, error::Problem, suggest};

/// The query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What they have written so far.
    text: String,
    /// Where, if known.
    component: Option<String>,
}

/// `GET /v1/suggestions?text=&component=`: at most five, the likeliest first.
pub async fn suggestions(
    State(app): State<App>,
    caller: Caller,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::field("text", "The query isn't valid: give each parameter once."))?;
    // A component that can't be one has no incidents.
    let component = asked.component.as_deref().and_then(ComponentId::parse);
    answer(&suggest::suggest(&app.store, &caller.viewer(), &asked.text, component.as_ref()).await?)
}
