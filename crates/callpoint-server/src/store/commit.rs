//! Writing a batch down: every kind of row with as few statements as there can be.

use callpoint_core::model::{
    component::Component,
    id::{AccountId, IncidentId, Seq},
    incident::Incident,
    policy::Terms,
    stake::Stake,
    time::Time,
};
use sqlx::AnyConnection;

use super::{
    StoreError, WriteBatch,
    log::{IncidentIndex, number},
    passages,
    rows::{Value, insert},
    search::{self, FoundBy},
};

const EVENTS: &str = "INSERT INTO events (seq, command, incident, at, body)";

const REPLIES: &str = "INSERT INTO replies (person, command, digest, status, body, at)";

const INCIDENTS: [&str; 2] = [
    "INSERT INTO incidents (id, facts, is_open, is_public, opened_at, ended_at, seq, is_sealed, merged_into, due_at, \
     reference)",
    "ON CONFLICT (id) DO UPDATE SET facts = excluded.facts, is_open = excluded.is_open, \
     is_public = excluded.is_public, opened_at = excluded.opened_at, ended_at = excluded.ended_at, \
     seq = excluded.seq, is_sealed = excluded.is_sealed, merged_into = excluded.merged_into, \
     due_at = excluded.due_at, reference = excluded.reference",
];

const STAKES: [&str; 2] = ["INSERT INTO stakes (account, incident)", "ON CONFLICT (account, incident) DO NOTHING"];

impl WriteBatch {
    /// Writes down what was appended so far.
    pub(super) async fn write_events(&mut self) -> Result<(), StoreError> {
        passages::add(&mut self.transaction, std::mem::take(&mut self.new_passages)).await?;
        insert(&mut self.transaction, EVENTS, std::mem::take(&mut self.new_events), "").await
    }

    /// Writes what stands beside an incident's facts, though nothing happened to it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_derived(&mut self, id: IncidentId, derived: IncidentIndex) -> Result<(), StoreError> {
        let id = id.to_string();
        sqlx::query("UPDATE incidents SET due_at = $1 WHERE id = $2")
            .bind(derived.due_at.map(|at| at.0))
            .bind(id.clone())
            .execute(&mut *self.transaction)
            .await?;
        let found = FoundBy { incident: id.clone(), known: true, words: derived.words };
        search::write(&mut self.transaction, self.kind, vec![found]).await?;
        passages::put_facts(&mut self.transaction, vec![(id, derived.facts)]).await
    }

    /// Makes it durable, and gives the last event's number. What stands beside the facts is `derived` from them.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch has happened.
    pub async fn commit(mut self, derived: impl Fn(&Incident) -> IncidentIndex + Send) -> Result<Seq, StoreError> {
        self.write_events().await?;
        let (mut incidents, mut stakes, mut found, mut facts_of) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, seq) in std::mem::take(&mut self.changed) {
            if let Some(incident) = self.state.incidents.get(&id) {
                let IncidentIndex { due_at, words, facts } = derived(incident);
                incidents.push(incident_row(incident, seq, due_at)?);
                let account = |stake: &Stake| stake.account.id.as_str().to_owned();
                stakes.extend(incident.stakes.iter().map(|stake| [account(stake).into(), id.to_string().into()]));
                let known = !self.created.contains(&id);
                found.push(FoundBy { incident: id.to_string(), known, words });
                facts_of.push((id.to_string(), facts));
            }
        }
        let [into, then] = INCIDENTS;
        insert(&mut self.transaction, into, incidents, then).await?;
        let [into, then] = STAKES;
        insert(&mut self.transaction, into, stakes, then).await?;
        search::write(&mut self.transaction, self.kind, found).await?;
        passages::put_facts(&mut self.transaction, facts_of).await?;
        insert(&mut self.transaction, REPLIES, std::mem::take(&mut self.new_replies), "").await?;
        for account in std::mem::take(&mut self.changed_accounts) {
            if let Some(terms) = self.state.terms.get(&account) {
                write_terms(&mut self.transaction, &account, terms).await?;
            }
        }
        for id in std::mem::take(&mut self.changed_components) {
            if let Some(component) = self.state.components.get(&id) {
                write_component(&mut self.transaction, component).await?;
            }
        }
        if self.starts != (self.last, self.reference) {
            sqlx::query("UPDATE vendor SET seq = $1, reference = $2 WHERE id = 1")
                .bind(number(self.last))
                .bind(self.reference)
                .execute(&mut *self.transaction)
                .await?;
        }
        let grown = (self.last > self.starts.0).then_some(self.last);
        self.transaction.commit(grown).await?;
        Ok(self.last)
    }
}

fn incident_row(incident: &Incident, seq: Seq, due_at: Option<Time>) -> Result<[Value; 11], StoreError> {
    Ok([
        incident.id.to_string().into(),
        serde_json::to_string(incident)?.into(),
        i64::from(incident.is_open()).into(),
        i64::from(incident.publication.is_some()).into(),
        incident.opened_at.0.into(),
        incident.resolved_at.map(|at| at.0).into(),
        number(seq).into(),
        i64::from(incident.seal.is_some()).into(),
        incident.merged_into.map(|id| id.to_string()).into(),
        due_at.map(|at| at.0).into(),
        incident.reference.clone().into(),
    ])
}

async fn write_terms(connection: &mut AnyConnection, account: &AccountId, terms: &Terms) -> Result<(), StoreError> {
    let text = "INSERT INTO accounts (id, terms) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET terms = excluded.terms";
    sqlx::query(text)
        .bind(account.as_str().to_owned())
        .bind(serde_json::to_string(terms)?)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn write_component(connection: &mut AnyConnection, component: &Component) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO components (id, position, body) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, body = excluded.body",
    )
    .bind(component.id.as_str().to_owned())
    .bind(i64::from(component.position))
    .bind(serde_json::to_string(component)?)
    .execute(&mut *connection)
    .await?;
    Ok(())
}
