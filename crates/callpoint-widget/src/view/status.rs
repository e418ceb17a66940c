//! Live status: what concerns me first, then open incidents, then every component.

use callpoint_core::{
    model::{component::Component, incident::Incident},
    text,
};
use yew::{Callback, Html};

use super::{
    Scene,
    node::{button, el, together},
    section,
    shape::{Draw as _, Shape, condition_class},
};
use crate::msg::{Msg, Page};

/// The page. Never inlined: its code is fetched later than the form's.
#[inline(never)]
pub fn status(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let cache = &scene.client.cache;
    let condition = cache.headline().condition;
    let own = cache.own_incidents().into_iter().filter(|incident| incident.status.is_open());
    let open = own.chain(cache.other_incidents()).map(|incident| card(scene, incident, send)).collect();
    let headline = el("p", "")
        .class("condition", condition_class(condition))
        .put(Shape::of_condition(condition).draw())
        .with(el("strong", "").say(condition.headline()));
    let mut page = vec![headline.html()];
    page.extend(section(text::OPEN_INCIDENTS, "rows", open));
    let components = cache.components().into_iter().map(line).collect();
    page.extend(section(text::COMPONENTS, "components", components));
    together(page)
}

fn card(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let id = incident.id;
    let mut row = button("row", send, Msg::Go(Page::Thread(id)))
        .with(el("span", "row-title").word("dir", "auto").text(&incident.title));
    if !incident.stakes.is_empty() {
        row = row.with(el("span", "yours").say(text::AFFECTS_YOU));
    }
    let state = el("span", "row-turn").say(incident.status.label()).text(" · ").put(scene.ago(incident.opened_at));
    let duty = el("span", "row-turn").put(scene.promise(incident)).put(scene.eta(incident));
    el("li", "").key(id.text()).with(row.with(state).with(duty)).html()
}

fn line(component: &Component) -> Html {
    let shape = Shape::of_condition(component.status).draw();
    el("li", condition_class(component.status))
        .key(component.id.text())
        .with(el("span", "").text(&component.name))
        .with(el("span", "state").put(shape).say(component.status.label()))
        .html()
}
