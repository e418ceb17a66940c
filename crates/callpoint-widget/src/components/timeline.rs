//! The timeline of a thread: a window of its entries, what is new, how far staff have read, and what is on its way.

use std::rc::Rc;

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::IncidentCommand,
        event::Event,
        id::{IncidentId, Seq},
        time::Time,
    },
    text::{self, say},
    wire::protocol::Request,
};
use web_sys::Element;
use yew::prelude::*;

use super::{
    button::{Send, button},
    entry::{Entry, is_own},
    groups::{Extent, TimelineGroup, TimelineGroups},
    outbox_entry::delivery,
    window::MountedRange,
    written::written,
};
use crate::{
    context::{ReaderContext, use_client, use_driver, use_reader},
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

#[derive(Clone, PartialEq)]
struct Known {
    extent: Extent,
    read_to: Seq,
    staff_read_to: Seq,
    /// What was written here and has not arrived.
    pending: Vec<OutboxEntry>,
    offline: bool,
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
        let arrived =
            |entry: &OutboxEntry| timeline.entries.iter().rev().any(|event| event.command == entry.submission.id);
        let pending = |entry: &&OutboxEntry| pending_words(entry).is_some() && !arrived(entry);
        Some(Known {
            extent: Extent::of(&timeline.entries),
            read_to: timeline.read_to,
            staff_read_to: client.cache.state.incidents.get(&id).map_or(0, |incident| incident.staff_read_to),
            pending: client.outbox.of_incident(id).filter(pending).cloned().collect(),
            offline: client.is_offline(),
        })
    });
    let driver = use_driver();
    let groups = use_mut_ref(TimelineGroups::default);
    let list = use_node_ref();
    let written = known.as_ref().as_ref().map_or(0, |known| known.pending.len());
    {
        let (list, after) = (list.clone(), after.clone());
        let before = use_mut_ref(|| 0_usize);
        use_effect_with(written, move |written| {
            // What one has just written stands at the end, wherever one was reading.
            if before.replace(*written) < *written {
                after.set(0);
                to_latest(list.cast());
            }
        });
    }
    let Some(known) = &*known else { return Html::default() };
    let mut groups = groups.borrow_mut();
    driver.read(|client| {
        if let Some(timeline) = client.cache.timeline(id) {
            groups.take(id, &reader, &timeline.entries);
        }
    });
    let last_read = groups.own_words_until(known.staff_read_to);
    let row = |group: &TimelineGroup, rows: &mut Vec<Html>| {
        let TimelineGroup { lead, along } = group;
        rows.push(html! { <Entry key={lead.seq} event={Rc::clone(lead)} along={along.clone()} /> });
        if last_read.is_some_and(|last| group.events().any(|event| event.seq == last)) {
            rows.push(html! { <li key="seen" class="seen">{ reader.vendor_words(text::READ_BY_VENDOR) }</li> });
        }
    };
    let first_new = groups.first_new(known.read_to, |event| is_new(&reader, known.read_to, event));
    html! {
        <ol class="timeline" ref={list}>
            { windowed(&reader, groups.all(), &after, first_new, |group| group.lead.at, row) }
            { for known.pending.iter().filter_map(|entry| pending_entry(entry, known.offline, &props.send)) }
        </ol>
    }
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
    first_new: Option<usize>,
    at: impl Fn(&T) -> Time,
    row: impl Fn(&T, &mut Vec<Html>),
) -> Html {
    let window = MountedRange::before(**after, shown.len());
    // Where all is new, nothing is.
    let first_new = first_new.filter(|place| *place > 0);
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
