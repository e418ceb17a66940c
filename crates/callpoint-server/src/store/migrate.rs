//! Brings the tables up to date: plain SQL files, in order, each in one transaction with the note that it ran.

use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::{DatabaseKind, Store, StoreError};

/// In order, for SQLite and for PostgreSQL; a file that was released is never changed.
const MIGRATIONS: &[[&str; 2]] = &[
    [include_str!("../../migrations/0001_log.sql"); 2],
    [include_str!("../../migrations/0002_staff.sql"); 2],
    [include_str!("../../migrations/0003_agreements.sql"); 2],
    [include_str!("../../migrations/0004_words.sqlite.sql"), include_str!("../../migrations/0004_words.postgres.sql")],
];

/// Two nodes that start at once must not both migrate; SQLite's write lock does the same for one file.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(2070190171)";

impl Store {
    pub(super) async fn migrate(&self, first_reference: i64) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        if self.kind == DatabaseKind::Postgres {
            transaction.execute(MIGRATION_LOCK).await?;
        }
        transaction.execute("CREATE TABLE IF NOT EXISTS migrations (id BIGINT NOT NULL PRIMARY KEY)").await?;
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) FROM migrations").fetch_one(&mut *transaction).await?;
        let done = usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
        if done > MIGRATIONS.len() {
            return Err(StoreError::Newer(i64::try_from(done).unwrap_or(i64::MAX)));
        }
        for (number, [in_sqlite, in_postgres]) in (1_i64..).zip(MIGRATIONS).skip(done) {
            let text = if self.kind == DatabaseKind::Sqlite { in_sqlite } else { in_postgres };
            for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
                transaction.execute(AssertSqlSafe(statement.to_owned())).await?;
            }
            sqlx::query("INSERT INTO migrations (id) VALUES ($1)").bind(number).execute(&mut *transaction).await?;
        }
        sqlx::query("INSERT INTO vendor (id, seq, reference) VALUES (1, 0, $1) ON CONFLICT (id) DO NOTHING")
            .bind(first_reference)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }
}
