//! Where a reply is written.

use callpoint_core::text::{self, say};
use yew::prelude::*;

use super::{
    button::{Send, sends},
    form::{is_send_key, typed},
};
use crate::panel::{PanelMsg, TextField, ThreadMsg};

/// What the composer needs.
#[derive(PartialEq, Properties)]
pub struct ComposerProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// What is written so far.
    pub message: AttrValue,
}

/// A text field with a button; Ctrl or ⌘ with Enter sends too.
#[component]
pub fn Composer(props: &ComposerProps) -> Html {
    let send = &props.send;
    let keys = send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if is_send_key(&event) {
            event.prevent_default();
            keys.emit(PanelMsg::Thread(ThreadMsg::SendMessage));
        }
    });
    let empty = props.message.trim().is_empty();
    html! {
        <div class="composer">
            <textarea rows="2" aria-label={say(text::REPLY_LABEL)} placeholder={say(text::REPLY_PLACEHOLDER)} dir="auto"
                value={props.message.clone()} oninput={typed(send, TextField::Message)} {onkeydown} />
            <button type="button" class="primary" disabled={empty}
                onclick={sends(send, PanelMsg::Thread(ThreadMsg::SendMessage))}>{ say(text::SEND) }</button>
        </div>
    }
}
