//! One incident from inside: its facts, its timeline, and the customer's key.

use std::collections::BTreeSet;

use callpoint_core::{
    client::{Kept, Stage},
    command::IncidentCommand,
    id::CommandId,
    incident::Incident,
    protocol::Request,
    text::{self, fill, say},
    view::{may_answer, may_write},
};
use yew::prelude::*;

use super::{
    Scene, entry,
    shape::Shape,
    words,
};
use crate::app::{Field, Msg, Writing};

/// The page.
pub fn thread(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let Some(timeline) = scene.client.cache.timeline(incident.id) else {
        return html! { <>{ facts(scene, incident) }<p class="quiet" role="status">{ say(text::LOADING) }</p></> };
    };
    let arrived: BTreeSet<CommandId> = timeline.entries.iter().map(|event| event.command).collect();
    let echoes = scene.client.outbox.of(incident.id).filter(|kept| !arrived.contains(&kept.parcel.id));
    let shown = || timeline.entries.iter().filter(|event| entry::shows(event));
    let (known, new): (Vec<_>, Vec<_>) = shown().partition(|event| event.seq <= timeline.read_to);
    html! {
        <>
            { facts(scene, incident) }
            <ol class="timeline">
                { for known.iter().map(|event| entry::entry(scene, event, Html::default())) }
                if !new.is_empty() && !known.is_empty() {
                    <li key="new" class="divider">{ say(text::NEW_SINCE) }</li>
                }
                { for new.iter().map(|event| entry::entry(scene, event, Html::default())) }
                { for echoes.map(|kept| echo(scene, kept, send)) }
            </ol>
            { your_part(scene, incident, writing, send) }
        </>
    }
}

/// What matters most, above everything else.
fn facts(scene: &Scene<'_>, incident: &Incident) -> Html {
    let seen = match &incident.acknowledged {
        Some(signed) => fill(text::ACKNOWLEDGED_BY, &[("name", &entry::author(scene, &signed.by).0)]),
        None if incident.stakes.is_empty() || !incident.status.is_open() => String::new(),
        None => say(text::NOT_ACKNOWLEDGED).to_owned(),
    };
    let promise = match incident.next_update {
        None if incident.status.is_open() => html! { <span class="promise none">{ say(text::NO_PROMISE) }</span> },
        _ => scene.promise(incident),
    };
    html! {
        <div class="facts">
            <p class="facts-line">
                { incident.effective_severity().map(|severity| scene.severity(severity)) }
                { disagreement(scene, incident) }
                <span class="reference">{ &incident.reference }</span>
            </p>
            <p class="facts-line">
                <strong>{ say(incident.status.label()) }</strong>
                if !seen.is_empty() { <span>{ seen }</span> }
            </p>
            <p class="facts-line">{ promise }{ scene.eta(incident) }</p>
            if incident.sealed.is_some() {
                <p class="facts-line sealed">{ Shape::LOCK.draw() }{ say(text::SEALED_MARK) }</p>
            }
        </div>
    }
}

/// Both judgements, where they differ.
fn disagreement(scene: &Scene<'_>, incident: &Incident) -> Html {
    let own = scene.you.account.as_ref().and_then(|account| incident.stake(&account.id));
    match (own, &incident.assessment) {
        (Some(stake), Some(assessment)) if stake.declared != assessment.severity => {
            let name = |severity| scene.vendor.scheme.name(severity);
            let yours = fill(text::YOU_SAID, &[("level", name(stake.declared))]);
            let theirs = [("vendor", scene.vendor.name.as_str()), ("level", name(assessment.severity))];
            html! { <span title={assessment.reason.clone()}>{ yours }{ " · " }{ fill(text::VENDOR_SAYS, &theirs) }</span> }
        }
        _ => Html::default(),
    }
}

/// What the person may do here now: turn their key, or write.
fn your_part(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let Some(account) = &scene.you.account else { return Html::default() };
    html! {
        <>
            if may_answer(incident, &account.id) { { question(incident, writing, send) } }
            if incident.settled() && !incident.stakes.is_empty() {
                <p class="settled">{ Shape::CHECK.draw() }{ say(text::YOU_CONFIRMED) }</p>
            }
            if may_write(incident, &account.id) { { composer(writing, send) } }
        </>
    }
}

/// The closing question: two answers, the second with a reason.
fn question(incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let proposal = incident.resolution.as_ref().map(|resolution| words(&resolution.text));
    html! {
        <section class="question" aria-label={say(text::IS_IT_FIXED)}>
            <h2>{ say(text::IS_IT_FIXED) }</h2>
            { proposal }
            if writing.disputing {
                <label>
                    { say(text::NOT_FIXED_WHY) }
                    <textarea class="reason" rows="3" dir="auto" value={writing.reason.clone()}
                        oninput={send.reform(|event| Msg::typed(Field::Reason, &event))} />
                </label>
                <div class="pair">
                    <button class="primary" disabled={writing.reason.trim().is_empty()}
                        onclick={send.reform(|_| Msg::Dispute)}>{ say(text::SEND_NOT_FIXED) }</button>
                    <button onclick={send.reform(|_| Msg::Disputing(false))}>{ say(text::BACK) }</button>
                </div>
            } else {
                <div class="pair">
                    <button class="primary" onclick={send.reform(|_| Msg::Confirm)}>{ say(text::YES_FIXED) }</button>
                    <button onclick={send.reform(|_| Msg::Disputing(true))}>{ say(text::NOT_FIXED) }</button>
                </div>
            }
        </section>
    }
}

fn composer(writing: &Writing, send: &Callback<Msg>) -> Html {
    let keys = send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            keys.emit(Msg::Say);
        }
    });
    html! {
        <div class="dock composer">
            <textarea rows="2" dir="auto" aria-label={say(text::REPLY_LABEL)} placeholder={say(text::REPLY_PLACEHOLDER)}
                value={writing.message.clone()} {onkeydown}
                oninput={send.reform(|event| Msg::typed(Field::Message, &event))} />
            <button class="primary" disabled={writing.message.trim().is_empty()}
                onclick={send.reform(|_| Msg::Say)}>{ say(text::SEND) }</button>
        </div>
    }
}

/// What was written here and is not on the timeline yet.
fn echo(scene: &Scene<'_>, kept: &Kept, send: &Callback<Msg>) -> Html {
    let id = kept.parcel.id;
    let written = match &kept.parcel.request {
        Request::Incident(_, IncidentCommand::Message { text, .. }) => text.as_str(),
        Request::Incident(_, IncidentCommand::Dispute { reason }) => reason.as_str(),
        Request::Incident(_, IncidentCommand::Confirm {}) => say(text::YES_FIXED),
        Request::Report(draft) => draft.what.as_str(),
        _ => return Html::default(),
    };
    let received = matches!(kept.stage, Stage::Received(_));
    html! {
        <li key={id.to_string()} class="entry spoken mine echo">
            <p class="entry-head"><strong>{ say(text::YOU) }</strong></p>
            { words(written) }
            if !received {
                <p class="entry-stage" role="status">
                    { scene.stage(kept) }
                    if matches!(kept.stage, Stage::Waiting(_)) {
                        <button class="link" onclick={send.reform(|_| Msg::Hurry)}>{ say(text::TRY_NOW) }</button>
                    }
                    if matches!(kept.stage, Stage::Refused(_)) {
                        <button class="link" onclick={send.reform(move |_| Msg::EditAgain(id))}>{ say(text::EDIT_AGAIN) }</button>
                    }
                </p>
            }
        </li>
    }
}
