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
    time::{Ago, Eta, next_update},
};
use crate::{
    context::use_reader,
    panel::{PanelMsg, Screen},
};

/// What a row needs.
#[derive(PartialEq, Properties)]
pub struct IncidentRowProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The incident.
    pub incident: Incident,
    /// How many entries are unread.
    #[prop_or_default]
    pub unread: u32,
}

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
#[component]
pub fn OwnIncident(props: &IncidentRowProps) -> Html {
    let reader = use_reader();
    let incident = &props.incident;
    let (waiting, since) = match turn(incident, reader.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(since) => (reader.vendor_words(text::WAITING_ON_VENDOR), Some(since)),
        Turn::Customer(_) => (say(text::WAITING_ON_YOU).to_owned(), None),
        Turn::Working => (reader.vendor_words(text::VENDOR_WORKING), None),
        Turn::Nobody => (say(incident.status.label()).to_owned(), incident.resolved_at),
    };
    let beside = html! {
        <>
            if let Some(level) = incident.effective_severity() { { severity(&reader, level) } }
            <span class="row-turn">
                { waiting }
                if let Some(at) = since { { " · " }<Ago {at} /> }
            </span>
            if props.unread > 0 { <span class="unread">{ props.unread }</span> }
        </>
    };
    html! { <li>{ row(&props.send, "row", Screen::Thread(incident.id), &incident.title, beside) }</li> }
}

/// An open incident on the status screen: where the work stands, what comes next, whether it affects the reader.
#[component]
pub fn OpenIncident(props: &IncidentRowProps) -> Html {
    let incident = &props.incident;
    let beside = html! {
        <>
            if !incident.stakes.is_empty() { <span class="yours">{ say(text::AFFECTS_YOU) }</span> }
            <span class="row-turn">{ say(incident.status.label()) }{ " · " }<Ago at={incident.opened_at} /></span>
            <span class="row-turn">
                { next_update(incident) }
                if let Some(at) = incident.eta { <Eta {at} /> }
            </span>
        </>
    };
    html! { <li>{ row(&props.send, "row", Screen::Thread(incident.id), &incident.title, beside) }</li> }
}

/// An incident that may be the same as the one that is being reported.
#[component]
pub fn SimilarIncident(props: &IncidentRowProps) -> Html {
    let incident = &props.incident;
    let beside = match &incident.workaround {
        Some(words) => html! { <span class="row-turn">{ say(text::WORKAROUND) }{ ": " }{ words }</span> },
        None => html! {
            <span class="row-turn">{ say(incident.status.label()) }{ " · " }{ say(text::ALSO_AFFECTED) }</span>
        },
    };
    html! { <li>{ row(&props.send, "row", Screen::Thread(incident.id), &incident.title, beside) }</li> }
}
