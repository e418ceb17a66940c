//! Messages to other systems: queued with the connector's place in the log, tried when they are due, in order within each
//! incident, and kept for a while after, as the record of what became of them.

use callpoint_core::model::{
    event::Event,
    id::{IncidentId, Seq},
    time::Time,
};
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;

use super::{Store, StoreError, log::number};

/// A message of which nothing was sent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id: the same for every try.
    pub id: String,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// The event that it tells of.
    pub event: Seq,
    /// What it is about, in a word.
    pub kind: String,
    /// Whether somebody is called by it: it waits for nothing.
    pub page: bool,
    /// Whether it joins the incident's last message whatever that is about, as long as nobody tried to send that.
    pub joins: bool,
}

/// A message with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDelivery {
    /// Its id.
    pub id: String,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// The events that it tells of, in order.
    pub events: Vec<Seq>,
    /// What it is about, in a word.
    pub kind: String,
    /// When it was queued.
    pub queued_at: Time,
    /// When it is tried next; none once it is done with.
    pub due_at: Option<Time>,
    /// How often it was tried.
    pub tries: u32,
    /// When it was tried last.
    pub tried_at: Option<Time>,
    /// What came of it, if it is done with.
    pub end: Option<DeliveryEnd>,
    /// What came of the last try.
    pub attempt: DeliveryAttempt,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// It was taken.
    Delivered,
    /// It is for nobody any more.
    Skipped,
    /// It is tried again only when somebody asks for it.
    Parked,
}

/// One try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// The answer's status, if there was an answer.
    pub status: Option<u16>,
    /// What was wrong, if anything was.
    pub error: String,
    /// How long it took, in milliseconds.
    pub took: Option<i64>,
}

/// What becomes of a message after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It is done with.
    End(DeliveryEnd),
    /// It is tried again then.
    Again(Time),
}

/// Longer lists of events begin another message.
const LONGEST_LIST: i64 = 400;

const COLUMNS: &str = "id, incident, events, kind, queued_at, due_at, tries, tried_at, state, status, error, took";

/// Whether nothing of the same incident waits before this one.
const IS_FIRST: &str = "NOT EXISTS (SELECT 1 FROM deliveries before WHERE before.connector = deliveries.connector \
     AND before.incident = deliveries.incident AND before.due_at IS NOT NULL AND before.first_seq < deliveries.first_seq)";

