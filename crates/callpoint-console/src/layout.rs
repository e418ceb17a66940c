//! The console's three panes, and the bar over them.

use callpoint_core::{
    model::{component::ComponentStatus, id::IncidentId, incident::Incident, person::PersonRef},
    rules::headline::headline,
    text::{
        self, fill, say,
        shape::{Shape, condition_class},
    },
};
use callpoint_widget::components::{icon::icon, offline::offline_line};
use litemap::LiteMap;
use yew::prelude::*;

use crate::{
    composer::draft::ComposerDraft,
    controls::{SendMessage, sends},
    incident,
    message::ConsoleMsg,
    queue::{Queue, rows, side},
    scene::Scene,
};

/// What the person has chosen and is writing.
#[derive(Clone, Copy)]
pub struct Workspace<'a> {
    /// The chosen queue.
    pub queue: Queue,
    /// The row that has, or would get, the focus.
    pub at: Option<IncidentId>,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What is being written, by incident.
    pub drafts: &'a LiteMap<IncidentId, ComposerDraft>,
    /// Those of staff whom a role can be handed to, once they are known.
    pub staff: &'a [PersonRef],
    /// Whether the components are open where they take room from the rows.
    pub components: bool,
    /// What screen readers announce.
    pub said: &'a str,
}

/// The whole console.
pub fn layout(scene: &Scene<'_>, workspace: Workspace<'_>, send: &SendMessage) -> Html {
    let pane = if workspace.open.is_some() { "incident" } else { "rows" };
    html! {
        <div class="panes" data-pane={pane}>
            { bar(scene, send) }
            <div class="line">{ offline(scene, send) }</div>
            { side::side(scene, workspace, send) }
            { rows::rows(scene, workspace, send) }
            <main class="pane incident">{ open_incident(scene, workspace, send) }</main>
            <p class="unseen" aria-live="polite">{ workspace.said }</p>
        </div>
    }
}

/// A line that says that the connection is down.
fn offline(scene: &Scene<'_>, send: &SendMessage) -> Html {
    if !scene.client.is_offline() {
        return Html::default();
    }
    let known_at = scene.client.cache.known_at.map(|at| scene.format_time(at, false));
    offline_line(&known_at.unwrap_or_default(), sends(send, ConsoleMsg::RetryNow))
}

/// Who and how things are, over everything.
fn bar(scene: &Scene<'_>, send: &SendMessage) -> Html {
    let (condition, words) = now(scene);
    html! {
        <header class="bar">
            <h1><span dir="auto">{ &scene.vendor.name }</span>{ " " }<small>{ say(text::CONSOLE_TITLE) }</small></h1>
            <p class={classes!("now", condition_class(condition))}>
                { icon(Shape::of_condition(condition)) }<span>{ words }</span>
            </p>
            <span class="who" dir="auto">{ &scene.you.name }</span>
            <button class="link" onclick={send.reform(|_| ConsoleMsg::SignOut)}>{ say(text::SIGN_OUT) }</button>
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

fn open_incident(scene: &Scene<'_>, workspace: Workspace<'_>, send: &SendMessage) -> Html {
    let Some(id) = workspace.open else { return nothing_open() };
    let blank = ComposerDraft::default();
    match scene.client.cache.state.incidents.get(&id) {
        Some(incident) => {
            incident::incident(scene, incident, workspace.drafts.get(&id).unwrap_or(&blank), workspace.staff, send)
        }
        None => html! {
            <p class="hollow" role="status">
                { say(if scene.client.missing() == Some(id) { text::INCIDENT_NOT_FOUND } else { text::LOADING }) }
            </p>
        },
    }
}

fn nothing_open() -> Html {
    let digits = ["1-", &Queue::ALL.len().to_string()].concat();
    let forms = [("severity", "s"), ("propose", "p"), ("roles", "o"), ("queues", &digits)];
    let keys = [("move", "j k"), ("open", "Enter"), ("write", "r"), ("back", "Esc")];
    html! {
        <div class="hollow">
            <p>{ say(text::SELECT_INCIDENT) }</p>
            <p class="quiet">{ fill(text::KEYS_HINT, &keys) }</p>
            <p class="quiet">{ fill(text::KEYS_FORMS, &forms) }</p>
        </div>
    }
}
