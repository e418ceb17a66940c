//! What the writes of a batch will read, known before any of them is decided.

use callpoint_core::model::{
    command::Command,
    person::{Account, Actor},
};

use super::WriteRequest;
use crate::{
    engine::needs::Needs,
    store::{BatchNeeds, ReplyKey},
};

/// The account that a write is about, if it is about one.
pub(super) fn account_of(write: &WriteRequest) -> Option<&Account> {
    match (&write.actor, &write.command) {
        (Actor::Customer { account, .. }, _) => Some(account),
        (_, Command::Open(opening)) => opening.account.as_ref(),
        _ => None,
    }
}

/// What is known to be read for these writes.
pub(super) fn needs_of(writes: &[&WriteRequest]) -> BatchNeeds {
    let other = |write: &WriteRequest| match Needs::of(&write.command) {
        Needs::Incident(other) => Some(other),
        _ => None,
    };
    BatchNeeds {
        replies: writes.iter().filter_map(|write| reply_key(write)).collect(),
        incidents: writes.iter().flat_map(|write| [write.incident, other(write)]).flatten().collect(),
        accounts: writes.iter().filter_map(|write| account_of(write)).map(|account| account.id.clone()).collect(),
    }
}

/// Under which the answer to a write is kept; none of what Callpoint itself asks.
pub(super) fn reply_key(write: &WriteRequest) -> Option<ReplyKey> {
    Some((key_owner(&write.actor)?, write.key))
}

/// Whose keys these are; Callpoint itself never asks twice. Ids hold no control characters, so the parts can't run
/// into each other.
fn key_owner(actor: &Actor) -> Option<String> {
    match actor {
        Actor::Customer { person, account, .. } => Some(format!("customer\u{1f}{}\u{1f}{person}", account.id)),
        Actor::Staff { person, .. } => Some(format!("staff\u{1f}{person}")),
        Actor::System => None,
    }
}
