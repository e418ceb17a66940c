//! The answer that a write gets, and each retry of it.

use callpoint_core::{
    model::{
        command::Command,
        id::{AccountId, Seq},
        incident::Incident,
        person::Actor,
        policy::Policy,
        report::Receipt,
    },
    rules::due::answer_by,
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
        Some(incident) => serde_json::to_string(&receipt(incident, write, policy, seq))?,
        None => serde_json::to_string(&CommandReceipt { seq })?,
    };
    Ok(WriteReply { status, body })
}

fn receipt(incident: &Incident, write: &WriteRequest, policy: &Policy, seq: Seq) -> Receipt {
    let reporter = reporter(write);
    let csm = reporter.and_then(|account| incident.stake(account)?.csm.as_ref()).map(|csm| csm.name.clone());
    let answer_by = reporter.and_then(|account| answer_by(incident, policy, account));
    Receipt { incident: incident.id, reference: incident.reference.clone(), seq, answer_by, csm }
}

/// The account of whoever reports; a guest is answered by nobody.
fn reporter(write: &WriteRequest) -> Option<&AccountId> {
    match (&write.command, &write.actor) {
        (Command::Declare(_), Actor::Customer { account, .. }) if !account.is_guest() => Some(&account.id),
        _ => None,
    }
}
