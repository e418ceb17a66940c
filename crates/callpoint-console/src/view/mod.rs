//! What people see: functions from what is known to nodes. They hold nothing, ask nothing and decide nothing.

pub mod actions;
pub mod composer;
pub mod echo;
pub mod forms;
pub mod gate;
pub mod incident;
pub mod lines;
pub mod part;
pub mod reach;
pub mod roles;
pub mod rows;
pub mod severity;
pub mod side;
pub mod stakes;
pub mod timeline;

use callpoint_core::{
    model::{component::ComponentStatus, id::IncidentId, incident::Incident, person::PersonRef},
    rules::headline::headline,
    text::{self, fill, say},
};
use callpoint_widget::view::{
    Scene, offline,
    shape::{Draw as _, Shape, condition_class},
};
use litemap::LiteMap;
use yew::{
    prelude::*,
    virtual_dom::{VTag, VText},
};

use crate::{draft::Draft, msg::Msg, queue::Queue};

/// What is on the desk.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The chosen queue.
    pub queue: Queue,
    /// The row that has, or would get, the focus.
    pub at: Option<IncidentId>,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What is being written, by incident.
    pub drafts: &'a LiteMap<IncidentId, Draft>,
    /// Those of staff whom a role can be handed to, once they are known.
    pub staff: &'a [PersonRef],
    /// Whether the components are open where they take room from the rows.
    pub components: bool,
    /// What screen readers are told.
    pub said: &'a str,
}

/// The whole console.
pub fn desk(scene: &Scene<'_>, desk: Desk<'_>, send: &Callback<Msg>) -> Html {
    let pane = if desk.open.is_some() { "incident" } else { "rows" };
    html! {
        <div class="desk" data-pane={pane}>
            { bar(scene, send) }
            <div class="line">{ offline(scene, &send.reform(|_| Msg::Hurry)) }</div>
            { side::side(scene, desk, send) }
            { rows::rows(scene, desk, send) }
            <main class="pane incident">{ incident(scene, desk, send) }</main>
            <p class="unseen" aria-live="polite">{ desk.said }</p>
        </div>
    }
}

/// Who and how things are, over everything.
fn bar(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let (condition, words) = now(scene);
    html! {
        <header class="bar">
            <h1><span dir="auto">{ &scene.vendor.name }</span>{ " " }<small>{ say(text::CONSOLE_TITLE) }</small></h1>
            <p class={classes!("now", condition_class(condition))}>
                { Shape::of_condition(condition).draw() }<span>{ words }</span>
            </p>
            <span class="who" dir="auto">{ &scene.you.name }</span>
            <button class="link" onclick={send.reform(|_| Msg::SignOut)}>{ say(text::SIGN_OUT) }</button>
        </header>
    }
}

/// How things are, for staff: the condition that everybody could see, and how many incidents are open. What is private
/// to an account is work, but no outage; and "operational" is said only when there is none of it.
fn now(scene: &Scene<'_>) -> (ComponentStatus, String) {
    let state = &scene.client.cache.state;
    let public = state.incidents.values().filter(|incident| incident.publication.is_some());
    let condition = headline(state.components.values(), public).condition;
    let is_counted =
        |incident: &&Incident| incident.status.is_open() && !incident.status.is_maintenance() && !incident.drill;
    let count = match state.incidents.values().filter(is_counted).count() {
        0 => return (condition, say(condition.headline()).to_owned()),
        many => text::count(text::OPEN_COUNT, many),
    };
    match condition {
        // No sign of all being well beside somebody's open incident.
        ComponentStatus::Operational => (ComponentStatus::DegradedPerformance, count),
        worse => (condition, [say(worse.headline()), &count].join(" · ")),
    }
}

fn incident(scene: &Scene<'_>, desk: Desk<'_>, send: &Callback<Msg>) -> Html {
    let Some(id) = desk.open else { return nothing_open() };
    let blank = Draft::default();
    match scene.client.cache.state.incidents.get(&id) {
        Some(incident) => incident::incident(scene, incident, desk.drafts.get(&id).unwrap_or(&blank), desk.staff, send),
        None => html! {
            <p class="hollow" role="status">
                { say(if scene.client.missing() == Some(id) { text::INCIDENT_NOT_FOUND } else { text::LOADING }) }
            </p>
        },
    }
}

fn nothing_open() -> Html {
    let forms = [("severity", "s"), ("propose", "p"), ("roles", "o"), ("queues", "1-7")];
    let keys = [("move", "j k"), ("open", "Enter"), ("write", "r"), ("back", "Esc")];
    html! {
        <div class="hollow">
            <p>{ say(text::SELECT_INCIDENT) }</p>
            <p class="quiet">{ fill(text::KEYS_HINT, &keys) }</p>
            <p class="quiet">{ fill(text::KEYS_FORMS, &forms) }</p>
        </div>
    }
}

/// A list to choose from; each option is a value, its words, and whether it is chosen.
pub(crate) fn choice(name: &str, options: Vec<(String, String, bool)>, onchange: Callback<Event>) -> Html {
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
pub(crate) fn when<E>(send: &Callback<Msg>, meaning: impl Fn(E) -> Option<Msg> + 'static) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |event| {
        if let Some(msg) = meaning(event) {
            send.emit(msg);
        }
    })
}
