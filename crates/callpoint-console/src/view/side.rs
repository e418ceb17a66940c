//! The left pane: the queues with their counts, and the components with their status.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::ComponentCommand,
        component::{Component, ComponentStatus},
    },
    text::{self, say},
    wire::protocol::Request,
};
use callpoint_widget::view::{
    Scene,
    shape::{Draw as _, Shape, condition_class},
};
use yew::prelude::*;

use super::{Desk, choice, when};
use crate::{
    msg::{Msg, chosen},
    queue::{Eyes, Queue},
};

/// The pane.
pub fn side(scene: &Scene<'_>, desk: Desk<'_>, send: &Callback<Msg>) -> Html {
    let components = scene.client.cache.components();
    let worst = components.iter().map(|component| component.status).max().unwrap_or_default();
    let open = desk.components;
    html! {
        <aside class="pane side">
            <nav aria-label={say(text::QUEUES)}>
                <ul class="queues">{ for Queue::ALL.iter().map(|queue| entry(scene, desk, *queue, send)) }</ul>
            </nav>
            <section class="parts" data-open={open.to_string()}>
                <h2>{ say(text::COMPONENTS) }</h2>
                <button class={classes!("parts-toggle", condition_class(worst))} aria-expanded={open.to_string()}
                    onclick={send.reform(move |_| Msg::Components(!open))}>
                    { Shape::of_condition(worst).draw() }{ say(text::COMPONENTS) }
                </button>
                <ul class="components">{ for components.iter().map(|component| line(scene, component, send)) }</ul>
            </section>
        </aside>
    }
}

fn entry(scene: &Scene<'_>, desk: Desk<'_>, queue: Queue, send: &Callback<Msg>) -> Html {
    let eyes = Eyes::of(scene);
    let count = scene.client.cache.state.incidents.values().filter(|incident| queue.holds(incident, eyes)).count();
    let presses = count > 0 && queue.presses();
    html! {
        <li key={queue.id()}>
            <button class={classes!("queue", presses.then_some("presses"))} data-queue={queue.id()}
                aria-current={(desk.queue == queue).then_some("true")} onclick={send.reform(move |_| Msg::Queue(queue))}>
                <span>{ say(queue.label()) }</span>{ " " }<span class="count">{ count }</span>
            </button>
        </li>
    }
}

/// One component with its status to set.
fn line(scene: &Scene<'_>, component: &Component, send: &Callback<Msg>) -> Html {
    let asked = scene.client.outbox.entries().iter().rev().find_map(|kept| match &kept.submission.request {
        Request::Component(id, ComponentCommand::SetStatus { status }) if *id == component.id => Some((kept, *status)),
        _ => None,
    });
    let refused = |kept: &OutboxEntry| matches!(kept.state, DeliveryState::Refused(_));
    let status = asked.filter(|(kept, _)| !refused(kept)).map_or(component.status, |(_, status)| status);
    let id = component.id.clone();
    let set = when(send, move |event: Event| {
        let value = chosen(&event);
        let status = ComponentStatus::ALL.into_iter().find(|status| condition_class(*status) == value)?;
        Some(Msg::SetComponent(id.clone(), status))
    });
    let options = ComponentStatus::ALL
        .into_iter()
        .map(|option| (condition_class(option).to_owned(), say(option.label()).to_owned(), option == status));
    html! {
        <li key={component.id.to_string()} class={condition_class(status)}>
            { Shape::of_condition(status).draw() }
            <span class="part-name" dir="auto" title={component.name.clone()}>{ &component.name }</span>
            { choice(&component.name, options.collect(), set) }
            { asked.map(|(kept, _)| pending(scene, kept, send)) }
        </li>
    }
}

/// What was asked and is not with the server yet.
pub(super) fn pending(scene: &Scene<'_>, kept: &OutboxEntry, send: &Callback<Msg>) -> Html {
    let id = kept.submission.id;
    if kept.state.is_received() {
        return Html::default();
    }
    html! {
        <p class="part-stage" role="status">
            { scene.stage(kept) }{ " " }
            if matches!(kept.state, DeliveryState::Refused(_)) {
                <button class="link" onclick={send.reform(move |_| Msg::Discard(id))}>{ say(text::DISCARD) }</button>
            }
        </p>
    }
}
