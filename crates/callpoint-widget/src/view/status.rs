//! Live status: what concerns me first, then open incidents, then every component.

use callpoint_core::{
    component::Component,
    incident::Incident,
    text::{self, say},
};
use yew::prelude::*;

use super::{Scene, shape::{Shape, condition_class}};
use crate::app::{Msg, Page};

/// The page.
pub fn status(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let cache = &scene.client.cache;
    let headline = cache.headline();
    let own = cache.own_incidents().into_iter().filter(|incident| incident.status.is_open());
    let open: Vec<_> = own.chain(cache.other_incidents()).collect();
    let mut components: Vec<_> = cache.state.components.values().collect();
    components.sort_by_key(|component| component.position);
    html! {
        <>
            <p class={classes!("condition", condition_class(headline.condition))}>
                { Shape::of_condition(headline.condition).draw() }
                <strong>{ say(headline.condition.headline()) }</strong>
            </p>
            if !open.is_empty() {
                <h2>{ say(text::OPEN_INCIDENTS) }</h2>
                <ul class="rows">{ for open.iter().map(|incident| card(scene, incident, send)) }</ul>
            }
            <h2>{ say(text::COMPONENTS) }</h2>
            <ul class="components">{ for components.into_iter().map(line) }</ul>
        </>
    }
}

fn card(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let id = incident.id;
    html! {
        <li key={id.to_string()}>
            <button class="row" onclick={send.reform(move |_| Msg::Go(Page::Thread(id)))}>
                <span class="row-title" dir="auto">{ &incident.title }</span>
                if !incident.stakes.is_empty() { <span class="yours">{ say(text::AFFECTS_YOU) }</span> }
                <span class="row-turn">
                    { say(incident.status.label()) }{ " · " }{ scene.ago(incident.opened_at) }
                </span>
                <span class="row-turn">{ scene.promise(incident) }{ scene.eta(incident) }</span>
            </button>
        </li>
    }
}

fn line(component: &Component) -> Html {
    html! {
        <li key={component.id.to_string()} class={condition_class(component.status)}>
            <span>{ &component.name }</span>
            <span class="state">{ Shape::of_condition(component.status).draw() }{ say(component.status.label()) }</span>
        </li>
    }
}
