//! What happens because time passes: time-outs, targets that were missed, promises that were broken. Run by whoever
//! has a clock; [`next`] says when to look again. Nothing happens silently: each is an entry.

use crate::{
    model::{
        event::{Audience, Change, Consent, Duty, Event, PageCause, Question},
        id::{AccountId, Seq},
        incident::Incident,
        person::PersonRef,
        policy::{COMMANDER, Policy, reminder_before},
        severity::{RaiseCause, Scheme, Severity},
        stake::{Closure, Stake},
        time::{DAY, MINUTE, Time},
    },
    rules::decide::{Case, Verdict, closure, severity},
    text,
};
use strum::VariantArray as _;

/// An incident that has just been looked at, and in which nothing was due, is left alone for so long.
const REST: i64 = MINUTE;

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
    let responses = waiting(incident).map(|stake| response(incident, policy, stake).map(|(at, _)| at));
    let keys = keys.chain([page]).chain(responses);
    let duties = Duty::VARIANTS.iter().map(|duty| deadline(incident, policy, *duty));
    let present = incident.effective_severity();
    let raises = policy.scheme.raises.iter().filter(|raise| runs(incident) && raise.cause == RaiseCause::Duration).map(
        |raise| {
            let severity = raise.raised(present?)?;
            let advised = incident.advice.as_ref().is_some_and(|advice| advice.severity.0 <= severity.0);
            (!advised).then(|| incident.opened_at.plus(raise.minutes()))
        },
    );
    keys.chain(duties).chain(raises).flatten().min()
}

/// The same, straight after somebody looked: never at once again, whatever the rules say.
#[must_use]
pub fn next_after_look(incident: &Incident, policy: &Policy, now: Time) -> Option<Time> {
    next(incident, policy).map(|at| if at > now { at } else { now.plus(REST) })
}

/// The stakes whose account can be waited for.
fn waiting(incident: &Incident) -> impl Iterator<Item = &Stake> {
    incident.stakes.iter().filter(|stake| incident.is_open_to(stake))
}

/// Whether the vendor owes what an open incident asks for.
fn runs(incident: &Incident) -> bool {
    incident.status.is_open() && !is_planned(incident) && incident.merged_into.is_none()
}

