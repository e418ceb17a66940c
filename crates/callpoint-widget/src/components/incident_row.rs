//! An incident as a row that opens its thread.

use callpoint_core::{
    model::incident::Incident,
    rules::allowed::{AccountQuestion, Turn, may_join, question, turn},
    text::{self, say},
};
use yew::prelude::*;

use super::{
    button::{Send, button, sends},
    levels::severity,
    time::{ago, eta, next_update},
};
use crate::{
    context::ReaderContext,
    panel::{PanelMsg, Screen},
};

/// A row that opens a screen, with a title and what stands beside it.
pub fn row(send: &Send, class: &'static str, screen: Screen, title: &str, beside: Html) -> Html {
    html! {
        <button type="button" {class} onclick={sends(send, PanelMsg::Go(screen))}>
            <span class="row-title" dir="auto">{ title }</span>
            { beside }
        </button>
    }
}

/// What waits for the reader's answer, in words.
#[must_use]
pub fn asked(reader: &ReaderContext, incident: &Incident) -> Option<String> {
    Some(match question(incident, &reader.you.account.as_ref()?.id)? {
        AccountQuestion::Resolution => say(text::REPLY_IF_FIXED).to_owned(),
        AccountQuestion::Downgrade(severity) => reader.level_words(text::REPLY_IF_LOWER, severity),
    })
}

/// One of the reader's own incidents: what, how severe, whose turn, and when the next update comes.
pub fn own_incident(reader: &ReaderContext, send: &Send, incident: &Incident, unread: u32) -> Html {
    let asked = asked(reader, incident);
    let waits = asked.is_some();
    let (waiting, since) = match (asked, turn(incident, reader.you.account.as_ref().map(|account| &account.id))) {
        (Some(asked), _) => (asked, None),
        (None, Turn::Vendor(since)) => (reader.vendor_words(text::WAITING_ON_VENDOR), Some(since)),
        (None, Turn::Customer(_)) => (say(text::WAITING_ON_YOU).to_owned(), None),
        (None, Turn::Working) if incident.acknowledged.is_none() => (say(text::NOT_ACKNOWLEDGED).to_owned(), None),
        (None, Turn::Working) => (reader.vendor_words(text::VENDOR_WORKING), None),
        (None, Turn::Nobody) => (say(incident.status.label()).to_owned(), incident.resolved_at),
    };
    let beside = html! {
        <>
            if let Some(level) = incident.effective_severity() { { severity(reader, level) } }
            if unread > 0 { <span class="unread">{ unread }</span> }
            <span class={classes!("row-turn", waits.then_some("asked"))}>
                { waiting }
                if let Some(at) = since { { " · " }{ ago(at) } }
                if incident.status.is_open() && incident.next_update.is_some() { { " · " }{ next_update(incident) } }
            </span>
        </>
    };
    incident_row(send, incident, beside)
}

/// An open incident on the status screen: where the work stands, what comes next, whether it affects the reader.
pub fn open_incident(reader: &ReaderContext, send: &Send, incident: &Incident) -> Html {
    let beside = html! {
        <>
            if !incident.stakes.is_empty() { <span class="yours">{ say(text::AFFECTS_YOU) }</span> }
            <span class="row-turn">{ say(incident.standing().label()) }{ " · " }{ ago(incident.opened_at) }</span>
            <span class="row-turn">
                { next_update(incident) }
                if let Some(at) = incident.eta { { eta(reader, at) } }
            </span>
        </>
    };
    incident_row(send, incident, beside)
}

/// An incident that may be the same as the one that is being reported: an open one to join, or a past one that says
/// what helped.
pub fn similar_incident(reader: &ReaderContext, send: &Send, incident: &Incident) -> Html {
    let id = incident.id;
    let state = if incident.status.is_open() { incident.status.label() } else { text::SIMILAR_PAST };
    let joins = reader.you.account.as_ref().is_some_and(|account| may_join(incident, &account.id));
    let beside = html! {
        <>
            <span class="row-turn">
                { say(state) }
                if incident.status.is_open() && incident.next_update.is_some() { { " · " }{ next_update(incident) } }
            </span>
            if let Some(words) = &incident.workaround {
                <span class="row-turn">{ say(text::WORKAROUND) }{ ": " }{ words }</span>
            }
        </>
    };
    html! {
        <li key={id.text()}>
            { row(send, "row", Screen::Thread(id), &incident.title, beside) }
            if joins { { button("", send, PanelMsg::Join(id), text::ALSO_AFFECTED) } }
        </li>
    }
}

fn incident_row(send: &Send, incident: &Incident, beside: Html) -> Html {
    let id = incident.id;
    html! { <li key={id.text()}>{ row(send, "row", Screen::Thread(id), &incident.title, beside) }</li> }
}
