//! How far each connector has come in the log. Durable, so that a restart neither skips nor begins anew.

use callpoint_core::model::id::Seq;
use sqlx::Row as _;

use super::{
    Store, StoreError,
    log::{number, seq_of},
};

/// Where a connector stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorCursor {
    /// The last event that it has dealt with.
    pub seq: Seq,
    /// The digest of the address that said that it is gone, if one did.
    pub gone: Option<String>,
}

impl Store {
    /// Where this connector stands; one that is new begins with what happens from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connector(&self, name: &str) -> Result<ConnectorCursor, StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO connectors (name, seq) SELECT CAST($1 AS TEXT), seq FROM vendor WHERE id = 1 \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name.to_owned())
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query("SELECT seq, gone FROM connectors WHERE name = $1")
            .bind(name.to_owned())
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(ConnectorCursor { seq: seq_of(row.try_get(0)?), gone: row.try_get(1)? })
    }

    /// Notes that it has dealt with everything up to this event. Never goes back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_connector(&self, name: &str, seq: Seq) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE connectors SET seq = $1 WHERE name = $2 AND seq < $1")
            .bind(number(seq))
            .bind(name.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Notes that the address of this digest wants to hear nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_connector(&self, name: &str, address: &str) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE connectors SET gone = $1 WHERE name = $2")
            .bind(address.to_owned())
            .bind(name.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }
}
