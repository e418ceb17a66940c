//! After "Send report": how far its delivery is. That it was received stands here only when the server has said so.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::id::{CommandId, IncidentId},
    text::{self, fill, say, shape::Shape},
};
use yew::prelude::*;

use crate::{
    components::{
        button::{Send, button},
        icon::icon,
        outbox_entry::delivery,
    },
    context::{ReaderContext, use_client, use_reader},
    panel::{PanelMsg, Screen},
    screens::home::HomeScreen,
};

/// What the screen needs.
#[derive(PartialEq, Properties)]
pub struct ReceiptScreenProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The report.
    pub id: CommandId,
}

/// The screen.
#[component]
pub fn ReceiptScreen(props: &ReceiptScreenProps) -> Html {
    let ReceiptScreenProps { send, id } = props;
    let id = *id;
    let reader = use_reader();
    let known = use_client(move |client| (client.outbox.get(id).cloned(), client.is_offline()));
    match &*known {
        (Some(entry), offline) => receipt(&reader, entry, *offline, send),
        (None, _) => html! { <HomeScreen {send} /> },
    }
}

fn receipt(reader: &ReaderContext, entry: &OutboxEntry, offline: bool, send: &Send) -> Html {
    let id = entry.submission.id;
    let state = html! { <p>{ delivery(entry, offline) }</p> };
    match &entry.state {
        DeliveryState::Received(receipt) => {
            let values = [("reference", receipt.reference.as_str()), ("vendor", &reader.vendor.name)];
            let thread = PanelMsg::Go(Screen::Thread(IncidentId(id.0)));
            html! {
                <div class="receipt done" role="status">
                    { icon(Shape::CHECK) }
                    <strong>{ say(text::RECEIVED_TITLE) }</strong>
                    <p>{ fill(text::RECEIVED_TEXT, &values) }</p>
                    if reader.you.person.is_none() {
                        <p class="quiet">{ say(text::GUEST_RECEIPT) }</p>
                    } else {
                        if let Some(at) = receipt.answer_by {
                            <p>{ fill(text::RECEIVED_BY, &[("time", &(reader.format_time)(at, false))]) }</p>
                        }
                        if let Some(name) = &receipt.csm { <p>{ fill(text::RECEIVED_CSM, &[("name", name)]) }</p> }
                        <p class="quiet">{ say(text::RECEIVED_NEWS) }</p>
                        { button("primary", send, thread, text::OPEN_THREAD) }
                    }
                </div>
            }
        }
        DeliveryState::Refused(_) => html! {
            <div class="receipt refused" role="alert">
                { state }{ button("primary", send, PanelMsg::EditAgain(id), text::EDIT_AGAIN) }
            </div>
        },
        DeliveryState::Waiting(_) => html! {
            <div class="receipt" role="status">{ state }{ button("", send, PanelMsg::RetryNow, text::TRY_NOW) }</div>
        },
        DeliveryState::Sent => html! { <div class="receipt" role="status">{ state }</div> },
    }
}
