//! One incident from inside: its facts, its timeline, and what the reader's account may do.

use callpoint_core::{
    model::id::IncidentId,
    text::{self, say},
};
use yew::prelude::*;

use crate::{
    components::{button::Send, facts::Facts, offline::loading, stake_actions::StakeActions, timeline::Timeline},
    context::{use_client, use_incident},
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
    let known = use_client(move |client| (client.cache.timeline(id).is_some(), client.missing() == Some(id)));
    let (loaded, missing) = *known;
    let Some(incident) = incident else {
        return if missing {
            html! { <p class="quiet">{ say(text::NOT_FOR_YOU) }</p> }
        } else {
            loading()
        };
    };
    html! {
        <>
            <Facts incident={incident.clone()} />
            if loaded {
                <Timeline {send} {id} />
                <StakeActions {send} {incident} draft={draft.clone()} />
            } else {
                { loading() }
            }
        </>
    }
}
