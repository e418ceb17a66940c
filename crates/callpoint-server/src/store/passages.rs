//! What search finds incidents by: passages of what is known and said of them, each with the scopes of those who may see
//! it. The caller decides which scopes those are; a query finds nothing of others.

use std::collections::BTreeMap;

use callpoint_core::{
    model::{
        event::Event,
        id::{IncidentId, Seq},
        incident::Incident,
    },
    rules::search::Term,
};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{
    DatabaseKind, IncidentCursor, Store, StoreError, WriteBatch,
    log::number,
    read::{events, incidents},
    rows::{insert, of_keys},
};

/// How many entries of one incident are looked at for one term, the latest first.
const ENTRIES: i64 = 20;

/// So many events that were written before there was a search are brought in together.
const UNSEARCHED: i64 = 200;

/// What somebody of one of its scopes may find an incident by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The incident.
    pub incident: IncidentId,
    /// The entry; 0 for the facts.
    pub seq: Seq,
    /// Whose: words of the caller's own making, of small letters and digits, separated by spaces.
    pub scopes: String,
    /// Letters and digits, separated by spaces.
    pub body: String,
}

impl Passage {
    /// Its scopes with its incident among them: so the index finds it without looking at those of others.
    fn narrow(&self) -> String {
        [&self.scopes, " ", &incident_scope(self.incident)].concat()
    }
}

fn incident_scope(incident: IncidentId) -> String {
    ["i", &incident.to_string().replace('-', "")].concat()
}

/// Adds passages.
pub(super) async fn add(connection: &mut AnyConnection, passages: Vec<Passage>) -> Result<(), StoreError> {
    let row = |passage: Passage| {
        let scopes = passage.narrow();
        [passage.incident.to_string().into(), number(passage.seq).into(), scopes.into(), passage.body.into()]
    };
    let rows = passages.into_iter().map(row).collect();
    insert(connection, "INSERT INTO passages (incident, seq, scopes, body)", rows, "").await
}

/// Brings the passages of incidents' facts up to date; writes nothing where they are.
pub(super) async fn put_facts(
    connection: &mut AnyConnection,
    mut facts: Vec<(String, Vec<Passage>)>,
) -> Result<(), StoreError> {
    let keys: Vec<_> = facts.iter().map(|(incident, _)| [incident.clone()]).collect();
    let mut written: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let before = "SELECT incident, scopes, body FROM passages WHERE seq = 0 AND";
    for row in of_keys(connection, before, ["incident"], &keys, "").await? {
        written.entry(row.try_get(0)?).or_default().push((row.try_get(1)?, row.try_get(2)?));
    }
    let mut old = Vec::new();
    facts.retain(|(incident, passages)| {
        let Some(mut known) = written.remove(incident) else { return true };
        let mut wanted: Vec<_> = passages.iter().map(|passage| (passage.narrow(), passage.body.clone())).collect();
        known.sort();
        wanted.sort();
        if known != wanted {
            old.push([incident.clone()]);
        }
        known != wanted
    });
    of_keys(connection, "DELETE FROM passages WHERE seq = 0 AND", ["incident"], &old, "").await?;
    add(connection, facts.into_iter().flat_map(|(_, passages)| passages).collect()).await
}

impl WriteBatch {
    /// Some of the events that were written before there was a search, the latest ones, and with this batch no longer are
    /// among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_unsearched(&mut self) -> Result<Vec<Event>, StoreError> {
        let row = sqlx::query("SELECT unsearched FROM vendor WHERE id = 1").fetch_one(&mut *self.transaction).await?;
        let last: i64 = row.try_get(0)?;
        let from = last.saturating_sub(UNSEARCHED).max(0);
        if last == 0 {
            return Ok(Vec::new());
        }
        let rows = sqlx::query("SELECT body FROM events WHERE seq > $1 AND seq <= $2 ORDER BY seq")
            .bind(from)
            .bind(last)
            .fetch_all(&mut *self.transaction)
            .await?;
        sqlx::query("UPDATE vendor SET unsearched = $1 WHERE id = 1")
            .bind(from)
            .execute(&mut *self.transaction)
            .await?;
        events(&rows)
    }

    /// Brings what an incident is known by up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_facts(&mut self, id: IncidentId, facts: Vec<Passage>) -> Result<(), StoreError> {
        put_facts(&mut self.transaction, vec![(id.to_string(), facts)]).await
    }

    /// Adds what is said in events that were written before there was a search.
    pub fn put_said(&mut self, said: Vec<Passage>) {
        self.new_passages.extend(said);
    }
}

