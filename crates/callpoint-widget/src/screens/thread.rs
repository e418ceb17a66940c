//! One incident from inside: its facts, its timeline, and what the reader's account may do.

use callpoint_core::{
    client::{Client, Timeline},
    model::{event::Change, id::IncidentId, time::MINUTE},
    text::{self, say},
};
use yew::prelude::*;

use crate::{
    components::{
        button::Send,
        facts::{Lowering, facts},
        history::history_chart,
        offline::loading,
        stake_actions::stake_actions,
        take_out::TakeOut,
        timeline,
    },
    context::{use_client, use_incident, use_now, use_reader},
    panel::{FieldError, FilesDraft, ThreadDraft},
};

/// A thread of no more entries leaves room for all of its facts.
const SHORT: usize = 12;

/// The last time that the reader's severity was lowered.
fn lowering(client: &Client, timeline: &Timeline) -> Option<Lowering> {
    let own = &client.cache.you.as_ref()?.account.as_ref()?.id;
    timeline.lowerings.iter().rev().find_map(|event| match &event.change {
        Change::Lowered { account, reason, consent, .. } if account == own => Some((*consent, reason.clone())),
        _ => None,
    })
}

/// What the screen needs.
#[derive(PartialEq, Properties)]
pub struct ThreadScreenProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The incident.
    pub id: IncidentId,
    /// What is being written.
    pub draft: ThreadDraft,
    /// The files that are added to it.
    #[prop_or_default]
    pub files: FilesDraft,
    /// What is missing in it.
    #[prop_or_default]
    pub error: Option<FieldError>,
}

/// The screen.
#[component]
pub fn ThreadScreen(props: &ThreadScreenProps) -> Html {
    let ThreadScreenProps { send, id, draft, files, error } = props;
    let id = *id;
    let incident = use_incident(id);
    let reader = use_reader();
    // The chart of an open incident grows by itself, and the window in which one can be reopened ends by itself.
    let now = use_now(MINUTE);
    let known = use_client(move |client| {
        let timeline = client.cache.timeline(id);
        let history = timeline.map(|timeline| timeline.history.points().to_vec());
        let long = timeline.is_some_and(|timeline| timeline.entries.len() > SHORT);
        (history, timeline.and_then(|timeline| lowering(client, timeline)), long, client.is_missing(id))
    });
    let (history, lowering, long, missing) = &*known;
    let Some(incident) = incident else {
        return if *missing {
            html! { <p class="quiet">{ say(text::NOT_FOR_YOU) }</p> }
        } else {
            loading()
        };
    };
    let points = history.as_deref().unwrap_or_default();
    let chart = history_chart(&reader, points, incident.resolved_at.unwrap_or(now));
    let end = html! { <TakeOut incident={incident.clone()} /> };
    html! {
        <>
            { facts(&reader, &incident, lowering.as_ref(), chart, end, !long) }
            if history.is_some() {
                <timeline::Timeline {send} {id} />
                { stake_actions(&reader, &incident, draft, error.as_ref(), now, send, files.view(send, id.text())) }
            } else {
                { loading() }
            }
        </>
    }
}
