//! One incident from inside: its facts, its timeline, and what the reader's account may do.

use callpoint_core::{
    model::{id::IncidentId, time::MINUTE},
    text::{self, say},
};
use yew::prelude::*;

use crate::{
    components::{
        button::Send, facts::facts, history::history_chart, offline::loading, stake_actions::stake_actions,
        timeline::Timeline,
    },
    context::{use_client, use_incident, use_now, use_reader},
    panel::ThreadDraft,
};

/// What the screen needs.
#[derive(PartialEq, Properties)]
pub struct ThreadScreenProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The incident.
    pub id: IncidentId,
    /// What is being written.
    pub draft: ThreadDraft,
}

/// The screen.
#[component]
pub fn ThreadScreen(props: &ThreadScreenProps) -> Html {
    let ThreadScreenProps { send, id, draft } = props;
    let id = *id;
    let incident = use_incident(id);
    let reader = use_reader();
    // The chart of an open incident grows by itself, and the window in which one can be reopened ends by itself.
    let now = use_now(MINUTE);
    let known = use_client(move |client| {
        let history = client.cache.timeline(id).map(|timeline| timeline.history.points().to_vec());
        (history, client.missing() == Some(id))
    });
    let (history, missing) = &*known;
    let Some(incident) = incident else {
        return if *missing {
            html! { <p class="quiet">{ say(text::NOT_FOR_YOU) }</p> }
        } else {
            loading()
        };
    };
    let points = history.as_deref().unwrap_or_default();
    let chart = history_chart(&reader, points, incident.resolved_at.unwrap_or(now));
    html! {
        <>
            { facts(&reader, &incident, chart) }
            if history.is_some() {
                <Timeline {send} {id} />
                { stake_actions(&reader, &incident, draft, now, send) }
            } else {
                { loading() }
            }
        </>
    }
}
