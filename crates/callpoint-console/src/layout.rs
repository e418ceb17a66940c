//! The console's three panes, and the bar over them.

use std::rc::Rc;

use callpoint_core::{
    model::{component::ComponentStatus, id::IncidentId, incident::Incident},
    rules::{headline::headline, state::State},
    text::{
        self, say,
        shape::{Shape, condition_class},
    },
};
use callpoint_widget::{
    components::{icon::icon, offline::offline_line},
    context::{use_client, use_reader},
    driver::Driver,
};
use yew::prelude::*;

use crate::{
    controls::sends,
    incident::pane::IncidentPane,
    message::ConsoleMsg,
    queue::{Queue, filter::Filter, rows::QueuePane, search::Found, side::Side},
};

/// Why no incident can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// It is being looked for by its reference.
    Seeking(String),
    /// There is none of that reference.
    NoIncident,
    /// The address means nothing.
    NoPlace,
}

/// What the person has chosen.
#[derive(Clone, Default)]
pub struct Workspace {
    /// The chosen queue.
    pub queue: Queue,
    /// What is shown of it.
    pub filter: Filter,
    /// Whether the choice of that is open.
    pub filters: bool,
    /// What is searched for, in place of the queue; empty where nothing is.
    pub search: String,
    /// What the server found.
    pub found: Found,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What stands in place of an incident where the address leads to none.
    pub instead: Option<Instead>,
    /// What something is being written about.
    pub drafted: Rc<Vec<IncidentId>>,
    /// Whether the components are open where they take room from the rows.
    pub components: bool,
}

/// The whole console. Each of its parts is drawn again by itself.
pub fn layout(driver: &Driver, workspace: &Workspace, send: &Callback<ConsoleMsg>) -> Html {
    let Workspace { queue, filter, filters, search, found, open, instead, drafted, components } = workspace.clone();
    let pane = if open.is_some() || instead.is_some() { "incident" } else { "rows" };
    html! {
        <div class="panes" data-pane={pane}>
            <Bar {send} />
            <Offline {send} />
            <Side {send} {queue} {components} />
            <QueuePane {send} {queue} {filter} {filters} {search} {found} {open} {drafted} />
            <IncidentPane console={send} driver={driver.clone()} {open} {instead} />
        </div>
    }
}

/// What a part needs that only sends messages.
#[derive(PartialEq, Properties)]
struct SendProps {
    send: Callback<ConsoleMsg>,
}

/// A line that says that the connection is down.
#[component]
fn Offline(props: &SendProps) -> Html {
    let reader = use_reader();
    let known_at = use_client(|client| client.is_offline().then_some(client.cache.known_at));
    let line = known_at.map(|known_at| {
        let known_at = known_at.map(|at| (reader.format_time)(at, false)).unwrap_or_default();
        offline_line(&known_at, sends(&props.send, ConsoleMsg::RetryNow))
    });
    html! { <div class="line">{ line }</div> }
}

/// Who and how things are, over everything.
#[component]
fn Bar(props: &SendProps) -> Html {
    let reader = use_reader();
    let now = use_client(|client| now(&client.cache.state));
    let (condition, words) = &*now;
    html! {
        <header class="bar">
            <h1><span dir="auto">{ &reader.vendor.name }</span>{ " " }<small>{ say(text::CONSOLE_TITLE) }</small></h1>
            <p class={classes!("now", condition_class(*condition))}>
                { icon(Shape::of_condition(*condition)) }<span>{ words }</span>
            </p>
            <span class="who" dir="auto">{ &reader.you.name }</span>
            <button class="link" onclick={sends(&props.send, ConsoleMsg::SignOut)}>{ say(text::SIGN_OUT) }</button>
        </header>
    }
}

/// The condition that everybody reads on the status page and in the widget.
pub fn public_condition(state: &State) -> ComponentStatus {
    let public =
        state.incidents.values().filter(|incident| incident.publication.is_some() && incident.status.is_open());
    headline(state.components.values(), public).condition
}

/// How things are, for staff: the condition that everybody could see, and how many incidents are open. What is private
/// to an account is work, but no outage; and "operational" is said only when there is none of it.
fn now(state: &State) -> (ComponentStatus, String) {
    let condition = public_condition(state);
    let is_counted = |incident: &&Incident| incident.is_open() && !incident.status.is_maintenance() && !incident.drill;
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