impl Store {
    /// Queues messages and moves the connector from one place in the log to another, both or neither. Says whether it
    /// was where it was thought to be: another process may have been quicker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_deliveries(
        &self,
        connector: &str,
        (from, to): (Seq, Seq),
        deliveries: &[NewDelivery],
        (now, later): (Time, Time),
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let moved = sqlx::query("UPDATE connectors SET seq = $1 WHERE name = $2 AND seq = $3")
            .bind(number(to))
            .bind(connector.to_owned())
            .bind(number(from))
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() == 0 {
            transaction.roll_back().await?;
            return Ok(false);
        }
        for new in deliveries {
            let joined = sqlx::query(
                "UPDATE deliveries SET events = events || ',' || CAST($1 AS TEXT), \
                 kind = CASE WHEN $2 = 1 THEN CAST($3 AS TEXT) ELSE kind END \
                 WHERE connector = $4 AND incident = $5 AND due_at IS NOT NULL AND tried_at IS NULL \
                 AND ($6 = 1 OR kind = $3) AND LENGTH(events) < $7 AND first_seq = (SELECT MAX(first_seq) \
                 FROM deliveries WHERE connector = $4 AND incident = $5)",
            )
            .bind(new.event.to_string())
            .bind(i64::from(new.page))
            .bind(new.kind.clone())
            .bind(connector.to_owned())
            .bind(new.incident.to_string())
            .bind(i64::from(new.joins))
            .bind(LONGEST_LIST)
            .execute(&mut *transaction)
            .await?;
            if joined.rows_affected() == 0 {
                sqlx::query(
                    "INSERT INTO deliveries (connector, id, incident, first_seq, events, kind, queued_at, state, due_at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8) ON CONFLICT (connector, id) DO NOTHING",
                )
                .bind(connector.to_owned())
                .bind(new.id.clone())
                .bind(new.incident.to_string())
                .bind(number(new.event))
                .bind(new.event.to_string())
                .bind(new.kind.clone())
                .bind(now.0)
                .bind(later.0)
                .execute(&mut *transaction)
                .await?;
            }
            if new.page {
                // Neither it nor what it would have to wait behind waits any longer.
                sqlx::query(
                    "UPDATE deliveries SET due_at = $1 WHERE connector = $2 AND incident = $3 AND state = 'waiting' \
                     AND due_at > $1",
                )
                .bind(now.0)
                .bind(connector.to_owned())
                .bind(new.incident.to_string())
                .execute(&mut *transaction)
                .await?;
            }
        }
        transaction.commit(None).await?;
        Ok(true)
    }

    /// The message to try next, unless the connector rests: what was never tried goes first, so that what fails holds up
    /// no other incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_delivery(&self, connector: &str, now: Time) -> Result<Option<StoredDelivery>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM deliveries WHERE connector = $1 AND due_at <= $2 AND {IS_FIRST} \
             AND NOT EXISTS (SELECT 1 FROM connectors WHERE name = $1 AND rests_until > $2) \
             ORDER BY CASE WHEN tries = 0 THEN 0 ELSE 1 END, first_seq LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connector.to_owned()).bind(now.0);
        query.fetch_optional(&self.readers).await?.as_ref().map(delivery).transpose()
    }

    /// When the next message can be sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_delivery(&self, connector: &str) -> Result<Option<Time>, StoreError> {
        let text =
            format!("SELECT MIN(due_at) FROM deliveries WHERE connector = $1 AND due_at IS NOT NULL AND {IS_FIRST}");
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connector.to_owned());
        let due = query.fetch_one(&self.readers).await?.try_get::<Option<i64>, _>(0)?.map(Time);
        let rests = self.connector_rest(connector).await?.until;
        Ok(due.map(|due| rests.map_or(due, |until| until.max(due))))
    }

    /// Takes a message for one try: nobody else has it until then, and nothing joins it any more. Says whether it still
    /// is as it was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_delivery(
        &self,
        connector: &str,
        read: &StoredDelivery,
        (now, until): (Time, Time),
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let done = sqlx::query(
            "UPDATE deliveries SET state = 'sending', due_at = $1, tried_at = $2, tries = tries + 1 \
             WHERE connector = $3 AND id = $4 AND due_at = $5 AND events = $6",
        )
        .bind(until.0)
        .bind(now.0)
        .bind(connector.to_owned())
        .bind(read.id.clone())
        .bind(read.due_at.map(|at| at.0))
        .bind(list(&read.events))
        .execute(&mut *transaction)
        .await?;
        transaction.commit(None).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes what became of a message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_delivery(
        &self,
        connector: &str,
        id: &str,
        outcome: DeliveryOutcome,
        attempt: &DeliveryAttempt,
    ) -> Result<(), StoreError> {
        let (state, due_at) = match outcome {
            DeliveryOutcome::End(end) => (end.word(), None),
            DeliveryOutcome::Again(at) => ("waiting", Some(at.0)),
        };
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "UPDATE deliveries SET state = $1, due_at = $2, status = $3, error = $4, took = $5 \
             WHERE connector = $6 AND id = $7",
        )
        .bind(state.to_owned())
        .bind(due_at)
        .bind(attempt.status.map(i64::from))
        .bind(attempt.error.clone())
        .bind(attempt.took)
        .bind(connector.to_owned())
        .bind(id.to_owned())
        .execute(&mut *transaction)
        .await?;
        transaction.commit(None).await
    }

    /// Messages of this kind that wait, or wait behind one that was tried so often; all of this kind that wait while the
    /// connector is parked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn late_deliveries(
        &self,
        connector: &str,
        kind: &str,
        tries: u32,
    ) -> Result<Vec<StoredDelivery>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM deliveries WHERE connector = $1 AND kind = $2 AND due_at IS NOT NULL \
             AND (EXISTS (SELECT 1 FROM deliveries before WHERE before.connector = $1 AND before.due_at IS NOT NULL \
             AND before.incident = deliveries.incident AND before.first_seq <= deliveries.first_seq \
             AND before.tries >= $3) OR EXISTS (SELECT 1 FROM connectors WHERE name = $1 AND parked <> '')) \
             ORDER BY first_seq"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connector.to_owned()).bind(kind.to_owned());
        query.bind(i64::from(tries)).fetch_all(&self.readers).await?.iter().map(delivery).collect()
    }

    /// A part of a connector's messages, from the `skip`th on, the latest first: those that were taken, or those that were
    /// not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        connector: &str,
        taken: bool,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<StoredDelivery>, StoreError> {
        let states = if taken { "'delivered'" } else { "'waiting', 'sending', 'parked'" };
        let text = format!(
            "SELECT {COLUMNS} FROM deliveries WHERE connector = $1 AND state IN ({states}) \
             ORDER BY first_seq DESC LIMIT $2 OFFSET $3"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connector.to_owned()).bind(limit).bind(skip);
        query.fetch_all(&self.readers).await?.iter().map(delivery).collect()
    }

    /// One message of a connector.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delivery(&self, connector: &str, id: &str) -> Result<Option<StoredDelivery>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM deliveries WHERE connector = $1 AND id = $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connector.to_owned()).bind(id.to_owned());
        query.fetch_optional(&self.readers).await?.as_ref().map(delivery).transpose()
    }

    /// Queues one message that is done with anew, or all that are parked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replay_deliveries(&self, connector: &str, id: Option<&str>, now: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "UPDATE deliveries SET state = 'waiting', due_at = $1, tries = 0, queued_at = $1 WHERE connector = $2 \
             AND ((id = $3 AND state IN ('parked', 'delivered')) OR ($3 = '' AND state = 'parked'))",
        )
        .bind(now.0)
        .bind(connector.to_owned())
        .bind(id.unwrap_or_default().to_owned())
        .execute(&mut *transaction)
        .await?;
        transaction.commit(None).await
    }

    /// Forgets what was queued before `before` and is done with; what is parked too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&self, before: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM deliveries WHERE queued_at < $1 AND due_at IS NULL")
            .bind(before.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// These events of the log, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, seqs: &[Seq]) -> Result<Vec<Event>, StoreError> {
        let mut found = Vec::new();
        for seq in seqs {
            found.extend(self.event(*seq).await?);
        }
        Ok(found)
    }
}

