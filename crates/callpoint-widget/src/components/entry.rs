//! One entry of a timeline. The console shows the same entries, with who will see each.

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Audience, Change, Consent, Duty, Event, Page, PageOutcome, PageTarget, Question},
        person::{Author, PersonRef},
    },
    rules::words::own_text,
    text::{self, Key, fill, say},
};
use yew::prelude::*;

use super::{attachments::AttachedFiles, own_field::answers, time::time_of, written::written};
use crate::context::{ReaderContext, use_client, use_reader};

/// Whether the reader wrote an entry.
#[must_use]
pub fn is_own(reader: &ReaderContext, by: &Author) -> bool {
    match by {
        Author::Customer { person, .. } | Author::Staff { person, .. } => reader.you.person.as_ref() == Some(person),
        Author::Vendor | Author::System => false,
    }
}

/// Who an entry is by, for the reader: a name, and a title for staff.
#[must_use]
pub fn author(reader: &ReaderContext, by: &Author) -> (String, Option<String>) {
    match by {
        _ if is_own(reader, by) => (say(text::YOU).to_owned(), None),
        Author::Customer { name, .. } => (name.clone(), None),
        Author::Staff { name, title, .. } => (name.clone(), Some(title.clone())),
        Author::Vendor => (reader.vendor.name.clone(), None),
        Author::System => (say(text::CALLPOINT).to_owned(), None),
    }
}

