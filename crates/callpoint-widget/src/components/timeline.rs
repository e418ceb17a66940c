//! The timeline of a thread: a window of its entries, what is new, how far staff have read, and what is on its way.

use std::rc::Rc;

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::IncidentCommand,
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        time::Time,
    },
    text::{self, say},
    wire::protocol::Request,
};
use web_sys::Element;
use yew::prelude::*;

use super::{
    button::{Send, button},
    entry::{Entry, goes_along, is_own, is_shown},
    outbox_entry::delivery,
    window::MountedRange,
    written::written,
};
use crate::{
    context::{ReaderContext, use_client, use_reader},
    panel::PanelMsg,
};

/// What the timeline needs.
#[derive(PartialEq, Properties)]
pub struct TimelineProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The incident.
    pub id: IncidentId,
}

/// Events in their order; they never change, so that one is another only by its address.
#[derive(Clone)]
struct Entries(Vec<Rc<Event>>);

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(one, other)| Rc::ptr_eq(one, other))
    }
}

#[derive(Clone, PartialEq)]
struct Known {
    entries: Entries,
    read_to: Seq,
    staff_read_to: Seq,
    outbox: Vec<OutboxEntry>,
    offline: bool,
}

impl Known {
    /// What was done here and has not arrived.
    fn pending(&self) -> Vec<&OutboxEntry> {
        let arrived = |entry: &&OutboxEntry| self.entries.0.iter().any(|event| event.command == entry.submission.id);
        self.outbox.iter().filter(|entry| !arrived(entry)).collect()
    }
}

/// The timeline.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let id = props.id;
    let reader = use_reader();
    // How many entries stand after the window; none while the window follows the end.
    let after = use_state(|| 0_usize);
    let known = use_client(move |client| {
        let timeline = client.cache.timeline(id)?;
        Some(Known {
            entries: Entries(timeline.entries.clone()),
            read_to: timeline.read_to,
            staff_read_to: client.cache.state.incidents.get(&id).map_or(0, |incident| incident.staff_read_to),
            outbox: client.outbox.of_incident(id).cloned().collect(),
            offline: client.is_offline(),
        })
    });
    let list = use_node_ref();
    let pending = known.as_ref().as_ref().map_or_else(Vec::new, Known::pending);
    let written: Vec<CommandId> =
        pending.iter().filter(|entry| pending_words(entry).is_some()).map(|entry| entry.submission.id).collect();
    {
        let (list, after) = (list.clone(), after.clone());
        let shown = use_mut_ref(Vec::new);
        use_effect_with(written, move |written| {
            // What one has just written stands at the end, wherever one was reading.
            let before = shown.replace(written.clone());
            if written.iter().any(|id| !before.contains(id)) {
                after.set(0);
                to_latest(list.cast());
            }
        });
    }
    let Some(known) = &*known else { return Html::default() };
    // That another incident was merged into this one is nothing new here.
    let here = |event: &Event| event.incident == Some(id) || !matches!(event.change, Change::Merged { .. });
    let shown = known.entries.0.iter().filter(|event| here(event) && is_shown(&reader, event));
    let shown = grouped(&reader, shown.cloned());
    let read = |event: &&Rc<Event>| event.seq <= known.staff_read_to && is_own(&reader, &event.by) && event.is_spoken();
    let last_read = known.entries.0.iter().rev().find(read).map(|event| event.seq);
    let row = |group: &TimelineGroup, rows: &mut Vec<Html>| {
        let TimelineGroup { lead, along } = group;
        rows.push(html! { <Entry key={lead.seq} event={Rc::clone(lead)} along={along.clone()} /> });
        if last_read.is_some_and(|last| group.events().any(|event| event.seq == last)) {
            rows.push(html! { <li key="seen" class="seen">{ reader.vendor_words(text::READ_BY_VENDOR) }</li> });
        }
    };
    let holds_new = |group: &TimelineGroup| group.events().any(|event| is_new(&reader, known.read_to, event));
    html! {
        <ol class="timeline" ref={list}>
            { windowed(&reader, &shown, &after, holds_new, |group| group.lead.at, row) }
            { for pending.into_iter().filter_map(|entry| pending_entry(entry, known.offline, &props.send)) }
        </ol>
    }
}

/// What one command did: the entry that says most, and what only changed with it.
struct TimelineGroup {
    lead: Rc<Event>,
    along: Vec<Rc<Event>>,
}

impl TimelineGroup {
    fn events(&self) -> impl Iterator<Item = &Rc<Event>> {
        core::iter::once(&self.lead).chain(&self.along)
    }
}

fn grouped(reader: &ReaderContext, shown: impl Iterator<Item = Rc<Event>>) -> Vec<TimelineGroup> {
    let mut groups: Vec<TimelineGroup> = Vec::new();
    for event in shown {
        match groups.last_mut().filter(|group| group.lead.command == event.command) {
            Some(group) if goes_along(reader, &event) => group.along.push(event),
            Some(group) if goes_along(reader, &group.lead) => {
                let lead = core::mem::replace(&mut group.lead, event);
                group.along.push(lead);
            }
            _ => groups.push(TimelineGroup { lead: event, along: Vec::new() }),
        }
    }
    groups
}

