//! How far each connector has come in the log, and whether it rests. Durable, so that a restart neither skips nor begins
//! anew.

use callpoint_core::model::{id::Seq, time::Time};
use sqlx::Row as _;

use super::{
    Store, StoreError,
    log::{number, seq_of},
};

/// Until when a connector sends nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectorRest {
    /// Until then.
    pub until: Option<Time>,
    /// Why it is parked; empty where it only waits.
    pub parked: String,
}

impl Store {
    /// The last event that this connector has dealt with; one that is new begins with what happens from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connector(&self, name: &str) -> Result<Seq, StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO connectors (name, seq) SELECT CAST($1 AS TEXT), seq FROM vendor WHERE id = 1 \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name.to_owned())
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query("SELECT seq FROM connectors WHERE name = $1")
            .bind(name.to_owned())
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(seq_of(row.try_get(0)?))
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

    /// Lets it rest, or go on at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rest_connector(&self, name: &str, rest: &ConnectorRest) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE connectors SET rests_until = $1, parked = $2 WHERE name = $3")
            .bind(rest.until.map(|until| until.0))
            .bind(rest.parked.clone())
            .bind(name.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Lets a connector go on at once with all that waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_connector(&self, connector: &str, now: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE connectors SET rests_until = NULL, parked = '' WHERE name = $1")
            .bind(connector.to_owned())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE deliveries SET due_at = $1 WHERE connector = $2 AND state = 'waiting' AND due_at > $1")
            .bind(now.0)
            .bind(connector.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Until when it rests, if it does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connector_rest(&self, name: &str) -> Result<ConnectorRest, StoreError> {
        let row = sqlx::query("SELECT rests_until, parked FROM connectors WHERE name = $1")
            .bind(name.to_owned())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(ConnectorRest::default()) };
        Ok(ConnectorRest { until: row.try_get::<Option<i64>, _>(0)?.map(Time), parked: row.try_get(1)? })
    }
}
