//! The only module with SQL. One text serves SQLite and PostgreSQL; it must know nothing of HTTP or of who may see
//! what.

mod connectors;
mod due;
mod log;
mod migrate;
mod read;
mod staff;
mod words;

use std::{str::FromStr as _, time::Duration};

pub use connectors::Cursor;
pub use log::{Batch, Derived, StoredReply};
pub use read::{Page, Scope};
pub use staff::{Invite, StaffMember};
pub use words::Words;

use sqlx::{
    Any, AnyPool, Executor as _, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed or is away.
    #[error("the database reported an error: {0}")]
    Database(#[from] sqlx::Error),
    /// What is stored can't be read.
    #[error("a stored row can't be read: {0}")]
    Row(#[from] serde_json::Error),
    /// The address names no database that we know.
    #[error("`{0}` isn't a database address: use sqlite:FILE or postgres://…")]
    Address(String),
    /// A migration was changed after it had run.
    #[error("the database was created by a newer version of Callpoint (migration {0}): update Callpoint")]
    Newer(i64),
    /// No randomness for a token.
    #[error("the system's random source failed: {0}")]
    Randomness(getrandom::Error),
}

/// Which database is behind it, where the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    kind: Kind,
}

impl Store {
    /// Opens the database at `address`, creating an SQLite file that is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When it can't be reached or was made by a later version.
    pub async fn open(address: &str, first_reference: i64) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let kind = kind(address)?;
        let options = AnyConnectOptions::from_str(&full_address(address, kind))?;
        let pool = AnyPoolOptions::new()
            .max_connections(if kind == Kind::Sqlite { 4 } else { 10 })
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if kind == Kind::Sqlite {
                        connection.execute("PRAGMA busy_timeout = 10000").await?;
                        connection.execute("PRAGMA journal_mode = WAL").await?;
                        connection.execute("PRAGMA synchronous = FULL").await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        let store = Self { pool, kind };
        store.migrate(first_reference).await?;
        Ok(store)
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Fault> {
        self.head().await.map(drop)
    }

    /// Waits until every connection has given back what it holds, and closes.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A view of one moment: everything read through it belongs together.
    async fn moment(&self) -> Result<Transaction<'static, Any>, Fault> {
        Ok(match self.kind {
            Kind::Sqlite => self.pool.begin().await?,
            Kind::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        })
    }
}

fn kind(address: &str) -> Result<Kind, Fault> {
    match address.split_once(':') {
        Some(("sqlite", _)) => Ok(Kind::Sqlite),
        Some(("postgres" | "postgresql", _)) => Ok(Kind::Postgres),
        _ => Err(Fault::Address(address.to_owned())),
    }
}

fn full_address(address: &str, kind: Kind) -> String {
    match kind {
        Kind::Sqlite if !address.contains('?') => format!("{address}?mode=rwc"),
        _ => address.to_owned(),
    }
}
