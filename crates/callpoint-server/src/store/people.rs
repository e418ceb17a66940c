//! Who was here, where people are reached outside the page, and what they don't want to be told there. Staff belong to no
//! account.

use callpoint_core::{
    model::{
        id::{AccountId, PersonId},
        person::{Invitee, PersonRef},
        time::Time,
    },
    rules::notifications::NotificationKind,
};
use sqlx::{Row as _, any::AnyRow};

use super::{Store, StoreError, WriteBatch};

/// So many people of an account are offered: those who were here last.
const OFFERED: i64 = 200;

/// How somebody is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Their address, if it is known.
    pub email: Option<String>,
    /// The language that they read, as a tag; empty while it is not known.
    pub language: String,
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
        let row = sqlx::query("SELECT email, unwanted, language FROM people WHERE account = $1 AND person = $2")
            .bind(account_key(account))
            .bind(person.text())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(Contact::default()) };
        let (email, unwanted): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let language = row.try_get(2)?;
        let unwanted = unwanted.split(SEPARATOR).filter_map(NotificationKind::parse).collect();
        Ok(Contact { email: Some(email).filter(|email| !email.is_empty()), language, unwanted })
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

    /// Notes that a customer was here, by name, and their address and language where they are known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_customer(
        &self,
        account: &AccountId,
        who: &PersonRef,
        email: Option<&str>,
        language: &str,
        now: Time,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO people (account, person, email, name, seen_at, language) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (account, person) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at, \
             email = CASE WHEN excluded.email = '' THEN people.email ELSE excluded.email END, \
             language = CASE WHEN excluded.language = '' THEN people.language ELSE excluded.language END",
        )
        .bind(account.text())
        .bind(who.person.text())
        .bind(email.unwrap_or_default().to_owned())
        .bind(who.name.clone())
        .bind(now.0)
        .bind(language.to_owned())
        .execute(&mut *transaction)
        .await?;
        transaction.commit(None).await
    }

    /// The people of an account who were here, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_of(&self, account: &AccountId) -> Result<Vec<PersonRef>, StoreError> {
        let text =
            "SELECT person, name FROM people WHERE account = $1 AND name <> '' ORDER BY seen_at DESC, person LIMIT $2";
        let rows = sqlx::query(text).bind(account.text()).bind(OFFERED).fetch_all(&self.readers).await?;
        let people = rows.iter().map(customer).collect::<Result<Vec<_>, _>>()?;
        let mut people: Vec<PersonRef> = people.into_iter().flatten().collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(people)
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

impl WriteBatch {
    /// The one of an account who is invited, if they were here; of those with one address, who was here last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invited(&mut self, account: &AccountId, invitee: &Invitee) -> Result<Option<PersonRef>, StoreError> {
        let (text, value) = match invitee {
            Invitee::Person(person) => {
                ("SELECT person, name FROM people WHERE account = $1 AND name <> '' AND person = $2", person.text())
            }
            Invitee::Email(email) => (
                "SELECT person, name FROM people WHERE account = $1 AND name <> '' AND LOWER(email) = $2 \
                 ORDER BY seen_at DESC, person LIMIT 1",
                email.clone(),
            ),
        };
        let query = sqlx::query(text).bind(account.text()).bind(value);
        let row = query.fetch_optional(&mut *self.transaction).await?;
        Ok(row.as_ref().map(customer).transpose()?.flatten())
    }
}

/// A row; none where its id can't be read.
fn customer(row: &AnyRow) -> Result<Option<PersonRef>, StoreError> {
    let (person, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    Ok(PersonId::parse(&person).map(|person| PersonRef { person, name }))
}

/// How an account stands in a row; an id is never empty.
pub(super) fn account_key(account: Option<&AccountId>) -> String {
    account.map(AccountId::text).unwrap_or_default()
}
