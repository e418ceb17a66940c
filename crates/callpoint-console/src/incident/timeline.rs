//! The timeline: the widget's entries, each with how far it reaches; then what is on its way from here.

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::Author,
    },
    text::{self, fill, say},
};
use callpoint_widget::{
    components::entry::{self, Entry},
    context::{ReaderContext, use_client},
};
use yew::prelude::*;

use super::{
    pending::pending_entry,
    staff_entries::{self, StaffEntry},
};
use crate::{
    composer::{audience::EntryAudience, draft::ComposerDraft},
    controls::{SendMessage, sends},
    message::ConsoleMsg,
    scene::Scene,
};

/// The timeline.
pub fn timeline(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let Some(timeline) = scene.client.cache.timeline(incident.id) else {
        return html! { <div class="timeline-box"><p class="hollow" role="status">{ say(text::LOADING) }</p></div> };
    };
    let arrived = |command: CommandId| timeline.entries.iter().any(|event| event.command == command);
    let pending =
        scene.client.outbox.of_incident(incident.id).filter(|outbox_entry| !arrived(outbox_entry.submission.id));
    html! {
        <div class="timeline-box" role="group" aria-label={say(text::TIMELINE)} tabindex="0" data-scrolls="true">
            <ol class="timeline">
                <TimelineRows {send} reader={scene.reader.clone()} incident={incident.clone()}
                    entries={timeline.entries.clone()} read_to={timeline.read_to} />
                { for pending.map(|outbox_entry| pending_entry(scene, incident, outbox_entry, draft, send)) }
            </ol>
        </div>
    }
}

/// Whether whoever looks did it.
fn is_own(reader: &ReaderContext, event: &Event) -> bool {
    matches!(&event.by, Author::Staff { person, .. } if reader.you.person.as_ref() == Some(person))
}

/// What [`TimelineRows`] needs.
#[derive(PartialEq, Properties)]
pub struct TimelineRowsProps {
    /// Sends messages to the console.
    pub send: SendMessage,
    /// Who reads.
    pub reader: ReaderContext,
    /// The incident.
    pub incident: Incident,
    /// The earliest first; compared by their addresses.
    pub entries: Vec<Rc<Event>>,
    /// The last entry that was here when the incident was opened.
    pub read_to: Seq,
}

impl TimelineRowsProps {
    /// Whether rows that were derived from `earlier` still say what is so, and at most new ones follow.
    #[must_use]
    pub fn extends(&self, earlier: &Self) -> bool {
        let accounts =
            |props: &Self| props.incident.stakes.iter().map(|stake| stake.account.clone()).collect::<Vec<_>>();
        self.incident.id == earlier.incident.id
            && self.incident.seal.is_some() == earlier.incident.seal.is_some()
            && accounts(self) == accounts(earlier)
            && self.reader == earlier.reader
            && self.send == earlier.send
            && self.entries.starts_with(&earlier.entries)
    }
}

/// An entry that has a row.
struct TimelineRow {
    seq: Seq,
    is_own: bool,
    html: Html,
}

/// The rows, kept from one drawing to the next: a new entry derives its own row and no other.
pub struct TimelineRows {
    rows: Vec<TimelineRow>,
    /// How many entries were looked at, with a row or without.
    taken: usize,
}

impl TimelineRows {
    fn extend(&mut self, props: &TimelineRowsProps) {
        self.rows.extend(props.entries.iter().skip(self.taken).filter_map(|event| row(props, event)));
        self.taken = props.entries.len();
    }
}

impl Component for TimelineRows {
    type Message = ();
    type Properties = TimelineRowsProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut timeline = Self { rows: Vec::new(), taken: 0 };
        timeline.extend(ctx.props());
        timeline
    }

    fn changed(&mut self, ctx: &Context<Self>, earlier: &TimelineRowsProps) -> bool {
        if !ctx.props().extends(earlier) {
            *self = Self { rows: Vec::new(), taken: 0 };
        }
        self.extend(ctx.props());
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let read_to = ctx.props().read_to;
        // What somebody wrote themselves is not new to them.
        let is_new = |row: &TimelineRow| row.seq > read_to && !row.is_own;
        let first_new = self.rows.iter().position(is_new).filter(|place| *place > 0);
        let (known, new) = self.rows.split_at(first_new.unwrap_or(self.rows.len()));
        html! {
            <>
                { for known.iter().map(|row| row.html.clone()) }
                if !new.is_empty() {
                    <li key="new" class="divider">{ say(text::NEW_SINCE) }</li>
                }
                { for new.iter().map(|row| row.html.clone()) }
            </>
        }
    }
}

fn row(props: &TimelineRowsProps, event: &Rc<Event>) -> Option<TimelineRow> {
    let TimelineRowsProps { reader, incident, send, .. } = props;
    let staff_action = staff_entries::action(reader, incident, &event.change);
    if staff_action.is_none() && !entry::is_shown(reader, event) {
        return None;
    }
    let audience = EntryAudience::of(incident, &event.to);
    // Every row is keyed, those of two parts as well: an entry without a key would have all of them compared by place.
    let html = match staff_action {
        Some(action) => html! { <StaffEntry key={event.seq} event={Rc::clone(event)} {action} {audience} /> },
        None => html! {
            <key={event.seq}>
                <Entry event={Rc::clone(event)} beside={audience.chip()} />
                { addition(event, send) }
            </>
        },
    };
    Some(TimelineRow { seq: event.seq, is_own: is_own(reader, event), html })
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
            <button type="button" class="link" onclick={sends(send, ConsoleMsg::Open(into))}>{ words }</button>
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
    let said = entry::own_text(&event.change).unwrap_or_default();
    let words = [act.as_str(), said].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    fill(text::NEW_FROM, &[("name", &name), ("words", &words)])
}
