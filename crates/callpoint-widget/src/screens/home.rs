//! Home: the status that concerns me, my incidents, one big way to report.

use callpoint_core::{
    client::{Client, OutboxEntry},
    model::{component::ComponentStatus, incident::Incident, limits::first_line, stake::Stake},
    rules::headline::{Headline, own_headline},
    text::{self, Key, count, fill, say},
    wire::protocol::Request,
};
use yew::prelude::*;

use crate::{
    components::{
        badge::{face, other_incident, others},
        button::{Send, button, sends},
        form::typed,
        icon::icon,
        incident_row::{own_incident, row},
        outbox_entry::{delivery, undelivered},
    },
    context::{ReaderContext, use_client, use_reader},
    panel::{PanelMsg, Screen, TextField},
};

/// Most incidents of a group that are shown before somebody asks for all, and from how many on they can be searched.
const SHOWN: usize = 6;

/// An incident of the reader's account, with how many of its entries are unread.
type Own = (Incident, u32);

#[derive(PartialEq)]
struct Known {
    condition: Option<ComponentStatus>,
    headline: Headline,
    others: Vec<Incident>,
    undelivered: Vec<OutboxEntry>,
    own: Vec<Own>,
    offline: bool,
}

fn known(client: &Client) -> Known {
    let own = client.cache.own_incidents();
    Known {
        condition: client.condition(),
        headline: client.cache.headline(),
        others: others(client, 2),
        undelivered: undelivered(client),
        own: own.into_iter().map(|incident| (incident.clone(), client.cache.unread(incident.id))).collect(),
        offline: client.is_offline(),
    }
}

/// Whether the reader reported it, or follows it.
fn is_mine(reader: &ReaderContext, incident: &Incident) -> bool {
    let you = reader.you.person.as_ref();
    let of_you = |stake: &Stake| {
        Some(&stake.reporter) == you || stake.followers.iter().any(|follower| Some(&follower.person) == you)
    };
    incident.stakes.iter().any(of_you)
}

/// What the screen needs.
#[derive(PartialEq, Properties)]
pub struct HomeScreenProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// What is searched for.
    #[prop_or_default]
    pub query: String,
}

/// The screen.
#[component]
pub fn HomeScreen(props: &HomeScreenProps) -> Html {
    let HomeScreenProps { send, query } = props;
    let reader = use_reader();
    let known = use_client(known);
    let headline = headline(&reader, &known, send);
    let Some(account) = &reader.you.account else {
        return html! { <>{ headline }{ signed_out(&reader, send) }</> };
    };
    let wanted = query.trim().to_ascii_lowercase();
    let is_found = |incident: &Incident| {
        [&incident.title, &incident.full_reference()].iter().any(|text| text.to_ascii_lowercase().contains(&wanted))
    };
    let (mut mine, mut colleagues, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for (incident, unread) in known.own.iter().filter(|(incident, _)| is_found(incident)) {
        let group = match (incident.is_open(), is_mine(&reader, incident)) {
            (true, true) => &mut mine,
            (true, false) => &mut colleagues,
            (false, _) => &mut ended,
        };
        group.push(own_incident(&reader, send, incident, *unread));
    }
    let reports: Vec<Html> =
        known.undelivered.iter().filter_map(|entry| unsent_report(entry, known.offline, send)).collect();
    let none = mine.is_empty() && reports.is_empty();
    let group = |title: Key, mut rows: Vec<Html>| {
        let words = fill(text::SHOW_ALL, &[("count", &rows.len().to_string())]);
        let folded = if query.is_empty() { rows.split_off(SHOWN.min(rows.len())) } else { Vec::new() };
        html! {
            if !rows.is_empty() {
                <h2>{ fill(title, &[("account", &account.name)]) }</h2>
                <ul class="rows">{ for rows }</ul>
                if !folded.is_empty() {
                    <details class="fold"><summary>{ words }</summary><ul class="rows">{ for folded }</ul></details>
                }
            }
        }
    };
    html! {
        <>
            { headline }
            if known.own.len() > SHOWN { { search(query, send) } }
            if !none {
                { group(text::YOUR_INCIDENTS, reports.into_iter().chain(mine).collect()) }
            } else if !wanted.is_empty() {
                if colleagues.is_empty() && ended.is_empty() { <p class="quiet">{ say(text::NO_MATCH) }</p> }
            } else {
                <><h2>{ say(text::YOUR_INCIDENTS) }</h2><p class="quiet">{ say(text::NO_INCIDENTS) }</p></>
            }
            { group(text::ACCOUNT_INCIDENTS, colleagues) }
            { group(text::ENDED_INCIDENTS, ended) }
            { report_button(send) }
        </>
    }
}

/// Where somebody with many incidents looks for one.
fn search(query: &str, send: &Send) -> Html {
    let label = say(text::SEARCH_INCIDENTS);
    html! {
        <input type="search" class="search" aria-label={label} placeholder={label} value={query.to_owned()}
            oninput={typed(send, TextField::Search)} />
    }
}

fn signed_out(reader: &ReaderContext, send: &Send) -> Html {
    if !reader.vendor.takes_reports() {
        return Html::default();
    }
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
fn headline(reader: &ReaderContext, known: &Known, send: &Send) -> Html {
    let headline = known.headline;
    let (words, class, shape) = face(known.condition, ComponentStatus::headline);
    let words = match (headline.yours, &reader.you.account) {
        (1.., Some(account)) => {
            let own = own_headline(known.own.iter().map(|(incident, _)| incident), &account.id);
            count(own, headline.yours)
        }
        _ => say(words).to_owned(),
    };
    html! {
        <button type="button" class={classes!("headline", class)}
            onclick={sends(send, PanelMsg::Go(Screen::Status))}>
            { icon(shape) }
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
