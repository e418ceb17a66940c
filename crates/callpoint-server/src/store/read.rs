//! Reading: what is known at one moment. Rows are narrowed here for speed; whether somebody may see them is decided
//! by the core afterwards.

use callpoint_core::{
    model::{
        component::Component,
        event::Event,
        id::{AccountId, IncidentId, Seq},
        incident::Incident,
        person::Seal,
        time::Time,
    },
    rules::state::State,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    Store, StoreError,
    log::{number, seq_of},
};

/// Which incidents are worth reading for somebody; never what they may see.
#[derive(Clone, Debug)]
pub enum IncidentScope {
    /// Those with a public face.
    Public,
    /// Those, and those with a stake of this account.
    Account(AccountId),
    /// Those with a stake of this account alone.
    Stakes(AccountId),
    /// All.
    All,
}

/// Where a page of incidents ends: earlier ones follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncidentCursor {
    /// When the last incident of the page before was opened.
    pub opened_at: Time,
    /// Its id.
    pub id: IncidentId,
}

/// Which rows are in scope: `$1` is 1 for all, 2 for an account's alone; `$2` is the account.
const CONCERNS: &str =
    "($1 = 1 OR ($1 = 0 AND is_public = 1) OR id IN (SELECT incident FROM stakes WHERE account = $2))";

impl IncidentScope {
    fn binds(&self) -> (i64, String) {
        match self {
            Self::Public => (0, String::new()),
            Self::Account(account) => (0, account.as_str().to_owned()),
            Self::Stakes(account) => (2, account.as_str().to_owned()),
            Self::All => (1, String::new()),
        }
    }
}

