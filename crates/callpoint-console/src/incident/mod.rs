//! The right pane: one incident. Facts on top, timeline below, the composer at the bottom.

pub mod action_form;
pub mod actions;
mod drafting;
mod forms;
pub mod paging;
pub mod pane;
mod pending;
pub mod roles;
mod severity;
pub mod staff_entries;
mod stakes;
pub mod timeline;

use std::rc::Rc;

use callpoint_core::{
    model::{
        event::{Audience, Change, Event},
        id::{IncidentId, PersonId},
        incident::Incident,
        person::Author,
        time::SECOND,
    },
    text::{self, fill, say, shape::Shape},
    wire::protocol::StaffProfile,
};
use callpoint_widget::{
    components::{
        icon::icon,
        time::{ago, eta, next_update},
    },
    context::{use_client, use_incident, use_now},
};
use yew::prelude::*;

use crate::{
    composer::{Composer, draft::ComposerDraft},
    controls::{SendMessage, sends},
    message::IncidentMsg,
    queue::{
        ABOUT_TO_BREAK, QUEUE_REFRESH, counts_down,
        rows::{lateness, marks},
    },
    scene::{Scene, use_scene},
};
use actions::Actions;
use severity::severity;
use stakes::stakes;
use timeline::Timeline;

/// What the view of an incident needs.
#[derive(PartialEq, Properties)]
pub struct IncidentViewProps {
    /// Sends messages to the pane.
    pub send: SendMessage,
    /// The incident.
    pub id: IncidentId,
    /// What is being written about it.
    pub draft: ComposerDraft,
    /// Those of staff whom a role can be handed to, once they are known.
    pub staff: Rc<Vec<StaffProfile>>,
}

/// One incident. Each of its parts is drawn again by itself: a key stroke draws the words, a second the facts.
#[component]
pub fn IncidentView(props: &IncidentViewProps) -> Html {
    let IncidentViewProps { send, id, draft, staff } = props;
    let id = *id;
    let incident = use_incident(id);
    let missing = use_client(move |client| client.is_missing(id));
    let Some(incident) = &incident else {
        if *missing {
            return pane::not_found(text::INCIDENT_NOT_FOUND, send);
        }
        return html! { <p class="hollow" role="status">{ say(text::LOADING) }</p> };
    };
    let ended = incident.merged_into.is_some();
    html! {
        <article class="incident" aria-labelledby="incident-title">
            <Facts {send} {incident} />
            if !ended { <Actions {send} {incident} draft={draft.of_form()} {staff} /> }
            <Timeline {send} {incident} draft={draft.clone()} />
            if !ended { <Composer {send} {incident} draft={draft.of_words()} /> }
        </article>
    }
}

/// What the facts need.
#[derive(PartialEq, Properties)]
struct FactsProps {
    send: SendMessage,
    incident: Rc<Incident>,
}

/// What is known about the incident.
#[component]
fn Facts(props: &FactsProps) -> Html {
    let FactsProps { send, incident } = props;
    let source = use_scene(incident.id);
    let counts = source.draw(|scene| counts_down(incident, &scene.vendor.scheme, scene.now));
    let _ = use_now(if counts { SECOND } else { QUEUE_REFRESH });
    source.draw(|scene| {
        html! {
            <>
                { head(scene, incident, send) }
                <div class="facts">
                    { first(scene, incident, send) }
                    { severity(scene, incident, send) }
                    { stakes(scene, incident, send) }
                    { state(scene, incident) }
                    { roles::roles(incident, send) }
                    { paging::paging(scene, incident) }
                    { about(scene, incident) }
                </div>
            </>
        }
    })
}

fn head(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    html! {
        <header class="head">
            <button class="icon back" aria-label={say(text::BACK)} onclick={sends(send, IncidentMsg::Leave)}>
                { icon(Shape::BACK) }
            </button>
            { incident.effective_severity().map(|severity| scene.severity(severity)) }
            <h2 id="incident-title" tabindex="-1" dir="auto" title={incident.title.clone()}>{ &incident.title }</h2>
            { marks(scene.reader, incident) }
            <span class="reference">{ incident.full_reference() }</span>
        </header>
    }
}

/// What nobody may overlook: that it is a rehearsal, that it goes on elsewhere, that nobody commands it, what is late.
fn first(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let late = lateness(incident, None);
    html! {
        <>
            { merged(scene, incident, send) }
            { roles::alarm(scene, incident, send) }
            if incident.drill || !late.is_empty() {
                <p class="state">
                    if incident.drill { <strong>{ say(text::DRILL_NOTE) }</strong> }
                    { late }
                </p>
            }
        </>
    }
}

/// Where it goes on, if it was merged.
fn merged(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let Some(into) = incident.merged_into else { return Html::default() };
    let timeline = scene.client.cache.timeline(incident.id);
    let said = timeline.into_iter().flat_map(|timeline| &timeline.entries).find_map(|entry| match &entry.change {
        Change::Merged { reference, .. } => Some(reference),
        _ => None,
    });
    let known = scene.client.cache.state.incidents.get(&into).map(|other| &other.reference);
    let reference = known.or(said).map_or("…", |reference| reference.as_str());
    html! {
        <p class="state merged">
            <strong>{ fill(text::MERGED_INTO, &[("reference", reference)]) }</strong>
            <button class="link" onclick={sends(send, IncidentMsg::Open(into))}>
                { fill(text::OPEN_OTHER, &[("reference", reference)]) }
            </button>
        </p>
    }
}

