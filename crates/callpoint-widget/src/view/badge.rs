//! `<callpoint-status>`: how things are, in a dot, a banner or a card, wherever a page wants it.

use yew::Html;

use super::{
    Scene,
    home::other,
    node::{el, nothing},
    shape::{Draw as _, Shape, condition_class},
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

/// The status as nodes. Never inlined: its code is fetched later than the form's.
#[inline(never)]
pub fn badge(scene: &Scene<'_>, variant: Variant) -> Html {
    let condition = scene.client.cache.headline().condition;
    let (class, words) = match variant {
        Variant::Dot => ("status dot", condition.label()),
        Variant::Banner if condition == <_>::default() => return nothing(),
        Variant::Banner => ("status banner", condition.headline()),
        Variant::Card => ("status card", condition.headline()),
    };
    let others = match variant {
        Variant::Dot => Vec::new(),
        _ => scene.client.cache.other_incidents().into_iter().take(3).map(|incident| other(scene, incident)).collect(),
    };
    el("div", "")
        .class(class, condition_class(condition))
        .word("role", "status")
        .put(Shape::of_condition(condition).draw())
        .with(el("strong", "").say(words))
        .list(others)
        .html()
}
