//! Live status: what concerns the reader first, then open incidents, then every component.

use callpoint_core::{
    client::Client,
    model::{
        component::{Component as ProductComponent, ComponentStatus},
        incident::Incident,
    },
    text::{
        self, say,
        shape::{Shape, condition_class},
    },
};
use yew::prelude::*;

use crate::{
    components::{badge::face, form::section, icon::icon, incident_row::open_incident, offline::SendProps},
    context::{use_client, use_reader},
};

fn known(client: &Client) -> (Option<ComponentStatus>, Vec<Incident>, Vec<ProductComponent>) {
    let cache = &client.cache;
    let Some(condition) = client.condition() else { return (None, Vec::new(), Vec::new()) };
    let own = cache.own_incidents().into_iter().filter(|incident| incident.is_open());
    let open = own.chain(cache.other_incidents()).cloned().collect();
    (Some(condition), open, cache.components().into_iter().cloned().collect())
}

/// The screen.
#[component]
pub fn StatusScreen(props: &SendProps) -> Html {
    let send = &props.send;
    let reader = use_reader();
    let known = use_client(known);
    let (condition, open, components) = &*known;
    let (words, class, shape) = face(*condition, ComponentStatus::headline);
    let open = open.iter().map(|incident| open_incident(&reader, send, incident));
    html! {
        <>
            <p class={classes!("condition", class)}>
                { icon(shape) }
                <strong>{ say(words) }</strong>
            </p>
            { section(text::OPEN_INCIDENTS, "rows", open.collect()) }
            { section(text::COMPONENTS, "components", components.iter().map(component).collect()) }
        </>
    }
}

fn component(component: &ProductComponent) -> Html {
    html! {
        <li key={component.id.text()} class={condition_class(component.status)}>
            <span>{ &component.name }</span>
            <span class="state">
                { icon(Shape::of_condition(component.status)) }{ say(component.status.label()) }
            </span>
        </li>
    }
}
