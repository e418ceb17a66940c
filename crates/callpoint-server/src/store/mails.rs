//! Mails on their way: queued with the connector's place in the log, tried when they are due, and kept for a while after
//! so that nothing is queued twice.

use callpoint_core::{
    model::{
        event::Event,
        id::{AccountId, IncidentId, PersonId, Seq},
        incident::Incident,
        time::Time,
    },
    rules::state::State,
};
use sqlx::{Row as _, any::AnyRow};

use super::{
    Store, StoreError,
    log::{number, seq_of},
    people::account_key,
};

/// A mail about one event to one person. What it says is made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMail {
    /// What its Message-ID begins with: the same for every try.
    pub id: String,
    /// The event.
    pub seq: Seq,
    /// The reader's account; none for staff.
    pub account: Option<AccountId>,
    /// The reader; none where the event names nothing but an address.
    pub person: Option<PersonId>,
    /// When it was queued.
    pub queued_at: Time,
    /// When to try it next.
    pub due_at: Time,
    /// How often it was tried.
    pub tries: u32,
}

/// What becomes of a mail after a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// A mail server took it.
    Sent,
    /// It is for nobody any more.
    Skipped,
    /// It can never be delivered, and why not.
    Parked(String),
    /// It is tried again then.
    Again(Time),
}

impl Store {
    /// Queues mails and moves the connector's cursor, both or neither. One that was queued before is left as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_mails(&self, connector: &str, mails: &[QueuedMail], seq: Seq) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for mail in mails {
            sqlx::query(
                "INSERT INTO mails (id, seq, account, person, queued_at, due_at) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (id) DO NOTHING",
            )
            .bind(mail.id.clone())
            .bind(number(mail.seq))
            .bind(account_key(mail.account.as_ref()))
            .bind(mail.person.as_ref().map(PersonId::text).unwrap_or_default())
            .bind(mail.queued_at.0)
            .bind(mail.due_at.0)
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::query("UPDATE connectors SET seq = $1 WHERE name = $2 AND seq < $1")
            .bind(number(seq))
            .bind(connector.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Mails that are due, in the order of their events.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_mails(&self, now: Time, limit: i64) -> Result<Vec<QueuedMail>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, seq, account, person, queued_at, due_at, tries FROM mails WHERE due_at <= $1 \
             ORDER BY seq, id LIMIT $2",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(mail).collect()
    }

    /// When the next mail is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_mail(&self) -> Result<Option<Time>, StoreError> {
        let text = "SELECT due_at FROM mails WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";
        let row = sqlx::query(text).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.map(Time))
    }

    /// Takes a mail for one try: nobody else has it until then. Says whether nobody else was quicker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_mail(&self, mail: &QueuedMail, until: Time) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let done = sqlx::query("UPDATE mails SET due_at = $1, tries = tries + 1 WHERE id = $2 AND due_at = $3")
            .bind(until.0)
            .bind(mail.id.clone())
            .bind(mail.due_at.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes what became of a mail.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_mail(&self, id: &str, outcome: &MailOutcome) -> Result<(), StoreError> {
        let (due_at, words) = match outcome {
            MailOutcome::Sent => (None, Some("sent")),
            MailOutcome::Skipped => (None, Some("skipped")),
            MailOutcome::Parked(why) => (None, Some(why.as_str())),
            MailOutcome::Again(at) => (Some(at.0), None),
        };
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE mails SET due_at = $1, outcome = $2 WHERE id = $3")
            .bind(due_at)
            .bind(words.map(str::to_owned))
            .bind(id.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Forgets mails that were done with and queued before `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_mails(&self, before: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM mails WHERE queued_at < $1 AND due_at IS NULL")
            .bind(before.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// One incident's facts as they were after this event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident_at(&self, id: IncidentId, seq: Seq) -> Result<Option<Incident>, StoreError> {
        let row = sqlx::query("SELECT facts, seq FROM incidents WHERE id = $1")
            .bind(id.text())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if seq_of(row.try_get(1)?) <= seq {
            return Ok(Some(serde_json::from_str(row.try_get(0)?)?));
        }
        let mut state = State::default();
        self.timeline(id).await?.iter().filter(|event| event.seq <= seq).for_each(|event| state.apply(event));
        Ok(state.incidents.remove(&id))
    }

    /// One event of the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn event(&self, seq: Seq) -> Result<Option<Event>, StoreError> {
        Ok(self.events_after(seq.saturating_sub(1), 1).await?.into_iter().find(|event| event.seq == seq))
    }
}

fn mail(row: &AnyRow) -> Result<QueuedMail, StoreError> {
    let (account, person): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    let tries: i64 = row.try_get(6)?;
    Ok(QueuedMail {
        id: row.try_get(0)?,
        seq: seq_of(row.try_get(1)?),
        account: AccountId::parse(&account),
        person: PersonId::parse(&person),
        queued_at: Time(row.try_get(4)?),
        due_at: Time(row.try_get(5)?),
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
    })
}
