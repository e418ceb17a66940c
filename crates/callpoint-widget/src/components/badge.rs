//! `<callpoint-status>`: how things are, in a dot, a banner or a card, wherever a page wants it.

use callpoint_core::{
    client::Client,
    model::{component::ComponentStatus, incident::Incident},
    text::{
        say,
        shape::{Shape, condition_class},
    },
};
use yew::prelude::*;

use super::{icon::icon, offline::loading, time::next_update};
use crate::{
    context::{ClientContext, ReaderContext, use_selection},
    driver::Driver,
};

/// How much room the live status takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// A shape and a word.
    #[default]
    Dot,
    /// A line over the whole width; nothing while all is well.
    Banner,
    /// The headline with the open incidents.
    Card,
}

/// What the status needs.
#[derive(Clone, PartialEq, Properties)]
pub struct LiveStatusProps {
    /// The client machine at work.
    pub driver: Driver,
    /// How much room it takes.
    #[prop_or_default]
    pub variant: Variant,
}

/// The live status of the vendor, personal to whoever is signed in.
#[component]
pub fn LiveStatus(props: &LiveStatusProps) -> Html {
    let LiveStatusProps { driver, variant } = props;
    let known = use_selection(driver.clone(), |client| {
        let reader = ReaderContext::of(client, None)?;
        Some((reader, client.cache.headline().condition, others(client, 3)))
    });
    let Some((reader, condition, others)) = &*known else { return loading() };
    let context = ClientContext { driver: driver.clone(), reader: Some(reader.clone()) };
    html! {
        <ContextProvider<ClientContext> {context}>{ badge(*variant, *condition, others) }</ContextProvider<ClientContext>>
    }
}

/// The status as nodes.
pub fn badge(variant: Variant, condition: ComponentStatus, others: &[Incident]) -> Html {
    let (class, words) = match variant {
        Variant::Dot => ("status dot", condition.label()),
        Variant::Banner if condition == ComponentStatus::default() => return Html::default(),
        Variant::Banner => ("status banner", condition.headline()),
        Variant::Card => ("status card", condition.headline()),
    };
    let others = others.iter().filter(|_| variant != Variant::Dot).map(other_incident);
    html! {
        <div class={classes!(class, condition_class(condition))} role="status">
            { icon(Shape::of_condition(condition)) }
            <strong>{ say(words) }</strong>
            { for others }
        </div>
    }
}

/// The first open incidents in which the reader has no stake.
pub fn others(client: &Client, most: usize) -> Vec<Incident> {
    client.cache.other_incidents().into_iter().take(most).cloned().collect()
}

/// An incident that others have, in a line.
pub fn other_incident(incident: &Incident) -> Html {
    html! {
        <span class="headline-incident" dir="auto">
            { &incident.title }
            if incident.next_update.is_some() { { " · " }{ next_update(incident) } }
        </span>
    }
}
