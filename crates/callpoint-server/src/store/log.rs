//! Appending to the log: one transaction that holds the vendor row's lock, so that numbers have no gaps and come in
//! the order of their commits.

use std::collections::{BTreeMap, BTreeSet};

use callpoint_core::{
    model::{
        component::Component,
        event::{Change, Event},
        id::{AccountId, CommandId, ComponentId, IncidentId, Seq},
        incident::Incident,
        policy::Terms,
        report::Report,
        time::Time,
    },
    rules::state::State,
};
use sqlx::{AnyConnection, Row as _};

use super::{
    DatabaseKind, StaffMember, Store, StoreError,
    connection::WriteTransaction,
    read,
    search::{self, SearchText},
    staff::everybody,
};

/// Commands that are decided and written together.
pub struct WriteBatch {
    pub(super) transaction: WriteTransaction,
    kind: DatabaseKind,
    /// The last event of the log, with those of this batch.
    pub last: Seq,
    /// The number that the next incident's reference gets.
    pub reference: i64,
    /// The components, and the incidents and accounts that this batch has touched so far.
    pub state: State,
    absent: BTreeSet<IncidentId>,
    known_accounts: BTreeSet<AccountId>,
    staff: Option<Vec<StaffMember>>,
    changed: BTreeMap<IncidentId, Seq>,
    changed_components: BTreeSet<ComponentId>,
    changed_accounts: BTreeSet<AccountId>,
    starts: (Seq, i64),
}

/// What stands beside an incident's facts, so that SQL can find it.
#[derive(Clone, Debug, Default)]
pub struct IncidentIndex {
    /// When to look at it next.
    pub due_at: Option<Time>,
    /// The words by which it is found.
    pub words: Vec<SearchText>,
}

/// An answer that was given.
pub struct StoredReply {
    /// The digest of the request it was given to.
    pub digest: String,
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: String,
}

impl Store {
    /// Takes the log's lock. Nobody else appends until the batch is committed or dropped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch(&self) -> Result<WriteBatch, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let row = sqlx::query("UPDATE vendor SET seq = seq WHERE id = 1 RETURNING seq, reference")
            .fetch_one(&mut *transaction)
            .await?;
        let last = seq_of(row.try_get(0)?);
        let reference = row.try_get(1)?;
        let components = read::components(&mut transaction).await?;
        let components = components.into_iter().map(|component| (component.id.clone(), component)).collect();
        Ok(WriteBatch {
            transaction,
            kind: self.kind,
            last,
            reference,
            state: State { components, ..State::default() },
            absent: BTreeSet::new(),
            known_accounts: BTreeSet::new(),
            staff: None,
            changed: BTreeMap::new(),
            changed_components: BTreeSet::new(),
            changed_accounts: BTreeSet::new(),
            starts: (last, reference),
        })
    }
}

impl WriteBatch {
    /// Brings an incident's facts into [`WriteBatch::state`], if it exists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&mut self, id: IncidentId) -> Result<(), StoreError> {
        if self.state.incidents.contains_key(&id) || self.absent.contains(&id) {
            return Ok(());
        }
        let row = sqlx::query("SELECT facts FROM incidents WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *self.transaction)
            .await?;
        match row {
            Some(row) => {
                let incident: Incident = serde_json::from_str(row.try_get(0)?)?;
                self.state.incidents.insert(id, incident);
            }
            None => drop(self.absent.insert(id)),
        }
        Ok(())
    }

    /// The report that opened an incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn report(&mut self, incident: IncidentId) -> Result<Option<Box<Report>>, StoreError> {
        let row = sqlx::query("SELECT body FROM events WHERE incident = $1 ORDER BY seq LIMIT 1")
            .bind(incident.to_string())
            .fetch_optional(&mut *self.transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let first: Event = serde_json::from_str(row.try_get(0)?)?;
        Ok(match first.change {
            Change::Declared { report, .. } => Some(report),
            _ => None,
        })
    }

