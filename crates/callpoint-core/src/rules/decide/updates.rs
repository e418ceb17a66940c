//! What is said, to whom, and what staff promise with it.

use super::{Case, Decision, Denied, Verdict, audience, closure, known_component, may_move};
use crate::{
    model::{
        command::{Publish, Update, Visibility},
        event::{Audience, Change, PublicView},
        incident::{Publication, Status},
        person::Actor,
        time::Time,
    },
    rules::mentions::mentioned,
    wire::error::{Constraint, ErrorCode, Invalid},
};

pub(super) fn message(case: &Case<'_>, text: &str, to: Option<&Visibility>) -> Decision {
    let to = message_audience(case, to)?;
    let mentions = mentioned(text, case.incident, &to);
    let attachments = case.context.attachments.clone();
    Ok(case.verdict().also(to, Change::Said { text: text.to_owned(), mentions, attachments }).events)
}

pub(super) fn move_to(case: &Case<'_>, status: Status) -> Decision {
    case.staff_only()?;
    may_move(case, status)?;
    let verdict = case.verdict().also(case.facts(), Change::Moved { status });
    Ok(resume(case, verdict, status).events)
}

/// What the vendor's word had ended is open again by it.
fn resume<'a>(case: &Case<'a>, verdict: Verdict<'a>, status: Status) -> Verdict<'a> {
    if status.is_open() && !case.incident.status.is_open() { closure::again(case, verdict) } else { verdict }
}

pub(super) fn pause(case: &Case<'_>, until: Time, reason: &str) -> Decision {
    case.staff_only()?;
    case.still_open()?;
    Ok(case.verdict().also(case.affected(), Change::Paused { until, reason: reason.to_owned() }).events)
}

pub(super) fn publish(case: &Case<'_>, update: &Update) -> Decision {
    case.staff_only()?;
    let incident = case.incident;
    let to = audience(case, &update.to)?;
    let status = update.status.unwrap_or(incident.status);
    if status != incident.status {
        may_move(case, status)?;
    }
    let (mut verdict, mut facts) = (case.verdict(), case.facts());
    if update.to == Visibility::Public && incident.publication.is_none() {
        let publish = update.publish.as_ref().ok_or(Invalid::new("publish", Constraint::Missing))?;
        verdict = verdict.also(Audience::Public, Change::Published(public_view(case, publish)?));
        facts = Audience::Public;
    }
    verdict = verdict.also(to.clone(), Change::Updated { text: update.text.clone(), status });
    if status != incident.status {
        verdict = verdict.also(facts.clone(), Change::Moved { status });
    }
    let widely = matches!(update.to, Visibility::Affected | Visibility::Public);
    if let Some(text) = update.workaround.clone().filter(|_| widely) {
        verdict = verdict.also(to, Change::WorkaroundFound { text });
    }
    let promised = Change::Promised { next_update: update.next_update, eta: update.eta.or(incident.eta) };
    let changes = update.next_update != incident.next_update || update.eta.is_some();
    let verdict = if widely && status.is_open() && changes { verdict.also(facts, promised) } else { verdict };
    Ok(if status == incident.status { verdict } else { resume(case, verdict, status) }.events)
}

fn public_view(case: &Case<'_>, publish: &Publish) -> Result<PublicView, Denied> {
    for component in &publish.components {
        known_component(case.state, component, "components")?;
    }
    let publication = Publication { title: publish.title.clone(), impact: publish.impact };
    Ok(PublicView { components: publish.components.clone(), ..case.incident.public_view_as(&publication) })
}

fn message_audience(case: &Case<'_>, to: Option<&Visibility>) -> Result<Audience, Denied> {
    match &case.context.actor {
        Actor::Customer { .. } => Ok(Audience::Account(case.own_stake()?.account.id.clone())),
        Actor::Staff { .. } => match to {
            None => Err(Invalid::new("to", Constraint::Missing).into()),
            // Words to everybody are an update: they need a public face.
            Some(Visibility::Public) => Err(Invalid::new("to", Constraint::Unknown).into()),
            Some(to) => audience(case, to),
        },
        Actor::System => Err(ErrorCode::Forbidden.into()),
    }
}
