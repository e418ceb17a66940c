//! An incident as a row that opens its thread.

use callpoint_core::{
    model::incident::Incident,
    rules::allowed::{Turn, turn},
    text::{self, say},
};
use yew::prelude::*;

use super::{
    button::{Send, sends},
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

/// One of the reader's own incidents: what, how severe, whose turn.
pub fn own_incident(reader: &ReaderContext, send: &Send, incident: &Incident, unread: u32) -> Html {
    let (waiting, since) = match turn(incident, reader.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(since) => (reader.vendor_words(text::WAITING_ON_VENDOR), Some(since)),
        Turn::Customer(_) => (say(text::WAITING_ON_YOU).to_owned(), None),
        Turn::Working => (reader.vendor_words(text::VENDOR_WORKING), None),
        Turn::Nobody => (say(incident.status.label()).to_owned(), incident.resolved_at),
    };
    let beside = html! {
        <>
            if let Some(level) = incident.effective_severity() { { severity(reader, level) } }
            <span class="row-turn">
                { waiting }
                if let Some(at) = since { { " · " }{ ago(at) } }
            </span>
            if unread > 0 { <span class="unread">{ unread }</span> }
        </>
    };
    incident_row(send, incident, beside)
}

/// An open incident on the status screen: where the work stands, what comes next, whether it affects the reader.
pub fn open_incident(reader: &ReaderContext, send: &Send, incident: &Incident) -> Html {
    let beside = html! {
        <>
            if !incident.stakes.is_empty() { <span class="yours">{ say(text::AFFECTS_YOU) }</span> }
            <span class="row-turn">{ say(incident.status.label()) }{ " · " }{ ago(incident.opened_at) }</span>
            <span class="row-turn">
                { next_update(incident) }
                if let Some(at) = incident.eta { { eta(reader, at) } }
            </span>
        </>
    };
    incident_row(send, incident, beside)
}

/// An incident that may be the same as the one that is being reported.
pub fn similar_incident(send: &Send, incident: &Incident) -> Html {
    let beside = match &incident.workaround {
        Some(words) => html! { <span class="row-turn">{ say(text::WORKAROUND) }{ ": " }{ words }</span> },
        None => html! {
            <span class="row-turn">{ say(incident.status.label()) }{ " · " }{ say(text::ALSO_AFFECTED) }</span>
        },
    };
    incident_row(send, incident, beside)
}

fn incident_row(send: &Send, incident: &Incident, beside: Html) -> Html {
    let id = incident.id;
    html! { <li key={id.text()}>{ row(send, "row", Screen::Thread(id), &incident.title, beside) }</li> }
}
