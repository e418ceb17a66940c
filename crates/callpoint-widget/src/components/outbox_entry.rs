//! How far the delivery of what was written here is, in words.

use callpoint_core::{
    client::{Client, DeliveryState, OutboxEntry},
    model::time::{self, Time},
    text::{self, fill, say},
};
use yew::prelude::*;

use crate::context::{use_client, use_now};

/// What [`Delivery`] needs.
#[derive(PartialEq, Properties)]
pub struct DeliveryProps {
    /// The entry.
    pub entry: OutboxEntry,
}

/// How far the delivery is.
#[component]
pub fn Delivery(props: &DeliveryProps) -> Html {
    let now = use_now(time::SECOND);
    let known = use_client(|client| (client.is_offline(), client.cache.ahead));
    let (offline, ahead) = *known;
    html! { { words(&props.entry, offline, now.plus(-ahead)) } }
}

fn words(entry: &OutboxEntry, offline: bool, device_now: Time) -> String {
    let plain = match &entry.state {
        DeliveryState::Refused(problem) => return fill(text::REFUSED, &[("why", &problem.detail)]),
        DeliveryState::Sent => text::SENDING,
        DeliveryState::Received(_) => text::RECEIVED_TITLE,
        DeliveryState::Waiting(_) if !entry.saved => text::NOT_SAVED,
        DeliveryState::Waiting(_) if offline => text::SAVED_OFFLINE,
        DeliveryState::Waiting(at) => {
            return fill(text::SAVED_RETRY, &[("time", &text::remaining(at.since(device_now)))]);
        }
    };
    say(plain).to_owned()
}

/// The entries that the server does not have yet.
pub fn undelivered(client: &Client) -> Vec<OutboxEntry> {
    client.outbox.entries().iter().filter(|entry| !entry.state.is_received()).cloned().collect()
}
