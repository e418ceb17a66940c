//! Where the escalation of an incident stands: which policy holds, who is called, which step follows and when, or why
//! none does.

use std::borrow::Cow;

use callpoint_core::{
    model::{
        escalation::{EscalationPolicy, StepTarget, policy_for},
        event::PageStep,
        incident::Incident,
        policy::SECURITY,
        severity::{Scheme, Severity},
        time::{DAY, MINUTE},
    },
    rules::{due::awaits_accounts, paging::Paging},
    text::{self, fill, say},
};
use yew::prelude::*;

use super::staff_entries::{called, called_for};
use crate::{controls::text_of, scene::Scene};

/// The line below the roles; nothing where nobody was called or the incident is over.
pub fn paging(scene: &Scene<'_>, incident: &Incident) -> Html {
    if !incident.status.is_open() || incident.merged_into.is_some() {
        return Html::default();
    }
    let severity = incident.effective_severity().unwrap_or(Severity::TOP);
    let policy = policy_for(&scene.vendor.escalations, &scene.vendor.scheme, &incident.class, severity);
    let policy_name = match &policy {
        Cow::Borrowed(policy) => name(policy, &scene.vendor.scheme),
        Cow::Owned(_) => say(text::POLICY_DEFAULT).to_owned(),
    };
    let about = match &incident.paging {
        Some(paging) => html! {
            <>
                <span>{ fill(text::PAGING_POLICY, &[("name", &policy_name)]) }</span>
                { progress(scene, incident, &policy, paging) }
            </>
        },
        None if incident.drill => html! { <span>{ say(text::PAGING_DRILL) }</span> },
        None => return Html::default(),
    };
    html! { <p class="state paging"><strong>{ say(text::PAGING) }</strong>{ about }</p> }
}

fn progress(scene: &Scene<'_>, incident: &Incident, policy: &EscalationPolicy, paging: &Paging) -> Html {
    let waits = || {
        let whom = called(incident, &paging.page.whom);
        fill(text::PAGING_WAITS, &[("whom", &whom), ("why", &called_for(scene.reader, &paging.page))])
    };
    let undelivered = paging.open.iter().any(|open| open.failed);
    html! {
        <>
            if paging.is_unacknowledged() {
                <span class="unseen-yet">{ waits() }</span>
                { paging.page.step.map(|step| next(scene, incident, policy, step)) }
            } else {
                <span>{ say(text::PAGING_ACKNOWLEDGED) }</span>
                <span>{ again(incident, policy) }</span>
            }
            if paging.no_connector {
                { text_of("soon", say(text::PAGING_NO_CONNECTOR)) }
            } else if undelivered {
                { text_of("soon", say(text::PAGING_NOT_DELIVERED)) }
            }
        </>
    }
}

/// The step that follows this one if nobody acknowledges: which, when, and who is paged. While timers are paused it
/// waits, except at the top.
fn next(scene: &Scene<'_>, incident: &Incident, policy: &EscalationPolicy, step: PageStep) -> Html {
    let at = step.next_at;
    let paused = incident.paused_until.filter(|paused| *paused > at.max(scene.now));
    let paused = paused.filter(|_| incident.effective_severity() != Some(Severity::TOP));
    let at = scene.format_time(paused.unwrap_or(at), false);
    let following = policy.following(step, step.next_at);
    let whom = whom(policy.targets(following), Some(incident));
    let (number, of) = (following.number.to_string(), following.of.to_string());
    let key = if paused.is_some() { text::PAGING_NEXT_PAUSED } else { text::PAGING_NEXT };
    html! { <span>{ fill(key, &[("number", &number), ("of", &of), ("time", &at), ("whom", &whom)]) }</span> }
}

/// What has the policy start again after an acknowledgement.
fn again(incident: &Incident, policy: &EscalationPolicy) -> String {
    match incident.next_update {
        _ if awaits_accounts(incident) => say(text::PAGING_AWAITS).to_owned(),
        Some(_) => say(text::PAGING_AGAIN_UPDATE).to_owned(),
        None => fill(text::PAGING_AGAIN, &[("span", &wait(policy.again_minutes))]),
    }
}

/// A wait of a policy, to the minute.
pub fn wait(minutes: u32) -> String {
    let length = i64::from(minutes) * MINUTE;
    let parts = [length - length % DAY, length % DAY].into_iter().filter(|part| *part > 0);
    parts.map(text::span).collect::<Vec<_>>().join(" ")
}

/// What a policy is called: what it is for.
pub fn name(policy: &EscalationPolicy, scheme: &Scheme) -> String {
    let levels: Vec<&str> = policy.levels.iter().map(|severity| scheme.name(*severity)).collect();
    let levels = if levels.is_empty() { say(text::POLICY_ALL_LEVELS).to_owned() } else { levels.join(", ") };
    let classes = match policy.classes.is_empty() {
        true => fill(text::POLICY_ALL_CLASSES, &[("class", SECURITY)]),
        false => policy.classes.join(", "),
    };
    [levels, classes].join(" · ")
}

/// Who is paged in a step; `incident` says for which class somebody is on call. Of a sealed incident only those to whom
/// it is open, else whoever is on call.
pub fn whom(targets: &[StepTarget], incident: Option<&Incident>) -> String {
    let on_call = |of: &str| fill(text::PAGED_ON_CALL, &[("class", of)]);
    let any = || incident.map_or_else(|| say(text::POLICY_ON_CALL).to_owned(), |incident| on_call(&incident.class));
    let sealed = incident.is_some_and(|incident| incident.seal.is_some());
    let one = |target: &StepTarget| match target {
        StepTarget::OnCall => Some(any()),
        StepTarget::Schedule(schedule) => Some(on_call(schedule)),
        StepTarget::Owners => (!sealed).then(|| say(text::POLICY_OWNERS).to_owned()),
        StepTarget::Staff { who, security } => (*security || !sealed).then(|| who.name.clone()),
    };
    let named: Vec<String> = targets.iter().filter_map(one).collect();
    if named.is_empty() { any() } else { named.join(", ") }
}
