//! The only module with SQL. One text serves SQLite and PostgreSQL; it must know nothing of HTTP or of who may see
//! what.

mod connection;
mod connectors;
mod due;
mod log;
mod migrate;
mod read;
mod staff;
mod words;

pub use connectors::Cursor;
pub use log::{Batch, Derived, StoredReply};
pub use read::{Page, Scope};
pub use staff::{Invite, StaffMember};
pub use words::Words;

use callpoint_core::model::id::Seq;
use connection::{Address, ReadTransaction, WriteConnection};
use sqlx::{AnyPool, sqlite::SqliteError};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed or is away.
    #[error("the database reported an error: {0}")]
    Database(sqlx::Error),
    /// SQLite finds something else in the file.
    #[error("the file is no SQLite database (or an encrypted one)")]
    NotADatabase,
    /// SQLite finds the file broken.
    #[error("the file is damaged ({0}): put a backup in its place, or try `sqlite3 FILE .recover`")]
    Damaged(sqlx::Error),
    /// The file, its folder or its file system lets nobody write.
    #[error("the database can be read but not written: it must be writable, and so must its folder ({0})")]
    ReadOnly(sqlx::Error),
    /// It could not be opened.
    #[error("{database}: {fault}")]
    Open {
        /// Which, without a password.
        database: String,
        /// Why.
        fault: Box<Self>,
    },
    /// No transaction could be begun: trying the same again at once would not help.
    #[error("nothing can be written: {0}")]
    NoTransaction(Box<Self>),
    /// A connection came with a transaction that was never ended.
    #[error("the connection still has a transaction open")]
    StillOpen,
    /// The database says that it is committed, and yet nobody else sees it.
    #[error("event {0} was committed, but no other connection sees it")]
    Unseen(Seq),
    /// The database took too long.
    #[error("the database did not answer in time")]
    TimedOut,
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

/// Result codes of SQLite; the low byte of what it reports.
const SQLITE_READONLY: i32 = 8;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_NOTADB: i32 = 26;

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let sqlite = error.as_database_error().filter(|error| error.try_downcast_ref::<SqliteError>().is_some());
        let code = sqlite.and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(SQLITE_NOTADB) => Self::NotADatabase,
            Some(SQLITE_CORRUPT) => Self::Damaged(error),
            Some(SQLITE_READONLY) => Self::ReadOnly(error),
            _ => Self::Database(error),
        }
    }
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
    readers: AnyPool,
    writer: WriteConnection,
    kind: Kind,
}

impl Store {
    /// Opens the database at `address`, creating an SQLite file that is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When it can't be reached or was made by a later version.
    pub async fn open(address: &str, first_reference: i64) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let address = Address::parse(address)?;
        let (readers, kind) = (address.readers(), address.kind);
        let store = Self { readers, writer: WriteConnection::new(address.clone()), kind };
        store.prepare(first_reference).await.map_err(|fault| address.name(fault))?;
        Ok(store)
    }

    async fn prepare(&self, first_reference: i64) -> Result<(), Fault> {
        if self.kind == Kind::Postgres {
            // The pool waits for a server that is only starting up.
            drop(self.readers.acquire().await?);
        }
        self.migrate(first_reference).await
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
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A view of one moment: everything read through it belongs together.
    async fn moment(&self) -> Result<ReadTransaction, Fault> {
        ReadTransaction::begin(&self.readers, self.kind).await
    }
}
