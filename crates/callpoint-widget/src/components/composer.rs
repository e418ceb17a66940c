//! Where a reply is written.

use callpoint_core::text::{self, say};
use yew::prelude::*;

use super::{
    button::{Send, sends},
    form::{send_keys, typed},
};
use crate::panel::{PanelMsg, TextField, ThreadMsg};

/// A text field with a button; Ctrl or ⌘ with Enter sends too.
pub fn composer(send: &Send, message: &str, files: Html) -> Html {
    let submit = PanelMsg::Thread(ThreadMsg::SendMessage);
    let onkeydown = send_keys(send, submit.clone());
    html! {
        <>
        { files }
        <div class="composer">
            <textarea name="message" rows="2" aria-label={say(text::REPLY_LABEL)} placeholder={say(text::REPLY_PLACEHOLDER)} dir="auto"
                value={message.to_owned()} oninput={typed(send, TextField::Message)} {onkeydown} />
            <button type="button" class="primary" onclick={sends(send, submit)}>{ say(text::SEND) }</button>
        </div>
        </>
    }
}
