//! Files that people attach: uploaded part by part, then used by one entry of the log, or forgotten. What was uploaded
//! and is used by nothing is nobody's but its uploader's.

use callpoint_core::model::{
    attachment::{Attachment, NewAttachment, Upload},
    event::Event,
    id::{AccountId, AttachmentId, PersonId, Seq},
    person::Actor,
    time::{DAY, Time},
};
use sqlx::{AnyConnection, Row as _};

use super::{
    Store, StoreError, WriteBatch,
    log::{number, seq_of},
    people::account_key,
};

/// For so long an upload that no entry uses is kept.
const UNUSED_LASTS: i64 = DAY;

/// A file counts as at least so many bytes towards what an account may upload, which bounds how many there are.
const LEAST_COUNTED: i64 = 64 * 1024;

/// Who uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    account: String,
    person: String,
}

impl Uploader {
    /// Somebody of an account, or of staff.
    #[must_use]
    pub fn new(account: Option<&AccountId>, person: &PersonId) -> Self {
        Self { account: account_key(account), person: person.text() }
    }

    /// Whoever acts; nobody, where that is Callpoint itself.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::Customer { person, account, .. } => Some(Self::new(Some(&account.id), person)),
            Actor::Staff { person, .. } => Some(Self::new(None, person)),
            Actor::System => None,
        }
    }
}

/// What became of the wish to upload a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadBegun {
    /// It goes on here: it was begun now, or before.
    At(Upload),
    /// The account has uploaded as much as it may for now.
    OverQuota,
    /// The id is another file's, or has been used.
    Taken,
}

/// A part of a file.
#[derive(Clone, Copy, Debug)]
pub struct UploadPart<'a> {
    /// The file.
    pub id: AttachmentId,
    /// At which byte it begins.
    pub offset: u64,
    /// What is in it.
    pub body: &'a [u8],
    /// What the file is of, where that is known by this part.
    pub media_type: Option<&'a str>,
}

/// Which entry uses a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAttachment {
    /// The entry.
    pub seq: Seq,
    /// What is known of the file.
    pub attachment: Attachment,
}

impl Store {
    /// Begins to upload a file, or says how far that is. Its account may upload `quota` bytes in a day; what nothing
    /// uses for a day is forgotten here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_upload(
        &self,
        whose: &Uploader,
        id: AttachmentId,
        new: &NewAttachment,
        quota: u64,
        now: Time,
    ) -> Result<UploadBegun, StoreError> {
        let mut transaction = self.writer.begin().await?;
        forget_unused(&mut transaction, now).await?;
        let begun = begin(&mut transaction, whose, id, new, quota, now).await?;
        transaction.commit(None).await?;
        Ok(begun)
    }

    /// How far somebody's own upload is; none where there is none of theirs, or it is used already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload(&self, whose: &Uploader, id: AttachmentId, now: Time) -> Result<Option<Upload>, StoreError> {
        let row = sqlx::query(
            "SELECT size, received FROM attachments \
             WHERE id = $1 AND account = $2 AND person = $3 AND seq IS NULL AND created_at > $4",
        )
        .bind(id.text())
        .bind(whose.account.clone())
        .bind(whose.person.clone())
        .bind(now.0 - UNUSED_LASTS)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| Ok(Upload { id, size: seq_of(row.try_get(0)?), offset: seq_of(row.try_get(1)?) })).transpose()
    }

    /// Stores a part of somebody's own upload, if it begins where the last one ended. Says whether it did.
    ///
    /// # Errors
    /// When the database fails; then nothing of the part is stored.
    pub async fn put_part(&self, whose: &Uploader, part: UploadPart<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let end = part.offset.saturating_add(part.body.len() as u64);
        let done = sqlx::query(
            "UPDATE attachments SET received = $1, media_type = COALESCE($2, media_type) \
             WHERE id = $3 AND account = $4 AND person = $5 AND received = $6 AND size >= $1 AND seq IS NULL",
        )
        .bind(number(end))
        .bind(part.media_type.map(str::to_owned))
        .bind(part.id.text())
        .bind(whose.account.clone())
        .bind(whose.person.clone())
        .bind(number(part.offset))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            transaction.roll_back().await?;
            return Ok(false);
        }
        sqlx::query("INSERT INTO attachment_parts (attachment, first_byte, body) VALUES ($1, $2, $3)")
            .bind(part.id.text())
            .bind(number(part.offset))
            .bind(part.body.to_vec())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(true)
    }

    /// Forgets somebody's own upload, unless an entry uses it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_upload(&self, whose: &Uploader, id: AttachmentId) -> Result<(), StoreError> {
        let own = "FROM attachments WHERE id = $1 AND account = $2 AND person = $3 AND seq IS NULL";
        let parts = format!("DELETE FROM attachment_parts WHERE attachment IN (SELECT id {own})");
        // What was uploaded today stays counted: the row stays, and names nothing.
        let row = "UPDATE attachments SET name = '', received = 0, seq = 0 \
                   WHERE id = $1 AND account = $2 AND person = $3 AND seq IS NULL";
        let mut transaction = self.writer.begin().await?;
        for text in [parts, row.to_owned()] {
            sqlx::query(sqlx::AssertSqlSafe(text))
                .bind(id.text())
                .bind(whose.account.clone())
                .bind(whose.person.clone())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit(None).await
    }

    /// A file that an entry uses.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attachment(&self, id: AttachmentId) -> Result<Option<StoredAttachment>, StoreError> {
        let row = sqlx::query("SELECT name, size, media_type, seq FROM attachments WHERE id = $1 AND seq > 0")
            .bind(id.text())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (name, media_type) = (row.try_get(0)?, row.try_get(2)?);
        let attachment = Attachment { id, name, size: seq_of(row.try_get(1)?), media_type };
        Ok(Some(StoredAttachment { seq: seq_of(row.try_get(3)?), attachment }))
    }

    /// The part of a file that begins at this byte; none at its end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part(&self, id: AttachmentId, from: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT body FROM attachment_parts WHERE attachment = $1 AND first_byte = $2")
            .bind(id.text())
            .bind(number(from))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Forgets uploads that nothing has used for a day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_uploads(&self, now: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        forget_unused(&mut transaction, now).await?;
        transaction.commit(None).await
    }
}

