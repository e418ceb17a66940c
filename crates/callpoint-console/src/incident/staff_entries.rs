//! Lines of the timeline that only staff have, and those that staff read in other words than the customer does: they
//! name the account, where the customer's say "you".

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Change, Duty, Event, Page, PageCause, PageOutcome, PageStep, PageTarget},
        id::AccountId,
        incident::Incident,
    },
    rules::words::own_text,
    text::{self, fill, say},
};
use callpoint_widget::{
    components::{entry, time::time_of, written::written},
    context::{ReaderContext, use_reader},
};
use yew::prelude::*;

use crate::composer::audience::EntryAudience;

/// What staff read of a change, where it is not what everybody reads.
#[must_use]
pub fn action(reader: &ReaderContext, incident: &Incident, change: &Change) -> Option<String> {
    let name = |account: &AccountId| account_name(incident, account);
    Some(match change {
        Change::Advised { severity, cause } => {
            let level = reader.vendor.scheme.name(*severity);
            fill(text::ENTRY_ADVISED, &[("level", level), ("why", say(cause.label()))])
        }
        Change::PageHandled { of, outcome, connector, .. } => {
            let key = match outcome {
                PageOutcome::Delivered => text::ENTRY_PAGED,
                PageOutcome::Undelivered => text::ENTRY_PAGE_UNDELIVERED,
                PageOutcome::NoConnector => text::ENTRY_PAGE_NO_CONNECTOR,
            };
            let (whom, why) = (called(incident, &of.whom), called_for(reader, of));
            fill(key, &[("whom", &whom), ("why", &why), ("connector", connector)])
        }
        Change::Merged { into, .. } if *into == incident.id => say(text::ENTRY_MERGED_IN).to_owned(),
        Change::Opened { .. } => say(text::ENTRY_OPENED).to_owned(),
        Change::WarRoomSet { .. } => say(text::ENTRY_WAR_ROOM_SET).to_owned(),
        Change::Overdue { duty: Duty::Commander } => say(text::NO_COMMANDER).to_owned(),
        Change::Joined { stake, .. } => {
            let level = reader.vendor.scheme.name(stake.declared);
            fill(text::ENTRY_ACCOUNT_JOINED, &[("account", &stake.account.name), ("level", level)])
        }
        Change::Waived { account, .. } => fill(text::ENTRY_ACCOUNT_WAIVED, &[("account", &name(account))]),
        Change::Overridden { account, .. } => fill(text::ENTRY_ACCOUNT_OVERRIDDEN, &[("account", &name(account))]),
        // That somebody is to be called is not that they were: what became of it is the entry.
        Change::Paged(_)
        | Change::Merged { .. }
        | Change::Overdue { duty: Duty::Acknowledge | Duty::Promise | Duty::Update | Duty::Reply }
        | Change::ComponentDefined(_)
        | Change::ComponentMoved { .. }
        | Change::Declared { .. }
        | Change::Revealed { .. }
        | Change::Withdrawn {}
        | Change::Published(_)
        | Change::Said { .. }
        | Change::Updated { .. }
        | Change::Promised { .. }
        | Change::WorkaroundFound { .. }
        | Change::Acknowledged {}
        | Change::Assessed { .. }
        | Change::SeveritySet { .. }
        | Change::DowngradeProposed { .. }
        | Change::DowngradeRefused { .. }
        | Change::Lowered { .. }
        | Change::Moved { .. }
        | Change::Proposed { .. }
        | Change::Confirmed { .. }
        | Change::Disputed { .. }
        | Change::Reminded { .. }
        | Change::ReminderDelivered { .. }
        | Change::TimedOut { .. }
        | Change::Reopened { .. }
        | Change::RoleTaken { .. }
        | Change::RoleReleased { .. }
        | Change::OthersAffected {}
        | Change::Followed { .. }
        | Change::Read { .. }
        | Change::Paused { .. }
        | Change::Sealed { .. }
        | Change::Unsealed { .. }
        | Change::Invited { .. }
        | Change::InvitedByEmail { .. }
        | Change::EngagementSet { .. } => return None,
    })
}

/// Who is called.
pub fn called(incident: &Incident, whom: &PageTarget) -> String {
    match whom {
        PageTarget::OnCall(class) => fill(text::PAGED_ON_CALL, &[("class", class)]),
        PageTarget::Staff(person) => person.name.clone(),
        PageTarget::Account(account) => fill(text::PAGED_ACCOUNT, &[("account", &account_name(incident, account))]),
    }
}

/// What for, and where that stands in the escalation policy once it has gone on.
pub fn called_for(reader: &ReaderContext, page: &Page) -> String {
    let key = match page.cause {
        PageCause::Declared => text::PAGED_DECLARED,
        PageCause::Raised => text::PAGED_RAISED,
        PageCause::Disputed => text::PAGED_DISPUTED,
        PageCause::Overdue => text::PAGED_OVERDUE,
        PageCause::NoCommander => text::PAGED_NO_COMMANDER,
        PageCause::Unattended => text::PAGED_UNATTENDED,
    };
    let why = reader.level_words(key, page.severity);
    let key = match page.step {
        Some(PageStep { repeat: 1.., .. }) => text::PAGED_REPEAT,
        Some(PageStep { number: 2.., .. }) => text::PAGED_STEP,
        Some(_) | None => return why,
    };
    let number = |of: fn(PageStep) -> u8| page.step.map(of).unwrap_or_default().to_string();
    let (at, of, repeat, repeats) =
        (number(|step| step.number), number(|step| step.of), number(|step| step.repeat), number(|step| step.repeats));
    fill(key, &[("why", &why), ("number", &at), ("of", &of), ("repeat", &repeat), ("repeats", &repeats)])
}

fn account_name(incident: &Incident, account: &AccountId) -> String {
    incident.stake(account).map_or_else(|| account.text(), |stake| stake.account.name.clone())
}

/// What such an entry needs.
#[derive(PartialEq, Properties)]
pub struct StaffEntryProps {
    /// The event; compared by its address.
    pub event: Rc<Event>,
    /// What staff read of it.
    pub action: AttrValue,
    /// Who sees it.
    pub audience: EntryAudience,
}

/// An entry that staff read in other words than customers do.
#[component]
pub fn StaffEntry(props: &StaffEntryProps) -> Html {
    let reader = use_reader();
    let event = &*props.event;
    let (name, title) = entry::author(&reader, &event.by);
    let text = own_text(&event.change);
    let kind = if text.is_some() { "entry spoken" } else { "entry fact" };
    html! {
        <li class={[kind, props.audience.class()].join(" ")}>
            <p class="entry-head">
                <strong>{ name }</strong>
                if let Some(title) = title { <span class="title">{ title }</span> }
                <span class="act">{ &props.action }</span>
                { time_of(&reader, event.at) }
                { props.audience.chip() }
            </p>
            if let Some(text) = text { { written(text) } }
        </li>
    }
}
