//! How accounts come into an incident: by declaring it, by joining, by being merged into it.

use super::{Case, Decision, Verdict, known_component, severity};
use crate::{
    model::{
        event::{Audience, Change, PageCause},
        id::{AccountId, IncidentId},
        limits::title_of,
        person::{Actor, Seal},
        policy::{Policy, Terms},
        report::Report,
        severity::Severity,
        stake::{Closure, Stake},
    },
    rules::state::State,
    wire::error::ErrorCode,
};

pub(super) fn declare(state: &State, context: &super::CommandContext, policy: &Policy, report: &Report) -> Decision {
    let Actor::Customer { person, account, .. } = &context.actor else { return Err(ErrorCode::Forbidden.into()) };
    let id = context.incident.ok_or(ErrorCode::NotFound)?;
    if state.incidents.contains_key(&id) {
        return Err(ErrorCode::KeyReused.into());
    }
    if let Some(component) = &report.component {
        known_component(state, component, "component")?;
    }
    let seal = (report.answers.security == Some(true)).then(|| Seal::of(Some(person.clone())));
    let change = Change::Declared {
        reference: context.reference.clone(),
        title: title_of(&report.what),
        account: account.clone(),
        report: Box::new(Report { attachments: context.attachments.clone(), ..report.clone() }),
        terms: terms(state, context, &account.id),
        csm: context.csm.clone().filter(|csm| policy.may_know(csm, seal.as_ref())),
    };
    let verdict = Verdict::of(context, seal).also(Audience::Account(account.id.clone()), change);
    let after = verdict.after(state);
    let Some(incident) = after.incidents.get(&id) else { return Err(ErrorCode::Internal.into()) };
    let case = Case { state, context, policy, incident };
    let verdict = raise_by_report(&case, verdict, report);
    let after = verdict.after(state);
    let incident = after.incidents.get(&id).unwrap_or(incident);
    let case = Case { state, context, policy, incident };
    Ok(case.page(verdict, incident, PageCause::Declared, None).events)
}

fn raise_by_report<'a>(case: &Case<'a>, verdict: Verdict<'a>, report: &Report) -> Verdict<'a> {
    match severity::raised_by_report(case, report) {
        Some((severity, cause, true)) => {
            let reason = cause.label().0.to_owned();
            verdict.then_system(case.affected(), Change::Assessed { severity, reason })
        }
        Some((severity, cause, false)) => verdict.then_system(Audience::Internal, Change::Advised { severity, cause }),
        None => verdict,
    }
}

/// What holds for the account: what staff set for it, else what the configuration says.
pub(super) fn terms(state: &State, context: &super::CommandContext, account: &AccountId) -> Terms {
    let agreed = state.terms.get(account).unwrap_or(&context.terms);
    // Who else may close for the account is never agreed beside the configuration.
    Terms { silence_limit: context.terms.silence_limit, ..agreed.clone() }
}

/// "It's us too".
pub(super) fn join(case: &Case<'_>, declared: Severity, text: &str) -> Decision {
    let Actor::Customer { person, name, account } = &case.context.actor else {
        return Err(ErrorCode::Forbidden.into());
    };
    if case.incident.stake(&account.id).is_some() {
        return Err(ErrorCode::AlreadyJoined.into());
    }
    case.still_open()?;
    // Whoever joins has met it under its public title; what they add is a remark.
    let title = case.incident.publication.as_ref().map_or(String::new(), |face| face.title.clone());
    let stake = Stake {
        account: account.clone(),
        title,
        formerly: Vec::new(),
        declared,
        lowered: None,
        downgrade: None,
        reporter: person.clone(),
        reporter_name: name.clone(),
        opened_by_staff: false,
        terms: terms(case.state, case.context, &account.id),
        csm: case.context.csm.clone(),
        followers: case.context.actor.named().into_iter().collect(),
        closure: Closure::Open,
        resolution: String::new(),
        reminders: 0,
        reminded_at: None,
        disputes: 0,
        unanswered_since: Some(case.now()),
        acknowledged: case.incident.acknowledged.clone(),
        reply_overdue: false,
        read_to: 0,
    };
    let to = Audience::Account(account.id.clone());
    let change = Change::Joined { stake: Box::new(stake.clone()), text: text.to_owned() };
    let verdict = reveal(case, case.verdict().also(to, change), &account.id);
    let verdict = count_others(case, verdict);
    let after = verdict.after(case.state);
    let incident = after.incidents.get(&case.incident.id).unwrap_or(case.incident);
    let verdict = severity::page_if_graver(case, verdict);
    // Whoever joins at no higher severity calls nobody, their own people neither.
    let verdict = match severity::is_graver(incident, case.incident) {
        true => case.page_account(verdict, incident, &stake, PageCause::Declared),
        false => verdict,
    };
    Ok(severity::raise_by_rules(case, verdict).events)
}

