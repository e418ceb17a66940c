//! Appending to the log: one transaction that holds the vendor row's lock, so that numbers have no gaps and come in
//! the order of their commits.

use std::collections::{BTreeMap, BTreeSet};

use callpoint_core::{
    model::{
        event::{Change, Event},
        id::{AccountId, CommandId, ComponentId, IncidentId, Seq},
        incident::Incident,
        policy::Terms,
        report::Report,
        time::Time,
    },
    rules::state::State,
};
use sqlx::Row as _;

use super::{
    DatabaseKind, StaffMember, Store, StoreError,
    connection::WriteTransaction,
    passages::Passage,
    read,
    rows::{Value, of_keys},
    search::SearchText,
    staff::everybody,
};

/// Commands that are decided and written together.
pub struct WriteBatch {
    pub(super) transaction: WriteTransaction,
    pub(super) kind: DatabaseKind,
    /// The last event of the log, with those of this batch.
    pub last: Seq,
    /// The number that the next incident's reference gets.
    pub reference: i64,
    /// The components, and the incidents and accounts that this batch has touched so far.
    pub state: State,
    absent: BTreeSet<IncidentId>,
    /// What this batch has made: nothing of it is in any table yet.
    pub(super) created: BTreeSet<IncidentId>,
    known_replies: BTreeMap<ReplyKey, StoredReply>,
    known_accounts: BTreeSet<AccountId>,
    staff: Option<Vec<StaffMember>>,
    pub(super) changed: BTreeMap<IncidentId, Seq>,
    pub(super) changed_components: BTreeSet<ComponentId>,
    pub(super) changed_accounts: BTreeSet<AccountId>,
    pub(super) new_events: Vec<[Value; 5]>,
    pub(super) new_passages: Vec<Passage>,
    pub(super) new_replies: Vec<[Value; 6]>,
    pub(super) starts: (Seq, i64),
}

/// Whose key, and the key.
pub type ReplyKey = (String, CommandId);

/// So many events wait in memory to be written together; more are only of an import.
const EVENTS_WAITING: usize = 1024;

/// What is read for a batch all at once.
#[derive(Debug, Default)]
pub struct BatchNeeds {
    /// The keys of its writes.
    pub replies: BTreeSet<ReplyKey>,
    /// The incidents that they are about.
    pub incidents: BTreeSet<IncidentId>,
    /// The accounts whose terms hold.
    pub accounts: BTreeSet<AccountId>,
}

/// What stands beside an incident's facts, so that SQL can find it.
#[derive(Clone, Debug, Default)]
pub struct IncidentIndex {
    /// When to look at it next.
    pub due_at: Option<Time>,
    /// The words by which it is offered as what may be the same.
    pub words: Vec<SearchText>,
    /// What people know it by, as search finds it.
    pub facts: Vec<Passage>,
}

/// An answer that was given.
#[derive(Clone, Debug)]
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
            created: BTreeSet::new(),
            known_replies: BTreeMap::new(),
            known_accounts: BTreeSet::new(),
            staff: None,
            changed: BTreeMap::new(),
            changed_components: BTreeSet::new(),
            changed_accounts: BTreeSet::new(),
            new_events: Vec::new(),
            new_passages: Vec::new(),
            new_replies: Vec::new(),
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
        self.load_all(&BTreeSet::from([id])).await
    }

    async fn load_all(&mut self, ids: &BTreeSet<IncidentId>) -> Result<(), StoreError> {
        let new = ids.iter().filter(|id| !self.state.incidents.contains_key(id) && !self.absent.contains(id));
        let new: Vec<IncidentId> = new.copied().collect();
        let keys: Vec<_> = new.iter().map(|id| [id.to_string()]).collect();
        let before = "SELECT facts FROM incidents WHERE";
        for row in of_keys(&mut self.transaction, before, ["id"], &keys, "").await? {
            let incident: Incident = serde_json::from_str(row.try_get(0)?)?;
            self.state.incidents.insert(incident.id, incident);
        }
        self.absent.extend(new.into_iter().filter(|id| !self.state.incidents.contains_key(id)));
        Ok(())
    }

    /// Reads what the writes of the batch are about.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prefetch(&mut self, needs: &BatchNeeds) -> Result<(), StoreError> {
        let keys: Vec<_> = needs.replies.iter().map(|(person, key)| [person.clone(), key.to_string()]).collect();
        let before = "SELECT person, command, digest, status, body FROM replies WHERE";
        let rows = of_keys(&mut self.transaction, before, ["person", "command"], &keys, "").await?;
        for row in rows {
            if let Some(key) = CommandId::parse(row.try_get(1)?) {
                let status = u16::try_from(row.try_get::<i64, _>(3)?).unwrap_or(500);
                let reply = StoredReply { digest: row.try_get(2)?, status, body: row.try_get(4)? };
                self.known_replies.insert((row.try_get(0)?, key), reply);
            }
        }
        self.load_all(&needs.incidents).await?;
        self.load_terms(&needs.accounts).await
    }

    /// The report that opened an incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn report(&mut self, incident: IncidentId) -> Result<Option<Box<Report>>, StoreError> {
        self.write_events().await?;
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

    /// Brings what was agreed with these accounts beyond the configuration into [`WriteBatch::state`], if anything was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_terms(&mut self, accounts: &BTreeSet<AccountId>) -> Result<(), StoreError> {
        let new = accounts.difference(&self.known_accounts);
        let keys: Vec<_> = new.map(|account| [account.as_str().to_owned()]).collect();
        let before = "SELECT id, terms FROM accounts WHERE";
        for row in of_keys(&mut self.transaction, before, ["id"], &keys, "").await? {
            if let Some(account) = AccountId::parse(row.try_get(0)?) {
                let terms: Terms = serde_json::from_str(row.try_get(1)?)?;
                self.state.terms.insert(account, terms);
            }
        }
        self.known_accounts.extend(accounts.iter().cloned());
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

    /// The answer that this person's key got, if it got one. Only of those that were asked for in
    /// [`WriteBatch::prefetch`].
    #[must_use]
    pub fn reply(&self, key: &ReplyKey) -> Option<&StoredReply> {
        self.known_replies.get(key)
    }

    /// Keeps the answer to this person's key.
    pub fn keep_reply(&mut self, key: ReplyKey, reply: StoredReply, now: Time) {
        self.new_replies.push([
            key.0.clone().into(),
            key.1.to_string().into(),
            reply.digest.clone().into(),
            i64::from(reply.status).into(),
            reply.body.clone().into(),
            now.0.into(),
        ]);
        self.known_replies.insert(key, reply);
    }

    /// Folds events in, to be written down with the batch and with what is said in them. They are numbered from
    /// [`WriteBatch::last`] on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append(&mut self, events: &[Event], said: Vec<Passage>) -> Result<(), StoreError> {
        self.new_passages.extend(said);
        for event in events {
            self.state.apply(event);
            self.last = event.seq;
            if let Some(id) = event.incident {
                if self.absent.remove(&id) {
                    self.created.insert(id);
                }
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
            self.new_events.push([
                number(event.seq).into(),
                event.command.to_string().into(),
                event.incident.map(|id| id.to_string()).into(),
                event.at.0.into(),
                serde_json::to_string(event)?.into(),
            ]);
        }
        if self.new_events.len() >= EVENTS_WAITING {
            self.write_events().await?;
        }
        Ok(())
    }
}

pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn seq_of(number: i64) -> Seq {
    Seq::try_from(number).unwrap_or_default()
}
