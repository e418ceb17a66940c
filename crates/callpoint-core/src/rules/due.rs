//! What happens because time passes: time-outs, targets that were missed, promises that were broken. Run by whoever
//! has a clock; [`next`] says when to look again. Nothing happens silently: each is an entry.

use crate::{
    model::{
        event::{Audience, Change, Consent, Duty, Event, PageCause, Question},
        id::{AccountId, Seq},
        incident::Incident,
        person::PersonRef,
        policy::{COMMANDER, Policy, reminder_before},
        severity::{Level, RaiseCause, Severity},
        stake::{Closure, Stake},
        time::{MINUTE, Time},
    },
    rules::decide::{Case, Verdict, closure, severity},
    text::{self, say},
};
use strum::VariantArray as _;

/// All that is due in an incident at the order's time.
pub(crate) fn due(case: &Case<'_>) -> Vec<Event> {
    let verdict = time_out(case, case.verdict());
    let after = verdict.after(case.state);
    let Some(incident) = after.incidents.get(&case.incident.id).filter(|incident| incident.is_open()) else {
        return verdict.events;
    };
    let verdict = fall_due(case, verdict, incident);
    if runs(incident) { severity::raise_by_rules(case, verdict).events } else { verdict.events }
}

/// When something will be due in this incident, if nothing happens to it until then. A time that has passed means
/// now.
#[must_use]
pub fn next(incident: &Incident, policy: &Policy) -> Option<Time> {
    let keys = waiting(incident).flat_map(|stake| {
        [Question::Resolution, Question::Downgrade].map(|question| step(stake, question).map(|(at, _)| at))
    });
    let page = next_page(incident, policy).map(|(at, _)| at);
    let keys = keys.chain([page]);
    if !runs(incident) {
        return keys.flatten().min();
    }
    let duties = Duty::VARIANTS.iter().map(|duty| deadline(incident, policy, *duty));
    let present = incident.effective_severity();
    let raises = policy.scheme.raises.iter().filter(|raise| raise.cause == RaiseCause::Duration).map(|raise| {
        let severity = raise.raised(present?)?;
        let advised = incident.advice.as_ref().is_some_and(|advice| advice.severity.0 <= severity.0);
        (!advised).then(|| incident.opened_at.plus(raise.minutes()))
    });
    keys.chain(duties).chain(raises).flatten().min()
}

/// The stakes whose account can be waited for.
fn waiting(incident: &Incident) -> impl Iterator<Item = &Stake> {
    incident.stakes.iter().filter(|stake| incident.is_open_to(stake) && !incident.status.is_maintenance())
}

/// Whether the vendor owes what an open incident asks for. Maintenance goes by its plan.
fn runs(incident: &Incident) -> bool {
    incident.status.is_open() && !incident.status.is_maintenance() && incident.merged_into.is_none()
}

/// Keys and downgrades that nobody answered.
fn time_out<'a>(case: &Case<'a>, mut verdict: Verdict<'a>) -> Verdict<'a> {
    let now = case.now();
    let mut turned: Vec<AccountId> = Vec::new();
    for stake in waiting(case.incident) {
        for question in [Question::Downgrade, Question::Resolution] {
            let Some((_, next)) = step(stake, question).filter(|(at, _)| *at <= now) else { continue };
            let account = stake.account.id.clone();
            let change = match (next, question, &stake.downgrade) {
                (Step::Remind, ..) => Change::Reminded { account, question },
                (Step::Agree, Question::Downgrade, Some(asked)) => {
                    let (severity, reason) = (asked.severity, asked.reason.clone());
                    Change::Lowered { account, severity, reason, consent: Consent::Silence }
                }
                (Step::Agree, ..) => {
                    turned.push(account.clone());
                    Change::TimedOut { account }
                }
            };
            verdict = verdict.then_system(Audience::Account(stake.account.id.clone()), change);
        }
    }
    if turned.is_empty() { verdict } else { closure::end_with(case, verdict, &turned) }
}

/// What time does next about a question.
enum Step {
    /// It reminds the account.
    Remind,
    /// It takes the account's silence for a yes.
    Agree,
}

/// The next step about a question, and when. A reminder that has reached nobody is waited for: silence after it says
/// nothing.
fn step(stake: &Stake, question: Question) -> Option<(Time, Step)> {
    let (at, until, reminder, reminded) = match (question, &stake.closure, &stake.downgrade) {
        (Question::Resolution, Closure::Proposed { at, until, reminder, reminded }, _) => {
            (*at, (*until)?, *reminder, *reminded)
        }
        (Question::Downgrade, _, Some(asked)) => (asked.at, asked.until?, asked.reminder, asked.reminded),
        _ => return None,
    };
    match (reminder, reminded) {
        (_, true) => Some((until, Step::Agree)),
        (None, false) => Some((until.plus(-reminder_before(at, until)), Step::Remind)),
        (Some(_), false) => None,
    }
}

/// A reminder was taken for somebody of an account; the first is enough.
pub(crate) fn delivered(case: &Case<'_>, account: &AccountId, reminder: Seq, to: &PersonRef) -> Vec<Event> {
    if !case.incident.stake(account).is_some_and(|stake| stake.waits_for_delivery(reminder)) {
        return Vec::new();
    }
    let change = Change::ReminderDelivered { account: account.clone(), reminder, to: to.clone() };
    case.verdict().then_system(Audience::Account(account.clone()), change).events
}

