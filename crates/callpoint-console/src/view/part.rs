//! Small parts that several views are made of. Built by plain calls, as the widget's are: each costs a few bytes
//! where it is used.

use std::rc::Rc;

use callpoint_core::text::{Key, fill, say};
use callpoint_widget::view::node::{Node, el};
use yew::prelude::*;

use crate::{
    draft::Edit,
    form::{Fill, Form},
    msg::{Msg, field, words},
};

/// A button that sends `msg`; not one that submits a form.
#[must_use]
pub fn press(class: &'static str, send: &Callback<Msg>, msg: Msg) -> Node {
    let send = send.clone();
    let clicked = Callback::from(move |_: MouseEvent| send.emit(msg.clone()));
    el("button", class).word("type", "button").on(Rc::new(yew::html::onclick::Wrapper::new(clicked)))
}

/// A button with its words.
pub fn button(class: &'static str, key: Key, send: &Callback<Msg>, msg: Msg) -> Html {
    press(class, send, msg).say(key).html()
}

/// A button that opens a form.
pub fn opens(key: Key, send: &Callback<Msg>, form: Form) -> Html {
    button("", key, send, Msg::Edit(Edit::Form(Some(form))))
}

/// A quieter button that opens a form; aloud it says for which account.
pub fn opens_for(key: Key, aloud: Key, account: &str, send: &Callback<Msg>, form: Form) -> Html {
    let aloud = fill(aloud, &[("account", account)]);
    press("link", send, Msg::Edit(Edit::Form(Some(form)))).attr("aria-label", aloud).say(key).html()
}

/// Words, whichever way they run.
#[must_use]
pub fn words_of(class: &'static str, text: &str) -> Node {
    el("span", class).word("dir", "auto").text(text)
}

/// A word with what it means, on hover and for screen readers.
pub fn explained(class: &'static str, word: Key, meaning: Key) -> Html {
    let aloud = el("span", "unseen").text(&[" (", say(meaning), ")"].concat());
    el("span", class).words("title", meaning).say(word).with(aloud).html()
}

/// A field of several lines in a form.
pub fn area(label: &str, value: &str, send: &Callback<Msg>) -> Html {
    html! {
        <label>
            <span class="label">{ label.to_owned() }</span>
            <textarea class="asked" rows="2" dir="auto" value={value.to_owned()}
                oninput={send.reform(|event| Msg::Edit(Edit::Fill(Fill::Words(words(&event)))))} />
        </label>
    }
}

/// A field of one line in a form.
pub fn line(kind: &'static str, label: Key, value: &str, fill: fn(String) -> Fill, send: &Callback<Msg>) -> Html {
    html! {
        <label>
            <span class="label">{ say(label) }</span>
            <input type={kind} dir="auto" value={value.to_owned()} autocomplete="off"
                oninput={send.reform(move |event| Msg::Edit(Edit::Fill(fill(field(&event)))))} />
        </label>
    }
}

/// One of several to choose from.
pub struct Choice {
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
    pub fill: Fill,
}

/// Several to choose one from.
pub fn choices(label: &str, class: &'static str, all: impl Iterator<Item = Choice>, send: &Callback<Msg>) -> Html {
    let one = |choice: Choice| {
        let fill = choice.fill;
        html! {
            <label key={choice.key} class="level" title={choice.meaning}>
                <input type="radio" name={class} aria-label={choice.name} checked={choice.chosen}
                    disabled={!choice.open}
                    onchange={send.reform(move |_| Msg::Edit(Edit::Fill(fill.clone())))} />
                { choice.drawn }
            </label>
        }
    };
    html! {
        <div class={class} role="radiogroup" aria-label={label.to_owned()}>{ for all.map(one) }</div>
    }
}
