//! Who may know of it at all. Whoever loses visibility gets the incident withdrawn, whoever gains it gets it revealed; no
//! earlier event is shown again.

use super::{Case, Decision, Denied, Verdict};
use crate::{
    model::{
        event::{Audience, Change, Event, PageCause},
        id::AccountId,
        incident::Incident,
        limits::INVITED_LIMIT,
        person::{Actor, Invitee, PersonRef, Seal},
        policy::{SECURITY, SERVICE},
        reach::Reach,
        stake::Closure,
    },
    wire::error::{Constraint, ErrorCode, Invalid},
};

/// Closes an incident of one account that is not public to all but its reporter and security staff.
pub(super) fn seal(case: &Case<'_>, reason: &str) -> Decision {
    case.staff_only()?;
    let incident = case.incident;
    if incident.seal.is_some() {
        return Err(ErrorCode::NothingNew.into());
    }
    // What was merged into it has been read by others under a name of its own, and would stay open there.
    let merged = case.state.incidents.values().any(|other| other.merged_into == Some(incident.id));
    let ([stake], None, false) = (incident.stakes.as_slice(), &incident.publication, merged) else {
        return Err(ErrorCode::AlreadyShared.into());
    };
    let account = Audience::Account(stake.account.id.clone());
    let seal = Seal::of(stake.own_reporter().map(|reporter| reporter.person));
    let mut sealed = Incident { seal: Some(seal.clone()), class: SECURITY.to_owned(), ..incident.clone() };
    // Whoever can't see it any more does nothing in it, and is not named to its reporter.
    sealed.roles.retain(|held| case.policy.may_know(&held.by, Some(&seal)));
    for stake in &mut sealed.stakes {
        stake.csm = stake.csm.take().filter(|csm| case.policy.may_know(csm, Some(&seal)));
        stake.followers.retain(|follower| seal.is_reporter(&follower.person));
    }
    let verdict = case.verdict().also(account.clone(), Change::Withdrawn {}).under(Some(seal));
    let verdict = reveal(verdict, &sealed).also(account, Change::Sealed { reason: reason.to_owned() });
    Ok(case.page(verdict, &sealed, PageCause::Declared, None).events)
}

/// Opens a sealed incident. What was said in it stays with those who knew it: it goes on under another title, with
/// its severity, its keys and its promise, and without anybody's words.
pub(super) fn unseal(case: &Case<'_>, reason: &str, title: &str) -> Decision {
    case.staff_only()?;
    let incident = case.incident;
    if incident.seal.is_none() {
        return Err(ErrorCode::NotSealed.into());
    }
    security_only(case)?;
    let mut open = Incident {
        seal: None,
        class: SERVICE.to_owned(),
        title: title.to_owned(),
        workaround: None,
        war_room: None,
        // The reason that follows is for those who are in it now.
        reach: Reach { reason: case.affected().accounts().to_vec(), ..Reach::default() },
        ..incident.clone()
    };
    if let Some(assessment) = &mut open.assessment {
        assessment.reason = reason.to_owned();
    }
    for stake in &mut open.stakes {
        title.clone_into(&mut stake.title);
        stake.csm.clone_from(&case.context.csm);
        // What was said to have been done stays with the sealed words; nobody is asked to agree to nothing.
        stake.resolution.clear();
        if !stake.closure.is_turned() {
            stake.closure = Closure::Open;
        }
        if let Some(downgrade) = &mut stake.downgrade {
            reason.clone_into(&mut downgrade.reason);
        }
    }
    let verdict = reveal(case.verdict().under(None), &open);
    Ok(verdict.also(case.affected(), Change::Unsealed { reason: reason.to_owned() }).events)
}

