//! When to look at which incident next.

use callpoint_core::model::{id::IncidentId, time::Time};
use sqlx::Row as _;

use super::{Store, StoreError};

impl Store {
    /// The incidents that are open to somebody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_incidents(&self) -> Result<Vec<IncidentId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM incidents WHERE is_open = 1").fetch_all(&self.readers).await?;
        let ids = rows.iter().map(|row| Ok(IncidentId::parse(row.try_get(0)?)));
        Ok(ids.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
    }

    /// Incidents in which something is due by now, the longest overdue first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due(&self, now: Time, limit: i64) -> Result<Vec<IncidentId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM incidents WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
            .bind(now.0)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        let ids = rows.iter().map(|row| Ok(IncidentId::parse(row.try_get(0)?)));
        Ok(ids.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
    }

    /// When the next is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self) -> Result<Option<Time>, StoreError> {
        let text = "SELECT due_at FROM incidents WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";
        let row = sqlx::query(text).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.map(Time))
    }
}
