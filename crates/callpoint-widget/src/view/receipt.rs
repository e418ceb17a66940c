//! After "Send report": where it is. "We have it" stands here only when the server has said so.

use callpoint_core::{
    client::{Kept, Stage},
    id::IncidentId,
    text::{self, fill, say},
};
use yew::prelude::*;

use super::Scene;
use crate::app::{Msg, Page};

/// The page.
pub fn receipt(scene: &Scene<'_>, kept: &Kept, send: &Callback<Msg>) -> Html {
    let id = kept.parcel.id;
    match &kept.stage {
        Stage::Received(receipt) => {
            let values = [("reference", receipt.reference.as_str()), ("vendor", &scene.vendor.name)];
            let thread = Page::Thread(IncidentId(id.0));
            html! {
                <div class="receipt done" role="status">
                    { super::shape::Shape::CHECK.draw() }
                    <strong>{ say(text::RECEIVED_TITLE) }</strong>
                    <p>{ fill(text::RECEIVED_TEXT, &values) }</p>
                    <button class="primary" onclick={send.reform(move |_| Msg::Go(thread))}>{ say(text::OPEN_THREAD) }</button>
                </div>
            }
        }
        Stage::Refused(_) => html! {
            <div class="receipt refused" role="alert">
                <p>{ scene.stage(kept) }</p>
                <button class="primary" onclick={send.reform(move |_| Msg::EditAgain(id))}>{ say(text::EDIT_AGAIN) }</button>
            </div>
        },
        Stage::Sent | Stage::Waiting(_) => html! {
            <div class="receipt" role="status">
                <p>{ scene.stage(kept) }</p>
                if matches!(kept.stage, Stage::Waiting(_)) {
                    <button onclick={send.reform(|_| Msg::Hurry)}>{ say(text::TRY_NOW) }</button>
                }
            </div>
        },
    }
}
