//! What everybody may know of an incident: its public face.

use serde::{Deserialize, Serialize};

use crate::model::{
    id::ComponentId,
    incident::{Impact, Status},
    time::Time,
};

/// What everybody may know of a public incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicView {
    /// The number by which people refer to the incident, such as `NW-4127`.
    pub reference: String,
    /// Its public title.
    pub title: String,
    /// How much the incident impairs the service.
    pub impact: Impact,
    /// Its status when it became public.
    pub status: Status,
    /// When the incident was opened.
    pub opened_at: Time,
    /// The components that it affects.
    pub components: Vec<ComponentId>,
    /// When the next update was due at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// When the resolution was expected at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// The workaround in Markdown, if one was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// Whether the promised update was overdue at that time.
    #[serde(default)]
    pub overdue: bool,
    /// When it was resolved, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
}
