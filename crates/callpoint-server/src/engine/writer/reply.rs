//! The answer that a write gets, and each retry of it.

use callpoint_core::model::{id::Seq, report::Receipt};
use serde::Serialize;

use super::{WriteReply, WriteRequest, opens};
use crate::store::{StoreError, WriteBatch};

#[derive(Serialize)]
struct CommandReceipt {
    seq: Seq,
}

pub(super) fn reply_to(batch: &WriteBatch, write: &WriteRequest, seq: Seq) -> Result<WriteReply, StoreError> {
    let status = if opens(&write.command) { 201 } else { 200 };
    let incident = write.incident.and_then(|id| batch.state.incidents.get(&id));
    let body = match incident {
        Some(incident) => {
            serde_json::to_string(&Receipt { incident: incident.id, reference: incident.reference.clone(), seq })?
        }
        None => serde_json::to_string(&CommandReceipt { seq })?,
    };
    Ok(WriteReply { status, body })
}