impl Store {
    /// Incidents in whose passages of these scopes all terms stand, the latest first, from where a page before ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(
        &self,
        terms: &[Term],
        scopes: &[String],
        before: Option<IncidentCursor>,
        limit: i64,
    ) -> Result<Vec<Incident>, StoreError> {
        let (opened_at, id) = before.map_or((i64::MAX, String::new()), |page| (page.opened_at.0, page.id.to_string()));
        let mut text =
            String::from("SELECT facts FROM incidents WHERE (opened_at < $1 OR (opened_at = $1 AND id < $2))");
        for place in (4..).take(terms.len()) {
            let found = self.found(place);
            text.push_str(&format!(" AND id IN (SELECT passages.incident FROM {found})"));
        }
        text.push_str(" ORDER BY opened_at DESC, id DESC LIMIT $3");
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(opened_at).bind(id).bind(limit);
        for term in terms {
            query = query.bind(self.expression(term, scopes, None));
        }
        incidents(&query.fetch_all(&self.readers).await?)
    }

    /// Leaves all that there is to be brought into the search anew, as after an upgrade from before there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_search(&self) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM passages").execute(&mut *transaction).await?;
        sqlx::query("UPDATE vendor SET unsearched = seq WHERE id = 1").execute(&mut *transaction).await?;
        transaction.commit(None).await
    }

    /// The latest entries of this incident in which a term stands, in passages of these scopes; the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn entries_with(
        &self,
        incident: IncidentId,
        term: &Term,
        scopes: &[String],
    ) -> Result<Vec<Event>, StoreError> {
        let found = self.found(1);
        let text = format!(
            "SELECT body FROM events WHERE seq IN (SELECT passages.seq FROM {found}) ORDER BY seq DESC LIMIT $2"
        );
        let query = sqlx::query(AssertSqlSafe(text)).bind(self.expression(term, scopes, Some(incident)));
        events(&query.bind(ENTRIES).fetch_all(&self.readers).await?)
    }

    /// The passages that the expression at this place of a statement finds.
    fn found(&self, place: usize) -> String {
        match self.kind {
            DatabaseKind::Sqlite => format!(
                "passages_found JOIN passages ON passages.id = passages_found.rowid WHERE passages_found MATCH ${place}"
            ),
            DatabaseKind::Postgres => format!("passages WHERE passages.found @@ to_tsquery('simple', ${place})"),
        }
    }

    /// A term in passages of these scopes, of one incident or of all, as this database's query. Every word is quoted, so
    /// that none is an operator; scopes stand in a column or have a weight of their own, so that no word is one.
    fn expression(&self, term: &Term, scopes: &[String], incident: Option<IncidentId>) -> String {
        let (quote, mark, or) = match self.kind {
            DatabaseKind::Sqlite => ("\"", "", " OR "),
            DatabaseKind::Postgres => ("'", ":A", " | "),
        };
        let any = |scopes: &[String]| {
            scopes.iter().map(|scope| [quote, scope, quote, mark].concat()).collect::<Vec<_>>().join(or)
        };
        let scopes = [Some(any(scopes)), incident.map(|id| any(&[incident_scope(id)]))];
        let scopes = scopes.into_iter().flatten();
        let star = if term.is_unfinished() { "*" } else { "" };
        match self.kind {
            DatabaseKind::Sqlite => {
                let scopes: String = scopes.map(|any| format!(" AND scopes : ({any})")).collect();
                format!("body : \"{}\"{star}{scopes}", term.words.join(" "))
            }
            DatabaseKind::Postgres => {
                let scopes: String = scopes.map(|any| format!(" & ({any})")).collect();
                let words: Vec<String> = term.words.iter().map(|word| format!("'{word}':D")).collect();
                format!("({}{star}){scopes}", words.join(" <-> "))
            }
        }
    }
}
