//! How much there is of what, for whoever looks after the server. What is sealed is counted nowhere: that there is
//! something would show.

use std::collections::BTreeMap;

use callpoint_core::model::time::Time;
use sqlx::Row as _;

use super::{Store, StoreError};

/// How much waits somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// What waits to be taken.
    pub waiting: i64,
    /// Since when the oldest of it does.
    pub since: Option<Time>,
    /// What waits for somebody to ask for it.
    pub parked: i64,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Open incidents that the public sees.
    pub open_public: i64,
    /// Those that it does not see.
    pub open_private: i64,
    /// Messages, by the name of their connector.
    pub deliveries: BTreeMap<String, Backlog>,
    /// Mails.
    pub mails: Backlog,
}

impl Store {
    /// Counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        let mut figures = Figures::default();
        let rows = sqlx::query(
            "SELECT is_public, COUNT(*) FROM incidents WHERE is_open = 1 AND is_sealed = 0 GROUP BY is_public",
        )
        .fetch_all(&self.readers)
        .await?;
        for row in &rows {
            let public = row.try_get::<i64, _>(0)? != 0;
            *(if public { &mut figures.open_public } else { &mut figures.open_private }) += row.try_get::<i64, _>(1)?;
        }
        let rows = sqlx::query(
            "SELECT connector, COUNT(deliveries.due_at), \
             MIN(CASE WHEN deliveries.due_at IS NOT NULL THEN queued_at END), \
             COUNT(CASE WHEN state = 'parked' THEN 1 END) \
             FROM deliveries JOIN incidents ON incidents.id = deliveries.incident \
             WHERE is_sealed = 0 AND (deliveries.due_at IS NOT NULL OR state = 'parked') GROUP BY connector",
        )
        .fetch_all(&self.readers)
        .await?;
        for row in &rows {
            let since = row.try_get::<Option<i64>, _>(2)?.map(Time);
            let backlog = Backlog { waiting: row.try_get(1)?, since, parked: row.try_get(3)? };
            figures.deliveries.insert(row.try_get(0)?, backlog);
        }
        let row = sqlx::query(
            "SELECT COUNT(*), MIN(queued_at) FROM mails JOIN events ON events.seq = mails.seq \
             JOIN incidents ON incidents.id = events.incident WHERE mails.due_at IS NOT NULL AND is_sealed = 0",
        )
        .fetch_one(&self.readers)
        .await?;
        figures.mails =
            Backlog { waiting: row.try_get(0)?, since: row.try_get::<Option<i64>, _>(1)?.map(Time), parked: 0 };
        Ok(figures)
    }
}