impl DeliveryEnd {
    const ALL: [Self; 3] = [Self::Delivered, Self::Skipped, Self::Parked];

    const fn word(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Skipped => "skipped",
            Self::Parked => "parked",
        }
    }
}

fn list(events: &[Seq]) -> String {
    events.iter().map(Seq::to_string).collect::<Vec<_>>().join(",")
}

fn delivery(row: &AnyRow) -> Result<StoredDelivery, StoreError> {
    let (incident, events, state): (String, String, String) = (row.try_get(1)?, row.try_get(2)?, row.try_get(8)?);
    let (tries, status): (i64, Option<i64>) = (row.try_get(6)?, row.try_get(9)?);
    Ok(StoredDelivery {
        id: row.try_get(0)?,
        incident: IncidentId::parse(&incident).unwrap_or(IncidentId(Uuid::nil())),
        events: events.split(',').filter_map(|seq| seq.parse().ok()).collect(),
        kind: row.try_get(3)?,
        queued_at: Time(row.try_get(4)?),
        due_at: row.try_get::<Option<i64>, _>(5)?.map(Time),
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
        tried_at: row.try_get::<Option<i64>, _>(7)?.map(Time),
        end: DeliveryEnd::ALL.into_iter().find(|end| end.word() == state),
        attempt: DeliveryAttempt {
            status: status.and_then(|status| u16::try_from(status).ok()),
            error: row.try_get(10)?,
            took: row.try_get(11)?,
        },
    })
}
