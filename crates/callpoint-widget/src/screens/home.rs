//! Home: the status that concerns me, my incidents, one big way to report.

use callpoint_core::{
    client::{Client, OutboxEntry},
    model::{incident::Incident, limits::first_line},
    rules::headline::Headline,
    text::{
        self, count, say,
        shape::{Shape, condition_class},
    },
    wire::protocol::Request,
};
use yew::prelude::*;

use crate::{
    components::{
        badge::{other_incident, others},
        button::{Send, button, sends},
        form::section,
        icon::icon,
        incident_row::{own_incident, row},
        offline::SendProps,
        outbox_entry::{delivery, undelivered},
    },
    context::{ReaderContext, use_client, use_reader},
    panel::{PanelMsg, Screen},
};

/// Most ended incidents in the list.
const ENDED: usize = 5;

#[derive(PartialEq)]
struct Known {
    headline: Headline,
    others: Vec<Incident>,
    undelivered: Vec<OutboxEntry>,
    open: Vec<(Incident, u32)>,
    ended: Vec<(Incident, u32)>,
    offline: bool,
}

fn known(client: &Client) -> Known {
    let own = client.cache.own_incidents();
    let own = own.into_iter().map(|incident| (incident.clone(), client.cache.unread(incident.id)));
    let (open, mut ended): (Vec<_>, Vec<_>) = own.partition(|(incident, _)| incident.status.is_open());
    ended.truncate(ENDED);
    Known {
        headline: client.cache.headline(),
        others: others(client, 2),
        undelivered: undelivered(client),
        open,
        ended,
        offline: client.is_offline(),
    }
}

/// The screen.
#[component]
pub fn HomeScreen(props: &SendProps) -> Html {
    let send = &props.send;
    let reader = use_reader();
    let known = use_client(known);
    let headline = headline(&known, send);
    if reader.you.person.is_none() {
        return html! { <>{ headline }{ signed_out(&reader, send) }</> };
    }
    let own = |(incident, unread): &(Incident, u32)| own_incident(&reader, send, incident, *unread);
    let reports = known.undelivered.iter().filter_map(|entry| unsent_report(entry, known.offline, send));
    let rows: Vec<Html> = reports.chain(known.open.iter().map(own)).collect();
    html! {
        <>
            { headline }
            <h2>{ say(text::YOUR_INCIDENTS) }</h2>
            if rows.is_empty() {
                <p class="quiet">{ say(text::NO_INCIDENTS) }</p>
            } else {
                <ul class="rows">{ for rows }</ul>
            }
            { section(text::ENDED_INCIDENTS, "rows", known.ended.iter().map(own).collect()) }
            { report_button(send) }
        </>
    }
}

fn signed_out(reader: &ReaderContext, send: &Send) -> Html {
    let guest = reader.you.guest;
    let note = reader.vendor_words(if guest { text::GUEST_NOTE } else { text::SIGN_IN_FIRST });
    html! { <><p class="quiet">{ note }</p>if guest { { report_button(send) } }</> }
}

/// The one big way to report.
fn report_button(send: &Send) -> Html {
    let report = button("primary", send, PanelMsg::Go(Screen::Report), text::REPORT_A_PROBLEM);
    html! { <div class="dock">{ report }</div> }
}

/// How things are for the reader, and what of it concerns them.
fn headline(known: &Known, send: &Send) -> Html {
    let headline = known.headline;
    let words = match headline.yours {
        0 => say(headline.condition.headline()).to_owned(),
        yours => count(text::HEADLINE_YOURS, yours),
    };
    html! {
        <button type="button" class={classes!("headline", condition_class(headline.condition))}
            onclick={sends(send, PanelMsg::Go(Screen::Status))}>
            { icon(Shape::of_condition(headline.condition)) }
            <span class="headline-words">
                <strong>{ words }</strong>
                { for known.others.iter().map(other_incident) }
            </span>
            <span class="more">{ say(text::ALL_STATUS) }</span>
        </button>
    }
}

/// A report that the server does not have yet.
fn unsent_report(entry: &OutboxEntry, offline: bool, send: &Send) -> Option<Html> {
    let id = entry.submission.id;
    let Request::Report(draft) = &entry.submission.request else { return None };
    let title = first_line(&draft.what);
    let delivery = html! { <span class="row-turn">{ delivery(entry, offline) }</span> };
    Some(html! { <li key={id.text()}>{ row(send, "row kept", Screen::Receipt(id), title, delivery) }</li> })
}
