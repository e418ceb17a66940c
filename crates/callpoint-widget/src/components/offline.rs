//! What the panel says about its connection.

use callpoint_core::text::{self, fill, say};
use yew::prelude::*;

use super::button::{Send, button, sends};
use crate::{
    context::{use_client, use_known_reader},
    panel::PanelMsg,
};

/// What a part of the panel needs that only sends messages.
#[derive(PartialEq, Properties)]
pub struct SendProps {
    /// Sends messages to the panel.
    pub send: Send,
}

/// How the connection is: nothing while it is there. Before anything is known: loading, or why not.
#[component]
pub fn Offline(props: &SendProps) -> Html {
    let send = &props.send;
    let reader = use_known_reader();
    let known_at = use_client(|client| client.is_offline().then_some(client.cache.known_at));
    let polled = use_client(|client| client.connection.is_polled());
    match (reader, *known_at) {
        (Some(reader), Some(known_at)) => {
            let time = known_at.map(|at| (reader.format_time)(at, false)).unwrap_or_default();
            offline_line(&time, sends(send, PanelMsg::RetryNow))
        }
        (Some(_), None) if *polled => html! { <p class="offline" role="status">{ say(text::POLLED_BAR) }</p> },
        (Some(_), None) => Html::default(),
        (None, Some(_)) => html! {
            <div class="unknown" role="alert">
                <strong>{ say(text::LOAD_FAILED_TITLE) }</strong>
                <p>{ say(text::LOAD_FAILED_TEXT) }</p>
                { button("", send, PanelMsg::RetryNow, text::TRY_AGAIN) }
            </div>
        },
        (None, None) => loading(),
    }
}

/// The line: what is shown was known at `time`.
pub fn offline_line(time: &str, retry: Callback<MouseEvent>) -> Html {
    html! {
        <div class="offline" role="status">
            <span>{ fill(text::OFFLINE_BAR, &[("time", time)]) }</span>
            <button type="button" class="link" onclick={retry}>{ say(text::TRY_NOW) }</button>
        </div>
    }
}

/// Something is on its way.
pub fn loading() -> Html {
    html! { <p class="quiet" role="status">{ say(text::LOADING) }</p> }
}
