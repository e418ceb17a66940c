//! What may be the same as what somebody is about to report.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use callpoint_core::model::id::ComponentId;
use serde::Deserialize;

use crate::http::answer;
use crate::{
    engine::suggest,
    http::{AppState, auth::Caller, error::Problem},
};

/// The query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SuggestionQuery {
    /// What they have written so far.
    text: String,
    /// Where, if known.
    component: Option<String>,
}

/// `GET /v1/suggestions?text=&component=`: at most five, the likeliest first.
pub async fn suggestions(
    State(app): State<AppState>,
    caller: Caller,
    query: Result<Query<SuggestionQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|_| Problem::field("text", "The query isn't valid: give each parameter once."))?;
    // A component that can't be one has no incidents.
    let component = query.component.as_deref().and_then(ComponentId::parse);
    answer(&suggest::suggest(&app.store, &caller.viewer(), &query.text, component.as_ref()).await?)
}
