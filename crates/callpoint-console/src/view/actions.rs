//! What staff can do to an incident beside writing: all in its place, nothing in front of it.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::IncidentCommand,
        incident::{Incident, Status},
        person::PersonRef,
        stake::Closure,
    },
    text::{self, say},
    wire::protocol::Request,
};
use callpoint_widget::view::{Scene, node::el};
use yew::prelude::*;

use super::{
    forms,
    part::{opens, press},
    when,
};
use crate::{
    draft::Draft,
    form::{Form, can_be_sealed},
    msg::Msg,
};

/// What the work goes through.
const STAGES: [Status; 3] = [Status::Investigating, Status::Identified, Status::Monitoring];

/// The buttons, or the form that one of them has opened.
pub fn actions(
    scene: &Scene<'_>,
    incident: &Incident,
    draft: &Draft,
    staff: &[PersonRef],
    send: &Callback<Msg>,
) -> Html {
    match &draft.form {
        Some(form) if form.fits(incident) => forms::form(scene, incident, draft, form, staff, send),
        _ => buttons(scene, incident, send),
    }
}

fn buttons(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let mut all = el("div", "actions");
    if incident.status.is_open() {
        all = all.list(work(scene, incident, send));
    }
    // What is seldom done stands apart, at the end.
    let mut more = el("div", "more").word("role", "group").words("aria-label", text::MORE_ACTIONS);
    if incident.status.is_open() {
        more = more.put(opens(text::PAUSE, send, Form::Pause));
        if incident.seal.is_none() {
            more = more.put(opens(text::MERGE, send, Form::Merge));
        }
    }
    if incident.seal.is_some() {
        more = more.put(opens(text::UNSEAL, send, Form::Unseal));
    } else if can_be_sealed(incident) {
        more = more.put(opens(text::SEAL, send, Form::Seal));
    } else if !incident.status.is_open() {
        return Html::default();
    }
    all.with(more).html()
}

/// What is done every day.
fn work(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Vec<Html> {
    let asked = asked(scene, incident);
    let mut all = Vec::new();
    if incident.acknowledged.is_none() {
        let under_way = asked.clone().any(|command| matches!(command, IncidentCommand::Acknowledge {}));
        let button = press("primary", send, Msg::Do(IncidentCommand::Acknowledge {})).flag("disabled", under_way);
        all.push(button.say(text::ACKNOWLEDGE).html());
    }
    let moving = asked.last().and_then(|command| match command {
        IncidentCommand::Move { status } => Some(*status),
        _ => None,
    });
    all.push(segments(moving.unwrap_or(incident.status), send));
    all.push(opens(text::ASSESS, send, Form::Assess));
    if incident.stakes.is_empty() || incident.stakes.iter().any(|stake| stake.closure == Closure::Open) {
        all.push(opens(text::PROPOSE, send, Form::Propose));
    }
    all
}

fn segments(stands: Status, send: &Callback<Msg>) -> Html {
    html! {
        <div class="segments" role="group" aria-label={say(text::STATUS_LABEL)}>
            { for STAGES.into_iter().map(|status| html! {
                <button key={say(status.label())} aria-pressed={(status == stands).to_string()}
                    onclick={when(send, move |_: MouseEvent| {
                        (status != stands).then_some(Msg::Do(IncidentCommand::Move { status }))
                    })}>{ say(status.label()) }</button>
            }) }
        </div>
    }
}

/// What was asked of this incident and is still on its way.
pub(super) fn asked<'a>(
    scene: &Scene<'a>,
    incident: &Incident,
) -> impl Iterator<Item = &'a IncidentCommand> + Clone + use<'a> {
    let id = incident.id;
    let under_way = move |kept: &'a OutboxEntry| match (&kept.submission.request, &kept.state) {
        (_, DeliveryState::Refused(_)) => None,
        (Request::Incident(of, command), _) if *of == id && !kept.submission.request.is_silent() => Some(command),
        _ => None,
    };
    scene.client.outbox.entries().iter().filter_map(under_way)
}