    /// Brings in the incidents that were merged into this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_merged(&mut self, into: IncidentId) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT id FROM incidents WHERE merged_into = $1")
            .bind(into.to_string())
            .fetch_all(&mut *self.transaction)
            .await?;
        for row in rows {
            if let Some(id) = IncidentId::parse(row.try_get(0)?) {
                self.load(id).await?;
            }
        }
        Ok(())
    }

    /// Brings what was agreed with an account beyond the configuration into [`WriteBatch::state`], if anything was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_terms(&mut self, account: &AccountId) -> Result<(), StoreError> {
        if !self.known_accounts.insert(account.clone()) {
            return Ok(());
        }
        let row = sqlx::query("SELECT terms FROM accounts WHERE id = $1")
            .bind(account.as_str().to_owned())
            .fetch_optional(&mut *self.transaction)
            .await?;
        if let Some(row) = row {
            let terms: Terms = serde_json::from_str(row.try_get(0)?)?;
            self.state.terms.insert(account.clone(), terms);
        }
        Ok(())
    }

    /// Everybody of staff, as they were when this batch first asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn staff(&mut self) -> Result<&[StaffMember], StoreError> {
        let staff = match self.staff.take() {
            Some(staff) => staff,
            None => everybody(&mut self.transaction).await?,
        };
        Ok(self.staff.insert(staff))
    }

    /// Whether a command of this id is in the log already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_incident(&mut self, id: IncidentId) -> Result<bool, StoreError> {
        self.load(id).await?;
        Ok(self.state.incidents.contains_key(&id))
    }

    /// The answer that this person's key got, if it got one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reply(&mut self, person: &str, key: CommandId) -> Result<Option<StoredReply>, StoreError> {
        let row = sqlx::query("SELECT digest, status, body FROM replies WHERE person = $1 AND command = $2")
            .bind(person.to_owned())
            .bind(key.to_string())
            .fetch_optional(&mut *self.transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let status: i64 = row.try_get(1)?;
        let status = u16::try_from(status).unwrap_or(500);
        Ok(Some(StoredReply { digest: row.try_get(0)?, status, body: row.try_get(2)? }))
    }

    /// Keeps the answer to this person's key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_reply(
        &mut self,
        person: &str,
        key: CommandId,
        reply: &StoredReply,
        now: Time,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO replies (person, command, digest, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(person.to_owned())
            .bind(key.to_string())
            .bind(reply.digest.clone())
            .bind(i64::from(reply.status))
            .bind(reply.body.clone())
            .bind(now.0)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Folds events in and writes them down. They are numbered from [`WriteBatch::last`] on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append(&mut self, events: &[Event]) -> Result<(), StoreError> {
        for event in events {
            self.state.apply(event);
            self.last = event.seq;
            if let Some(id) = event.incident {
                self.absent.remove(&id);
                self.changed.insert(id, event.seq);
            }
            match &event.change {
                Change::ComponentDefined(component) => drop(self.changed_components.insert(component.id.clone())),
                Change::ComponentMoved { component, .. } => drop(self.changed_components.insert(component.clone())),
                Change::EngagementSet { account, .. } => {
                    self.known_accounts.insert(account.clone());
                    self.changed_accounts.insert(account.clone());
                }
                _ => {}
            }
            sqlx::query("INSERT INTO events (seq, command, incident, at, body) VALUES ($1, $2, $3, $4, $5)")
                .bind(number(event.seq))
                .bind(event.command.to_string())
                .bind(event.incident.map(|id| id.to_string()))
                .bind(event.at.0)
                .bind(serde_json::to_string(event)?)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
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
        search::write(&mut self.transaction, self.kind, &id, derived.words).await
    }

    /// Makes it durable, and gives the last event's number. What stands beside the facts is `derived` from them.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch has happened.
    pub async fn commit(mut self, derived: impl Fn(&Incident) -> IncidentIndex + Send) -> Result<Seq, StoreError> {
        for (id, seq) in std::mem::take(&mut self.changed) {
            if let Some(incident) = self.state.incidents.get(&id) {
                let IncidentIndex { due_at, words } = derived(incident);
                write_incident(&mut self.transaction, incident, seq, due_at).await?;
                search::write(&mut self.transaction, self.kind, &id.to_string(), words).await?;
            }
        }
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

async fn write_incident(
    connection: &mut AnyConnection,
    incident: &Incident,
    seq: Seq,
    due_at: Option<Time>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO incidents (id, facts, is_open, is_public, opened_at, ended_at, seq, is_sealed, merged_into, due_at, \
         reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET facts = excluded.facts, \
         is_open = excluded.is_open, is_public = excluded.is_public, opened_at = excluded.opened_at, \
         ended_at = excluded.ended_at, seq = excluded.seq, is_sealed = excluded.is_sealed, \
         merged_into = excluded.merged_into, due_at = excluded.due_at, reference = excluded.reference",
    )
    .bind(incident.id.to_string())
    .bind(serde_json::to_string(incident)?)
    .bind(i64::from(incident.is_open()))
    .bind(i64::from(incident.publication.is_some()))
    .bind(incident.opened_at.0)
    .bind(incident.resolved_at.map(|at| at.0))
    .bind(number(seq))
    .bind(i64::from(incident.seal.is_some()))
    .bind(incident.merged_into.map(|id| id.to_string()))
    .bind(due_at.map(|at| at.0))
    .bind(incident.reference.clone())
    .execute(&mut *connection)
    .await?;
    for stake in &incident.stakes {
        sqlx::query(
            "INSERT INTO stakes (account, incident) VALUES ($1, $2) ON CONFLICT (account, incident) DO NOTHING",
        )
        .bind(stake.account.id.as_str().to_owned())
        .bind(incident.id.to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
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

pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn seq_of(number: i64) -> Seq {
    Seq::try_from(number).unwrap_or_default()
}
