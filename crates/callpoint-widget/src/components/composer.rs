//! Where a reply is written.

use callpoint_core::{
    model::limits::is_blank,
    text::{self, say},
};
use yew::prelude::*;

use super::{
    button::{Send, sends},
    form::{is_send_key, typed},
};
use crate::panel::{PanelMsg, TextField, ThreadMsg};

/// A text field with a button; Ctrl or ⌘ with Enter sends too.
pub fn composer(send: &Send, message: &str) -> Html {
    let keys = send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if is_send_key(&event) {
            event.prevent_default();
            keys.emit(PanelMsg::Thread(ThreadMsg::SendMessage));
        }
    });
    let empty = is_blank(message);
    html! {
        <div class="composer">
            <textarea rows="2" aria-label={say(text::REPLY_LABEL)} placeholder={say(text::REPLY_PLACEHOLDER)} dir="auto"
                value={message.to_owned()} oninput={typed(send, TextField::Message)} {onkeydown} />
            <button type="button" class="primary" disabled={empty}
                onclick={sends(send, PanelMsg::Thread(ThreadMsg::SendMessage))}>{ say(text::SEND) }</button>
        </div>
    }
}