/// What the vendor owes and has not done, and who is called for it, or again.
fn fall_due<'a>(case: &Case<'a>, mut verdict: Verdict<'a>, incident: &Incident) -> Verdict<'a> {
    let missed = |duty: &&Duty| passed(deadline(incident, case.policy, **duty), case.now());
    let mut missed: Vec<Duty> = Duty::VARIANTS.iter().filter(missed).copied().collect();
    let mut call = next_page(incident, case.policy).filter(|(at, _)| *at <= case.now()).map(|(_, cause)| cause);
    if missed.is_empty() && call.is_none() {
        return verdict;
    }
    // A pause is told to all: what concerns one account alone makes none.
    if let Some(until) = rests_until(case, incident).filter(|_| runs(incident)) {
        // What was promised is promised, and the top never rests.
        let rests = call.take().is_some() || missed.iter().any(|duty| *duty != Duty::Promise);
        missed.retain(|duty| *duty == Duty::Promise);
        if rests {
            let reason = say(text::QUIET_HOURS).to_owned();
            verdict = verdict.then_system(case.affected(), Change::Paused { until, reason });
        }
    }
    for duty in &missed {
        let to = match duty {
            Duty::Promise => case.facts(),
            Duty::Acknowledge | Duty::Update => case.affected(),
            Duty::Commander => Audience::Internal,
        };
        verdict = verdict.then_system(to, Change::Overdue { duty: *duty });
    }
    // Whoever is being called already is called for all of it.
    let calling = incident.paging.as_ref().is_some_and(|paging| paging.is_unacknowledged());
    // A commander is called for by `next_page`, once there was time to take command.
    let owed = missed.iter().any(|duty| *duty != Duty::Commander);
    match call {
        _ if owed && !calling => case.page_again(verdict, incident, PageCause::Overdue),
        Some(cause) => case.page_again(verdict, incident, cause),
        None => verdict,
    }
}

/// When people are called again, if nothing happens until then, and what for.
fn next_page(incident: &Incident, policy: &Policy) -> Option<(Time, PageCause)> {
    let paging = incident.paging.as_ref().filter(|_| incident.is_open() && !incident.status.is_maintenance())?;
    let Some(acknowledged_at) = paging.acknowledged_at else {
        return Some((unpaused(incident, paging.page.step?.next_at), paging.page.cause));
    };
    // An account that was asked for its answer waits for nobody.
    if all_asked(incident) {
        return None;
    }
    let escalation = policy.escalation(incident);
    let uncommanded = lacks_commander(incident) && !paging.commander_called;
    let commander = uncommanded.then(|| (acknowledged_at.plus(escalation.first_wait()), PageCause::NoCommander));
    // Where a time is promised, that counts.
    let again = i64::from(escalation.again_minutes) * MINUTE;
    let promised = incident.next_update.is_some() && !incident.overdue.promise;
    let unattended = (!promised).then(|| (paging.active_at.plus(again), PageCause::Unattended));
    let (at, cause) = commander.into_iter().chain(unattended).min_by_key(|(at, _)| *at)?;
    Some((unpaused(incident, at), cause))
}

/// The same, but not while the clock stands still. The top never rests.
fn unpaused(incident: &Incident, at: Time) -> Time {
    let paused = incident.paused_until.filter(|_| incident.effective_severity() != Some(Severity::TOP));
    paused.map_or(at, |paused| at.max(paused))
}

fn lacks_commander(incident: &Incident) -> bool {
    runs(incident)
        && !incident.stakes.is_empty()
        && incident.effective_severity() == Some(Severity::TOP)
        && incident.holder(COMMANDER).is_none()
}

fn rests_until(case: &Case<'_>, incident: &Incident) -> Option<Time> {
    let quiet = case.policy.quiet.as_ref()?;
    let rests = incident.effective_severity().is_some_and(|severity| severity.0 >= quiet.rank);
    quiet.end(case.now()).filter(|_| rests)
}

/// When a duty will be missed; `None` if it is done, was missed already, or is not owed.
fn deadline(incident: &Incident, policy: &Policy, duty: Duty) -> Option<Time> {
    let level = || incident.effective_severity().and_then(|severity| policy.scheme.level(severity));
    let after =
        |at: Time, minutes: fn(&Level) -> u32| Some(unpaused(incident, at.plus(i64::from(minutes(level()?)) * MINUTE)));
    let waits = !incident.stakes.is_empty();
    let (is_owed, at) = match duty {
        Duty::Acknowledge => {
            let at = after(incident.opened_at, |level| level.acknowledge_minutes);
            (waits && incident.acknowledged.is_none(), at)
        }
        Duty::Promise => (true, incident.next_update),
        // Where a time is promised, that counts; and an account that was asked for its answer is owed no update.
        Duty::Update => {
            let at = after(incident.last_update_at.unwrap_or(incident.opened_at), |level| level.update_minutes);
            (waits && incident.next_update.is_none() && !all_asked(incident), at)
        }
        Duty::Commander => (lacks_commander(incident), Some(incident.opened_at)),
    };
    at.filter(|_| runs(incident) && is_owed && !incident.overdue.is_missed(duty))
}

fn all_asked(incident: &Incident) -> bool {
    incident.stakes.iter().all(|stake| stake.closure != Closure::Open)
}

fn passed(at: Option<Time>, now: Time) -> bool {
    at.is_some_and(|at| at <= now)
}
