//! How far the delivery of what was written here is, in words.

use callpoint_core::{
    client::{Client, DeliveryState, OutboxEntry},
    text::{self, fill, say},
};
use yew::prelude::*;

use super::time::{Live, LiveTime};

/// How far the delivery is.
pub fn delivery(entry: &OutboxEntry, offline: bool) -> Html {
    let plain = match &entry.state {
        DeliveryState::Refused(problem) => {
            return html! { { fill(text::REFUSED, &[("why", &problem.detail)]) } };
        }
        DeliveryState::Sent => text::SENDING,
        DeliveryState::Received(_) => text::RECEIVED_TITLE,
        DeliveryState::Waiting(_) if !entry.saved => text::NOT_SAVED,
        DeliveryState::Waiting(_) if offline => text::SAVED_OFFLINE,
        DeliveryState::Waiting(at) => return html! { <Live time={LiveTime::Retry(*at)} /> },
    };
    html! { { say(plain) } }
}

/// The entries that the server does not have yet.
pub fn undelivered(client: &Client) -> Vec<OutboxEntry> {
    client.outbox.entries().iter().filter(|entry| !entry.state.is_received()).cloned().collect()
}
