//! Who does what: the roles that somebody has, where staff meet, and the pane in which roles are taken, handed over
//! and released.

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::PersonId,
        incident::Incident,
        person::{Author, PersonRef},
        policy::COMMANDER,
    },
    text::{self, fill, say},
};
use callpoint_widget::view::{
    Scene,
    node::el,
    shape::{Draw as _, Shape},
};
use yew::prelude::*;

use super::{
    actions::asked,
    choice,
    part::{button, press, words_of},
    when,
};
use crate::{
    draft::Edit,
    form::Form,
    msg::{Msg, chosen},
    queue::lacks_commander,
};

/// The line that nobody can overlook: at the top, and nobody commands it.
pub fn alarm(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    if !lacks_commander(incident) || incident.merged_into.is_some() {
        return Html::default();
    }
    let alarm = el("p", "alarm").put(Shape::OCTAGON.draw()).with(el("strong", "").say(text::NO_COMMANDER));
    if scene.vendor.roles.iter().all(|role| role != COMMANDER) {
        return alarm.html();
    }
    let under_way = asked(scene, incident).any(|command| matches!(command, IncidentCommand::AssignRole { .. }));
    let button = press("primary", send, take(COMMANDER)).flag("disabled", under_way).say(text::BECOME_COMMANDER);
    alarm.with(button).html()
}

fn take(role: &str) -> Msg {
    Msg::Do(IncidentCommand::AssignRole { role: role.to_owned(), person: None })
}

/// Who has a role, and where staff meet.
pub fn roles(incident: &Incident, send: &Callback<Msg>) -> Html {
    let open = incident.status.is_open() && incident.merged_into.is_none();
    if !open && incident.roles.is_empty() && incident.war_room.is_none() {
        return Html::default();
    }
    let mut line = el("p", "state roles");
    for held in &incident.roles {
        let words = fill(text::ROLE_IS, &[("role", &held.role), ("name", &held.by.name)]);
        line = line.with(words_of("role", &words));
    }
    if let Some(url) = incident.war_room.as_ref().filter(|url| url.starts_with("https://")) {
        let link = el("a", "war-room").attr("href", url.clone()).word("rel", "noopener noreferrer");
        line = line.with(link.word("target", "_blank").attr("title", url.clone()).say(text::WAR_ROOM));
    }
    if open {
        line = line.put(button("link", text::ROLES, send, Msg::Edit(Edit::Form(Some(Form::Roles)))));
        line = line.put(button("link", text::WAR_ROOM_SET, send, Msg::Edit(Edit::Form(Some(Form::WarRoom)))));
    }
    line.html()
}

/// The pane: every role of the vendor's, and what can be done with it.
pub fn pane(scene: &Scene<'_>, incident: &Incident, staff: &[PersonRef], send: &Callback<Msg>) -> Html {
    let known = colleagues(scene, incident, staff);
    let rows = scene.vendor.roles.iter().map(|role| row(scene, incident, role, &known, send)).collect();
    let done = button("", text::CLOSE_PANE, send, Msg::Edit(Edit::Form(None)));
    let title = el("h3", "").say(text::ROLES);
    let pair = el("div", "pair").put(done);
    let pane = el("section", "form").words("aria-label", text::ROLES);
    pane.with(title).with(el("ul", "role-list").list(rows)).with(pair).html()
}

fn row(scene: &Scene<'_>, incident: &Incident, role: &str, known: &[PersonRef], send: &Callback<Msg>) -> Html {
    let holder = incident.holder(role);
    let name = holder.map_or(say(text::ROLE_UNASSIGNED), |holder| &holder.name);
    let mine = holder.is_some_and(|holder| Some(&holder.person) == scene.you.person.as_ref());
    let class = if holder.is_some() { "holder" } else { "holder quiet" };
    let mut row = el("li", "").key(role.to_owned()).with(words_of("role", role)).with(words_of(class, name));
    if !mine {
        row =
            row.with(press("", send, take(role)).attr("aria-label", aloud(text::ROLE_TAKE, role)).say(text::ROLE_TAKE));
    }
    row = row.put(hand(role, holder, known, send));
    if holder.is_some() {
        let release = press("", send, Msg::Edit(Edit::Form(Some(Form::Release(role.to_owned())))));
        row = row.with(release.attr("aria-label", aloud(text::ROLE_RELEASE, role)).say(text::ROLE_RELEASE));
    }
    row.html()
}

fn aloud(key: text::Key, role: &str) -> String {
    [say(key), ": ", role].concat()
}

/// Whom a role can go to.
fn hand(role: &str, holder: Option<&PersonRef>, known: &[PersonRef], send: &Callback<Msg>) -> Html {
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
        Some(Msg::Do(IncidentCommand::AssignRole { role: role.clone(), person }))
    });
    // Whatever was picked, whoever has the role then is handed on anew.
    let key = holder.map_or_else(String::new, |holder| holder.person.text());
    el("span", "").key(key).put(choice(&label, options, picked)).html()
}

/// Colleagues whom a role can go to: all of staff, or as long as they are not known, those on the incident. Whoever
/// looks takes a role themselves by the button.
fn colleagues(scene: &Scene<'_>, incident: &Incident, staff: &[PersonRef]) -> Vec<PersonRef> {
    let mut known: Vec<PersonRef> = staff.to_vec();
    if known.is_empty() {
        let held = incident.roles.iter().map(|held| &held.by);
        known.extend(held.chain(incident.stakes.iter().filter_map(|stake| stake.csm.as_ref())).cloned());
        let timeline = scene.client.cache.timeline(incident.id);
        known.extend(timeline.into_iter().flat_map(|timeline| &timeline.entries).filter_map(|entry| match &entry.by {
            Author::Staff { person, name, .. } => Some(PersonRef { person: person.clone(), name: name.clone() }),
            _ => None,
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
