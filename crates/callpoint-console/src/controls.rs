//! Small parts that several views are made of.

use callpoint_core::text::{Key, fill, say};
use yew::{
    prelude::*,
    virtual_dom::{VTag, VText},
};

use crate::{
    composer::draft::DraftEdit,
    incident::action_form::{ActionForm, InputChange},
    message::{IncidentMsg, field, words},
};

/// What sends messages to the open incident.
pub type SendMessage = Callback<IncidentMsg>;

/// A callback that sends this message.
pub fn sends<M: Clone + 'static, E>(send: &Callback<M>, msg: M) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |_| send.emit(msg.clone()))
}

/// A button with its words; it submits no form.
pub fn button<M: Clone + 'static>(class: &'static str, key: Key, send: &Callback<M>, msg: M) -> Html {
    html! { <button type="button" class={some(class)} onclick={sends(send, msg)}>{ say(key) }</button> }
}

/// A button that waits while what it asked for is on its way.
pub fn waiting_button(class: &'static str, key: Key, send: &SendMessage, msg: IncidentMsg, disabled: bool) -> Html {
    html! { <button type="button" class={some(class)} {disabled} onclick={sends(send, msg)}>{ say(key) }</button> }
}

/// A button that opens a form.
pub fn opens(key: Key, send: &SendMessage, form: ActionForm) -> Html {
    button("", key, send, IncidentMsg::EditDraft(DraftEdit::Form(Some(form))))
}

/// A quieter button that opens a form; its label says for which account.
pub fn opens_for(key: Key, label: Key, account: &str, send: &SendMessage, form: ActionForm) -> Html {
    let label = fill(label, &[("account", account)]);
    let msg = IncidentMsg::EditDraft(DraftEdit::Form(Some(form)));
    html! { <button type="button" class="link" aria-label={label} onclick={sends(send, msg)}>{ say(key) }</button> }
}

/// Text in whichever direction it runs.
pub fn text_of(class: &'static str, text: &str) -> Html {
    html! { <span class={some(class)} dir="auto">{ text }</span> }
}

/// A reason, which may be cut on screen and is whole on hover.
pub fn reason(text: &str) -> Html {
    html! { <span class="why" dir="auto" title={text.to_owned()}>{ text }</span> }
}

/// A word with what it means, on hover and for screen readers.
pub fn explained(class: &'static str, word: Key, meaning: Key) -> Html {
    html! {
        <span {class} title={say(meaning)}>
            { say(word) }<span class="unseen">{ [" (", say(meaning), ")"].concat() }</span>
        </span>
    }
}

fn some(class: &'static str) -> Option<&'static str> {
    (!class.is_empty()).then_some(class)
}

/// A list to choose from; each option is a value, its words, and whether it is chosen.
pub fn select(name: &str, options: Vec<(String, String, bool)>, onchange: Callback<Event>) -> Html {
    html! { <select aria-label={name.to_owned()} {onchange}>{ for options.into_iter().map(option) }</select> }
}

/// Written by hand for the property: once somebody has chosen, the attribute `selected` no longer counts, and that
/// is all that the macro sets.
fn option((value, words, chosen): (String, String, bool)) -> Html {
    let mut option = VTag::new("option");
    option.key = Some(value.clone().into());
    option.add_attribute("value", value);
    option.add_property("selected", chosen);
    option.add_child(VText::new(words).into());
    option.into()
}

/// Sends what an event means, if it means anything.
pub fn when<M: 'static, E>(send: &Callback<M>, meaning: impl Fn(E) -> Option<M> + 'static) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |event| {
        if let Some(msg) = meaning(event) {
            send.emit(msg);
        }
    })
}

/// A field of several lines in a form.
pub fn area(label: &str, value: &str, send: &SendMessage) -> Html {
    html! {
        <label>
            <span class="label">{ label.to_owned() }</span>
            <textarea class="asked" rows="2" dir="auto" value={value.to_owned()}
                oninput={send.reform(|event| IncidentMsg::EditDraft(DraftEdit::InputChange(InputChange::Words(words(&event)))))} />
        </label>
    }
}

/// A field of one line in a form.
pub fn line(kind: &'static str, label: Key, value: &str, fill: fn(String) -> InputChange, send: &SendMessage) -> Html {
    html! {
        <label>
            <span class="label">{ say(label) }</span>
            <input type={kind} dir="auto" value={value.to_owned()} autocomplete="off"
                oninput={send.reform(move |event| IncidentMsg::EditDraft(DraftEdit::InputChange(fill(field(&event)))))} />
        </label>
    }
}

/// One of several to choose from.
pub struct RadioOption {
    /// Tells it from its neighbours.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What it means, on hover.
    pub meaning: Option<String>,
    /// What is drawn.
    pub drawn: Html,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it can be chosen.
    pub open: bool,
    /// What choosing it fills in.
    pub fill: InputChange,
}

/// Several to choose one from.
pub fn choices(label: &str, class: &'static str, all: impl Iterator<Item = RadioOption>, send: &SendMessage) -> Html {
    let one = |choice: RadioOption| {
        let fill = choice.fill;
        html! {
            <label key={choice.key} class="level" title={choice.meaning}>
                <input type="radio" name={class} aria-label={choice.name} checked={choice.chosen}
                    disabled={!choice.open}
                    onchange={send.reform(move |_| IncidentMsg::EditDraft(DraftEdit::InputChange(fill.clone())))} />
                { choice.drawn }
            </label>
        }
    };
    html! {
        <div class={class} role="radiogroup" aria-label={label.to_owned()}>{ for all.map(one) }</div>
    }
}
