//! How bad it is: the customer declares, the vendor assesses, and what is lower counts only as was agreed.

use super::{Case, Decision, Verdict};
use crate::{
    model::{
        event::{Audience, Change, Consent, PageCause},
        id::AccountId,
        incident::Incident,
        report::Report,
        severity::{RaiseCause, RaiseRule, Severity},
    },
    rules::hint::DataAnswer,
    text,
    wire::error::{Constraint, ErrorCode, Invalid},
};

/// The vendor's own judgement. By itself it takes nothing lower.
pub(super) fn assess(case: &Case<'_>, severity: Severity, reason: &str) -> Decision {
    case.staff_only()?;
    case.still_open()?;
    let change = Change::Assessed { severity, reason: reason.to_owned() };
    let verdict = case.verdict().also(case.affected(), change);
    Ok(page_if_graver(case, verdict).events)
}

/// The customer's own word, up or down, at any time.
pub(super) fn set(case: &Case<'_>, severity: Severity, reason: &str) -> Decision {
    let stake = case.open_stake(case.own_stake()?)?;
    if stake.declared == severity && stake.lowered.is_none() && stake.downgrade.is_none() {
        return Err(ErrorCode::NothingNew.into());
    }
    let account = stake.account.id.clone();
    let change = Change::SeveritySet { account: account.clone(), severity, reason: reason.to_owned() };
    let verdict = case.verdict().also(Audience::Account(account), change);
    Ok(page_if_graver(case, verdict).events)
}

/// The vendor wants it lower: at once, as a proposal with a time-out, or as a question.
pub(super) fn lower(case: &Case<'_>, account: &AccountId, severity: Severity, reason: &str) -> Decision {
    case.staff_at_work()?;
    let stake = case.open_stake(case.stake_of(account)?)?;
    if severity.0 <= stake.effective(case.incident.assessed()).0 {
        return Err(Invalid::new("severity", Constraint::NotLower).into());
    }
    let (account, reason) = (account.clone(), reason.to_owned());
    let to = Audience::Account(account.clone());
    let change = if stake.vendor_may_lower() {
        Change::Lowered { account, severity, reason, consent: Consent::Vendor }
    } else {
        Change::DowngradeProposed { account, severity, reason, until: stake.terms.downgrade_until(case.now()) }
    };
    Ok(case.verdict().also(to, change).events)
}

pub(super) fn accept(case: &Case<'_>) -> Decision {
    let stake = case.open_stake(case.own_stake()?)?;
    let downgrade = stake.downgrade.clone().ok_or(ErrorCode::NoDowngrade)?;
    let account = stake.account.id.clone();
    let to = Audience::Account(account.clone());
    let (severity, reason) = (downgrade.severity, downgrade.reason);
    Ok(case.verdict().also(to, Change::Lowered { account, severity, reason, consent: Consent::Account }).events)
}

pub(super) fn refuse(case: &Case<'_>, reason: &str) -> Decision {
    let stake = case.open_stake(case.own_stake()?)?;
    stake.downgrade.as_ref().ok_or(ErrorCode::NoDowngrade)?;
    let account = stake.account.id.clone();
    let to = Audience::Account(account.clone());
    Ok(case.verdict().also(to, Change::DowngradeRefused { account, reason: reason.to_owned() }).events)
}

/// Calls people when the incident has become worse by what was decided.
pub(super) fn page_if_graver<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> Verdict<'a> {
    let after = verdict.after(case.state);
    let Some(incident) = after.incidents.get(&case.incident.id) else { return verdict };
    if is_graver(incident, case.incident) { case.page(verdict, incident, PageCause::Raised, None) } else { verdict }
}

/// Whether an incident is worse than it was before.
pub(super) fn is_graver(incident: &Incident, before: &Incident) -> bool {
    let rank = |incident: &Incident| incident.effective_severity().map_or(u8::MAX, |severity| severity.0);
    rank(incident) < rank(before)
}

/// What the scheme's rules make of the incident after what was decided so far.
pub(crate) fn raise_by_rules<'a>(case: &Case<'a>, verdict: Verdict<'a>) -> Verdict<'a> {
    let after = verdict.after(case.state);
    let Some(incident) = after.incidents.get(&case.incident.id) else { return verdict };
    let Some((raise, severity)) = strongest(case, incident) else { return verdict };
    let cause = raise.cause;
    if !raise.at_once {
        return verdict.then_system(Audience::Internal, Change::Advised { severity, cause });
    }
    // What one account did is no reason that another may read. Staff read it beside the one that all do.
    let told = match cause {
        RaiseCause::Disputes | RaiseCause::DataLoss => incident.stakes.len() == 1,
        RaiseCause::Accounts => incident.others_affected,
        RaiseCause::Duration => true,
    };
    let (reason, verdict) = match told {
        true => (cause.label(), verdict),
        false => (text::RAISED_BY_RULE, verdict.then_system(Audience::Internal, Change::Advised { severity, cause })),
    };
    let affected = Case { incident, ..*case }.affected();
    let verdict = verdict.then_system(affected, Change::Assessed { severity, reason: reason.0.to_owned() });
    page_if_graver(case, verdict)
}

/// The rule that makes it worst, of those that hold now and say something new.
fn strongest<'a>(case: &Case<'a>, incident: &Incident) -> Option<(&'a RaiseRule, Severity)> {
    let present = incident.effective_severity()?;
    let raised = case.policy.scheme.raises.iter().filter(|raise| holds(case, incident, raise));
    let raised = raised.filter_map(|raise| Some((raise, raise.raised(present)?)));
    let new = raised.filter(|(raise, severity)| {
        let advised = incident.advice.as_ref().is_some_and(|advice| advice.severity.0 <= severity.0);
        raise.at_once || !advised
    });
    new.min_by_key(|(raise, severity)| (severity.0, !raise.at_once))
}

/// Whether a rule is set off by what was just decided, or by the time.
fn holds(case: &Case<'_>, incident: &Incident, raise: &RaiseRule) -> bool {
    let before = case.incident;
    let disputes = |incident: &Incident| incident.stakes.iter().map(|stake| stake.disputes).max().unwrap_or(0);
    let from = raise.from as usize;
    match raise.cause {
        // A report says so when it is declared; see `declare`.
        RaiseCause::DataLoss => false,
        RaiseCause::Disputes => disputes(incident) >= raise.from && disputes(incident) > disputes(before),
        RaiseCause::Accounts => incident.known_accounts() >= from && before.known_accounts() < from,
        RaiseCause::Duration => incident.status.is_open() && case.now() >= incident.opened_at.plus(raise.minutes()),
    }
}

/// What a report of lost data makes of it, whatever its author declared.
pub(super) fn raised_by_report(case: &Case<'_>, report: &Report) -> Option<(Severity, RaiseCause, bool)> {
    let rules = &case.policy.scheme.raises;
    let rule = rules.iter().find(|raise| raise.cause == RaiseCause::DataLoss)?;
    let severity = rule.raised(report.severity)?;
    (report.answers.data == Some(DataAnswer::Lost)).then_some((severity, rule.cause, rule.at_once))
}

impl RaiseRule {
    /// `from` as milliseconds.
    pub(crate) const fn minutes(&self) -> i64 {
        self.from as i64 * crate::model::time::MINUTE
    }
}
