//! Brings the tables up to date. The files are one list a database, by `sqlx::migrate!`; one that was released is never
//! changed.

use sqlx::{
    AnyConnection, Connection as _, Executor as _, Row as _,
    migrate::{MigrateError, Migrator},
};

use super::{DatabaseKind, Store, StoreError, connection::DatabaseAddress};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// A node that is lost sight of while it brings tables up to date keeps no other from starting.
const SESSION_TIMEOUT: &str = "SET idle_session_timeout = '10s'";

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(version) => Self::Newer(version),
            other => Self::Migration(Box::new(other)),
        }
    }
}

impl Store {
    pub(super) async fn migrate(&self, address: &DatabaseAddress, first_reference: i64) -> Result<(), StoreError> {
        let mut connection = address.connect().await?;
        refuse_development_tables(&mut connection, self.kind).await?;
        match self.kind {
            DatabaseKind::Sqlite => {
                // Whoever starts at the same moment waits here; PostgreSQL has a lock of its own for that.
                let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                SQLITE.run_direct(None, &mut *transaction, false).await?;
                transaction.commit().await?;
            }
            DatabaseKind::Postgres => {
                connection.execute(SESSION_TIMEOUT).await?;
                POSTGRES.run_direct(None, &mut connection, false).await?;
            }
        }
        connection.close().await?;
        let mut transaction = self.writer.begin().await?;
        sqlx::query("INSERT INTO vendor (id, seq, reference) VALUES (1, 0, $1) ON CONFLICT (id) DO NOTHING")
            .bind(first_reference)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }
}

/// Databases from before the first release kept their own list of migrations.
async fn refuse_development_tables(connection: &mut AnyConnection, kind: DatabaseKind) -> Result<(), StoreError> {
    let found = connection
        .fetch_one(match kind {
            DatabaseKind::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'",
            DatabaseKind::Postgres => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migrations'"
            }
        })
        .await?;
    if found.try_get::<i64, _>(0)? == 0 { Ok(()) } else { Err(StoreError::Development) }
}
