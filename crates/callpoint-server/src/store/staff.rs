//! Staff, their one-time links and their sessions. Tokens are known here by their digest alone.

use std::collections::BTreeMap;

use callpoint_core::model::time::Time;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{Store, StoreError};

/// Somebody of the vendor's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they do, in words a customer understands.
    pub title: String,
    /// Whether sealed incidents are open to them.
    pub security: bool,
    /// Since when they are locked out, if they are.
    pub revoked_at: Option<Time>,
}

/// A one-time link, by the digest of its token.
#[derive(Clone, Debug)]
pub struct StaffInvite {
    /// SHA-256 of the token, in hexadecimal.
    pub digest: String,
    /// The staff member that it signs in.
    pub staff: String,
    /// Until when.
    pub expires_at: Time,
}

impl Store {
    /// Adds somebody, or describes them anew and lets them in again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_staff(&self, member: &StaffMember) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO staff (id, name, title, security, revoked_at) VALUES ($1, $2, $3, $4, NULL) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, \
             security = excluded.security, revoked_at = NULL",
        )
        .bind(member.id.clone())
        .bind(member.name.clone())
        .bind(member.title.clone())
        .bind(i64::from(member.security))
        .execute(&mut *transaction)
        .await?;
        transaction.commit(None).await
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn staff(&self) -> Result<Vec<StaffMember>, StoreError> {
        let mut reading = self.read_transaction().await?;
        let staff = everybody(&mut reading).await?;
        reading.end().await?;
        Ok(staff)
    }

    /// Locks somebody out: their links and sessions end. Says whether there was somebody to lock out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_staff(&self, id: &str, now: Time) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let done = sqlx::query("UPDATE staff SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(now.0)
            .bind(id.to_owned())
            .execute(&mut *transaction)
            .await?;
        for text in ["DELETE FROM sessions WHERE staff = $1", "DELETE FROM invites WHERE staff = $1"] {
            sqlx::query(text).bind(id.to_owned()).execute(&mut *transaction).await?;
        }
        transaction.commit(None).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Keeps a one-time link.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_invite(&self, invite: &StaffInvite) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("INSERT INTO invites (digest, staff, expires_at, used_at) VALUES ($1, $2, $3, NULL)")
            .bind(invite.digest.clone())
            .bind(invite.staff.clone())
            .bind(invite.expires_at.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// Takes a one-time link and begins a session, in one step: of two who come with it, one gets in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn exchange(
        &self,
        invite: &str,
        session: &str,
        now: Time,
        until: Time,
    ) -> Result<Option<StaffMember>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let taken = sqlx::query(
            "UPDATE invites SET used_at = $1 WHERE digest = $2 AND used_at IS NULL AND expires_at > $1 RETURNING staff",
        )
        .bind(now.0)
        .bind(invite.to_owned())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(taken) = taken else {
            transaction.roll_back().await?;
            return Ok(None);
        };
        let id: String = taken.try_get(0)?;
        let row =
            sqlx::query("SELECT id, name, title, security, revoked_at FROM staff WHERE id = $1 AND revoked_at IS NULL")
                .bind(id.clone())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(row) = row else {
            transaction.roll_back().await?;
            return Ok(None);
        };
        let member = member(&row)?;
        begin_session(&mut transaction, &id, session, now, until).await?;
        transaction.commit(None).await?;
        Ok(Some(member))
    }

    /// Begins a session of somebody whom others vouch for, and describes them anew; not of somebody who is locked out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admit(&self, member: &StaffMember, session: &str, now: Time, until: Time) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let done = sqlx::query(
            "INSERT INTO staff (id, name, title, security, revoked_at) VALUES ($1, $2, $3, $4, NULL) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, \
             security = excluded.security WHERE staff.revoked_at IS NULL",
        )
        .bind(member.id.clone())
        .bind(member.name.clone())
        .bind(member.title.clone())
        .bind(i64::from(member.security))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            transaction.roll_back().await?;
            return Ok(false);
        }
        begin_session(&mut transaction, &member.id, session, now, until).await?;
        transaction.commit(None).await?;
        Ok(true)
    }

    /// Whose session it is, while it lasts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, digest: &str, now: Time) -> Result<Option<StaffMember>, StoreError> {
        let row = sqlx::query(
            "SELECT staff.id, name, title, security, revoked_at FROM sessions JOIN staff ON staff.id = sessions.staff \
             WHERE digest = $1 AND expires_at > $2 AND revoked_at IS NULL",
        )
        .bind(digest.to_owned())
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(member).transpose()
    }

    /// Every session that holds, by its digest, and whether it opens sealed incidents.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, now: Time) -> Result<BTreeMap<String, bool>, StoreError> {
        let rows = sqlx::query(
            "SELECT digest, security FROM sessions JOIN staff ON staff.id = sessions.staff \
             WHERE expires_at > $1 AND revoked_at IS NULL",
        )
        .bind(now.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? != 0))).collect()
    }

    /// How many sessions each of staff has, by their id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_counts(&self, now: Time) -> Result<BTreeMap<String, i64>, StoreError> {
        let rows = sqlx::query("SELECT staff, COUNT(*) FROM sessions WHERE expires_at > $1 GROUP BY staff")
            .bind(now.0)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Ends all sessions of somebody, who may sign in again. Says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&self, staff: &str) -> Result<u64, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let done = sqlx::query("DELETE FROM sessions WHERE staff = $1")
            .bind(staff.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(done.rows_affected())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, digest: &str) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest.to_owned())
            .execute(&mut *transaction)
            .await?;
        transaction.commit(None).await
    }

    /// The secret of this name; made from `fresh` by whoever asks first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secret(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name.to_owned())
            .bind(fresh.to_owned())
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query("SELECT value FROM secrets WHERE name = $1")
            .bind(name.to_owned())
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit(None).await?;
        Ok(row.try_get(0)?)
    }

    /// Forgets answers given before `before`: their keys may be used anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_replies(&self, before: Time) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM replies WHERE at < $1").bind(before.0).execute(&mut *transaction).await?;
        transaction.commit(None).await
    }
}

async fn begin_session(
    connection: &mut AnyConnection,
    staff: &str,
    session: &str,
    now: Time,
    until: Time,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.0).execute(&mut *connection).await?;
    sqlx::query("INSERT INTO sessions (digest, staff, expires_at) VALUES ($1, $2, $3)")
        .bind(session.to_owned())
        .bind(staff.to_owned())
        .bind(until.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everybody, by name.
pub(super) async fn everybody(connection: &mut AnyConnection) -> Result<Vec<StaffMember>, StoreError> {
    let rows = sqlx::query("SELECT id, name, title, security, revoked_at FROM staff ORDER BY name, id")
        .fetch_all(connection)
        .await?;
    rows.iter().map(member).collect()
}

fn member(row: &AnyRow) -> Result<StaffMember, StoreError> {
    let security: i64 = row.try_get(3)?;
    let revoked: Option<i64> = row.try_get(4)?;
    Ok(StaffMember {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        title: row.try_get(2)?,
        security: security != 0,
        revoked_at: revoked.map(Time),
    })
}
