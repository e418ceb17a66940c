//! Whether the database answers and takes what is written, asked beside everything else: what waits for a connection, or
//! for a long query, must not look as if the database were away.

use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::{DatabaseKind, Store, StoreError, connection::DatabaseAddress};

/// A connection of its own that asks whether the database answers.
#[derive(Debug)]
pub struct DatabaseProbe {
    address: DatabaseAddress,
    connection: Option<AnyConnection>,
}

impl DatabaseProbe {
    /// Returns once it has answered.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ask(&mut self) -> Result<(), StoreError> {
        if let Some(mut connection) = self.connection.take()
            && answers(&mut connection).await.is_ok()
        {
            self.connection = Some(connection);
            return Ok(());
        }
        // The connection alone may have ended.
        let mut connection = self.address.connect().await?;
        answers(&mut connection).await?;
        self.connection = Some(connection);
        Ok(())
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

async fn answers(connection: &mut AnyConnection) -> Result<(), StoreError> {
    connection.fetch_one("SELECT seq FROM vendor WHERE id = 1").await?;
    Ok(())
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
