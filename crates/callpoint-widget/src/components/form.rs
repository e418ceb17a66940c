//! Parts of forms: labels, text fields, choices.

use callpoint_core::text::{Key, say};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::button::Send;
use crate::panel::{FieldError, PanelMsg, TextField};

/// A text field with its label around it.
pub fn labelled(label: Key, field: Html) -> Html {
    html! { <label><span class="label">{ say(label) }</span>{ field }</label> }
}

/// Sends what is typed into a text field.
pub fn typed(send: &Send, field: TextField) -> Callback<InputEvent> {
    let send = send.clone();
    Callback::from(move |event: InputEvent| {
        let element: HtmlTextAreaElement = event.target_unchecked_into();
        send.emit(PanelMsg::Typed(field, element.value()));
    })
}

/// Whether this key sends what is written: Enter with Ctrl or ⌘. Enter that ends an input method's composition is not.
#[must_use]
pub fn is_send_key(event: &KeyboardEvent) -> bool {
    event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing()
}

/// Sends this message when the keys that send are pressed.
pub fn send_keys(send: &Send, msg: PanelMsg) -> Callback<KeyboardEvent> {
    let send = send.clone();
    Callback::from(move |event: KeyboardEvent| {
        if is_send_key(&event) {
            event.prevent_default();
            send.emit(msg.clone());
        }
    })
}

/// What is wrong with this field, where it is the one at fault.
pub fn fault(error: Option<&FieldError>, field: &str) -> Html {
    html! { if let Some(error) = error.filter(|error| error.field == field) { <p class="fault">{ &error.words }</p> } }
}

/// What is wrong, beside the button that was pressed.
pub fn alert(error: Option<&FieldError>) -> Html {
    html! { if let Some(error) = error { <p class="fault" role="alert">{ &error.words }</p> } }
}

/// A group of choices, of which one can be pressed.
pub fn choices(label: Key, chips: Html) -> Html {
    html! {
        <div class="choices" role="group" aria-label={say(label)}>
            <span class="label" aria-hidden="true">{ say(label) }</span>
            <div class="chips">{ chips }</div>
        </div>
    }
}

/// A heading with a list under it; nothing where there are no rows.
pub fn section(title: Key, class: &'static str, rows: Vec<Html>) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    html! { <><h2>{ say(title) }</h2><ul {class}>{ for rows }</ul></> }
}
