//! Planned work for calendars.

use callpoint_core::{
    model::{component::Component, time::Time},
    text::{self, fill, say},
};
use icalendar::{Calendar, Component as _, Event};

use super::{
    PublicSite,
    facts::{PublicFacts, PublicIncident},
    statuspage::written,
};

/// How many maintenances a calendar has at most.
const EVENTS: usize = 50;

pub(super) fn calendar(facts: &PublicFacts, site: &PublicSite<'_>) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&fill(text::PAGE_TITLE, &[("vendor", site.vendor)]));
    for one in facts.incidents.iter().filter(|one| one.is_maintenance()).take(EVENTS) {
        calendar.push(event(facts, site, one));
    }
    calendar.to_string()
}

fn event(facts: &PublicFacts, site: &PublicSite<'_>, one: &PublicIncident) -> Event {
    let stamp = |time: Time| written(time, "%Y%m%dT%H%M%SZ");
    let incident = &one.incident;
    let named = facts.components.iter().filter(|component: &&Component| incident.components.contains(&component.id));
    let names: Vec<&str> = named.map(|component| component.name.as_str()).collect();
    let mut lines = vec![names.join(say(text::LIST_SEPARATOR))];
    lines.extend(one.updates.first().map(|update| update.text.clone()));
    lines.retain(|line| !line.is_empty());
    let mut event = Event::with_uid(&incident.id.to_string());
    event
        .summary(&incident.title)
        .description(&lines.join("\n\n"))
        .url(&one.address(site))
        .add_property("DTSTAMP", stamp(one.updated_at))
        .add_property("LAST-MODIFIED", stamp(one.updated_at))
        .add_property("DTSTART", stamp(incident.opened_at));
    // What never had an end planned took as long as it took.
    if let Some(end) = one.until.or(incident.resolved_at).filter(|end| *end > incident.opened_at) {
        event.add_property("DTEND", stamp(end));
    }
    event.done()
}
