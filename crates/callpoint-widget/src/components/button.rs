//! Buttons that send a message to the panel.

use callpoint_core::text::{Key, say};
use yew::prelude::*;

use crate::panel::PanelMsg;

/// What sends messages to the panel.
pub type Send = Callback<PanelMsg>;

/// A callback that sends this message.
pub fn sends<E>(send: &Send, msg: PanelMsg) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |_| send.emit(msg.clone()))
}

/// A button with words; it submits no form.
pub fn button(class: &'static str, send: &Send, msg: PanelMsg, words: Key) -> Html {
    html! { <button type="button" class={(!class.is_empty()).then_some(class)} onclick={sends(send, msg)}>{ say(words) }</button> }
}
