//! What an incident means to the one who looks at it: whose turn it is, and what they may do next. The same rules
//! as [`decide`](crate::decide), asked ahead, so that no button is shown that would be refused.

use crate::{
    id::AccountId,
    incident::{Closure, Incident},
    time::Time,
};

/// Whose turn it is, from the side of one account or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A customer's words wait for an answer since then.
    Vendor(Time),
    /// A resolution waits for a customer's answer since then.
    Customer(Time),
    /// The vendor works on it; nobody waits for words.
    Working,
    /// It is over.
    Nobody,
}

/// Whose turn it is. `account` looks at one stake; without it the earliest wait over all stakes counts.
#[must_use]
pub fn turn(incident: &Incident, account: Option<&AccountId>) -> Turn {
    if !incident.status.is_open() {
        return Turn::Nobody;
    }
    let stakes = || incident.stakes.iter().filter(|stake| account.is_none_or(|account| stake.account.id == *account));
    let unanswered = stakes().filter_map(|stake| stake.unanswered_since).min();
    let proposed = stakes().filter_map(|stake| match stake.closure {
        Closure::Proposed(at) => Some(at),
        Closure::Open | Closure::Confirmed(_) => None,
    });
    match (unanswered, proposed.min()) {
        (Some(since), _) => Turn::Vendor(since),
        (None, Some(since)) => Turn::Customer(since),
        (None, None) => Turn::Working,
    }
}

/// Whether somebody of this account may write in its thread.
#[must_use]
pub fn may_write(incident: &Incident, account: &AccountId) -> bool {
    incident.stake(account).is_some()
}

/// Whether this account's key can be turned now.
#[must_use]
pub fn may_answer(incident: &Incident, account: &AccountId) -> bool {
    incident.stake(account).is_some_and(|stake| matches!(stake.closure, Closure::Proposed(_)))
}

/// Whether the promised time has passed without an update.
#[must_use]
pub fn overdue(incident: &Incident, now: Time) -> bool {
    incident.status.is_open() && incident.next_update.is_some_and(|promised| promised < now)
}
