//! The right pane: one incident. Facts on top, timeline below, the composer at the bottom.

use callpoint_core::{
    event::{Audience, Event},
    incident::{Closure, Incident, Stake},
    person::Author,
    text::{self, fill, say},
};
use callpoint_widget::view::{Scene, shape::Shape};
use yew::prelude::*;

use super::{actions, composer, rows::marks, timeline};
use crate::{draft::Draft, msg::Msg, queue::ABOUT_TO_BREAK};

/// The pane.
pub fn incident(scene: &Scene<'_>, incident: &Incident, draft: &Draft, send: &Callback<Msg>) -> Html {
    html! {
        <article class="incident" key={incident.id.to_string()} aria-labelledby="incident-title">
            { head(scene, incident, send) }
            <div class="facts">
                { judgement(scene, incident) }
                { state(scene, incident) }
                { about(scene, incident) }
            </div>
            { actions::actions(scene, incident, draft, send) }
            { timeline::timeline(scene, incident, draft, send) }
            { composer::composer(scene, incident, draft, send) }
        </article>
    }
}

fn head(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    html! {
        <header class="head">
            <button class="icon back" aria-label={say(text::BACK)} onclick={send.reform(|_| Msg::Leave)}>
                { Shape::BACK.draw() }
            </button>
            { incident.effective_severity().map(|severity| scene.severity(severity)) }
            <h2 id="incident-title" tabindex="-1" dir="auto" title={incident.title.clone()}>{ &incident.title }</h2>
            { marks(incident) }
            <span class="reference">{ &incident.reference }</span>
        </header>
    }
}

/// Who says how bad it is, and where each account's key stands.
fn judgement(scene: &Scene<'_>, incident: &Incident) -> Html {
    let ours = incident.assessment.as_ref().map(|assessment| {
        let level = scene.vendor.scheme.name(assessment.severity);
        html! {
            <li>
                <strong>{ fill(text::WE_SAY, &[("level", level)]) }</strong>
                <span class="why" dir="auto" title={assessment.reason.clone()}>{ &assessment.reason }</span>
            </li>
        }
    });
    let unknown = incident.stakes.is_empty() && ours.is_none();
    html! {
        <ul class="stakes">
            { for incident.stakes.iter().map(|stake| holder(scene, stake)) }
            { ours }
            if unknown { <li class="quiet">{ say(text::NOBODY_SAYS) }</li> }
        </ul>
    }
}

fn holder(scene: &Scene<'_>, stake: &Stake) -> Html {
    let level = scene.vendor.scheme.name(stake.declared);
    let (class, words, shape) = match stake.closure {
        Closure::Open => ("open", say(text::KEY_OPEN).to_owned(), Shape::RING),
        Closure::Proposed(at) => ("waits", fill(text::KEY_WAITS, &[("time", &(scene.moment)(at, false))]), Shape::HALF),
        Closure::Confirmed(_) => ("confirmed", say(text::KEY_CONFIRMED).to_owned(), Shape::CHECK),
    };
    let disputes = match stake.disputes {
        0 => None,
        1 => Some(say(text::KEY_DISPUTED_ONCE).to_owned()),
        many => Some(fill(text::KEY_DISPUTED_OFTEN, &[("count", &many.to_string())])),
    };
    html! {
        <li key={stake.account.id.to_string()}>
            <strong dir="auto">
                { fill(text::DECLARED_SAYS, &[("account", &stake.account.name), ("level", level)]) }
            </strong>
            <span dir="auto">{ fill(text::REPORTED_BY, &[("name", &stake.reporter_name)]) }</span>
            <span class={classes!("key", class)}>{ shape.draw() }{ words }</span>
            { disputes.map(|words| html! { <span class="disputes">{ words }</span> }) }
        </li>
    }
}

/// Where the work stands and what was promised.
fn state(scene: &Scene<'_>, incident: &Incident) -> Html {
    let open = incident.status.is_open();
    let soon = incident.next_update.is_some_and(|promised| promised.since(scene.now) <= ABOUT_TO_BREAK);
    let seen = match &incident.acknowledged {
        Some(signed) => html! {
            <span title={(scene.moment)(signed.at, true)}>
                { fill(text::SEEN_BY, &[("name", signature(scene, &signed.by))]) }
            </span>
        },
        None if open && !incident.stakes.is_empty() && !answered(scene, incident) => {
            html! { <span class="unseen-yet">{ say(text::NOT_SEEN) }</span> }
        }
        None => Html::default(),
    };
    html! {
        <p class="state">
            // While it is open, the buttons below say where the work stands.
            if !open || incident.status.is_maintenance() { <strong>{ say(incident.status.label()) }</strong> }
            <span>{ scene.ago(incident.opened_at) }</span>
            { seen }
            if open && incident.next_update.is_none() { <span class="promise none">{ say(text::NO_PROMISE) }</span> }
            <span class={classes!(soon.then_some("soon"))}>{ scene.promise(incident) }</span>
            { scene.eta(incident) }
        </p>
    }
}

/// Whether a customer has heard from one of us, who then has seen it.
fn answered(scene: &Scene<'_>, incident: &Incident) -> bool {
    let by_us =
        |event: &Event| event.is_spoken() && matches!(event.by, Author::Staff { .. }) && event.to != Audience::Internal;
    incident.stakes.iter().all(|stake| stake.unanswered_since.is_none())
        || scene.client.cache.timeline(incident.id).is_some_and(|timeline| timeline.entries.iter().any(by_us))
}

/// By name: a colleague who reads over somebody's shoulder is not "you".
fn signature<'a>(scene: &'a Scene<'_>, by: &'a Author) -> &'a str {
    match by {
        Author::Customer { name, .. } | Author::Staff { name, .. } => name,
        Author::Vendor => &scene.vendor.name,
        Author::System => say(text::CALLPOINT),
    }
}

fn about(scene: &Scene<'_>, incident: &Incident) -> Html {
    let components = component_names(scene, incident);
    html! {
        <>
            if !components.is_empty() || incident.publication.is_some() {
                <p class="state">
                    if !components.is_empty() { <span>{ components }</span> }
                    { incident.publication.as_ref().map(|publication| html! {
                        <span class="public-as" dir="auto">
                            { Shape::GLOBE.draw() }{ fill(text::PUBLIC_AS, &[("title", &publication.title)]) }
                            { " · " }{ say(publication.impact.label()) }
                        </span>
                    }) }
                </p>
            }
            if incident.sealed.is_some() { <p class="state sealed">{ Shape::LOCK.draw() }{ say(text::SEALED_FOR_STAFF) }</p> }
        </>
    }
}

fn component_names(scene: &Scene<'_>, incident: &Incident) -> String {
    let name = |id| scene.client.cache.state.components.get(id).map(|component| component.name.as_str());
    incident.components.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}