/// Where the work stands and what was promised.
fn state(scene: &Scene<'_>, incident: &Incident) -> Html {
    let open = incident.status.is_open();
    let soon = incident.next_update.is_some_and(|promised| promised.since(scene.now) <= ABOUT_TO_BREAK);
    let seen = match &incident.acknowledged {
        Some(signed) => html! {
            <span title={scene.format_time(signed.at, true)}>
                { fill(text::ACKNOWLEDGED_BY, &[("name", signature(scene, &signed.by))]) }
            </span>
        },
        None if open && !incident.stakes.is_empty() && !answered(scene, incident) => {
            html! { <span class="unseen-yet">{ say(text::UNACKNOWLEDGED) }</span> }
        }
        None => Html::default(),
    };
    html! {
        <p class="state">
            // While it is open, the buttons below say where the work stands.
            if !open || incident.status.is_maintenance() { <strong>{ say(incident.status.staff_label()) }</strong> }
            { still_open_for(incident) }
            <span>{ ago(incident.opened_at) }</span>
            { seen }
            if let Some(paused) = incident.paused_until.filter(|paused| open && *paused > scene.now) {
                <span class="soon" title={scene.format_time(paused, true)}>
                    { fill(text::PAUSED_UNTIL, &[("time", &scene.format_time(paused, false))]) }
                </span>
            }
            if incident.others_affected { <span>{ say(text::OTHERS_AFFECTED_NOTE) }</span> }
            if open && incident.next_update.is_none() { <span class="promise none">{ say(text::NO_NEXT_UPDATE) }</span> }
            <span class={classes!(soon.then_some("soon"))}>{ next_update(incident) }</span>
            if let Some(at) = incident.eta { { eta(scene.reader, at) } }
        </p>
    }
}

/// Which accounts keep their own thread open, once the vendor's word has ended it for the others.
fn still_open_for(incident: &Incident) -> Html {
    if incident.status.is_open() || !incident.is_open() {
        return Html::default();
    }
    let waits = incident.stakes.iter().filter(|stake| incident.is_open_to(stake));
    let names: Vec<_> = waits.map(|stake| stake.account.name.as_str()).collect();
    html! { <span dir="auto">{ fill(text::STILL_OPEN_FOR, &[("accounts", &names.join(", "))]) }</span> }
}

/// Whether staff have replied, which acknowledges.
fn answered(scene: &Scene<'_>, incident: &Incident) -> bool {
    let by_us = |event: &Rc<Event>| {
        event.is_spoken() && matches!(event.by, Author::Staff { .. }) && event.to != Audience::Internal
    };
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
                            { icon(Shape::GLOBE) }{ fill(text::PUBLIC_TITLE, &[("title", &publication.title)]) }
                            { " · " }{ say(publication.impact.label()) }
                        </span>
                    }) }
                </p>
            }
            { incident.workaround.as_ref().map(|workaround| html! {
                <p class="state">
                    <strong>{ say(text::WORKAROUND) }</strong>
                    <span class="why" dir="auto" title={workaround.clone()}>{ workaround }</span>
                </p>
            }) }
            { sealed(scene, incident) }
        </>
    }
}

/// Whom a sealed incident is open to.
fn sealed(scene: &Scene<'_>, incident: &Incident) -> Html {
    let Some(seal) = &incident.seal else { return Html::default() };
    let timeline = scene.client.cache.timeline(incident.id);
    let named = |person: &PersonId| -> String {
        let entries = timeline.into_iter().flat_map(|timeline| &timeline.entries);
        let mut invited = entries.filter_map(|entry| match &entry.change {
            Change::Invited { who, .. } if who.person == *person => Some(who.name.clone()),
            _ => None,
        });
        invited.next().unwrap_or_else(|| person.text())
    };
    let pending = seal.addresses.iter().map(|email| fill(text::INVITED_PENDING, &[("email", email)]));
    let names: Vec<_> = seal.invited.iter().chain(&seal.staff).map(named).chain(pending).collect();
    let words = match (&seal.reporter, names.join(", ")) {
        (Some(_), names) if names.is_empty() => say(text::SEALED_FOR_STAFF).to_owned(),
        (Some(_), names) => fill(text::SEALED_INVITED, &[("names", &names)]),
        (None, names) if names.is_empty() => {
            let account = incident.stakes.first().map_or("", |stake| &stake.account.name);
            fill(text::SEALED_FOR_SECURITY, &[("account", account)])
        }
        (None, names) => fill(text::SEALED_WAITING, &[("names", &names)]),
    };
    html! { <p class="state sealed" dir="auto">{ icon(Shape::LOCK) }{ words }</p> }
}

fn component_names(scene: &Scene<'_>, incident: &Incident) -> String {
    let name = |id| scene.client.cache.state.components.get(id).map(|component| component.name.as_str());
    incident.components.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}
