//! After "Send report": where it is. "We have it" stands here only when the server has said so.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::id::IncidentId,
    text::{self, fill},
    wire::protocol::Request,
};
use yew::{Callback, Html};

use super::{
    Scene,
    node::{button, el, nothing},
    shape::Shape,
};
use crate::msg::{Msg, Page};

/// When the vendor usually answers.
fn target(scene: &Scene<'_>, kept: &OutboxEntry) -> Html {
    let severity = match &kept.submission.request {
        Request::Report(draft) => draft.severity,
        _ => None,
    };
    match severity.and_then(|severity| scene.vendor.scheme.target_words(severity)) {
        Some(words) if scene.you.person.is_some() => el("p", "").text(&words).html(),
        _ => nothing(),
    }
}

/// The page.
pub fn receipt(scene: &Scene<'_>, kept: &OutboxEntry, send: &Callback<Msg>) -> Html {
    let id = kept.submission.id;
    let stage = el("p", "").text(&scene.stage(kept));
    match &kept.state {
        DeliveryState::Received(receipt) => {
            let values = [("reference", receipt.reference.as_str()), ("vendor", &scene.vendor.name)];
            let next = if scene.you.person.is_none() {
                el("p", "quiet").say(text::GUEST_RECEIPT)
            } else {
                button("primary", send, Msg::Go(Page::Thread(IncidentId(id.0)))).say(text::OPEN_THREAD)
            };
            el("div", "receipt done")
                .word("role", "status")
                .put(Shape::CHECK.draw())
                .with(el("strong", "").say(text::RECEIVED_TITLE))
                .with(el("p", "").text(&fill(text::RECEIVED_TEXT, &values)))
                .put(target(scene, kept))
                .with(next)
        }
        DeliveryState::Refused(_) => {
            let again = button("primary", send, Msg::EditAgain(id)).say(text::EDIT_AGAIN);
            el("div", "receipt refused").word("role", "alert").with(stage).with(again)
        }
        DeliveryState::Waiting(_) => {
            let now = button("", send, Msg::Hurry).say(text::TRY_NOW);
            el("div", "receipt").word("role", "status").with(stage).with(now)
        }
        DeliveryState::Sent => el("div", "receipt").word("role", "status").with(stage),
    }
    .html()
}
