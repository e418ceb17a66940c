//! What an incident means to the one who looks at it: whose turn it is, and what they may do next. The same rules
//! as [`decide`](crate::rules::decide), asked ahead, so that no button is shown that would be refused.

use crate::model::{
    id::AccountId,
    incident::Incident,
    severity::Severity,
    stake::{Closure, Downgrade, Stake},
    time::Time,
};

/// Whose turn it is, from the side of one account or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A customer's message waits for a reply since then.
    Vendor(Time),
    /// A resolution or a downgrade waits for a customer's answer since then.
    Customer(Time),
    /// The vendor works on it; nobody waits for a reply.
    Working,
    /// It is over.
    Nobody,
}

/// Whose turn it is. `account` looks at one stake; without it the earliest wait over all stakes counts.
#[must_use]
pub fn turn(incident: &Incident, account: Option<&AccountId>) -> Turn {
    let concerns = |stake: &&Stake| account.is_none_or(|account| stake.account.id == *account);
    let stakes = || incident.stakes.iter().filter(concerns).filter(|stake| incident.is_open_to(stake));
    if !incident.status.is_open() && stakes().next().is_none() {
        return Turn::Nobody;
    }
    let unanswered = stakes().filter_map(|stake| stake.unanswered_since).min();
    let asked = stakes().filter_map(|stake| match (&stake.closure, &stake.downgrade) {
        (Closure::Proposed { at, .. }, _) => Some(*at),
        (_, downgrade) => downgrade.as_ref().map(|downgrade| downgrade.at),
    });
    match (unanswered, asked.min()) {
        (Some(since), _) => Turn::Vendor(since),
        (None, Some(since)) => Turn::Customer(since),
        (None, None) => Turn::Working,
    }
}

/// What an account is asked, in the order in which it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountQuestion {
    /// Whether it is fixed.
    Resolution,
    /// Whether it agrees to this lower severity.
    Downgrade(Severity),
}

/// What waits for this account's answer.
#[must_use]
pub fn question(incident: &Incident, account: &AccountId) -> Option<AccountQuestion> {
    let resolution = may_answer(incident, account).then_some(AccountQuestion::Resolution);
    resolution.or_else(|| downgrade(incident, account).map(|downgrade| AccountQuestion::Downgrade(downgrade.severity)))
}

/// Whether somebody of this account may write in its thread.
#[must_use]
pub fn may_write(incident: &Incident, account: &AccountId) -> bool {
    incident.merged_into.is_none() && incident.stake(account).is_some()
}

/// Whether this account's key can be turned now.
#[must_use]
pub fn may_answer(incident: &Incident, account: &AccountId) -> bool {
    let waits = |stake: &Stake| matches!(stake.closure, Closure::Proposed { .. });
    incident.merged_into.is_none() && incident.stake(account).is_some_and(waits)
}

/// Whether this account can still open it again.
#[must_use]
pub fn may_reopen(incident: &Incident, account: &AccountId, now: Time) -> bool {
    incident.merged_into.is_none() && incident.stake(account).is_some_and(|stake| stake.may_reopen(now))
}

/// Whether this account can say "it's us too".
#[must_use]
pub fn may_join(incident: &Incident, account: &AccountId) -> bool {
    incident.status.is_open() && incident.merged_into.is_none() && incident.stake(account).is_none()
}

/// Whether this account can set another severity.
#[must_use]
pub fn may_set_severity(incident: &Incident, account: &AccountId) -> bool {
    incident.stake(account).is_some_and(|stake| incident.is_open_to(stake))
}

/// A lower severity that waits for this account's answer.
#[must_use]
pub fn downgrade<'a>(incident: &'a Incident, account: &AccountId) -> Option<&'a Downgrade> {
    incident.stake(account).filter(|stake| incident.is_open_to(stake))?.downgrade.as_ref()
}

/// Whether the promised time has passed without an update.
#[must_use]
pub fn overdue(incident: &Incident, now: Time) -> bool {
    let passed = incident.next_update.is_some_and(|promised| promised < now);
    incident.status.is_open() && (passed || incident.overdue.promise)
}
