//! Who does what: the roles that somebody has, where staff meet, and the pane in which roles are taken, handed over
//! and released.

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::PersonId,
        incident::{Incident, RoleAssignment},
        person::{Author, PersonRef, Viewer},
        policy::COMMANDER,
    },
    text::{self, Key, fill, say, shape::Shape},
    wire::protocol::StaffProfile,
};
use callpoint_widget::components::icon::icon;
use yew::prelude::*;

use super::{action_form::ActionForm, actions::asked};
use crate::{
    composer::draft::DraftEdit,
    controls::{SendMessage, button, select, sends, text_of, waiting_button, when},
    message::{IncidentMsg, chosen},
    queue::lacks_commander,
    scene::Scene,
};

/// The alert of a top-severity incident without a commander.
pub fn alarm(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    if !lacks_commander(incident) || incident.merged_into.is_some() {
        return Html::default();
    }
    let known = scene.vendor.roles.iter().any(|role| role == COMMANDER);
    let asked = asked(scene, incident).any(|command| matches!(command, IncidentCommand::AssignRole { .. }));
    html! {
        <p class="alarm">
            { icon(Shape::OCTAGON) }
            <strong>{ say(text::NO_COMMANDER) }</strong>
            if known { { waiting_button("primary", text::BECOME_COMMANDER, send, take(COMMANDER), asked) } }
        </p>
    }
}

fn take(role: &str) -> IncidentMsg {
    IncidentMsg::Command(IncidentCommand::AssignRole { role: role.to_owned(), person: None })
}

/// Who has a role, and where staff meet.
pub fn roles(incident: &Incident, send: &SendMessage) -> Html {
    let open = incident.is_open();
    if !open && incident.roles.is_empty() && incident.war_room.is_none() {
        return Html::default();
    }
    let role =
        |held: &RoleAssignment| text_of("role", &fill(text::ROLE_IS, &[("role", &held.role), ("name", &held.by.name)]));
    let war_room = incident.war_room.as_ref().filter(|url| url.starts_with("https://"));
    let open_form = |key, form| button("link", key, send, IncidentMsg::EditDraft(DraftEdit::Form(Some(form))));
    html! {
        <p class="state roles">
            { for incident.roles.iter().map(role) }
            if let Some(url) = war_room {
                <a class="war-room" href={url.clone()} rel="noopener noreferrer" target="_blank" title={url.clone()}>
                    { say(text::WAR_ROOM) }
                </a>
            }
            if open {
                { open_form(text::ROLES, ActionForm::Roles) }
                { open_form(text::WAR_ROOM_SET, ActionForm::WarRoom) }
            }
        </p>
    }
}

/// The pane: every role of the vendor's, and what can be done with it.
pub fn pane(scene: &Scene<'_>, incident: &Incident, staff: &[StaffProfile], send: &SendMessage) -> Html {
    let known = colleagues(scene, incident, staff);
    html! {
        <section class="form" aria-label={say(text::ROLES)}>
            <h3>{ say(text::ROLES) }</h3>
            <ul class="role-list">
                { for scene.vendor.roles.iter().map(|role| row(scene, incident, role, &known, send)) }
            </ul>
            <div class="pair">
                { button("", text::CLOSE_PANE, send, IncidentMsg::EditDraft(DraftEdit::Form(None))) }
            </div>
        </section>
    }
}

fn row(scene: &Scene<'_>, incident: &Incident, role: &str, known: &[PersonRef], send: &SendMessage) -> Html {
    let holder = incident.holder(role);
    let name = holder.map_or(say(text::ROLE_UNASSIGNED), |holder| &holder.name);
    let mine = holder.is_some_and(|holder| Some(&holder.person) == scene.you.person.as_ref());
    let labelled = |key: Key, msg| {
        let label = [say(key), ": ", role].concat();
        html! { <button type="button" aria-label={label} onclick={sends(send, msg)}>{ say(key) }</button> }
    };
    let release = IncidentMsg::EditDraft(DraftEdit::Form(Some(ActionForm::Release(role.to_owned()))));
    html! {
        <li key={role.to_owned()}>
            { text_of("role", role) }
            { text_of(if holder.is_some() { "holder" } else { "holder quiet" }, name) }
            if !mine { { labelled(text::ROLE_TAKE, take(role)) } }
            { assign(role, holder, known, send) }
            if holder.is_some() { { labelled(text::ROLE_RELEASE, release) } }
        </li>
    }
}

/// The people whom a role can be assigned to.
fn assign(role: &str, holder: Option<&PersonRef>, known: &[PersonRef], send: &SendMessage) -> Html {
    let others = known.iter().filter(|colleague| holder.is_none_or(|holder| holder.person != colleague.person));
    let mut options = vec![(String::new(), say(text::ROLE_ASSIGN_TO).to_owned(), true)];
    options.extend(others.map(|colleague| (colleague.person.text(), colleague.name.clone(), false)));
    if options.len() == 1 {
        return Html::default();
    }
    let role = role.to_owned();
    let label = fill(text::ROLE_ASSIGN, &[("role", &role)]);
    let picked = when(send, move |event: Event| {
        let person = Some(PersonId::parse(&chosen(&event))?);
        Some(IncidentMsg::Command(IncidentCommand::AssignRole { role: role.clone(), person }))
    });
    // Whoever has the role then, the list begins anew.
    let key = holder.map_or_else(String::new, |holder| holder.person.text());
    html! { <span {key}>{ select(&label, options, picked) }</span> }
}

/// Whether an incident is open to this one of staff.
pub fn has_access(incident: &Incident, colleague: &StaffProfile) -> bool {
    let viewer = Viewer::Staff { person: colleague.person.clone(), security: colleague.security };
    incident.seal.as_ref().is_none_or(|seal| viewer.opens(seal))
}

/// Colleagues whom a role can go to: all of staff who can see it, or as long as they are not known, those on the incident. Whoever
/// looks takes a role themselves by the button.
fn colleagues(scene: &Scene<'_>, incident: &Incident, staff: &[StaffProfile]) -> Vec<PersonRef> {
    let named = |colleague: &StaffProfile| PersonRef { person: colleague.person.clone(), name: colleague.name.clone() };
    let mut known: Vec<PersonRef> =
        staff.iter().filter(|colleague| has_access(incident, colleague)).map(named).collect();
    if staff.is_empty() {
        let held = incident.roles.iter().map(|held| &held.by);
        known.extend(held.chain(incident.stakes.iter().filter_map(|stake| stake.csm.as_ref())).cloned());
        let timeline = scene.client.cache.timeline(incident.id);
        known.extend(timeline.into_iter().flat_map(|timeline| &timeline.entries).filter_map(|entry| match &entry.by {
            Author::Staff { person, name, .. } => Some(PersonRef { person: person.clone(), name: name.clone() }),
            Author::Customer { .. } | Author::Vendor | Author::System => None,
        }));
    }
    let mut once: Vec<PersonRef> = Vec::new();
    for one in known {
        let new = once.iter().all(|other| other.person != one.person);
        if new && scene.you.person.as_ref() != Some(&one.person) {
            once.push(one);
        }
    }
    once
}
