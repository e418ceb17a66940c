//! How an incident ends. The vendor proposes, and each account turns its own key, or its engagement says what happens
//! without it. Once all are asked the vendor's word ends it for everybody; an account that has not answered then keeps
//! its own thread open and nothing else.

use super::{Case, Decision, Denied, Verdict, sealing, severity};
use crate::{
    model::{
        event::{Audience, Change, PageCause},
        id::AccountId,
        incident::{Incident, Status},
        stake::{Closure, Stake},
    },
    wire::error::ErrorCode,
};

pub(super) fn propose(case: &Case<'_>, text: &str) -> Decision {
    case.staff_at_work()?;
    let incident = case.incident;
    if incident.stakes.is_empty() {
        let status = incident.status.end();
        let update = Change::Updated { text: text.to_owned(), status };
        let moved = Change::Moved { status };
        return Ok(case.verdict().also(case.facts(), update).also(case.facts(), moved).events);
    }
    if !incident.stakes.iter().any(|stake| stake.closure == Closure::Open) {
        return Err(ErrorCode::AlreadyProposed.into());
    }
    let asked = incident.stakes.iter().filter(|stake| incident.status.is_open() || stake.closure == Closure::Open);
    let asked = Audience::Affected(asked.map(|stake| stake.account.id.clone()).collect());
    let verdict = case.verdict().also(asked, Change::Proposed { text: text.to_owned() });
    Ok(match incident.status {
        Status::Investigating | Status::Identified => {
            verdict.also(case.facts(), Change::Moved { status: Status::Monitoring })
        }
        _ => verdict,
    }
    .events)
}

pub(super) fn confirm(case: &Case<'_>) -> Decision {
    let account = answering(case)?.account.id.clone();
    let verdict =
        case.verdict().also(Audience::Account(account.clone()), Change::Confirmed { account: account.clone() });
    Ok(end_with(case, verdict, &[account]).events)
}

pub(super) fn dispute(case: &Case<'_>, reason: &str) -> Decision {
    let stake = answering(case)?;
    let account = stake.account.id.clone();
    turn_back(case, stake, Change::Disputed { account, reason: reason.to_owned() })
}

pub(super) fn reopen(case: &Case<'_>, reason: &str) -> Decision {
    let stake = case.own_stake()?;
    if !stake.closure.is_turned() {
        return Err(ErrorCode::StillOpen.into());
    }
    if !stake.may_reopen(case.now()) {
        return Err(ErrorCode::TooLate.into());
    }
    let account = stake.account.id.clone();
    turn_back(case, stake, Change::Reopened { account, reason: reason.to_owned() })
}

/// The work goes on, and people are called again. What the vendor's word has ended goes on for this account alone: it
/// is the vendor's to say that it is back for the others.
fn turn_back(case: &Case<'_>, stake: &Stake, change: Change) -> Decision {
    let incident = case.incident;
    let account = &stake.account.id;
    let verdict = case.verdict().also(Audience::Account(account.clone()), change);
    let alone = incident.publication.is_none() && incident.stakes.len() == 1;
    if !incident.status.is_open() && !alone {
        let verdict = recall(case, verdict, |verdict, incident| {
            sealing::reveal_to(sealing::reveal_to_staff(verdict, incident), incident, account)
        });
        return Ok(case.page(verdict, incident, PageCause::Disputed, Some(stake)).events);
    }
    let verdict = verdict.then_system(case.facts(), Change::Moved { status: Status::Investigating });
    let verdict = if incident.status.is_open() { verdict } else { again(case, verdict) };
    let verdict = severity::raise_by_rules(case, verdict);
    Ok(case.page(verdict, incident, PageCause::Disputed, Some(stake)).events)
}

/// It is open again for everybody.
pub(super) fn again<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> Verdict<'a> {
    recall(case, verdict, |verdict, incident| {
        let verdict = match incident.public_view() {
            Some(face) => verdict.then_system(Audience::Public, Change::Published(face)),
            None => verdict,
        };
        sealing::reveal(verdict, incident)
    })
}

/// What has ended is forgotten by whoever it does not concern, and in time by everybody: it is told anew.
fn recall<'a>(
    case: &Case<'a>,
    verdict: Verdict<'a>,
    tell: impl FnOnce(Verdict<'a>, &Incident) -> Verdict<'a>,
) -> Verdict<'a> {
    let after = verdict.after(case.state);
    match after.incidents.get(&case.incident.id) {
        Some(incident) => tell(verdict, incident),
        None => verdict,
    }
}

pub(super) fn waive(case: &Case<'_>, account: &AccountId, reason: &str) -> Decision {
    case.staff_at_work()?;
    let stake = case.stake_of(account)?;
    if stake.closure.is_turned() {
        return Err(ErrorCode::NothingNew.into());
    }
    let is_executive = case.context.actor.named().is_some_and(|who| case.policy.executives.contains(&who.person));
    let (account_id, reason) = (account.clone(), reason.to_owned());
    let change = if stake.vendor_may_waive() {
        Change::Waived { account: account_id, reason }
    } else if is_executive && stake.executive_may_override(case.now()) {
        Change::Overridden { account: account_id, reason }
    } else {
        return Err(ErrorCode::CustomersCall.into());
    };
    let verdict = case.verdict().also(Audience::Account(account.clone()), change);
    Ok(end_with(case, verdict, std::slice::from_ref(account)).events)
}

/// Ends the incident if, with the keys of these accounts, every key is turned and nothing ended it before.
pub(crate) fn end_with<'a>(case: &Case<'a>, verdict: Verdict<'a>, turned: &[AccountId]) -> Verdict<'a> {
    let open = |stake: &Stake| !stake.closure.is_turned() && !turned.contains(&stake.account.id);
    if !case.incident.status.is_open() || case.incident.stakes.iter().any(open) {
        return verdict;
    }
    verdict.then_system(case.facts(), Change::Moved { status: case.incident.status.end() })
}

/// The stake whose key the actor may turn now.
fn answering<'a>(case: &Case<'a>) -> Result<&'a Stake, Denied> {
    let stake = case.own_stake()?;
    match stake.closure {
        Closure::Proposed { .. } => Ok(stake),
        _ => Err(ErrorCode::NothingProposed.into()),
    }
}