/// What happened, besides somebody's own text; none for what has no line of its own.
#[must_use]
pub fn action(reader: &ReaderContext, change: &Change) -> Option<String> {
    let level = |key, severity| fill(key, &[("level", reader.vendor.scheme.name(severity))]);
    let time = |key, at| fill(key, &[("time", &(reader.format_time)(at, false))]);
    let plain = match change {
        Change::Declared { report, .. } => return Some(level(text::ENTRY_DECLARED, report.severity)),
        Change::Joined { stake, .. } => return Some(level(text::ENTRY_JOINED, stake.declared)),
        Change::Assessed { severity, .. } => return Some(level(text::ENTRY_ASSESSED, *severity)),
        Change::SeveritySet { severity, .. } => return Some(level(text::ENTRY_SEVERITY_SET, *severity)),
        Change::DowngradeProposed { severity, .. } => return Some(level(text::ENTRY_DOWNGRADE, *severity)),
        Change::Lowered { severity, consent, .. } => return Some(level(lowered(*consent), *severity)),
        Change::Moved { status } => return Some(fill(text::ENTRY_MOVED, &[("status", say(status.label()))])),
        Change::Published(view) => return Some(fill(text::ENTRY_PUBLISHED, &[("title", &view.title)])),
        Change::Promised { next_update: Some(at), .. } => return Some(time(text::ENTRY_PROMISED, *at)),
        Change::Promised { eta: Some(at), .. } => return Some(time(text::ENTRY_PROMISED_ETA, *at)),
        Change::Paused { until, .. } => return Some(time(text::ENTRY_PAUSED, *until)),
        Change::RoleTaken { role, by } => return Some(role_words(text::ENTRY_ROLE_ASSIGNED, role, by)),
        Change::RoleReleased { role, by } => return Some(role_words(text::ENTRY_ROLE_RELEASED, role, by)),
        Change::Merged { reference, .. } => return Some(fill(text::ENTRY_MERGED, &[("reference", reference)])),
        Change::Invited { who, .. } => return Some(fill(text::ENTRY_INVITED, &[("name", &who.name)])),
        Change::InvitedByEmail { email } => return Some(fill(text::ENTRY_INVITED, &[("name", email)])),
        Change::ReminderDelivered { to, .. } => {
            return Some(fill(text::ENTRY_REMINDER_DELIVERED, &[("name", &to.name)]));
        }
        Change::Overdue { duty: Duty::Acknowledge } => text::ENTRY_ACKNOWLEDGE_OVERDUE,
        Change::Overdue { duty: Duty::Promise } => text::ENTRY_PROMISE_MISSED,
        Change::Overdue { duty: Duty::Update } => text::ENTRY_UPDATE_OVERDUE,
        Change::Overdue { duty: Duty::Reply } => text::ENTRY_REPLY_OVERDUE,
        Change::Acknowledged {} => text::ENTRY_ACKNOWLEDGED,
        Change::DowngradeRefused { .. } => text::ENTRY_DOWNGRADE_REFUSED,
        Change::Proposed { .. } => text::ENTRY_PROPOSED,
        Change::Confirmed { .. } => text::ENTRY_CONFIRMED,
        Change::Disputed { .. } => text::ENTRY_DISPUTED,
        Change::Waived { .. } => text::ENTRY_WAIVED,
        Change::Overridden { .. } => text::ENTRY_OVERRIDDEN,
        Change::Reminded { question: Question::Resolution, .. } => text::ENTRY_REMINDED,
        Change::Reminded { question: Question::Downgrade, .. } => text::ENTRY_REMINDED_DOWNGRADE,
        Change::TimedOut { .. } => text::ENTRY_TIMED_OUT,
        Change::Reopened { .. } => text::ENTRY_REOPENED,
        Change::OthersAffected {} => text::OTHERS_AFFECTED,
        Change::PageHandled {
            of: Page { whom: PageTarget::Account(_), .. }, outcome: PageOutcome::Delivered, ..
        } => text::ENTRY_PAGED_OWN,
        Change::Sealed { .. } => text::ENTRY_SEALED,
        Change::Unsealed { .. } => text::ENTRY_UNSEALED,
        Change::WorkaroundFound { .. } => text::ENTRY_WORKAROUND,
        Change::Updated { .. } => text::ENTRY_UPDATE,
        Change::Overdue { duty: Duty::Commander }
        | Change::Promised { next_update: None, eta: None }
        | Change::Paged(_)
        | Change::PageHandled { .. }
        | Change::Opened { .. }
        | Change::Said { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Read { .. }
        | Change::Followed { .. }
        | Change::Advised { .. }
        | Change::WarRoomSet { .. }
        | Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::EngagementSet { .. } => return None,
    };
    Some(say(plain).to_owned())
}

/// What happened, in words that need nobody who did it: for what Callpoint did by itself, and for what changed with
/// something that was said. None for what somebody must be named for.
fn impersonal(reader: &ReaderContext, change: &Change) -> Option<String> {
    let time = |key, at| fill(key, &[("time", &(reader.format_time)(at, false))]);
    match change {
        Change::Moved { status } => Some(fill(text::STATUS_IS, &[("status", say(status.label()))])),
        Change::Published(view) => Some(fill(text::PUBLIC_TITLE, &[("title", &view.title)])),
        Change::Promised { next_update: Some(at), .. } => Some(time(text::NEXT_UPDATE_BY, *at)),
        Change::Promised { eta: Some(at), .. } => Some(time(text::ETA_BY, *at)),
        Change::Invited { who, .. } => Some(fill(text::ENTRY_INVITATION_TAKEN_UP, &[("name", &who.name)])),
        Change::PageHandled { .. } | Change::OthersAffected {} => action(reader, change),
        Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::EngagementSet { .. }
        | Change::Declared { .. }
        | Change::Opened { .. }
        | Change::Joined { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Promised { .. }
        | Change::WorkaroundFound { .. }
        | Change::Assessed { .. }
        | Change::Advised { .. }
        | Change::SeveritySet { .. }
        | Change::DowngradeProposed { .. }
        | Change::DowngradeRefused { .. }
        | Change::Lowered { .. }
        | Change::Said { .. }
        | Change::Updated { .. }
        | Change::Acknowledged {}
        | Change::Proposed { .. }
        | Change::Reminded { .. }
        | Change::ReminderDelivered { .. }
        | Change::Confirmed { .. }
        | Change::Disputed { .. }
        | Change::Waived { .. }
        | Change::Overridden { .. }
        | Change::TimedOut { .. }
        | Change::Reopened { .. }
        | Change::RoleTaken { .. }
        | Change::RoleReleased { .. }
        | Change::WarRoomSet { .. }
        | Change::Followed { .. }
        | Change::Read { .. }
        | Change::Overdue { .. }
        | Change::Paused { .. }
        | Change::Paged(_)
        | Change::Merged { .. }
        | Change::Sealed { .. }
        | Change::Unsealed { .. }
        | Change::InvitedByEmail { .. } => None,
    }
}

/// Whether it stands with what the same command said, rather than as an entry of its own.
#[must_use]
pub fn goes_along(reader: &ReaderContext, event: &Event) -> bool {
    own_text(&event.change).is_none() && impersonal(reader, &event.change).is_some()
}

/// Callpoint's own sentences name nobody.
fn is_sentence(change: &Change) -> bool {
    matches!(
        change,
        Change::Overdue { .. }
            | Change::Reminded { .. }
            | Change::ReminderDelivered { .. }
            | Change::TimedOut { .. }
            | Change::Paused { .. }
            | Change::Lowered { consent: Consent::Silence, .. }
    )
}

const fn lowered(consent: Consent) -> Key {
    match consent {
        Consent::Vendor => text::ENTRY_LOWERED,
        Consent::Account => text::ENTRY_LOWERED_AGREED,
        Consent::Silence => text::ENTRY_LOWERED_TIMEOUT,
    }
}

fn role_words(key: Key, role: &str, by: &PersonRef) -> String {
    fill(key, &[("name", &by.name), ("role", text::role(role))])
}

/// Whether the timeline has a line for it.
#[must_use]
pub fn is_shown(reader: &ReaderContext, event: &Event) -> bool {
    // What Callpoint publishes again says nothing new.
    let again = event.by == Author::System && matches!(event.change, Change::Published(_));
    !again && (own_text(&event.change).is_some() || action(reader, &event.change).is_some())
}

/// What an entry needs.
#[derive(Properties)]
pub struct EntryProps {
    /// The event.
    pub event: Rc<Event>,
    /// What changed with it.
    #[prop_or_default]
    pub along: Vec<Rc<Event>>,
    /// What stands beside the head: in the console, who will see it.
    #[prop_or_default]
    pub beside: Html,
}

impl PartialEq for EntryProps {
    fn eq(&self, other: &Self) -> bool {
        // Events never change.
        Rc::ptr_eq(&self.event, &other.event) && self.beside == other.beside
    }
}

/// One entry.
#[component]
pub fn Entry(props: &EntryProps) -> Html {
    let reader = use_reader();
    let event = &*props.event;
    let id = event.incident;
    let reference = use_client(move |client| Some(client.cache.state.incidents.get(&id?)?.reference.clone()));
    let (name, title) = author(&reader, &event.by);
    let account = reader.you.account.as_ref();
    let mine = matches!((&event.by, account), (Author::Customer { account: by, .. }, Some(own)) if *by == own.id);
    let action = match (&event.by, &event.change) {
        // Whoever merges brings an account's text here; it is not their own.
        (Author::Staff { .. }, Change::Joined { .. }) => {
            let reference = reference.as_deref().unwrap_or("…");
            Some(fill(text::ENTRY_MERGED_WITH, &[("reference", reference)]))
        }
        (Author::Staff { person, .. }, Change::RoleTaken { role, by }) if *person == by.person => {
            Some(role_words(text::ENTRY_ROLE_TAKEN, role, by))
        }
        (Author::Staff { person, .. }, Change::RoleReleased { role, by }) if *person == by.person => {
            Some(role_words(text::ENTRY_ROLE_LEFT, role, by))
        }
        (Author::Staff { .. }, Change::Invited { who, .. }) => {
            Some(fill(text::ENTRY_ACCESS_GIVEN, &[("name", &who.name), ("vendor", &reader.vendor.name)]))
        }
        (Author::System, change) => impersonal(&reader, change).or_else(|| action(&reader, change)),
        (_, change) => action(&reader, change),
    };
    let system = event.by == Author::System;
    let nameless = system && (is_sentence(&event.change) || impersonal(&reader, &event.change).is_some());
    let along: Vec<String> = props.along.iter().filter_map(|event| impersonal(&reader, &event.change)).collect();
    let you = reader.you.person.as_ref();
    let mentioned =
        matches!(&event.change, Change::Said { mentions, .. } if you.is_some_and(|you| mentions.contains(you)));
    // Who is given access reads what was reported; its author has it above.
    let report = match &event.change {
        Change::Declared { report, .. } => Some(report),
        Change::Invited { who, report } if you == Some(&who.person) => report.as_ref(),
        _ => None,
    };
    let text = report.map(|report| report.what.as_str()).or_else(|| own_text(&event.change).map(text::reason));
    let kind = if text.is_some() { "entry spoken" } else { "entry fact" };
    let audience = match event.to {
        Audience::Internal => "to-internal",
        Audience::Account(_) if mine => "to-account mine",
        Audience::Account(_) => "to-account",
        Audience::Affected(_) => "to-affected",
        Audience::Public => "to-public",
    };
    let details = report.map_or("", |report| report.details.as_str());
    let files = match (&event.change, report) {
        (_, Some(report)) => report.attachments.as_slice(),
        (Change::Said { attachments, .. }, None) => attachments.as_slice(),
        _ => &[],
    };
    html! {
        <li class={[kind, audience].join(" ")}>
            <p class="entry-head">
                if !nameless { <strong>{ name }</strong> }
                if let Some(title) = title { <span class="title">{ title }</span> }
                if let Some(action) = action { <span class="act">{ action }</span> }
                if mentioned { <span class="names-you">{ say(text::MENTIONS_YOU) }</span> }
                { time_of(&reader, event.at) }
                { props.beside.clone() }
            </p>
            if let Some(text) = text { { written(text) } }
            if !details.is_empty() { { written(details) } }
            if let Some(report) = report { { answers(&reader, &report.fields) } }
            if !files.is_empty() { <AttachedFiles files={Rc::from(files)} /> }
            if !along.is_empty() { <p class="along" dir="auto">{ along.join(" · ") }</p> }
        </li>
    }
}
