//! The texts by which incidents are found: full-text search of either database, over rows that each belong to one
//! scope. The caller decides which words stand in which scope; a query looks at the scopes that it is given alone.

use std::collections::BTreeMap;

use callpoint_core::model::incident::Incident;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{
    DatabaseKind, Store, StoreError,
    read::incidents,
    rows::{insert, of_keys},
};

/// How many rows a query looks at, the latest first.
const CANDIDATES: i64 = 200;

/// What somebody of a scope may find an incident by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchText {
    /// Whose: one word of the caller's own making.
    pub scope: String,
    /// Letters and digits, separated by spaces.
    pub body: String,
}

/// What an incident is found by.
pub(super) struct FoundBy {
    pub incident: String,
    /// Whether there may be rows of it already.
    pub known: bool,
    pub words: Vec<SearchText>,
}

/// Brings incidents' rows up to date; does nothing where they are.
pub(super) async fn write(
    connection: &mut AnyConnection,
    kind: DatabaseKind,
    mut found: Vec<FoundBy>,
) -> Result<(), StoreError> {
    let keys: Vec<_> = found.iter().filter(|found| found.known).map(|found| [found.incident.clone()]).collect();
    let mut written: BTreeMap<String, Vec<SearchText>> = BTreeMap::new();
    for row in of_keys(connection, "SELECT incident, scope, body FROM words WHERE", ["incident"], &keys, "").await? {
        let text = SearchText { scope: row.try_get(1)?, body: row.try_get(2)? };
        written.entry(row.try_get(0)?).or_default().push(text);
    }
    found.retain_mut(|FoundBy { incident, words, .. }| {
        words.sort();
        let mut known = written.remove(incident).unwrap_or_default();
        known.sort();
        known != *words
    });
    let old = found.iter().filter(|found| found.known).map(|found| [found.incident.clone()]).collect::<Vec<_>>();
    if kind == DatabaseKind::Sqlite {
        let before = "DELETE FROM words_found WHERE rowid IN (SELECT id FROM words WHERE";
        of_keys(connection, before, ["incident"], &old, ")").await?;
    }
    of_keys(connection, "DELETE FROM words WHERE", ["incident"], &old, "").await?;
    let new: Vec<_> = found.iter().map(|found| [found.incident.clone()]).collect();
    let rows = found.into_iter().flat_map(|FoundBy { incident, words, .. }| {
        words.into_iter().map(move |text| [incident.clone().into(), text.scope.into(), text.body.into()])
    });
    insert(connection, "INSERT INTO words (incident, scope, body)", rows.collect(), "").await?;
    if kind == DatabaseKind::Sqlite {
        let before = "INSERT INTO words_found (rowid, body) SELECT id, body FROM words WHERE";
        of_keys(connection, before, ["incident"], &new, "").await?;
    }
    Ok(())
}

impl Store {
    /// Incidents that any of these words finds in one of these scopes (none: in all of them), the latest first. Not by
    /// the databases' own ranks: those weigh a word by how often it stands in anybody's rows. The words must be letters and digits; the last one may be unfinished.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, words: &[String], scopes: Option<&[String; 2]>) -> Result<Vec<Incident>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let (text, expression) = match self.kind {
            DatabaseKind::Sqlite => (IN_SQLITE, expression(words, "\"", " OR ", "*")),
            DatabaseKind::Postgres => (IN_POSTGRES, expression(words, "'", " | ", ":*")),
        };
        let all = i64::from(scopes.is_none());
        let [one, two] = scopes.cloned().unwrap_or_default();
        let query = sqlx::query(AssertSqlSafe(text)).bind(expression).bind(all).bind(one).bind(two);
        let rows = query.bind(CANDIDATES).fetch_all(&self.readers).await?;
        let mut found: Vec<Incident> = Vec::new();
        for incident in incidents(&rows)? {
            if found.iter().all(|known| known.id != incident.id) {
                found.push(incident);
            }
        }
        Ok(found)
    }
}

const IN_SQLITE: &str = "SELECT incidents.facts FROM words_found JOIN words ON words.id = words_found.rowid \
    JOIN incidents ON incidents.id = words.incident WHERE words_found MATCH $1 \
    AND ($2 = 1 OR words.scope = $3 OR words.scope = $4) \
    ORDER BY incidents.opened_at DESC, incidents.id DESC LIMIT $5";

const IN_POSTGRES: &str = "SELECT incidents.facts FROM words JOIN incidents ON incidents.id = words.incident \
    WHERE words.found @@ to_tsquery('callpoint', $1) AND ($2 = 1 OR words.scope = $3 OR words.scope = $4) \
    ORDER BY incidents.opened_at DESC, incidents.id DESC LIMIT $5";

/// The words as either database's query: quoted, so that none of them is an operator.
fn expression(words: &[String], quote: &str, or: &str, unfinished: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
    quoted.join(or) + unfinished
}
