//! Who customers are and where they are reached, as their tokens say: each is written down once, and anew when it changes.
//! Whoever comes with an address that was invited takes the invitation up.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, header};
use callpoint_core::model::{
    command::Command,
    id::{AccountId, PersonId},
    person::{Account, PersonRef},
};
use lettre::Address;

use super::{AppState, auth::Caller};
use crate::{engine::writer::WriteRequest, locale::Locale, store::StoreError};

/// So many people are remembered; those who are not are written down again.
const LIMIT: usize = 10_000;

/// What a token says of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Contact {
    name: String,
    email: Option<Address>,
    language: &'static str,
}

/// What was written down.
#[derive(Debug, Default)]
pub struct ContactCache(Mutex<HashMap<(AccountId, PersonId), Contact>>);

/// Notes who comes, and in which language: their token's, else their browser's. A fault keeps nobody from what they came
/// for.
pub(super) async fn note(app: &AppState, caller: &Caller, headers: &HeaderMap) {
    let Caller::Customer { person, name, account, email, locale, .. } = caller else { return };
    let accepted = headers.contains_key(header::ACCEPT_LANGUAGE).then(|| Locale::accepted_by(headers));
    let language = locale.or(accepted).map_or("", |locale| &locale.lang);
    let key = (account.id.clone(), person.clone());
    let contact = Contact { name: name.clone(), email: email.clone(), language };
    let ContactCache(known) = &app.contacts;
    if known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) == Some(&contact) {
        return;
    }
    let who = PersonRef { person: person.clone(), name: name.clone() };
    match write(app, account, &who, &contact).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::warn!(%error, "who a customer is could not be noted; trying again");
            return;
        }
    }
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= LIMIT {
        known.clear();
    }
    known.insert(key, contact);
}

/// Writes them down first: whoever is invited from then on is known. Says whether nothing is left to do.
async fn write(app: &AppState, account: &Account, who: &PersonRef, contact: &Contact) -> Result<bool, StoreError> {
    let (now, email) = (app.now(), contact.email.as_ref().map(AsRef::<str>::as_ref));
    app.store.put_customer(&account.id, who, email, contact.language, now).await?;
    let Some(email) = email.map(str::to_ascii_lowercase) else { return Ok(true) };
    let mut done = true;
    for incident in app.store.invitations(&account.id, &email).await? {
        let command = Command::TakeUpInvitation { account: account.id.clone(), email: email.clone(), who: who.clone() };
        let Some(request) = WriteRequest::by_system(incident, command, now) else { return Ok(false) };
        if let Err(problem) = app.writer.write(request).await {
            tracing::warn!(why = problem.detail, "an invitation could not be taken up; trying again");
            done = false;
        }
    }
    Ok(done)
}
