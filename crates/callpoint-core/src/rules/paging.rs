//! What the vendor owes, and who is called when it is not done or when things become worse.

use serde::{Deserialize, Serialize};

use crate::model::{id::AccountId, person::PersonRef};

/// What the vendor owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// An acknowledgement within the level's time.
    Acknowledge,
    /// The update that was promised.
    Promise,
    /// An update within the level's time.
    Update,
    /// Somebody who commands a top-level incident.
    Commander,
}

/// Who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PageTarget {
    /// Whoever of staff is on call for this class.
    OnCall(String),
    /// The owner of a component.
    Owner(PersonRef),
    /// The account's own people on call.
    Account(AccountId),
}

/// What somebody is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PageCause {
    /// An incident was declared, or joined.
    Declared,
    /// It became worse.
    Raised,
    /// A resolution was disputed, or the incident opened again.
    Disputed,
    /// Something was due and did not come.
    Overdue,
}