/// The reporter, or security staff, open it to a colleague of their own side: to the report, the facts, and what is said
/// from here on. The reporter reads of both. While nobody of the account has access, security staff let the first one in.
pub(super) fn invite(case: &Case<'_>, whom: &Invitee) -> Decision {
    let seal = case.incident.seal.as_ref().ok_or(ErrorCode::NotSealed)?;
    let mut wider = seal.clone();
    let change = match (&case.context.actor, &case.context.colleague, whom) {
        (Actor::Customer { person, .. }, ..) if !seal.is_reporter(person) => return Err(ErrorCode::Forbidden.into()),
        (Actor::Customer { .. }, Some(who), _) => {
            if seal.is_reporter(&who.person) || seal.invited.contains(&who.person) {
                return Err(ErrorCode::NothingNew.into());
            }
            wider.invited.push(who.person.clone());
            invited(case, who)
        }
        (Actor::Customer { .. }, None, Invitee::Email(email)) => invited_by_email(&mut wider, email)?,
        (Actor::Staff { .. } | Actor::System, _, Invitee::Email(email))
            if seal.reporter.is_none() && security_only(case).is_ok() =>
        {
            invited_by_email(&mut wider, email)?
        }
        (Actor::Staff { .. } | Actor::System, ..) if security_only(case).is_err() => {
            return Err(ErrorCode::Forbidden.into());
        }
        (Actor::Staff { .. } | Actor::System, Some(who), Invitee::Person(_)) => {
            if case.policy.may_know(who, Some(seal)) {
                return Err(ErrorCode::NothingNew.into());
            }
            wider.staff.push(who.person.clone());
            invited(case, who)
        }
        (Actor::Customer { .. } | Actor::Staff { .. } | Actor::System, ..) => {
            return Err(ErrorCode::UnknownColleague.into());
        }
    };
    if wider.invited.len() + wider.addresses.len() > INVITED_LIMIT || wider.staff.len() > INVITED_LIMIT {
        return Err(Invalid::new("person", Constraint::TooMany(INVITED_LIMIT)).into());
    }
    Ok(widen(case, wider, change))
}

/// Whoever signs in with an address that was invited is in from then on.
pub(super) fn take_up(case: &Case<'_>, account: &AccountId, email: &String, who: &PersonRef) -> Decision {
    if !matches!(case.context.actor, Actor::System) {
        return Err(ErrorCode::Forbidden.into());
    }
    let invited_as = |seal: &&Seal| seal.addresses.contains(email) && case.incident.stake(account).is_some();
    let Some(seal) = case.incident.seal.as_ref().filter(invited_as) else { return Ok(Vec::new()) };
    let mut wider = seal.clone();
    wider.addresses.retain(|address| address != email);
    match &wider.reporter {
        // Whoever is the first of the account holds it as its reporter would.
        None => wider.reporter = Some(who.person.clone()),
        Some(reporter) if *reporter == who.person || wider.invited.contains(&who.person) => {}
        Some(_) => wider.invited.push(who.person.clone()),
    }
    Ok(widen(case, wider, invited(case, who)))
}

fn invited_by_email(seal: &mut Seal, email: &str) -> Result<Change, Denied> {
    if seal.addresses.iter().any(|address| address == email) {
        return Err(ErrorCode::NothingNew.into());
    }
    seal.addresses.push(email.to_owned());
    Ok(Change::InvitedByEmail { email: email.to_owned() })
}

fn invited(case: &Case<'_>, who: &PersonRef) -> Change {
    Change::Invited { who: who.clone(), report: case.context.report.clone() }
}

/// Opens it further: under its new seal both sides read who can see it now.
fn widen(case: &Case<'_>, wider: Seal, change: Change) -> Vec<Event> {
    let open = Incident { seal: Some(wider.clone()), ..case.incident.clone() };
    let accounts = case.incident.stakes.iter().map(|stake| &stake.account.id);
    let verdict = case.verdict().under(Some(wider));
    let verdict = accounts.fold(verdict, |verdict, id| verdict.also(Audience::Account(id.clone()), change.clone()));
    reveal(verdict, &open).events
}

/// Staff to whom a seal was opened by name open it to nobody else.
fn security_only(case: &Case<'_>) -> Result<(), Denied> {
    match &case.context.actor {
        Actor::Staff { security: true, .. } | Actor::System => Ok(()),
        Actor::Staff { .. } | Actor::Customer { .. } => Err(ErrorCode::Forbidden.into()),
    }
}

/// Reveals to staff and to each account what they may know from here on.
pub(super) fn reveal<'a>(verdict: Verdict<'a>, incident: &Incident) -> Verdict<'a> {
    let accounts = incident.stakes.iter().map(|stake| &stake.account.id);
    accounts.fold(reveal_to_staff(verdict, incident), |verdict, account| reveal_to(verdict, incident, account))
}

pub(super) fn reveal_to_staff<'a>(verdict: Verdict<'a>, incident: &Incident) -> Verdict<'a> {
    verdict.then_system(Audience::Internal, Change::Revealed { to: None, incident: Box::new(incident.clone()) })
}

pub(super) fn reveal_to<'a>(verdict: Verdict<'a>, incident: &Incident, account: &AccountId) -> Verdict<'a> {
    let part = Box::new(incident.part_of(account));
    let change = Change::Revealed { to: Some(account.clone()), incident: part };
    verdict.then_system(Audience::Account(account.clone()), change)
}
