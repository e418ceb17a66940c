//! The timeline: the widget's entries, each with how far it reaches; then what is on its way from here.

use std::collections::BTreeSet;

use callpoint_core::{
    client::{Kept, Stage},
    command::{IncidentCommand, Visibility},
    event::{Audience, Change, Event},
    id::CommandId,
    incident::Incident,
    person::Author,
    protocol::Request,
    report::Report,
    text::{self, Key, fill, say},
};
use callpoint_widget::view::{Scene, entry, words};
use yew::prelude::*;

use super::reach::Reach;
use crate::{draft::Draft, msg::Msg};

/// The timeline.
pub fn timeline(scene: &Scene<'_>, incident: &Incident, draft: &Draft, send: &Callback<Msg>) -> Html {
    let Some(timeline) = scene.client.cache.timeline(incident.id) else {
        return html! { <div class="timeline-box"><p class="hollow" role="status">{ say(text::LOADING) }</p></div> };
    };
    let arrived: BTreeSet<CommandId> = timeline.entries.iter().map(|event| event.command).collect();
    let echoes = scene.client.outbox.of(incident.id).filter(|kept| !arrived.contains(&kept.parcel.id));
    let shown: Vec<_> = timeline.entries.iter().filter(|event| entry::shows(event)).collect();
    // What somebody wrote themselves is not news to them.
    let news = |event: &&Event| event.seq > timeline.read_to && !is_own(scene, event);
    let first_new = shown.iter().position(news).filter(|place| *place > 0);
    let (known, new) = shown.split_at(first_new.unwrap_or(shown.len()));
    html! {
        <div class="timeline-box">
            <ol class="timeline">
                { for known.iter().map(|event| one(scene, incident, event)) }
                if !new.is_empty() {
                    <li key="new" class="divider">{ say(text::NEW_SINCE) }</li>
                }
                { for new.iter().map(|event| one(scene, incident, event)) }
                { for echoes.map(|kept| echo(scene, incident, kept, draft, send)) }
            </ol>
        </div>
    }
}

/// Whether whoever looks did it.
#[must_use]
pub fn is_own(scene: &Scene<'_>, event: &Event) -> bool {
    matches!(&event.by, Author::Staff { person, .. } if scene.you.person.as_ref() == Some(person))
}

fn one(scene: &Scene<'_>, incident: &Incident, event: &Event) -> Html {
    let drawn = entry::entry(scene, event, Reach::of(incident, &event.to).chip());
    match &event.change {
        Change::Declared { report, .. } => html! { <>{ drawn }{ came_with(scene, report, event) }</> },
        _ => drawn,
    }
}

/// What the customer answered, and what their page added.
fn came_with(scene: &Scene<'_>, report: &Report, event: &Event) -> Html {
    let answers = &report.answers;
    let component = report.component.as_ref().and_then(|id| scene.client.cache.state.components.get(id));
    let answered = [
        (text::WHERE_LABEL, component.map(|component| component.name.as_str())),
        (text::SEES_LABEL, answers.sees.map(|answer| say(answer.label()))),
        (text::STOPPED_LABEL, answers.stopped.map(|answer| say(answer.label()))),
        (text::SINCE_LABEL, answers.since.map(|answer| say(answer.label()))),
        (text::AROUND_LABEL, answers.around.map(|answer| say(answer.label()))),
        (text::DATA_LABEL, answers.data.map(|answer| say(answer.label()))),
    ];
    let answered = answered.into_iter().filter_map(|(key, value)| Some((say(key), value?)));
    let added = report.context.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let facts: Vec<_> = answered.chain(added).collect();
    if facts.is_empty() {
        return Html::default();
    }
    let fact = |(name, value): (&str, &str)| html! { <><dt>{ name }</dt><dd dir="auto">{ value }</dd></> };
    html! {
        <li key={["with-", &event.seq.to_string()].concat()} class="came-with">
            <details>
                <summary>{ say(text::CAME_WITH) }</summary>
                <dl>{ for facts.into_iter().map(fact) }</dl>
            </details>
        </li>
    }
}

