//! `<callpoint-status>`: how things are, in a dot, a banner or a card, wherever a page wants it.

use callpoint_core::{
    client::Client,
    model::{component::ComponentStatus, incident::Incident},
    text::{
        self, Key, say,
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
        (ReaderContext::of(client, None), client.condition(), others(client, 3))
    });
    let (reader, condition, others) = &*known;
    if reader.is_none() && condition.is_some() {
        return loading();
    }
    let context = ClientContext { driver: driver.clone(), reader: reader.clone() };
    html! {
        <ContextProvider<ClientContext> {context}>{ badge(*variant, *condition, others) }</ContextProvider<ClientContext>>
    }
}

/// The words, class and shape of a condition, or of one that is not known.
pub fn face(condition: Option<ComponentStatus>, words: fn(ComponentStatus) -> Key) -> (Key, &'static str, Shape) {
    let known = |condition| (words(condition), condition_class(condition), Shape::of_condition(condition));
    condition.map_or((text::STATUS_UNKNOWN, "", Shape::RING), known)
}

/// The status as nodes.
pub fn badge(variant: Variant, condition: Option<ComponentStatus>, others: &[Incident]) -> Html {
    let (class, words): (_, fn(ComponentStatus) -> Key) = match variant {
        Variant::Dot => ("status dot", ComponentStatus::label),
        Variant::Banner if condition == Some(ComponentStatus::default()) => return Html::default(),
        Variant::Banner => ("status banner", ComponentStatus::headline),
        Variant::Card => ("status card", ComponentStatus::headline),
    };
    let (words, condition, shape) = face(condition, words);
    let others = others.iter().filter(|_| variant != Variant::Dot).map(other_incident);
    html! {
        <div class={classes!(class, condition)} role="status">
            { icon(shape) }
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