/// Maintenance goes by its plan, unless somebody is affected by it.
fn is_planned(incident: &Incident) -> bool {
    incident.status.is_maintenance() && incident.stakes.is_empty()
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

/// The next step about a question, and when. A reminder that has reached nobody is repeated: silence after it says
/// nothing. So is one to an account whose silence never counts, until it answers. Whoever waits for a reply is not silent.
fn step(stake: &Stake, question: Question) -> Option<(Time, Step)> {
    let (at, until, reminder, reminded) = match (question, &stake.closure, &stake.downgrade) {
        _ if stake.unanswered_since.is_some() => return None,
        (Question::Resolution, Closure::Proposed { at, until, reminder, reminded }, _) => {
            (*at, *until, *reminder, *reminded)
        }
        (Question::Downgrade, _, Some(asked)) => (asked.at, asked.until, asked.reminder, asked.reminded),
        _ => return None,
    };
    let days = i64::from(stake.terms.reminder_days) * DAY;
    Some(match (until, reminder) {
        (Some(until), _) if reminded => (until, Step::Agree),
        (Some(until), None) => (until.plus(-reminder_before(at, until)), Step::Remind),
        (None, None) => (at.plus(days), Step::Remind),
        (_, Some(_)) => (stake.reminded_at.unwrap_or(at).plus(days), Step::Remind),
    })
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
    let is_missed = |duty: &&Duty| passed(deadline(incident, case.policy, **duty), case.now());
    let late = |stake: &Stake| response(incident, case.policy, stake).filter(|(at, _)| *at <= case.now());
    let responses: Vec<_> = waiting(incident).filter_map(|stake| Some((&stake.account.id, late(stake)?.1))).collect();
    let of = |wanted| responses.iter().filter(move |(_, duty)| *duty == wanted).map(|(account, _)| (*account).clone());
    let acknowledge = of(Duty::Acknowledge).next().map(|_| Duty::Acknowledge);
    let mut missed: Vec<Duty> =
        acknowledge.into_iter().chain(Duty::VARIANTS.iter().filter(is_missed).copied()).collect();
    for account in of(Duty::Reply) {
        verdict = verdict.then_system(Audience::Account(account), Change::Overdue { duty: Duty::Reply });
    }
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
            let reason = text::QUIET_HOURS.0.to_owned();
            verdict = verdict.then_system(case.affected(), Change::Paused { until, reason });
        }
    }
    for duty in &missed {
        let to = match duty {
            Duty::Promise => case.facts(),
            Duty::Update => case.affected(),
            Duty::Acknowledge | Duty::Reply => Audience::Affected(of(*duty).collect()),
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
    let paging = incident.paging.as_ref().filter(|_| incident.is_open())?;
    let Some(acknowledged_at) = paging.acknowledged_at else {
        let at = unpaused(incident, incident.effective_severity(), paging.page.step?.next_at);
        return Some((at, paging.page.cause));
    };
    if awaits_accounts(incident) || is_planned(incident) {
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
    Some((unpaused(incident, incident.effective_severity(), at), cause))
}

/// Whether everything waits for the accounts' answers: who was asked waits for nobody, unless they ask back.
#[must_use]
pub fn awaits_accounts(incident: &Incident) -> bool {
    all_asked(incident) && !waiting(incident).any(|stake| stake.unanswered_since.is_some())
}

/// By when the first account that nobody has responded to yet is to hear something.
#[must_use]
pub fn acknowledge_by(incident: &Incident, scheme: &Scheme) -> Option<Time> {
    let unacknowledged = waiting(incident).filter(|stake| stake.acknowledged.is_none());
    unacknowledged.filter_map(|stake| response_at(incident, scheme, stake)).min()
}

/// The response that an account is owed, and when it will be overdue: the first, or to what it wrote since. By its own
/// severity: when it is late says nothing of the others.
fn response(incident: &Incident, policy: &Policy, stake: &Stake) -> Option<(Time, Duty)> {
    let duty = match (&stake.acknowledged, stake.unanswered_since) {
        _ if stake.reply_overdue => return None,
        (None, _) if runs(incident) => Duty::Acknowledge,
        (_, since) => since.map(|_| Duty::Reply)?,
    };
    let severity = stake.effective(incident.assessed());
    let at = response_at(incident, &policy.scheme, stake)?;
    // That the clock rests is told to all, and a reply is one account's.
    let quiet = policy.quiet.filter(|quiet| duty == Duty::Reply && severity.0 >= quiet.rank);
    Some((quiet.and_then(|quiet| quiet.end(at)).unwrap_or(at), duty))
}

/// When a response to an account is late: so long after it wrote, or after the beginning, as its own severity says.
fn response_at(incident: &Incident, scheme: &Scheme, stake: &Stake) -> Option<Time> {
    let severity = stake.effective(incident.assessed());
    let minutes = scheme.level(severity)?.acknowledge_minutes;
    let since = stake.unanswered_since.unwrap_or(incident.opened_at);
    Some(unpaused(incident, Some(severity), since.plus(i64::from(minutes) * MINUTE)))
}

/// By when somebody means to answer what an account reported; in quiet hours when they end. `None` where no answer is
/// owed to it.
#[must_use]
pub fn answer_by(incident: &Incident, policy: &Policy, account: &AccountId) -> Option<Time> {
    let stake = incident.stake(account)?;
    let (at, _) = response(incident, policy, stake)?;
    let severity = stake.effective(incident.assessed());
    let quiet = policy.quiet.filter(|quiet| severity.0 >= quiet.rank);
    Some(quiet.and_then(|quiet| quiet.end(at)).unwrap_or(at))
}

/// The same, but not while the clock stands still. The top never rests.
fn unpaused(incident: &Incident, severity: Option<Severity>, at: Time) -> Time {
    let paused = incident.paused_until.filter(|_| severity != Some(Severity::TOP));
    paused.map_or(at, |paused| at.max(paused))
}

fn lacks_commander(incident: &Incident) -> bool {
    runs(incident) && incident.effective_severity() == Some(Severity::TOP) && incident.holder(COMMANDER).is_none()
}

fn rests_until(case: &Case<'_>, incident: &Incident) -> Option<Time> {
    let quiet = case.policy.quiet.as_ref()?;
    let rests = incident.effective_severity().is_some_and(|severity| severity.0 >= quiet.rank);
    quiet.end(case.now()).filter(|_| rests)
}

/// When a duty will be missed; `None` if it is done, was missed already, or is not owed.
fn deadline(incident: &Incident, policy: &Policy, duty: Duty) -> Option<Time> {
    let level = || incident.effective_severity().and_then(|severity| policy.scheme.level(severity));
    let after = |at: Time, minutes: u32| {
        unpaused(incident, incident.effective_severity(), at.plus(i64::from(minutes) * MINUTE))
    };
    let waits = !incident.stakes.is_empty();
    let (is_owed, at) = match duty {
        Duty::Promise => {
            return incident.next_update.filter(|_| incident.status.is_open() && !incident.overdue.promise);
        }
        // Where a time is promised, that counts; and an account that was asked for its answer is owed no update.
        Duty::Update => {
            let told = incident.acknowledged.as_ref().map(|told| told.at);
            let since = incident.last_update_at.max(told).unwrap_or(incident.opened_at);
            let at = level().map(|level| after(since, level.update_minutes));
            (waits && incident.next_update.is_none() && !all_asked(incident), at)
        }
        Duty::Commander => (lacks_commander(incident), Some(incident.opened_at)),
        // Owed to each account: `response`.
        Duty::Acknowledge | Duty::Reply => (false, None),
    };
    at.filter(|_| runs(incident) && is_owed && !incident.overdue.is_missed(duty))
}

fn all_asked(incident: &Incident) -> bool {
    !incident.stakes.is_empty() && incident.stakes.iter().all(|stake| stake.closure != Closure::Open)
}

fn passed(at: Option<Time>, now: Time) -> bool {
    at.is_some_and(|at| at <= now)
}