impl WriteBatch {
    /// The files that somebody's command names, if all of them are whole, theirs, and used by nothing yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attachments(
        &mut self,
        whose: &Uploader,
        ids: &[AttachmentId],
        now: Time,
    ) -> Result<Option<Vec<Attachment>>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let row = sqlx::query(
                "SELECT name, size, media_type FROM attachments \
                 WHERE id = $1 AND account = $2 AND person = $3 AND seq IS NULL AND received = size AND created_at > $4",
            )
            .bind(id.text())
            .bind(whose.account.clone())
            .bind(whose.person.clone())
            .bind(now.0 - UNUSED_LASTS)
            .fetch_optional(&mut *self.transaction)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let (name, media_type) = (row.try_get(0)?, row.try_get(2)?);
            found.push(Attachment { id: *id, name, size: seq_of(row.try_get(1)?), media_type });
        }
        Ok(Some(found))
    }

    /// Notes that an entry uses its files: nothing else can from here on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_attachments(&mut self, event: &Event) -> Result<(), StoreError> {
        for attachment in event.change.attachments() {
            sqlx::query("UPDATE attachments SET seq = $1 WHERE id = $2 AND seq IS NULL")
                .bind(number(event.seq))
                .bind(attachment.id.text())
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

async fn begin(
    connection: &mut AnyConnection,
    whose: &Uploader,
    id: AttachmentId,
    new: &NewAttachment,
    quota: u64,
    now: Time,
) -> Result<UploadBegun, StoreError> {
    let Uploader { account, person } = whose;
    let row = sqlx::query("SELECT account, person, name, size, received, seq FROM attachments WHERE id = $1")
        .bind(id.text())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = row {
        let (its_account, its_person): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let (name, size, used): (String, i64, Option<i64>) = (row.try_get(2)?, row.try_get(3)?, row.try_get(5)?);
        let same = (&its_account, &its_person) == (account, person) && name == new.name && size == number(new.size);
        return Ok(match same && used.is_none() {
            true => UploadBegun::At(Upload { id, offset: seq_of(row.try_get(4)?), size: new.size }),
            false => UploadBegun::Taken,
        });
    }
    // Of staff each counts by themselves.
    let row = sqlx::query(
        "SELECT CAST(COALESCE(SUM(CASE WHEN size < $1 THEN $1 ELSE size END), 0) AS BIGINT) FROM attachments \
         WHERE account = $2 AND (account <> '' OR person = $3) AND created_at > $4",
    )
    .bind(LEAST_COUNTED)
    .bind(account.clone())
    .bind(person.clone())
    .bind(now.0 - DAY)
    .fetch_one(&mut *connection)
    .await?;
    let uploaded: i64 = row.try_get(0)?;
    if seq_of(uploaded).saturating_add(new.size.max(seq_of(LEAST_COUNTED))) > quota {
        return Ok(UploadBegun::OverQuota);
    }
    sqlx::query(
        "INSERT INTO attachments (id, account, person, name, size, received, media_type, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, '', $6)",
    )
    .bind(id.text())
    .bind(account.clone())
    .bind(person.clone())
    .bind(new.name.clone())
    .bind(number(new.size))
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    Ok(UploadBegun::At(Upload { id, offset: 0, size: new.size }))
}

async fn forget_unused(connection: &mut AnyConnection, now: Time) -> Result<(), StoreError> {
    let unused = "FROM attachments WHERE COALESCE(seq, 0) = 0 AND created_at <= $1";
    let parts = format!("DELETE FROM attachment_parts WHERE attachment IN (SELECT id {unused})");
    for text in [parts, format!("DELETE {unused}")] {
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(now.0 - UNUSED_LASTS).execute(&mut *connection).await?;
    }
    Ok(())
}
