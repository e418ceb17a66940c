//! Who is on it: staff with their roles, customers who follow, and who has read what.

use super::{Case, Decision, Verdict};
use crate::{
    model::{
        event::{Audience, Change, Event},
        id::{AccountId, Seq},
        person::{Actor, Author},
        stake::Stake,
    },
    wire::error::{Constraint, ErrorCode, Invalid},
};

pub(super) fn acknowledge(case: &Case<'_>) -> Decision {
    case.staff_at_work()?;
    let calling = case.incident.paging.as_ref().is_some_and(|paging| paging.is_unacknowledged());
    if case.incident.acknowledged.is_some() && !calling {
        return Err(ErrorCode::AlreadyAcknowledged.into());
    }
    Ok(case.verdict().also(case.concerned(), Change::Acknowledged {}).events)
}

/// Whoever answers a customer has acknowledged the incident to them, and to nobody whom the answer does not reach; an
/// internal note has not.
pub(super) fn acknowledge_by_reply(case: &Case<'_>, events: Vec<Event>) -> Vec<Event> {
    let answers = |event: &&Event| matches!(event.by, Author::Staff { .. }) && event.change.is_reply();
    let answered = |stake: &&Stake| events.iter().filter(answers).any(|event| event.to.reaches(&stake.account.id));
    let new = case.incident.stakes.iter().filter(|stake| stake.acknowledged.is_none()).filter(answered);
    let new: Vec<AccountId> = new.map(|stake| stake.account.id.clone()).collect();
    if new.is_empty() || !case.incident.status.is_open() {
        return events;
    }
    Verdict { events, ..case.verdict() }.also(Audience::Affected(new), Change::Acknowledged {}).events
}

/// Whoever takes a role has it alone; who had it before is relieved.
pub(super) fn assign(case: &Case<'_>, role: &str, named: bool) -> Decision {
    case.staff_at_work()?;
    let by = match named {
        true => case.context.colleague.clone().ok_or(Invalid::new("person", Constraint::Unknown))?,
        false => case.context.actor.named().ok_or(ErrorCode::Forbidden)?,
    };
    if !case.policy.may_know(&by, case.incident.seal.as_ref()) {
        return Err(ErrorCode::NotCleared.into());
    }
    if case.incident.holder(role) == Some(&by) {
        return Err(ErrorCode::NothingNew.into());
    }
    let change = Change::RoleTaken { role: role.to_owned(), by };
    Ok(case.verdict().also(case.affected(), change).events)
}

/// Customers see that somebody is gone; why is for staff.
pub(super) fn release(case: &Case<'_>, role: &str, reason: &str) -> Decision {
    case.staff_only()?;
    let by = case.incident.holder(role).cloned().ok_or(ErrorCode::NobodyHolds)?;
    let change = Change::RoleReleased { role: role.to_owned(), by };
    let said = Change::Said { text: reason.to_owned(), mentions: Vec::new(), attachments: Vec::new() };
    Ok(case.verdict().also(case.affected(), change).also(Audience::Internal, said).events)
}

pub(super) fn set_war_room(case: &Case<'_>, url: &str) -> Decision {
    case.staff_at_work()?;
    Ok(case.verdict().also(Audience::Internal, Change::WarRoomSet { url: url.to_owned() }).events)
}

pub(super) fn follow(case: &Case<'_>, follows: bool) -> Decision {
    let stake = case.own_stake()?;
    let who = case.context.actor.named().ok_or(ErrorCode::Forbidden)?;
    if stake.followers.iter().any(|follower| follower.person == who.person) == follows {
        return Err(ErrorCode::NothingNew.into());
    }
    let account = stake.account.id.clone();
    let change = Change::Followed { account: account.clone(), who, follows };
    Ok(case.verdict().also(Audience::Account(account), change).events)
}

/// Staff see how far an account has read, the account how far staff have.
pub(super) fn read(case: &Case<'_>, seq: Seq) -> Decision {
    if seq > case.context.last {
        return Err(Invalid::new("seq", Constraint::Unknown).into());
    }
    let (account, to, known) = match &case.context.actor {
        Actor::Customer { .. } => {
            let stake = case.own_stake()?;
            let account = stake.account.id.clone();
            (Some(account.clone()), Audience::Account(account), stake.read_to)
        }
        _ => (None, case.affected(), case.incident.staff_read_to),
    };
    if seq <= known {
        // A colleague was quicker. That is nobody's fault.
        return Ok(Vec::new());
    }
    Ok(case.verdict().also(to, Change::Read { account, seq }).events)
}
