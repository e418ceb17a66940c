//! What can go wrong with a database, with a variant of its own where people can do something about it.

use callpoint_core::{
    model::id::Seq,
    wire::error::{ApiError, ErrorCode},
};
use sqlx::sqlite::SqliteError;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed or is away.
    #[error("the database reported an error: {0}")]
    Database(sqlx::Error),
    /// SQLite finds something else in the file.
    #[error("the file is not an SQLite database, or is encrypted")]
    NotADatabase,
    /// SQLite finds the file broken.
    #[error("the file is damaged ({0}): put a backup in its place, or try `sqlite3 FILE .recover`")]
    Damaged(sqlx::Error),
    /// The file, its folder or its file system lets nobody write.
    #[error("the database can be read but not written: it must be writable, and so must its folder ({0})")]
    ReadOnly(sqlx::Error),
    /// There is no room for it.
    #[error("the disk is full ({0})")]
    Full(sqlx::Error),
    /// It could not be opened.
    #[error("{database}: {error}")]
    Open {
        /// Which, without a password.
        database: String,
        /// Why.
        error: Box<Self>,
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
    /// It has not answered for a while.
    #[error("the database is away")]
    Away,
    /// The database took too long.
    #[error("the database did not answer in time")]
    TimedOut,
    /// What is stored can't be read.
    #[error("a stored row can't be read: {0}")]
    Row(#[from] serde_json::Error),
    /// The address names no database that we know.
    #[error("`{0}` isn't a database address: use sqlite:FILE or postgres://…")]
    Address(String),
    /// It was made before the first release.
    #[error(
        "the database was created by a development version of Callpoint, which this version can't read: set `database` \
         to a new one, or delete this one"
    )]
    Development,
    /// The tables can't be brought up to date.
    #[error("the database can't be updated: {0}")]
    Migration(Box<sqlx::migrate::MigrateError>),
    /// It has migrations that this version does not know.
    #[error("the database was created by a newer version of Callpoint (migration {0}): update Callpoint")]
    Newer(i64),
    /// No randomness for a token.
    #[error("the system's random source failed: {0}")]
    Randomness(getrandom::Error),
}

/// Result codes of SQLite; the low byte of what it reports.
const SQLITE_READONLY: i32 = 8;
const SQLITE_FULL: i32 = 13;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_NOTADB: i32 = 26;

/// What PostgreSQL says where there is no room, and where it only reads.
const POSTGRES_FULL: &str = "53100";
const POSTGRES_READONLY: &str = "25006";

impl StoreError {
    /// What went wrong, wherever it did.
    #[must_use]
    pub fn cause(&self) -> &Self {
        match self {
            Self::NoTransaction(error) | Self::Open { error, .. } => error.cause(),
            other => other,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlite = error.as_database_error().filter(|error| error.try_downcast_ref::<SqliteError>().is_some());
        let code = sqlite.and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<i32>().ok());
        let state = error.as_database_error().filter(|_| sqlite.is_none()).and_then(sqlx::error::DatabaseError::code);
        match state.as_deref() {
            Some(POSTGRES_FULL) => return Self::Full(error),
            Some(POSTGRES_READONLY) => return Self::ReadOnly(error),
            _ => {}
        }
        match code.map(|code| code & 0xff) {
            Some(SQLITE_FULL) => Self::Full(error),
            Some(SQLITE_NOTADB) => Self::NotADatabase,
            Some(SQLITE_CORRUPT) => Self::Damaged(error),
            Some(SQLITE_READONLY) => Self::ReadOnly(error),
            _ => Self::Database(error),
        }
    }
}

/// A database that does not answer, or not as it should: the client keeps its words and tries again. What is wrong is
/// for the log alone.
impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database failed");
        match error {
            StoreError::Row(_) | StoreError::Randomness(_) => ErrorCode::Internal.into(),
            _ => ErrorCode::Unavailable.into(),
        }
    }
}
