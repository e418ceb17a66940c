//! What somebody takes out of the widget: a thread's address, the thread as a file, or as a page to print.

use std::rc::Rc;

use callpoint_core::{
    model::incident::Incident,
    text::{self, Key, say},
};
use yew::prelude::*;

use crate::context::use_driver;

/// What the buttons need.
#[derive(PartialEq, Properties)]
pub struct TakeOutProps {
    /// The incident.
    pub incident: Rc<Incident>,
}

/// The buttons, and what became of the last one that was pressed.
#[component]
pub fn TakeOut(props: &TakeOutProps) -> Html {
    let driver = use_driver();
    let told = use_state(|| None::<Key>);
    if !driver.can_take_out() {
        return Html::default();
    }
    let take = |kind: &'static str, words: Key, done: Option<Key>| {
        let (driver, incident, told) = (driver.clone(), props.incident.clone(), told.clone());
        let onclick = Callback::from(move |_| {
            let told = told.clone();
            told.set(None);
            let tell = Callback::from(move |taken| told.set(if taken { done } else { Some(text::LOAD_FAILED_TITLE) }));
            driver.take_out(kind, &incident, tell);
        });
        html! { <button type="button" class="link" {onclick}>{ say(words) }</button> }
    };
    html! {
        <p class="facts-line take-out">
            { take("link", text::COPY_LINK, Some(text::LINK_COPIED)) }
            { take("md", text::EXPORT, None) }
            { take("html", text::PRINT, None) }
            <span role="status">{ told.map(say) }</span>
        </p>
    }
}