/// Whether an entry is new to whoever has read as far as `read_to`: one's own text never is.
pub fn is_new(reader: &ReaderContext, read_to: Seq, event: &Event) -> bool {
    event.seq > read_to && !is_own(reader, &event.by)
}

/// The rows of a thread's latest entries, `after` of them left out at the end, with the days between them and a mark before
/// what is new. `row` adds the rows of an entry.
pub fn windowed<T>(
    reader: &ReaderContext,
    shown: &[T],
    after: &UseStateHandle<usize>,
    is_new: impl Fn(&T) -> bool,
    at: impl Fn(&T) -> Time,
    row: impl Fn(&T, &mut Vec<Html>),
) -> Html {
    let window = MountedRange::before(**after, shown.len());
    // Where all is new, nothing is.
    let first_new = shown.iter().position(is_new).filter(|place| *place > 0);
    let mut rows = Vec::new();
    let day = |entry: &T| (reader.day)(at(entry));
    let mut before = window.range().start.checked_sub(1).and_then(|place| shown.get(place)).map(day);
    for (place, entry) in window.range().zip(shown.get(window.range()).unwrap_or_default()) {
        let day = day(entry);
        if before.replace(day).is_some_and(|before| before != day) {
            rows.push(html! { <li key={["day-", &day.to_string()].concat()} class="day">{ (reader.format_day)(at(entry)) }</li> });
        }
        if first_new == Some(place) {
            rows.push(html! { <li key="new" class="divider">{ say(text::NEW_SINCE) }</li> });
        }
        row(entry, &mut rows);
    }
    let set = after.clone();
    let go = Callback::from(move |window: MountedRange| set.set(window.after()));
    let list = window.list(rows, [text::SHOW_EARLIER, text::SHOW_LATER], &go);
    let set = after.clone();
    let latest = move |event: MouseEvent| {
        set.set(0);
        to_latest(Some(event.target_unchecked_into()));
    };
    html! {
        <>
            { list }
            if window.after() > 0 {
                <li class="more"><button type="button" class="link" onclick={latest}>{ say(text::JUMP_LATEST) }</button></li>
            }
        </>
    }
}

/// Scrolls what holds a thread to its end.
fn to_latest(inside: Option<Element>) {
    if let Some(Ok(Some(page))) = inside.map(|inside| inside.closest(".page, .timeline-box")) {
        // It is laid out from its end, where it begins.
        page.set_scroll_top(0);
    }
}

/// What was written here and is not on the timeline yet; none for what leaves no text behind.
fn pending_entry(entry: &OutboxEntry, offline: bool, send: &Send) -> Option<Html> {
    let id = entry.submission.id;
    let text = pending_words(entry)?;
    let stage = |link: Html| html! { <p class="entry-stage" role="status">{ delivery(entry, offline) }{ link }</p> };
    let delivery = match entry.state {
        DeliveryState::Received(_) => Html::default(),
        DeliveryState::Sent => stage(Html::default()),
        DeliveryState::Waiting(_) => stage(button("link", send, PanelMsg::RetryNow, text::TRY_NOW)),
        DeliveryState::Refused(_) => stage(button("link", send, PanelMsg::EditAgain(id), text::EDIT_AGAIN)),
    };
    Some(html! {
        <li key={id.text()} class="entry spoken mine echo">
            <p class="entry-head"><strong>{ say(text::YOU) }</strong></p>
            { written(text) }
            { delivery }
        </li>
    })
}

fn pending_words(entry: &OutboxEntry) -> Option<&str> {
    match &entry.submission.request {
        Request::Report(draft) => Some(&draft.what),
        Request::Incident(_, command) => pending_text(command),
        Request::Opening(_) | Request::Component(..) | Request::Account(..) => None,
    }
}

fn pending_text(command: &IncidentCommand) -> Option<&str> {
    Some(match command {
        IncidentCommand::Message { text, .. }
        | IncidentCommand::Dispute { reason: text }
        | IncidentCommand::Reopen { reason: text }
        | IncidentCommand::RefuseDowngrade { reason: text }
        | IncidentCommand::SetSeverity { reason: text, .. }
        | IncidentCommand::Join { text, .. } => text,
        IncidentCommand::Confirm {} => say(text::YES_FIXED),
        IncidentCommand::AcceptDowngrade {} => say(text::ACCEPT_DOWNGRADE),
        IncidentCommand::Acknowledge {}
        | IncidentCommand::Assess { .. }
        | IncidentCommand::Move { .. }
        | IncidentCommand::Update(_)
        | IncidentCommand::ProposeResolution { .. }
        | IncidentCommand::Follow {}
        | IncidentCommand::Unfollow {}
        | IncidentCommand::Invite(_)
        | IncidentCommand::Read { .. }
        | IncidentCommand::ProposeDowngrade { .. }
        | IncidentCommand::Waive { .. }
        | IncidentCommand::AssignRole { .. }
        | IncidentCommand::ReleaseRole { .. }
        | IncidentCommand::SetWarRoom { .. }
        | IncidentCommand::Merge { .. }
        | IncidentCommand::Pause { .. }
        | IncidentCommand::Seal { .. }
        | IncidentCommand::Unseal { .. } => return None,
    })
}
