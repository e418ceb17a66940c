//! The answer that a write gets, and each retry of it.

use callpoint_core::{
    model::{id::Seq, policy::Policy},
    rules::delivery::receipt,
    wire::error::ApiError,
};
use serde::Serialize;

use super::{WriteRequest, opens};
use crate::store::{StoreError, WriteBatch};

/// A successful answer: durable, and the same for every retry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteReply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: String,
}

/// What becomes of one write.
pub type WriteResult = Result<WriteReply, Box<ApiError>>;

#[derive(Serialize)]
struct CommandReceipt {
    seq: Seq,
}

pub(super) fn reply_to(
    batch: &WriteBatch,
    write: &WriteRequest,
    policy: &Policy,
    seq: Seq,
) -> Result<WriteReply, StoreError> {
    let status = if opens(&write.command) { 201 } else { 200 };
    let incident = write.incident.and_then(|id| batch.state.incidents.get(&id));
    let body = match incident {
        Some(incident) => serde_json::to_string(&receipt(incident, &write.command, &write.actor, policy, seq))?,
        None => serde_json::to_string(&CommandReceipt { seq })?,
    };
    Ok(WriteReply { status, body })
}
