//! Home: the status that concerns me, my incidents, one big way to report.

use callpoint_core::{
    client::{Kept, Stage},
    incident::Incident,
    protocol::Request,
    text::{self, fill, say},
    view::{Turn, turn},
};
use yew::prelude::*;

use super::{Scene, shape::{Shape, condition_class}};
use crate::app::{Msg, Page};

/// Most ended incidents in the list.
const ENDED: usize = 5;

/// The page.
pub fn home(scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
    let own = scene.client.cache.own_incidents();
    let (open, ended): (Vec<_>, Vec<_>) = own.into_iter().partition(|incident| incident.status.is_open());
    let parcels = scene.client.outbox.kept().iter().filter(|kept| {
        matches!(kept.parcel.request, Request::Report(_)) && !matches!(kept.stage, Stage::Received(_))
    });
    let go = |page: Page| send.reform(move |_: MouseEvent| Msg::Go(page));
    html! {
        <>
            { headline(scene, go(Page::Status)) }
            if scene.you.person.is_some() {
                <h2>{ say(text::YOUR_INCIDENTS) }</h2>
                <ul class="rows">
                    { for parcels.map(|kept| parcel(scene, kept, send)) }
                    { for open.iter().map(|incident| row(scene, incident, send)) }
                </ul>
                if open.is_empty() { <p class="quiet">{ say(text::NO_INCIDENTS) }</p> }
                if !ended.is_empty() {
                    <h2>{ say(text::ENDED_INCIDENTS) }</h2>
                    <ul class="rows">{ for ended.iter().take(ENDED).map(|incident| row(scene, incident, send)) }</ul>
                }
                <div class="dock">
                    <button class="primary" onclick={go(Page::Report)}>{ say(text::REPORT_A_PROBLEM) }</button>
                </div>
            } else {
                <p class="quiet">{ fill(text::SIGN_IN_FIRST, &[("vendor", &scene.vendor.name)]) }</p>
            }
        </>
    }
}

/// How things are for the one who looks, and what of it concerns them.
pub fn headline(scene: &Scene<'_>, open: Callback<MouseEvent>) -> Html {
    let headline = scene.client.cache.headline();
    let words = match headline.yours {
        0 => say(headline.condition.headline()).to_owned(),
        1 => say(text::HEADLINE_YOURS).to_owned(),
        many => fill(text::HEADLINE_YOURS_MANY, &[("count", &many.to_string())]),
    };
    let others = scene.client.cache.other_incidents();
    html! {
        <button class={classes!("headline", condition_class(headline.condition))} onclick={open}>
            { Shape::of_condition(headline.condition).draw() }
            <span class="headline-words">
                <strong>{ words }</strong>
                { for others.iter().take(2).map(|incident| html! {
                    <span class="headline-incident">{ &incident.title }{ " " }{ scene.promise(incident) }</span>
                }) }
            </span>
            <span class="more">{ say(text::ALL_STATUS) }</span>
        </button>
    }
}

/// One incident: what, how bad, whose turn.
fn row(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let id = incident.id;
    let vendor = [("vendor", scene.vendor.name.as_str())];
    let (waiting, since) = match turn(incident, scene.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(since) => (fill(text::WAITING_ON_VENDOR, &vendor), Some(since)),
        Turn::Customer(since) => (say(text::PLEASE_CONFIRM).to_owned(), Some(since)),
        Turn::Working => (fill(text::VENDOR_WORKING, &vendor), None),
        Turn::Nobody => (say(incident.status.label()).to_owned(), incident.resolved_at),
    };
    let unread = scene.client.cache.unread(id);
    html! {
        <li key={id.to_string()}>
            <button class="row" onclick={send.reform(move |_| Msg::Go(Page::Thread(id)))}>
                <span class="row-title" dir="auto">{ &incident.title }</span>
                { incident.effective_severity().map(|severity| scene.severity(severity)).unwrap_or_default() }
                <span class="row-turn">{ waiting }{ since.map(|at| html! { <>{ " · " }{ scene.ago(at) }</> }) }</span>
                if unread > 0 { <span class="unread">{ unread }</span> }
            </button>
        </li>
    }
}

/// A report that is not with the server yet.
fn parcel(scene: &Scene<'_>, kept: &Kept, send: &Callback<Msg>) -> Html {
    let id = kept.parcel.id;
    let Request::Report(draft) = &kept.parcel.request else { return Html::default() };
    html! {
        <li key={id.to_string()}>
            <button class="row kept" onclick={send.reform(move |_| Msg::Go(Page::Receipt(id)))}>
                <span class="row-title" dir="auto">{ draft.what.lines().next().unwrap_or_default() }</span>
                <span class="row-turn">{ scene.stage(kept) }</span>
            </button>
        </li>
    }
}