/// What was asked here and is not on the timeline yet.
fn echo(scene: &Scene<'_>, incident: &Incident, kept: &Kept, draft: &Draft, send: &Callback<Msg>) -> Html {
    let Request::Incident(_, command) = &kept.parcel.request else { return Html::default() };
    let id = kept.parcel.id;
    let (act, written) = told(command);
    let reach = Reach::of(incident, &audience(incident, command));
    let stage = match &kept.stage {
        Stage::Received(_) => Html::default(),
        stage => html! {
            <p class="entry-stage" role={if matches!(stage, Stage::Refused(_)) { "alert" } else { "status" }}>
                { scene.stage(kept) }
                if matches!(stage, Stage::Waiting(_)) {
                    <button class="link" onclick={send.reform(|_| Msg::Hurry)}>{ say(text::TRY_NOW) }</button>
                }
                if matches!(stage, Stage::Refused(_)) {
                    if written.is_some() {
                        <button class="link" disabled={!draft.has_room(command)}
                            onclick={send.reform(move |_| Msg::TakeUp(id))}>{ say(text::EDIT_AGAIN) }</button>
                    }
                    <button class="link" onclick={send.reform(move |_| Msg::Discard(id))}>{ say(text::DISCARD) }</button>
                }
            </p>
        },
    };
    let kind = if written.is_some() { "spoken" } else { "fact" };
    html! {
        <li key={id.to_string()} class={classes!("entry", "echo", kind, reach.class())}>
            <p class="entry-head">
                <strong>{ say(text::YOU) }</strong>
                { act.map(|act| html! { <span class="act">{ say(act) }</span> }) }
                { reach.chip() }
            </p>
            { written.map(words) }
            { stage }
        </li>
    }
}

/// What a command says: what is done, and somebody's own words.
fn told(command: &IncidentCommand) -> (Option<Key>, Option<&str>) {
    match command {
        IncidentCommand::Message { text, .. } => (None, Some(text)),
        IncidentCommand::Update(update) => (Some(text::ENTRY_UPDATE), Some(&update.text)),
        IncidentCommand::ProposeResolution { text } => (Some(text::ENTRY_PROPOSED), Some(text)),
        IncidentCommand::Assess { reason, .. } => (Some(text::ASSESS), Some(reason)),
        IncidentCommand::Move { status } => (Some(status.label()), None),
        IncidentCommand::Acknowledge {} => (Some(text::ENTRY_ACKNOWLEDGED), None),
        IncidentCommand::Confirm {} => (Some(text::ENTRY_CONFIRMED), None),
        IncidentCommand::Dispute { reason } => (Some(text::ENTRY_DISPUTED), Some(reason)),
    }
}

/// How far it will reach, as far as that is known before the server has decided.
fn audience(incident: &Incident, command: &IncidentCommand) -> Audience {
    let affected = || Audience::Affected(incident.stakes.iter().map(|stake| stake.account.id.clone()).collect());
    let to = match command {
        IncidentCommand::Message { to, .. } => to.as_ref(),
        IncidentCommand::Update(update) => Some(&update.to),
        IncidentCommand::Move { .. } if incident.publication.is_some() => Some(&Visibility::Public),
        _ => Some(&Visibility::Affected),
    };
    match to {
        Some(Visibility::Account(account)) => Audience::Account(account.clone()),
        Some(Visibility::Affected) => affected(),
        Some(Visibility::Public) => Audience::Public,
        Some(Visibility::Internal) | None => Audience::Internal,
    }
}

/// What a screen reader is told of an entry that has just come.
#[must_use]
pub fn spoken(scene: &Scene<'_>, event: &Event) -> String {
    let name = entry::author(scene, &event.by).0;
    let act = entry::act(scene, &event.change).unwrap_or_default();
    let said = entry::said(&event.change).unwrap_or_default();
    let words = [act.as_str(), said].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    fill(text::NEW_FROM, &[("name", &name), ("words", &words)])
}
