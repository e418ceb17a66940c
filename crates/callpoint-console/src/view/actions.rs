//! What staff can do to an incident beside writing: all in its place, nothing in front of it.

use callpoint_core::{
    client::{Kept, Stage},
    command::IncidentCommand,
    incident::{Closure, Incident, Status},
    protocol::Request,
    severity::Severity,
    text::{self, say},
};
use callpoint_widget::view::Scene;
use yew::prelude::*;

use super::{composer::on_send_key, when};
use crate::{
    draft::{Draft, Edit, Form},
    msg::{Msg, words},
};

/// What the work goes through.
const STAGES: [Status; 3] = [Status::Investigating, Status::Identified, Status::Monitoring];

/// The buttons, or the form that one of them has opened.
pub fn actions(scene: &Scene<'_>, incident: &Incident, draft: &Draft, send: &Callback<Msg>) -> Html {
    if !incident.status.is_open() {
        return Html::default();
    }
    match draft.form {
        None => buttons(scene, incident, send),
        Some(Form::Assess) => assess(scene, incident, draft, send),
        Some(Form::Propose) => propose(draft, send),
    }
}

fn buttons(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let open = |form| send.reform(move |_: MouseEvent| Msg::Edit(Edit::Form(Some(form))));
    let asked = asked(scene, incident);
    let acknowledging = asked.clone().any(|command| matches!(command, IncidentCommand::Acknowledge {}));
    let moving = asked.last().and_then(|command| match command {
        IncidentCommand::Move { status } => Some(*status),
        _ => None,
    });
    let stands = moving.unwrap_or(incident.status);
    let proposable = incident.stakes.is_empty() || incident.stakes.iter().any(|stake| stake.closure == Closure::Open);
    html! {
        <div class="actions">
            if incident.acknowledged.is_none() {
                <button class="primary" disabled={acknowledging}
                    onclick={send.reform(|_| Msg::Do(IncidentCommand::Acknowledge {}))}>{ say(text::ACKNOWLEDGE) }</button>
            }
            <div class="segments" role="group" aria-label={say(text::WORK_STANDS)}>
                { for STAGES.into_iter().map(|status| html! {
                    <button key={say(status.label())} aria-pressed={(status == stands).to_string()}
                        onclick={when(send, move |_: MouseEvent| {
                            (status != stands).then_some(Msg::Do(IncidentCommand::Move { status }))
                        })}>{ say(status.label()) }</button>
                }) }
            </div>
            <button onclick={open(Form::Assess)}>{ say(text::ASSESS) }</button>
            if proposable { <button onclick={open(Form::Propose)}>{ say(text::PROPOSE) }</button> }
        </div>
    }
}

/// What was asked of this incident and is still on its way.
fn asked<'a>(scene: &Scene<'a>, incident: &Incident) -> impl Iterator<Item = &'a IncidentCommand> + Clone + use<'a> {
    let id = incident.id;
    let under_way = move |kept: &'a Kept| match (&kept.parcel.request, &kept.stage) {
        (_, Stage::Refused(_)) => None,
        (Request::Incident(of, command), _) if *of == id => Some(command),
        _ => None,
    };
    scene.client.outbox.kept().iter().filter_map(under_way)
}

fn assess(scene: &Scene<'_>, incident: &Incident, draft: &Draft, send: &Callback<Msg>) -> Html {
    let stood = incident.assessment.as_ref().map(|assessment| assessment.severity);
    let level = |severity: Severity| {
        let name = scene.vendor.scheme.name(severity).to_owned();
        let meaning = scene.vendor.scheme.level(severity).map(|level| level.words.clone());
        html! {
            <label key={name.clone()} class="level" title={meaning}>
                <input type="radio" name="level" aria-label={name} checked={draft.level.or(stood) == Some(severity)}
                    onchange={send.reform(move |_| Msg::Edit(Edit::Level(severity)))} />
                { scene.severity(severity) }
            </label>
        }
    };
    let levels = html! {
        <div class="levels" role="radiogroup" aria-label={say(text::ASSESS_LEVEL)}>
            { for scene.vendor.scheme.severities().map(level) }
        </div>
    };
    form(
        draft,
        send,
        Asking { name: text::ASSESS, above: levels, label: text::ASSESS_WHY, value: &draft.reason, edit: Edit::Reason },
    )
}

fn propose(draft: &Draft, send: &Callback<Msg>) -> Html {
    let above = Html::default();
    form(
        draft,
        send,
        Asking { name: text::PROPOSE, above, label: text::PROPOSE_TEXT, value: &draft.solution, edit: Edit::Solution },
    )
}

/// What a form asks for.
struct Asking<'a> {
    name: text::Key,
    above: Html,
    label: text::Key,
    value: &'a str,
    edit: fn(String) -> Edit,
}

fn form(draft: &Draft, send: &Callback<Msg>, asking: Asking<'_>) -> Html {
    let edit = asking.edit;
    let fault = draft.fault.as_ref().filter(|(field, _)| matches!(*field, "severity" | "reason" | "text"));
    html! {
        <form class="form" onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); Msg::SendForm })}
            onkeydown={on_send_key(send, || Msg::SendForm)}>
            { asking.above }
            <label>
                <span class="label">{ say(asking.label) }</span>
                <textarea class="asked" rows="2" dir="auto" value={asking.value.to_owned()}
                    oninput={send.reform(move |event| Msg::Edit(edit(words(&event))))} />
            </label>
            { fault.map(|(_, words)| html! { <p class="fault" role="alert">{ words }</p> }) }
            <div class="pair">
                <button class="primary" type="submit">{ say(asking.name) }</button>
                <button type="button" onclick={send.reform(|_| Msg::Edit(Edit::Form(None)))}>{ say(text::CANCEL) }</button>
            </div>
        </form>
    }
}
