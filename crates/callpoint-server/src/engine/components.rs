//! The parts of the product: from the configuration or an import into the log, once each.

use callpoint_core::model::{
    component::{Component, ComponentStatus},
    event::Change,
    id::{CommandId, ComponentId},
    person::Author,
    time::Time,
};

use crate::{
    crypto::derived_id,
    engine::record::{ExternalChange, record},
    store::{IncidentIndex, Store, StoreError},
};

/// Defines those that are not there yet, and renames or moves those that are. What is there and not named stays.
///
/// # Errors
/// When the database fails.
pub async fn define(store: &Store, named: &[(ComponentId, String)], now: Time) -> Result<(), StoreError> {
    let mut batch = store.batch().await?;
    let mut records = Vec::new();
    for (position, (id, name)) in (1_u32..).zip(named) {
        let old = batch.state.components.get(id);
        let new = || Component {
            id: id.clone(),
            name: String::new(),
            position,
            status: ComponentStatus::Operational,
            since: now,
            by_hand: None,
        };
        let component = Component { name: name.clone(), position, ..old.cloned().unwrap_or_else(new) };
        if old != Some(&component) {
            records.push(ExternalChange {
                command: CommandId(derived_id(&format!("component {id} {name} {position}"))),
                at: now,
                by: Author::System,
                incident: None,
                change: Change::ComponentDefined(component),
            });
        }
    }
    record(&mut batch, &records).await?;
    batch.commit(|_| IncidentIndex::default()).await?;
    Ok(())
}
