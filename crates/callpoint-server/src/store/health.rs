//! Whether the database answers and takes what is written, asked beside everything else: what waits for a connection, or
//! for a long query, must not look as if the database were away.

use callpoint_core::model::id::Seq;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use super::{DatabaseKind, Store, StoreError, connection::DatabaseAddress, log::seq_of};

/// A connection of its own that asks whether the database answers.
#[derive(Debug)]
pub struct DatabaseProbe {
    address: DatabaseAddress,
    connection: Option<AnyConnection>,
}

impl DatabaseProbe {
    /// The log's end, once it has answered: other processes append too.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ask(&mut self) -> Result<Seq, StoreError> {
        if let Some(mut connection) = self.connection.take()
            && let Ok(head) = log_end(&mut connection).await
        {
            self.connection = Some(connection);
            return Ok(head);
        }
        // The connection alone may have ended.
        let mut connection = self.address.connect().await?;
        let head = log_end(&mut connection).await?;
        self.connection = Some(connection);
        Ok(head)
    }

    /// Whether the database is a file of this machine, which can be slow but not away.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.address.kind == DatabaseKind::Sqlite
    }

    /// Ends its connection.
    pub async fn close(self) {
        if let Some(connection) = self.connection {
            drop(connection.close().await);
        }
    }
}

async fn log_end(connection: &mut AnyConnection) -> Result<Seq, StoreError> {
    let row = connection.fetch_one("SELECT seq FROM vendor WHERE id = 1").await?;
    Ok(seq_of(row.try_get(0)?))
}

impl Store {
    /// A connection that asks whether the database answers.
    #[must_use]
    pub fn probe(&self) -> DatabaseProbe {
        DatabaseProbe { address: self.writer.address().clone(), connection: None }
    }

    /// Writes what is there already, as durably as anything else.
    ///
    /// # Errors
    /// When nothing can be written.
    pub async fn try_to_write(&self) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE vendor SET seq = seq WHERE id = 1").execute(&mut *transaction).await?;
        transaction.commit(None).await
    }
}
