//! After "Send report": how far its delivery is. That it was received stands here only when the server has said so.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        id::{CommandId, IncidentId},
        person::PersonRef,
        time::MINUTE,
    },
    text::{self, fill, say, shape::Shape},
    wire::protocol::Request,
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
    let known = use_client(move |client| {
        let incident = client.cache.state.incidents.get(&IncidentId(id.0));
        let csm = incident
            .filter(|incident| incident.seal.is_none())
            .and_then(|incident| incident.stakes.first()?.csm.clone());
        (client.outbox.get(id).cloned(), csm, client.is_offline())
    });
    match &*known {
        (Some(entry), csm, offline) => receipt(&reader, entry, csm.as_ref(), *offline, send),
        (None, ..) => html! { <HomeScreen {send} /> },
    }
}

fn receipt(reader: &ReaderContext, entry: &OutboxEntry, csm: Option<&PersonRef>, offline: bool, send: &Send) -> Html {
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
                    if let Some(target) = target(reader, entry) { <p>{ target }</p> }
                    if reader.you.person.is_none() {
                        <p class="quiet">{ say(text::GUEST_RECEIPT) }</p>
                    } else {
                        if let Some(csm) = csm { <p>{ fill(text::RECEIVED_CSM, &[("name", &csm.name)]) }</p> }
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

/// By when the vendor usually answers; a guest gets no answer here.
fn target(reader: &ReaderContext, entry: &OutboxEntry) -> Option<String> {
    let Request::Report(draft) = &entry.submission.request else { return None };
    reader.you.person.as_ref()?;
    let level = reader.vendor.scheme.level(draft.severity?)?;
    let within = i64::from(level.acknowledge_minutes) * MINUTE;
    let at = (reader.format_time)(entry.submission.at.plus(within), false);
    let target = fill(text::RECEIVED_TARGET, &[("level", &level.name), ("time", &text::remaining(within))]);
    Some([&target, " ", &fill(text::RECEIVED_BY, &[("time", &at)])].concat())
}
