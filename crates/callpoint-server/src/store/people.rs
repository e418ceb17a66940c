//! Where people are reached outside the page, and what they don't want to be told there. Staff belong to no account.

use callpoint_core::{
    model::id::{AccountId, PersonId},
    rules::notifications::NotificationKind,
};
use sqlx::Row as _;

use super::{Store, StoreError};

/// How somebody is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Their address, if it is known.
    pub email: Option<String>,
    /// What they don't want to be told.
    pub unwanted: Vec<NotificationKind>,
}

/// What separates the kinds in a row.
const SEPARATOR: &str = ",";

impl Store {
    /// How somebody is reached; nothing is known of whoever was never here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact(&self, account: Option<&AccountId>, person: &PersonId) -> Result<Contact, StoreError> {
        let row = sqlx::query("SELECT email, unwanted FROM people WHERE account = $1 AND person = $2")
            .bind(account_key(account))
            .bind(person.text())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(Contact::default()) };
        let (email, unwanted): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let unwanted = unwanted.split(SEPARATOR).filter_map(NotificationKind::parse).collect();
        Ok(Contact { email: Some(email).filter(|email| !email.is_empty()), unwanted })
    }

    /// Notes somebody's address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_email(
        &self,
        account: Option<&AccountId>,
        person: &PersonId,
        email: &str,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO people (account, person, email) VALUES ($1, $2, $3) \
                    ON CONFLICT (account, person) DO UPDATE SET email = excluded.email";
        self.put(account, person, text, email.to_owned()).await
    }

    /// Notes what somebody doesn't want to be told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_unwanted(
        &self,
        account: Option<&AccountId>,
        person: &PersonId,
        unwanted: &[NotificationKind],
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO people (account, person, email, unwanted) VALUES ($1, $2, '', $3) \
                    ON CONFLICT (account, person) DO UPDATE SET unwanted = excluded.unwanted";
        let words: Vec<&str> = unwanted.iter().map(|kind| kind.as_str()).collect();
        self.put(account, person, text, words.join(SEPARATOR)).await
    }

    async fn put(
        &self,
        account: Option<&AccountId>,
        person: &PersonId,
        text: &'static str,
        value: String,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(text).bind(account_key(account)).bind(person.text()).bind(value).execute(&mut *transaction).await?;
        transaction.commit(None).await
    }
}

/// How an account stands in a row; an id is never empty.
pub(super) fn account_key(account: Option<&AccountId>) -> String {
    account.map(AccountId::text).unwrap_or_default()
}
