//! Where a reply is written.

use callpoint_core::{
    model::{event::Audience, id::AccountId, incident::Incident},
    text::{self, say},
};
use yew::prelude::*;

use super::{
    button::{Send, sends},
    form::send_keys,
    mention_field::{MentionField, people},
    written::preview,
};
use crate::{
    context::ReaderContext,
    panel::{PanelMsg, TextField, ThreadMsg},
};

/// A text field with a button; Ctrl or ⌘ with Enter sends too.
pub fn composer(
    reader: &ReaderContext,
    incident: &Incident,
    account: &AccountId,
    message: &str,
    files: Html,
    send: &Send,
) -> Html {
    let submit = PanelMsg::Thread(ThreadMsg::SendMessage);
    html! {
        <>
        { files }
        { preview(message) }
        <div class="composer">
            <MentionField value={message.to_owned()} typed={send.reform(|text| PanelMsg::Typed(TextField::Message, text))}
                onkeydown={send_keys(send, submit.clone())}
                people={people(reader, incident, &Audience::Account(account.clone()))}
                label={say(text::REPLY_LABEL)} placeholder={say(text::REPLY_PLACEHOLDER)} rows="2" />
            <button type="button" class="primary" onclick={sends(send, submit)}>{ say(text::SEND) }</button>
        </div>
        </>
    }
}
