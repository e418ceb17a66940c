//! The connections: many that read, which the database itself holds to reading, and one that writes. A transaction
//! that does not end as planned takes its connection with it: what a driver believes about a connection after an error
//! is not trusted, since a lost rollback would put every later write into a transaction that never commits.

use std::{str::FromStr as _, sync::Arc, time::Duration};

use callpoint_core::model::id::Seq;
use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Executor as _, Row as _,
    any::{AnyConnectOptions, AnyPoolOptions},
    pool::PoolConnection,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{DatabaseKind, StoreError, log::seq_of};

/// How long a connection to SQLite waits for another process that writes.
const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 5000";

/// How long a transaction may take to begin: longer than another process that writes is waited for.
const BEGIN_WAIT: Duration = Duration::from_secs(12);

/// How long another process that switches the journal mode is waited for.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// PostgreSQL ends the transaction of a node that it lost sight of.
const IDLE_TIMEOUT: &str = "SET idle_in_transaction_session_timeout = '30s'";

/// And sooner where all other nodes wait for the log's lock. Between two statements a node only computes; one that was
/// frozen there writes the same again.
const WRITER_IDLE_TIMEOUT: &str = "SET idle_in_transaction_session_timeout = '3s'";

/// What is written is found by its key. A plan that was made while the tables were empty would read all of them for ever.
const BY_INDEX: &str = "SET enable_seqscan = off";

/// What every connection to one database is made from.
#[derive(Clone, Debug)]
pub(super) struct DatabaseAddress {
    options: AnyConnectOptions,
    /// As people may see it: without a password.
    name: String,
    pub kind: DatabaseKind,
}

impl DatabaseAddress {
    pub fn parse(address: &str) -> Result<Self, StoreError> {
        let kind = match address.split_once(':') {
            Some(("sqlite", _)) => DatabaseKind::Sqlite,
            Some(("postgres" | "postgresql", _)) => DatabaseKind::Postgres,
            _ => return Err(StoreError::Address(address.to_owned())),
        };
        let (full, name) = match kind {
            DatabaseKind::Sqlite if address.contains('?') => (address.to_owned(), address),
            DatabaseKind::Sqlite => (format!("{address}?mode=rwc"), address),
            DatabaseKind::Postgres => (address.to_owned(), "PostgreSQL"),
        };
        Ok(Self { options: AnyConnectOptions::from_str(&full)?, name: name.to_owned(), kind })
    }

    /// Says which database it is that could not be opened.
    pub fn name(&self, error: StoreError) -> StoreError {
        let error = match error {
            StoreError::NoTransaction(error) => error,
            error => Box::new(error),
        };
        StoreError::Open { database: self.name.clone(), error }
    }

    pub async fn connect(&self) -> Result<AnyConnection, StoreError> {
        let mut connection = AnyConnection::connect_with(&self.options).await?;
        match self.kind {
            DatabaseKind::Sqlite => {
                connection.execute(BUSY_TIMEOUT).await?;
                write_ahead(&mut connection).await?;
                connection.execute("PRAGMA synchronous = FULL").await?;
            }
            DatabaseKind::Postgres => {
                connection.execute(IDLE_TIMEOUT).await?;
                connection.execute(BY_INDEX).await?;
            }
        }
        Ok(connection)
    }

    /// Connections that can't write, opened when they are needed.
    pub fn readers(&self) -> AnyPool {
        let statements = match self.kind {
            DatabaseKind::Sqlite => [BUSY_TIMEOUT, "PRAGMA query_only = ON"],
            DatabaseKind::Postgres => [IDLE_TIMEOUT, "SET default_transaction_read_only = on"],
        };
        AnyPoolOptions::new()
            .max_connections(if self.kind == DatabaseKind::Sqlite { 4 } else { 10 })
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for statement in statements {
                        connection.execute(statement).await?;
                    }
                    Ok(())
                })
            })
            .connect_lazy_with(self.options.clone())
    }
}

/// Lets readers and the writer work beside each other. Where two processes switch the journal mode of a new database at
/// once, SQLite refuses one of them without the wait that it was asked for.
async fn write_ahead(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let end = tokio::time::Instant::now() + BUSY_WAIT;
    loop {
        match connection.execute("PRAGMA journal_mode = WAL").await {
            Err(sqlx::Error::Database(error)) if is_busy(&*error) && tokio::time::Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            switched => return switched.map(drop),
        }
    }
}

/// Whether another process was in the way. The low byte of SQLite's codes is the primary one.
fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// The one connection that writes, and who is using it.
#[derive(Clone, Debug)]
pub(super) struct WriteConnection {
    address: DatabaseAddress,
    slot: Arc<Mutex<WriterSlot>>,
}

#[derive(Debug, Default)]
struct WriterSlot {
    /// None at first, and while nobody knows what became of the last transaction.
    connection: Option<AnyConnection>,
    /// Whether a transaction has failed since the log was last seen to grow.
    in_doubt: bool,
    closed: bool,
}

