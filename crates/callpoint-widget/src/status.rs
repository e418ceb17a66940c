//! `<callpoint-status>`: how things are, in a dot, a banner or a card, wherever a page wants it.

use callpoint_core::text::{self, say};
use yew::prelude::*;

use crate::{
    browser,
    driver::{Driver, Viewing},
    view::{Scene, shape::{Shape, condition_class}},
};

/// How much room it takes.
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

/// What it needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The machine.
    pub driver: Driver,
    /// How much room it takes.
    #[prop_or_default]
    pub variant: Variant,
}

/// The live status.
pub struct CallpointStatus {
    _viewing: Viewing,
}

impl Component for CallpointStatus {
    type Message = ();
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Self { _viewing: ctx.props().driver.view(ctx.link().callback(|()| ())) }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { driver, variant } = ctx.props();
        driver.read(|client| {
            let (Some(vendor), Some(you)) = (&client.cache.vendor, &client.cache.you) else {
                return html! { <span class="status unknown" role="status">{ say(text::LOADING) }</span> };
            };
            let now = client.server_time(browser::now());
            draw(&Scene { client, vendor, you, now, moment: browser::moment }, *variant)
        })
    }
}

/// The status as nodes.
pub fn draw(scene: &Scene<'_>, variant: Variant) -> Html {
    let condition = scene.client.cache.headline().condition;
    let words = match variant {
        Variant::Dot => say(condition.label()),
        Variant::Banner | Variant::Card => say(condition.headline()),
    };
    if variant == Variant::Banner && condition == <_>::default() {
        return Html::default();
    }
    let class = match variant {
        Variant::Dot => "dot",
        Variant::Banner => "banner",
        Variant::Card => "card",
    };
    html! {
        <div class={classes!("status", class, condition_class(condition))} role="status">
            { Shape::of_condition(condition).draw() }<strong>{ words }</strong>
            if variant != Variant::Dot {
                { for scene.client.cache.other_incidents().into_iter().take(3).map(|incident| html! {
                    <span class="headline-incident" dir="auto">{ &incident.title }{ " " }{ scene.promise(incident) }</span>
                }) }
            }
        </div>
    }
}
