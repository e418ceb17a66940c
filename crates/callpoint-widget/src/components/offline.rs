//! What the panel says about its connection.

use callpoint_core::text::{self, fill, say};
use yew::prelude::*;

use super::button::{Send, button, sends};
use crate::{
    context::{use_client, use_reader},
    panel::PanelMsg,
};

/// What a part of the panel needs that only sends messages.
#[derive(PartialEq, Properties)]
pub struct SendProps {
    /// Sends messages to the panel.
    pub send: Send,
}

/// A line that says that the connection is down, and a way to try at once.
#[component]
pub fn Offline(props: &SendProps) -> Html {
    let reader = use_reader();
    let known_at = use_client(|client| client.is_offline().then_some(client.cache.known_at));
    let Some(known_at) = *known_at else { return Html::default() };
    let time = known_at.map(|at| (reader.format_time)(at, false)).unwrap_or_default();
    offline_line(&time, sends(&props.send, PanelMsg::RetryNow))
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

/// Before anything is known: loading, or why not.
#[component]
pub fn Unknown(props: &SendProps) -> Html {
    let offline = use_client(|client| client.is_offline());
    if !*offline {
        return loading();
    }
    html! {
        <div class="unknown" role="alert">
            <strong>{ say(text::LOAD_FAILED_TITLE) }</strong>
            <p>{ say(text::LOAD_FAILED_TEXT) }</p>
            { button("", &props.send, PanelMsg::RetryNow, text::TRY_AGAIN) }
        </div>
    }
}

/// Something is on its way.
pub fn loading() -> Html {
    html! { <p class="quiet" role="status">{ say(text::LOADING) }</p> }
}