/// The incident becomes part of another: its stakes go there, and with each stake the visibility of its own entries.
pub(super) fn merge(case: &Case<'_>, into: IncidentId) -> Decision {
    case.staff_only()?;
    let source = case.incident;
    let target =
        case.state.incidents.get(&into).filter(|target| target.seen_by(&case.context.actor.viewer()).is_some());
    let target = target.ok_or(ErrorCode::NotFound)?;
    let fits = source.id != target.id
        && source.status.is_open()
        && target.status.is_open()
        && target.merged_into.is_none()
        && source.seal.is_none()
        && target.seal.is_none()
        && source.drill == target.drill
        && (source.publication.is_none() || target.publication.is_some());
    if !fits {
        return Err(ErrorCode::CantMerge.into());
    }
    let merged = Change::Merged { into, reference: target.reference.clone() };
    let mut verdict = case.verdict().also(case.facts(), merged).on(into);
    for stake in &source.stakes {
        // Whoever wrote the old reference down finds the incident by it, and nobody else learns of it.
        let mut stake = stake.clone();
        stake.formerly.push(source.reference.clone());
        let stake = moved(&stake, target.stake(&stake.account.id), target.assessed());
        let to = Audience::Account(stake.account.id.clone());
        verdict = verdict.also(to, Change::Joined { stake: Box::new(stake), text: String::new() });
    }
    let case = Case { incident: target, ..*case };
    let after = verdict.after(case.state);
    let Some(joined) = after.incidents.get(&into) else { return Err(ErrorCode::Internal.into()) };
    for stake in &source.stakes {
        let (account, incident) = (stake.account.id.clone(), Box::new(joined.part_of(&stake.account.id)));
        verdict = verdict.also(Audience::Account(account.clone()), Change::Revealed { to: Some(account), incident });
    }
    let verdict = severity::page_if_graver(&case, count_others(&case, verdict));
    Ok(severity::raise_by_rules(&case, verdict).events)
}

/// An account's stake as it goes into the incident that goes on.
fn moved(stake: &Stake, known: Option<&Stake>, assessed: Option<Severity>) -> Stake {
    match known {
        Some(known) => {
            let mut known = known.clone();
            known.absorb(stake, assessed);
            known
        }
        // What was proposed elsewhere was not proposed here.
        None if stake.closure.is_turned() => Stake { read_to: 0, ..stake.clone() },
        None => Stake { closure: Closure::Open, read_to: 0, ..stake.clone() },
    }
}

/// Reveals to an account all that it may know of the incident from here on.
fn reveal<'a>(case: &Case<'a>, verdict: Verdict<'a>, account: &AccountId) -> Verdict<'a> {
    let after = verdict.after(case.state);
    let Some(incident) = after.incidents.get(&case.incident.id) else { return verdict };
    let incident = Box::new(incident.part_of(account));
    verdict.also(Audience::Account(account.clone()), Change::Revealed { to: Some(account.clone()), incident })
}

/// Says that others report it too, once there are enough of them. Never who.
fn count_others<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> Verdict<'a> {
    let after = verdict.after(case.state);
    let Some(incident) = after.incidents.get(&case.incident.id) else { return verdict };
    if incident.others_affected || incident.known_accounts() < case.policy.others_from {
        return verdict;
    }
    let to = Case { incident, ..*case }.affected();
    verdict.then_system(to, Change::OthersAffected {})
}
