//! What happened elsewhere goes into the log as it was: no rule decides about it.

use callpoint_core::model::{
    event::{Audience, Change, Event},
    id::{CommandId, IncidentId},
    person::Author,
    time::Time,
};

use crate::{
    engine::search,
    store::{StoreError, WriteBatch},
};

/// Something that happened elsewhere and is recorded as it was: an import, the configuration.
#[derive(Clone, Debug)]
pub struct ExternalChange {
    /// Its id: the same when it is imported again.
    pub command: CommandId,
    /// When it happened.
    pub at: Time,
    /// Who did it.
    pub by: Author,
    /// The incident it belongs to.
    pub incident: Option<IncidentId>,
    /// What changed; always public.
    pub change: Change,
}

/// Records what happened elsewhere, in one transaction; the log numbers it.
///
/// # Errors
/// When the database fails; then nothing is recorded.
pub async fn record(batch: &mut WriteBatch, records: &[ExternalChange]) -> Result<(), StoreError> {
    let events: Vec<Event> = (batch.last + 1..)
        .zip(records)
        .map(|(seq, record)| Event {
            seq,
            command: record.command,
            at: record.at,
            by: record.by.clone(),
            incident: record.incident,
            to: Audience::Public,
            seal: None,
            change: record.change.clone(),
        })
        .collect();
    for event in &events {
        if let Some(id) = event.incident {
            batch.load(id).await?;
        }
    }
    batch.append(&events, search::said(&events)).await
}