impl Store {
    /// The last event's number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn head(&self) -> Result<Seq, StoreError> {
        let row = sqlx::query("SELECT seq FROM vendor WHERE id = 1").fetch_one(&self.readers).await?;
        Ok(seq_of(row.try_get(0)?))
    }

    /// The state as of now, with the incidents that are open to somebody, or ended after `since` and have not merely
    /// been public.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, scope: &IncidentScope, since: Time) -> Result<(Seq, State), StoreError> {
        let (all, account) = scope.binds();
        let mut reading = self.read_transaction().await?;
        let seq = head_seq(&mut reading).await?;
        let components = components(&mut reading).await?;
        let text = format!(
            "SELECT facts FROM incidents WHERE (ended_at IS NULL AND {CONCERNS}) OR ((is_open = 1 OR ended_at >= $3) \
             AND ($1 = 1 OR id IN (SELECT incident FROM stakes WHERE account = $2)))"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(all)
            .bind(account)
            .bind(since.0)
            .fetch_all(&mut *reading)
            .await?;
        reading.end().await?;
        Ok((seq, State::of(components, incidents(&rows)?)))
    }

    /// Incidents that may concern somebody, the latest first, from where a page before ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(
        &self,
        scope: &IncidentScope,
        before: Option<IncidentCursor>,
        limit: i64,
    ) -> Result<Vec<Incident>, StoreError> {
        let (all, account) = scope.binds();
        let (opened_at, id) = before.map_or((i64::MAX, String::new()), |page| (page.opened_at.0, page.id.to_string()));
        let text = format!(
            "SELECT facts FROM incidents WHERE {CONCERNS} AND (opened_at < $3 OR (opened_at = $3 AND id < $4)) \
             ORDER BY opened_at DESC, id DESC LIMIT $5"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(all).bind(account).bind(opened_at).bind(id);
        incidents(&query.bind(limit).fetch_all(&self.readers).await?)
    }

    /// One incident and all its events and those of what was merged into it, in order and as of one moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn thread(&self, id: IncidentId) -> Result<Option<(Seq, Incident, Vec<Event>)>, StoreError> {
        let mut reading = self.read_transaction().await?;
        let seq = head_seq(&mut reading).await?;
        let facts = sqlx::query("SELECT facts FROM incidents WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *reading)
            .await?;
        let Some(facts) = facts else {
            reading.end().await?;
            return Ok(None);
        };
        let rows = sqlx::query(
            "WITH RECURSIVE family (id) AS (SELECT CAST($1 AS TEXT) \
             UNION SELECT incidents.id FROM incidents JOIN family ON incidents.merged_into = family.id) \
             SELECT body FROM events WHERE incident IN (SELECT id FROM family) ORDER BY seq",
        )
        .bind(id.to_string())
        .fetch_all(&mut *reading)
        .await?;
        reading.end().await?;
        Ok(Some((seq, serde_json::from_str(facts.try_get(0)?)?, events(&rows)?)))
    }

    /// One incident's facts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError> {
        let row = sqlx::query("SELECT facts FROM incidents WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).transpose()
    }

    /// The facts of the incident that people call so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_reference(&self, reference: &str) -> Result<Option<Incident>, StoreError> {
        let row = sqlx::query("SELECT facts FROM incidents WHERE reference = $1")
            .bind(reference.to_owned())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).transpose()
    }

    /// The incidents that are sealed now and to which something happened after `seq`: among them all that were
    /// sealed since then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_after(&self, seq: Seq) -> Result<Vec<(IncidentId, Seal)>, StoreError> {
        let rows = sqlx::query("SELECT facts FROM incidents WHERE is_sealed = 1 AND seq > $1")
            .bind(number(seq))
            .fetch_all(&self.readers)
            .await?;
        Ok(incidents(&rows)?.into_iter().filter_map(|incident| Some((incident.id, incident.seal?))).collect())
    }

    /// The sealed incidents of an account to which whoever signs in with this address was invited.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitations(&self, account: &AccountId, email: &str) -> Result<Vec<IncidentId>, StoreError> {
        let text = "SELECT facts FROM incidents JOIN stakes ON stakes.incident = incidents.id \
                    WHERE stakes.account = $1 AND is_sealed = 1";
        let rows = sqlx::query(text).bind(account.text()).fetch_all(&self.readers).await?;
        let invites = |incident: &Incident| {
            incident.seal.as_ref().is_some_and(|seal| seal.addresses.iter().any(|address| address == email))
        };
        Ok(incidents(&rows)?.into_iter().filter(invites).map(|incident| incident.id).collect())
    }

    /// Up to `limit` events after `seq`, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events_after(&self, seq: Seq, limit: i64) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query("SELECT body FROM events WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(number(seq))
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        events(&rows)
    }

    /// Incidents with a public face that were going on at or after `since`, and began before `until`; the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_between(&self, since: Time, until: Time) -> Result<Vec<Incident>, StoreError> {
        let rows = sqlx::query(
            "SELECT facts FROM incidents WHERE is_public = 1 AND (ended_at IS NULL OR ended_at >= $1) AND opened_at < $2 \
             ORDER BY opened_at DESC, id DESC",
        )
        .bind(since.0)
        .bind(until.0)
        .fetch_all(&self.readers)
        .await?;
        incidents(&rows)
    }

    /// When the earliest incident with a public face began that nobody sealed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_public(&self) -> Result<Option<Time>, StoreError> {
        let text = "SELECT opened_at FROM incidents WHERE is_public = 1 AND is_sealed = 0 ORDER BY opened_at LIMIT 1";
        let row = sqlx::query(text).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.map(Time))
    }

    /// Every event of an incident, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timeline(&self, id: IncidentId) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query("SELECT body FROM events WHERE incident = $1 ORDER BY seq")
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await?;
        events(&rows)
    }

    /// Every event, in order, of the incidents with a public face that are going on, or began at or after `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_timelines(&self, since: Time) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM events WHERE incident IN (SELECT id FROM incidents WHERE is_public = 1 \
             AND (ended_at IS NULL OR opened_at >= $1)) ORDER BY seq",
        )
        .bind(since.0)
        .fetch_all(&self.readers)
        .await?;
        events(&rows)
    }

    /// Every component, in order of position.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn components(&self) -> Result<Vec<Component>, StoreError> {
        let mut reading = self.read_transaction().await?;
        let components = components(&mut reading).await?;
        reading.end().await?;
        Ok(components)
    }

    /// Everything that is folded, as the tables hold it: for the check that they equal the fold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn everything(&self) -> Result<(Seq, State), StoreError> {
        let (seq, mut state) = self.current(&IncidentScope::All, Time(i64::MIN)).await?;
        for row in sqlx::query("SELECT id, terms FROM accounts").fetch_all(&self.readers).await? {
            if let Some(account) = AccountId::parse(row.try_get(0)?) {
                state.terms.insert(account, serde_json::from_str(row.try_get(1)?)?);
            }
        }
        Ok((seq, state))
    }
}

async fn head_seq(connection: &mut AnyConnection) -> Result<Seq, StoreError> {
    let row = sqlx::query("SELECT seq FROM vendor WHERE id = 1").fetch_one(connection).await?;
    Ok(seq_of(row.try_get(0)?))
}

/// Every component, in order.
pub(super) async fn components(connection: &mut AnyConnection) -> Result<Vec<Component>, StoreError> {
    let rows = sqlx::query("SELECT body FROM components ORDER BY position, id").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect()
}

pub(super) fn incidents(rows: &[AnyRow]) -> Result<Vec<Incident>, StoreError> {
    rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect()
}

pub(super) fn events(rows: &[AnyRow]) -> Result<Vec<Event>, StoreError> {
    rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect()
}
