//! The timeline: the widget's entries, each with how far it reaches; then what is on its way from here.

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::Author,
    },
    rules::words::own_text,
    text::{self, fill, say},
};
use callpoint_widget::{
    components::{
        entry::{self, Entry},
        timeline::{is_new, windowed},
    },
    context::{ReaderContext, use_client, use_reader},
};
use yew::prelude::*;

use super::{
    pending::pending_entry,
    staff_entries::{self, StaffEntry},
};
use crate::{
    composer::{audience::EntryAudience, draft::ComposerDraft},
    controls::{SendMessage, sends},
    message::IncidentMsg,
    scene::{Scene, use_scene},
};

/// What the timeline needs.
#[derive(PartialEq, Properties)]
pub struct IncidentTimelineProps {
    /// Sends messages to the pane.
    pub send: SendMessage,
    /// The incident.
    pub incident: Rc<Incident>,
    /// What is being written, which what was refused must not replace.
    pub draft: ComposerDraft,
}

/// The timeline.
#[component]
pub fn Timeline(props: &IncidentTimelineProps) -> Html {
    let IncidentTimelineProps { send, incident, draft } = props;
    let source = use_scene(incident.id);
    let pending = source.draw(|scene| {
        let timeline = scene.client.cache.timeline(incident.id)?;
        let arrived = |command: CommandId| timeline.entries.iter().any(|event| event.command == command);
        let pending =
            scene.client.outbox.of_incident(incident.id).filter(|outbox_entry| !arrived(outbox_entry.submission.id));
        Some(pending.map(|outbox_entry| pending_entry(scene, incident, outbox_entry, draft, send)).collect::<Html>())
    });
    let Some(pending) = pending else {
        return html! { <div class="timeline-box"><p class="hollow" role="status">{ say(text::LOADING) }</p></div> };
    };
    html! {
        <div class="timeline-box" role="group" aria-label={say(text::TIMELINE)} tabindex="0" data-scrolls="true">
            <ol class="timeline"><TimelineRows {send} {incident} />{ pending }</ol>
        </div>
    }
}

/// Whether whoever looks did it.
fn is_own(reader: &ReaderContext, event: &Event) -> bool {
    matches!(&event.by, Author::Staff { person, .. } if reader.you.person.as_ref() == Some(person))
}

/// What the rows need.
#[derive(PartialEq, Properties)]
struct TimelineRowsProps {
    send: SendMessage,
    incident: Rc<Incident>,
}

/// A window of the entries, as in the widget. Which of them have a row is worked out when one arrives.
#[component]
fn TimelineRows(props: &TimelineRowsProps) -> Html {
    let TimelineRowsProps { send, incident } = props;
    let reader = use_reader();
    let after = use_state(|| 0_usize);
    let id = incident.id;
    let known = use_client(move |client| {
        client.cache.timeline(id).map(|timeline| (timeline.entries.clone(), timeline.read_to)).unwrap_or_default()
    });
    let shown = use_memo((known.clone(), reader.clone(), incident.clone()), |(known, reader, incident)| {
        let has_row = |event: &&Rc<Event>| {
            staff_entries::action(reader, incident, &event.change).is_some() || entry::is_shown(reader, event)
        };
        known.0.iter().filter(has_row).cloned().collect::<Vec<_>>()
    });
    let first_new = shown.iter().position(|event| is_new(&reader, known.1, event));
    windowed(
        &reader,
        &shown,
        &after,
        first_new,
        |event| event.at,
        |event, rows| rows.push(row(&reader, incident, event, send)),
    )
}

fn row(reader: &ReaderContext, incident: &Incident, event: &Rc<Event>, send: &SendMessage) -> Html {
    let audience = EntryAudience::of(incident, &event.to);
    // Every row is keyed, those of two parts as well: an entry without a key would have all of them compared by place.
    match staff_entries::action(reader, incident, &event.change) {
        Some(action) => html! { <StaffEntry key={event.seq} event={Rc::clone(event)} {action} {audience} /> },
        None => html! {
            <key={event.seq}>
                <Entry event={Rc::clone(event)} beside={audience.chip()} />
                { addition(event, send) }
            </>
        },
    }
}

/// What follows an entry.
fn addition(event: &Rc<Event>, send: &SendMessage) -> Html {
    if let Change::Merged { into, reference } = &event.change {
        merged_into(*into, reference, send)
    } else if matches!(event.change, Change::Declared { .. }) {
        html! { <ReportContext event={Rc::clone(event)} /> }
    } else {
        Html::default()
    }
}

/// The way to the incident that this one was merged into.
fn merged_into(into: IncidentId, reference: &str, send: &SendMessage) -> Html {
    let words = fill(text::OPEN_OTHER, &[("reference", reference)]);
    html! {
        <li class="came-with">
            <button type="button" class="link" onclick={sends(send, IncidentMsg::Open(into))}>{ words }</button>
        </li>
    }
}

/// What the context of a report needs.
#[derive(PartialEq, Properties)]
struct ReportContextProps {
    /// The event that declared the incident; compared by its address.
    event: Rc<Event>,
}

/// What the customer answered, and what their page added.
#[component]
fn ReportContext(props: &ReportContextProps) -> Html {
    let event = Rc::clone(&props.event);
    let component = use_client(move |client| {
        let Change::Declared { report, .. } = &event.change else { return None };
        let component = client.cache.state.components.get(report.component.as_ref()?)?;
        Some(component.name.clone())
    });
    let Change::Declared { report, .. } = &props.event.change else { return Html::default() };
    let answers = &report.answers;
    let answered = [
        (text::WHERE_LABEL, component.as_deref()),
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
        <li class="came-with">
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
    let other = |entry: &&Rc<Event>| entry.is_spoken() && !is_own(scene.reader, entry);
    let last = timeline.entries.iter().rev().take_while(new).find(other);
    (timeline.entries.last().map(|entry| entry.seq), last.map(|entry| spoken(scene, entry)))
}

/// What a screen reader announces of an entry that has just arrived.
fn spoken(scene: &Scene<'_>, event: &Event) -> String {
    let name = entry::author(scene.reader, &event.by).0;
    let act = entry::action(scene.reader, &event.change).unwrap_or_default();
    let said = own_text(&event.change).unwrap_or_default();
    let words = [act.as_str(), said].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    fill(text::NEW_FROM, &[("name", &name), ("words", &words)])
}
