//! Where customers are reached, as their tokens say: each address is written down once, and anew when it changes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use callpoint_core::model::id::{AccountId, PersonId};
use lettre::Address;

use super::auth::Caller;
use crate::store::Store;

/// So many people are remembered; those who are not are written down again.
const LIMIT: usize = 10_000;

/// The addresses that were written down.
#[derive(Debug)]
pub struct ContactCache {
    /// None: no mail is sent, so nobody's address is kept.
    known: Option<Mutex<HashMap<(AccountId, PersonId), Address>>>,
}

impl ContactCache {
    /// An empty one; without mail, none is ever kept.
    #[must_use]
    pub fn new(mails: bool) -> Self {
        Self { known: mails.then(Mutex::default) }
    }

    /// Notes the address that a customer's token names. A fault keeps nobody from what they came for.
    pub(super) async fn note(&self, store: &Store, caller: &Caller) {
        let (Some(known), Caller::Customer { person, account, email: Some(email), .. }) = (&self.known, caller) else {
            return;
        };
        let key = (account.id.clone(), person.clone());
        if known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) == Some(email) {
            return;
        }
        if let Err(error) = store.put_email(Some(&account.id), person, email.as_ref()).await {
            tracing::warn!(%error, "an address could not be noted; trying again");
            return;
        }
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LIMIT {
            known.clear();
        }
        known.insert(key, email.clone());
    }
}
