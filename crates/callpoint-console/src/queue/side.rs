//! The left pane: the queues with their counts, and the components with their status.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::ComponentCommand,
        component::{Component, ComponentStatus},
    },
    text::{
        self, say,
        shape::{Shape, condition_class},
    },
    wire::protocol::Request,
};
use callpoint_widget::components::icon::icon;
use yew::prelude::*;

use super::{Queue, QueueContext};
use crate::{
    controls::{SendMessage, select, when},
    layout::Workspace,
    message::{ConsoleMsg, chosen},
    scene::Scene,
};

/// The pane.
pub fn side(scene: &Scene<'_>, workspace: Workspace<'_>, send: &SendMessage) -> Html {
    let components = scene.client.cache.components();
    let worst = components.iter().map(|component| component.status).max().unwrap_or_default();
    let open = workspace.components;
    html! {
        <aside class="pane side">
            <nav aria-label={say(text::QUEUES)}>
                <ul class="queues">{ for Queue::ALL.iter().map(|queue| entry(scene, workspace, *queue, send)) }</ul>
            </nav>
            <section class="parts" data-open={open.to_string()}>
                <h2>{ say(text::COMPONENTS) }</h2>
                <button class={classes!("parts-toggle", condition_class(worst))} aria-expanded={open.to_string()}
                    onclick={send.reform(move |_| ConsoleMsg::Components(!open))}>
                    { icon(Shape::of_condition(worst)) }{ say(text::COMPONENTS) }
                </button>
                <ul class="components">{ for components.iter().map(|component| line(scene, component, send)) }</ul>
            </section>
        </aside>
    }
}

fn entry(scene: &Scene<'_>, workspace: Workspace<'_>, queue: Queue, send: &SendMessage) -> Html {
    let context = QueueContext::of(scene);
    let count = scene.client.cache.state.incidents.values().filter(|incident| queue.holds(incident, context)).count();
    let presses = count > 0 && queue.presses();
    html! {
        <li key={queue.id()}>
            <button class={classes!("queue", presses.then_some("presses"))} data-queue={queue.id()}
                aria-current={(workspace.queue == queue).then_some("true")} onclick={send.reform(move |_| ConsoleMsg::Queue(queue))}>
                <span>{ say(queue.label()) }</span>{ " " }<span class="count">{ count }</span>
            </button>
        </li>
    }
}

/// One component with its status to set.
fn line(scene: &Scene<'_>, component: &Component, send: &SendMessage) -> Html {
    let asked =
        scene.client.outbox.entries().iter().rev().find_map(|outbox_entry| match &outbox_entry.submission.request {
            Request::Component(id, ComponentCommand::SetStatus { status }) if *id == component.id => {
                Some((outbox_entry, *status))
            }
            _ => None,
        });
    let refused = |outbox_entry: &OutboxEntry| matches!(outbox_entry.state, DeliveryState::Refused(_));
    let status =
        asked.filter(|(outbox_entry, _)| !refused(outbox_entry)).map_or(component.status, |(_, status)| status);
    let id = component.id.clone();
    let set = when(send, move |event: Event| {
        let value = chosen(&event);
        let status = *ComponentStatus::ALL.iter().find(|status| condition_class(**status) == value)?;
        Some(ConsoleMsg::SetComponent(id.clone(), status))
    });
    let options = ComponentStatus::ALL
        .iter()
        .map(|&option| (condition_class(option).to_owned(), say(option.label()).to_owned(), option == status));
    html! {
        <li key={component.id.to_string()} class={condition_class(status)}>
            { icon(Shape::of_condition(status)) }
            <span class="part-name" dir="auto" title={component.name.clone()}>{ &component.name }</span>
            { select(&component.name, options.collect(), set) }
            { asked.map(|(outbox_entry, _)| pending(scene, outbox_entry, send)) }
        </li>
    }
}

/// What was asked and is not with the server yet.
pub fn pending(scene: &Scene<'_>, outbox_entry: &OutboxEntry, send: &SendMessage) -> Html {
    let id = outbox_entry.submission.id;
    if outbox_entry.state.is_received() {
        return Html::default();
    }
    html! {
        <p class="part-stage" role="status">
            { scene.delivery(outbox_entry) }{ " " }
            if matches!(outbox_entry.state, DeliveryState::Refused(_)) {
                <button class="link" onclick={send.reform(move |_| ConsoleMsg::Discard(id))}>{ say(text::DISCARD) }</button>
            }
        </p>
    }
}
