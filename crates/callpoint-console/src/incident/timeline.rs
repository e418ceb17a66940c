//! The timeline: the widget's entries, each with how far it reaches; then what is on its way from here.

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::Author,
        report::Report,
    },
    text::{self, fill, say},
};
use callpoint_widget::components::entry::{self, Entry};
use yew::prelude::*;

use super::{
    pending::pending_entry,
    staff_entries::{self, StaffEntry},
};
use crate::{
    composer::{audience::EntryAudience, draft::ComposerDraft},
    controls::{Send, sends},
    message::ConsoleMsg,
    scene::Scene,
};

/// The timeline.
pub fn timeline(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &Send) -> Html {
    let Some(timeline) = scene.client.cache.timeline(incident.id) else {
        return html! { <div class="timeline-box"><p class="hollow" role="status">{ say(text::LOADING) }</p></div> };
    };
    let arrived = |command: CommandId| timeline.entries.iter().any(|event| event.command == command);
    let pending =
        scene.client.outbox.of_incident(incident.id).filter(|outbox_entry| !arrived(outbox_entry.submission.id));
    let is_shown = |event: &&Rc<Event>| {
        entry::is_shown(scene.reader, event) || staff_entries::action(scene, incident, &event.change).is_some()
    };
    let shown: Vec<_> = timeline.entries.iter().filter(is_shown).collect();
    // What somebody wrote themselves is not new to them.
    let is_new = |event: &&Rc<Event>| event.seq > timeline.read_to && !is_own(scene, event);
    let first_new = shown.iter().position(is_new).filter(|place| *place > 0);
    let (known, new) = shown.split_at(first_new.unwrap_or(shown.len()));
    html! {
        <div class="timeline-box" role="group" aria-label={say(text::TIMELINE)} tabindex="0" data-scrolls="true">
            <ol class="timeline">
                { for known.iter().map(|event| one(scene, incident, event, send)) }
                if !new.is_empty() {
                    <li key="new" class="divider">{ say(text::NEW_SINCE) }</li>
                }
                { for new.iter().map(|event| one(scene, incident, event, send)) }
                { for pending.map(|outbox_entry| pending_entry(scene, incident, outbox_entry, draft, send)) }
            </ol>
        </div>
    }
}

/// Whether whoever looks did it.
fn is_own(scene: &Scene<'_>, event: &Event) -> bool {
    matches!(&event.by, Author::Staff { person, .. } if scene.you.person.as_ref() == Some(person))
}

fn one(scene: &Scene<'_>, incident: &Incident, event: &Rc<Event>, send: &Send) -> Html {
    let audience = EntryAudience::of(incident, &event.to);
    if let Some(action) = staff_entries::action(scene, incident, &event.change) {
        return html! { <StaffEntry key={event.seq} event={Rc::clone(event)} {action} {audience} /> };
    }
    let entry = html! { <Entry key={event.seq} event={Rc::clone(event)} beside={audience.chip()} /> };
    match &event.change {
        Change::Declared { report, .. } => html! { <>{ entry }{ report_context(scene, report, event) }</> },
        Change::Merged { into, reference } => html! { <>{ entry }{ merged_into(*into, reference, event, send) }</> },
        _ => entry,
    }
}

/// The way to the incident that this one was merged into.
fn merged_into(into: IncidentId, reference: &str, event: &Event, send: &Send) -> Html {
    let words = fill(text::OPEN_OTHER, &[("reference", reference)]);
    html! {
        <li key={["merged-", &event.seq.to_string()].concat()} class="came-with">
            <button type="button" class="link" onclick={sends(send, ConsoleMsg::Open(into))}>{ words }</button>
        </li>
    }
}

/// What the customer answered, and what their page added.
fn report_context(scene: &Scene<'_>, report: &Report, event: &Event) -> Html {
    let answers = &report.answers;
    let component = report.component.as_ref().and_then(|id| scene.client.cache.state.components.get(id));
    let answered = [
        (text::WHERE_LABEL, component.map(|component| component.name.as_str())),
        (text::SYMPTOM_LABEL, answers.sees.map(|answer| say(answer.label()))),
        (text::AFFECTED_LABEL, answers.stopped.map(|answer| say(answer.label()))),
        (text::SINCE_LABEL, answers.since.map(|answer| say(answer.label()))),
        (text::WORKAROUND_LABEL, answers.around.map(|answer| say(answer.label()))),
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
                <summary>{ say(text::REPORT_CONTEXT) }</summary>
                <dl>{ for facts.into_iter().map(fact) }</dl>
            </details>
        </li>
    }
}

/// The last entry, and what a screen reader announces of those after `read_aloud`; nothing before anything was.
#[must_use]
pub fn announcement(scene: &Scene<'_>, incident: IncidentId, read_aloud: Option<Seq>) -> (Option<Seq>, Option<String>) {
    let Some(timeline) = scene.client.cache.timeline(incident) else { return (None, None) };
    let new = |entry: &&Rc<Event>| read_aloud.is_some_and(|read_aloud| entry.seq > read_aloud);
    let other = |entry: &&Rc<Event>| entry.is_spoken() && !is_own(scene, entry);
    let last = timeline.entries.iter().rev().take_while(new).find(other);
    (timeline.entries.last().map(|entry| entry.seq), last.map(|entry| spoken(scene, entry)))
}

/// What a screen reader announces of an entry that has just arrived.
fn spoken(scene: &Scene<'_>, event: &Event) -> String {
    let name = entry::author(scene.reader, &event.by).0;
    let act = entry::action(scene.reader, &event.change).unwrap_or_default();
    let said = entry::own_text(&event.change).unwrap_or_default();
    let words = [act.as_str(), said].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    fill(text::NEW_FROM, &[("name", &name), ("words", &words)])
}
