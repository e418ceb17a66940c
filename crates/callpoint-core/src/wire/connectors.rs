//! What staff read of the connectors that take events out, and what they may ask of them.

use serde::{Deserialize, Serialize};

use crate::model::{
    id::{AccountId, IncidentId},
    time::Time,
};

/// `GET`: [`Connectors`]. Below it, by a connector's name: `GET /{name}/deliveries`, `POST /{name}/replay` with a
/// [`ReplayRequest`], `POST /{name}/resume`. Staff only.
pub const CONNECTORS: &str = "/v1/connectors";

/// Answer of `GET /v1/connectors`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Connectors {
    /// Those that are configured and that the caller may know of.
    pub connectors: Vec<Connector>,
}

/// A connector, as far as the caller may see what it delivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Connector {
    /// Its name.
    pub name: String,
    /// What kind it is, such as `webhook`.
    pub kind: String,
    /// The account whose own on-call team it calls, if it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// How it is.
    pub state: ConnectorState,
    /// When it is tried next, where something waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// Why it is parked, or what was wrong with the last try.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How many messages wait; at most 100 are counted.
    pub waiting: u32,
    /// How many messages are parked; at most 100 are counted.
    pub parked: u32,
}

/// How a connector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectorState {
    /// What is due is taken.
    Delivering,
    /// Something was not taken, and is tried again.
    Retrying,
    /// Its address said that it is gone: all that it has to say waits.
    Parked,
}

/// Answer of `GET /v1/connectors/{name}/deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deliveries {
    /// At most 100: those that were not taken first, then the latest.
    pub deliveries: Vec<Delivery>,
}

/// A message to another system, and its last try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// Its id: the same for every try, and what the receiver knows it by.
    pub id: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: String,
    /// The incident.
    pub incident: IncidentId,
    /// What people call the incident.
    pub reference: String,
    /// How it is.
    pub state: DeliveryStatus,
    /// When it was queued.
    pub queued_at: Time,
    /// How often it was tried.
    pub tries: u32,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Time>,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// The status of the last answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<u16>,
    /// What was wrong with the last try, with the beginning of the answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// How long the last try took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<i64>,
}

/// How a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It waits for its first try.
    Waiting,
    /// It was not taken, and is tried again.
    Retrying,
    /// It was taken.
    Delivered,
    /// It was refused, or not taken for days: it is tried again only when somebody asks for it, and nothing waits for it.
    Parked,
}

/// Body of `POST /v1/connectors/{name}/replay`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplayRequest {
    /// The message to send again, delivered or parked; without one, all that are parked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
}
