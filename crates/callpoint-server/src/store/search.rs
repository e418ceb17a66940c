//! The texts by which incidents are found: full-text search of either database, over rows that each belong to one
//! scope. The caller decides which words stand in which scope; a query looks at the scopes that it is given alone.

use callpoint_core::model::incident::Incident;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::{DatabaseKind, Store, StoreError, read::incidents};

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

/// Brings an incident's rows up to date; does nothing where they are.
pub(super) async fn write(
    connection: &mut AnyConnection,
    kind: DatabaseKind,
    incident: &str,
    mut words: Vec<SearchText>,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT scope, body FROM words WHERE incident = $1")
        .bind(incident.to_owned())
        .fetch_all(&mut *connection)
        .await?;
    let known = rows.iter().map(|row| Ok(SearchText { scope: row.try_get(0)?, body: row.try_get(1)? }));
    let mut known: Vec<SearchText> = known.collect::<Result<_, StoreError>>()?;
    known.sort();
    words.sort();
    if known == words {
        return Ok(());
    }
    if kind == DatabaseKind::Sqlite {
        sqlx::query("DELETE FROM words_found WHERE rowid IN (SELECT id FROM words WHERE incident = $1)")
            .bind(incident.to_owned())
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("DELETE FROM words WHERE incident = $1").bind(incident.to_owned()).execute(&mut *connection).await?;
    for SearchText { scope, body } in words {
        let row = sqlx::query("INSERT INTO words (incident, scope, body) VALUES ($1, $2, $3) RETURNING id")
            .bind(incident.to_owned())
            .bind(scope)
            .bind(body.clone())
            .fetch_one(&mut *connection)
            .await?;
        if kind == DatabaseKind::Sqlite {
            sqlx::query("INSERT INTO words_found (rowid, body) VALUES ($1, $2)")
                .bind(row.try_get::<i64, _>(0)?)
                .bind(body)
                .execute(&mut *connection)
                .await?;
        }
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
