//! Many rows in one statement. A statement's text depends on how many rows it has, so only powers of two are used: each
//! text is prepared once.

use std::iter::repeat_n;

use sqlx::{AnyConnection, AssertSqlSafe, any::AnyRow};

use super::StoreError;

/// The most rows of one statement.
const MOST: usize = 64;

/// What a column holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// Writes these rows: `into` is the statement up to `VALUES`, `then` what comes after them.
pub(super) async fn insert<const COLUMNS: usize>(
    connection: &mut AnyConnection,
    into: &str,
    rows: Vec<[Value; COLUMNS]>,
    then: &str,
) -> Result<(), StoreError> {
    let (mut left, mut rows) = (rows.len(), rows.into_iter());
    while left > 0 {
        let count = MOST.min(1 << left.ilog2());
        let places = places::<COLUMNS>(mark(connection), count);
        let mut query = sqlx::query(AssertSqlSafe(format!("{into} VALUES {places} {then}")));
        for value in rows.by_ref().take(count).flatten() {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        query.execute(&mut *connection).await?;
        left -= count;
    }
    Ok(())
}

/// Runs a statement for all rows that have one of these keys in these columns, and gives what it gives: `before` is the
/// statement up to its condition, `then` what comes after that.
pub(super) async fn of_keys<const COLUMNS: usize>(
    connection: &mut AnyConnection,
    before: &str,
    columns: [&str; COLUMNS],
    keys: &[[String; COLUMNS]],
    then: &str,
) -> Result<Vec<AnyRow>, StoreError> {
    let mut found = Vec::new();
    for keys in keys.chunks(MOST) {
        let Some(last) = keys.last() else { continue };
        // The last one again and again makes no difference.
        let more = keys.len().next_power_of_two() - keys.len();
        let condition = condition(mark(connection), columns, keys.len() + more);
        let text = format!("{before} ({condition}) {then}");
        let mut query = sqlx::query(AssertSqlSafe(text));
        for part in keys.iter().chain(repeat_n(last, more)).flatten() {
            query = query.bind(part.clone());
        }
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// How a place for a value is written, given its number. Numbered places have names in SQLite, which looks each of them
/// up among all.
type Mark = fn(usize) -> String;

fn mark(connection: &AnyConnection) -> Mark {
    if connection.backend_name() == "SQLite" { |_| "?".to_owned() } else { |place| format!("${place}") }
}

/// `a = $1 AND b = $2 OR a = $3 AND b = $4` and so on: the one form for which both databases use their indices.
fn condition<const COLUMNS: usize>(mark: Mark, columns: [&str; COLUMNS], keys: usize) -> String {
    let mut text = String::new();
    for (place, column) in columns.iter().cycle().take(keys * COLUMNS).enumerate() {
        let joint = if place % COLUMNS > 0 {
            " AND "
        } else if place > 0 {
            " OR "
        } else {
            ""
        };
        for part in [joint, column, " = ", &mark(place + 1)] {
            text.push_str(part);
        }
    }
    text
}

/// `($1, $2), ($3, $4)` and so on.
fn places<const COLUMNS: usize>(mark: Mark, rows: usize) -> String {
    let mut text = String::with_capacity(rows * COLUMNS * 6);
    for place in 0..rows * COLUMNS {
        let opening = if place % COLUMNS > 0 {
            ", "
        } else if place > 0 {
            "), ("
        } else {
            "("
        };
        for part in [opening, &mark(place + 1)] {
            text.push_str(part);
        }
    }
    text + ")"
}

#[cfg(test)]
mod tests {
    use super::{condition, places};

    #[test]
    fn places_are_counted_through_all_rows() {
        let mark = |place: usize| format!("${place}");
        assert_eq!(places::<1>(mark, 1), "($1)");
        assert_eq!(places::<2>(mark, 3), "($1, $2), ($3, $4), ($5, $6)");
        assert_eq!(condition(mark, ["a"], 2), "a = $1 OR a = $2");
        assert_eq!(condition(mark, ["a", "b"], 2), "a = $1 AND b = $2 OR a = $3 AND b = $4");
    }
}