impl WriteConnection {
    pub fn new(address: DatabaseAddress) -> Self {
        Self { address, slot: Arc::default() }
    }

    pub const fn address(&self) -> &DatabaseAddress {
        &self.address
    }

    /// Begins a transaction that nobody else writes beside (on PostgreSQL: nobody else of this process).
    pub async fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let mut slot = Arc::clone(&self.slot).lock_owned().await;
        if slot.closed {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let in_doubt = slot.in_doubt;
        let known = slot.connection.take();
        // Whoever waits for a database that is silent holds up all who write after them.
        let begun = tokio::time::timeout(BEGIN_WAIT, async {
            let mut connection = match known {
                Some(connection) => self.checked(connection).await?,
                None => self.connect().await?,
            };
            self.begin_on(&mut connection).await?;
            Ok(connection)
        });
        let connection = begun.await.unwrap_or(Err(StoreError::TimedOut));
        let connection = connection.map_err(|error| StoreError::NoTransaction(Box::new(error)))?;
        slot.in_doubt = true;
        Ok(WriteTransaction { connection, slot, in_doubt, address: self.address.clone() })
    }

    /// The same connection, or a new one if the server has closed it since. A file closes nothing.
    async fn checked(&self, mut connection: AnyConnection) -> Result<AnyConnection, StoreError> {
        if self.address.kind == DatabaseKind::Sqlite {
            return Ok(connection);
        }
        match connection.ping().await {
            Ok(()) => Ok(connection),
            Err(_) => self.connect().await,
        }
    }

    async fn connect(&self) -> Result<AnyConnection, StoreError> {
        let mut connection = self.address.connect().await?;
        if self.address.kind == DatabaseKind::Postgres {
            connection.execute(WRITER_IDLE_TIMEOUT).await?;
        }
        Ok(connection)
    }

    async fn begin_on(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        if self.address.kind == DatabaseKind::Sqlite {
            // Refused by SQLite itself if anything is open.
            connection.execute("BEGIN IMMEDIATE").await?;
            return Ok(());
        }
        connection.execute("BEGIN").await?;
        let row = connection.fetch_one("SELECT COUNT(pg_current_xact_id_if_assigned())").await?;
        if row.try_get::<i64, _>(0)? != 0 {
            return Err(StoreError::StillOpen);
        }
        Ok(())
    }

    /// Waits for the transaction that is open, if one is, and closes for good.
    pub async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.closed = true;
        if let Some(connection) = slot.connection.take() {
            drop(connection.close().await);
        }
    }
}

/// A transaction that writes. Unless it is committed or given up without an error, its connection is closed with it.
pub(super) struct WriteTransaction {
    connection: AnyConnection,
    slot: OwnedMutexGuard<WriterSlot>,
    in_doubt: bool,
    address: DatabaseAddress,
}

impl WriteTransaction {
    /// Makes it durable. `log_end` is the last event's number if the log has grown: after an error, another connection
    /// must see it there before anybody hears of it.
    pub async fn commit(mut self, log_end: Option<Seq>) -> Result<(), StoreError> {
        self.connection.execute("COMMIT").await?;
        let mut in_doubt = self.in_doubt;
        if let (true, Some(seq)) = (in_doubt, log_end) {
            let mut second = self.address.connect().await?;
            let row = second.fetch_one("SELECT seq FROM vendor WHERE id = 1").await?;
            if seq_of(row.try_get(0)?) < seq {
                return Err(StoreError::Unseen(seq));
            }
            drop(second.close().await);
            in_doubt = false;
        }
        self.give_back(in_doubt);
        Ok(())
    }

    /// Gives up what was written.
    pub async fn roll_back(mut self) -> Result<(), StoreError> {
        self.connection.execute("ROLLBACK").await?;
        let in_doubt = self.in_doubt;
        self.give_back(in_doubt);
        Ok(())
    }

    fn give_back(self, in_doubt: bool) {
        let Self { connection, mut slot, .. } = self;
        slot.in_doubt = in_doubt;
        slot.connection = Some(connection);
    }
}

impl std::ops::Deref for WriteTransaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl std::ops::DerefMut for WriteTransaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

/// A view of one moment: everything read through it belongs together. Unless it is ended, its connection is closed
/// with it.
pub(super) struct ReadTransaction {
    connection: PoolConnection<Any>,
    ended: bool,
}

impl ReadTransaction {
    pub async fn begin(readers: &AnyPool, kind: DatabaseKind) -> Result<Self, StoreError> {
        let mut reading = Self { connection: readers.acquire().await?, ended: false };
        reading
            .execute(match kind {
                DatabaseKind::Sqlite => "BEGIN",
                DatabaseKind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            })
            .await?;
        Ok(reading)
    }

    pub async fn end(mut self) -> Result<(), StoreError> {
        self.connection.execute("COMMIT").await?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for ReadTransaction {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

impl std::ops::Deref for ReadTransaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl std::ops::DerefMut for ReadTransaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}
