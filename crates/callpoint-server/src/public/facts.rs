//! What everybody may know: components, the latest incidents and maintenances, and how each came about. An incident's
//! history is the fold of the events that everybody may see.

use std::collections::BTreeMap;

use callpoint_core::{
    model::{
        component::{Component, ComponentStatus},
        event::{Change, Event},
        id::{IncidentId, Seq},
        incident::{Incident, Status},
        person::Viewer,
        time::Time,
    },
    rules::{headline::follow_incidents, state::State},
    text::say,
};

use crate::store::{IncidentScope, Store, StoreError};

/// How many incidents and maintenances are looked at, besides the open ones.
const LOOKED_AT: i64 = 200;

/// What everybody may know.
#[derive(Debug)]
pub(super) struct PublicFacts {
    pub(super) components: Vec<Component>,
    /// The latest first, by when they became public.
    pub(super) incidents: Vec<PublicIncident>,
    /// When records begin.
    pub(super) since: Time,
    /// When something last changed for everybody.
    pub(super) updated_at: Time,
}

/// A public incident or maintenance.
#[derive(Debug)]
pub(super) struct PublicIncident {
    pub(super) incident: Incident,
    /// When it became public.
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
    pub(super) monitoring_at: Option<Time>,
    /// When it was last expected to end.
    pub(super) until: Option<Time>,
    /// The latest first.
    pub(super) updates: Vec<PublicUpdate>,
}

/// What was said of it.
#[derive(Debug)]
pub(super) struct PublicUpdate {
    pub(super) seq: Seq,
    pub(super) at: Time,
    pub(super) status: Status,
    pub(super) text: String,
    /// What the incident made of each component that it affects: before and after.
    pub(super) affected: Vec<(Component, ComponentStatus, ComponentStatus)>,
}

impl PublicFacts {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let anybody = Viewer::Anonymous;
        let mut components = store.components().await?;
        let mut incidents = store.incidents(&IncidentScope::Public, None, LOOKED_AT).await?;
        let from = incidents.last().map_or(Time(i64::MAX), |earliest| earliest.opened_at);
        let open = store.public_between(Time(i64::MAX), Time(i64::MAX)).await?;
        for incident in open {
            if incidents.iter().all(|known| known.id != incident.id) {
                incidents.push(incident);
            }
        }
        incidents = incidents.iter().filter_map(|incident| incident.seen_by(&anybody)).collect();
        follow_incidents(&mut components, &incidents);
        let mut histories: BTreeMap<IncidentId, Vec<Event>> = BTreeMap::new();
        for event in store.public_timelines(from).await?.iter().filter_map(|event| event.seen_by(&anybody)) {
            if let Some(id) = event.incident {
                histories.entry(id).or_default().push(event);
            }
        }
        let told = |incident: Incident| {
            let history = histories.get(&incident.id).map(Vec::as_slice).unwrap_or_default();
            PublicIncident::of(incident, history, &components)
        };
        let mut incidents: Vec<PublicIncident> = incidents.into_iter().map(told).collect();
        incidents.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.incident.id)));
        let defined = components.iter().map(|component| component.since);
        let since = defined.clone().chain(store.first_public().await?).min().unwrap_or(Time(0));
        let updated_at = defined.chain(incidents.iter().map(|one| one.updated_at)).max().unwrap_or(since);
        Ok(Self { components, incidents, since, updated_at })
    }

    /// When a component last changed: by hand, or by what affects it.
    pub(super) fn changed(&self, component: &Component) -> Time {
        let naming = self.incidents.iter().filter(|one| one.incident.components.contains(&component.id));
        naming.map(|one| one.updated_at).max().unwrap_or(component.since).max(component.since)
    }
}

impl PublicIncident {
    fn of(incident: Incident, history: &[Event], components: &[Component]) -> Self {
        let opened_at = incident.opened_at;
        let mut told = Self {
            created_at: history.first().map_or(opened_at, |event| event.at),
            updated_at: history.last().map_or(opened_at, |event| event.at),
            monitoring_at: None,
            until: incident.eta,
            updates: Vec::new(),
            incident,
        };
        let mut state = State::default();
        for step in history.chunk_by(|a, b| a.command == b.command) {
            let before = state.incidents.get(&told.incident.id).cloned();
            step.iter().for_each(|event| state.apply(event));
            if let Some(after) = state.incidents.get(&told.incident.id) {
                told.take(step, before.as_ref(), after, components);
            }
        }
        told.updates.reverse();
        told
    }

    /// Takes in what one command brought about.
    fn take(&mut self, step: &[Event], before: Option<&Incident>, after: &Incident, components: &[Component]) {
        let moved = before.is_none_or(|before| before.status != after.status);
        self.until = after.eta.or(self.until);
        let Some(last) = step.last() else { return };
        if moved && after.status == Status::Monitoring {
            self.monitoring_at = Some(last.at);
        }
        let said = step.iter().filter_map(|event| match &event.change {
            Change::Updated { text, status } => Some((event, text.clone(), *status)),
            _ => None,
        });
        let mut said: Vec<(&Event, String, Status)> = said.collect();
        // Other programs take an incident's status from its latest update, so each move has one. What begins without
        // words says its first ones by itself.
        if moved && before.is_some() && said.last().is_none_or(|(_, _, status)| *status != after.status) {
            said.push((last, format!("{}.", say(after.status.label())), after.status));
        }
        let named = components.iter().filter(|component| after.components.contains(&component.id));
        let affected: Vec<(Component, ComponentStatus, ComponentStatus)> = named
            .map(|component| (component.clone(), alone(component, before), alone(component, Some(after))))
            .collect();
        let updates = said.into_iter().map(|(event, text, status)| PublicUpdate {
            seq: event.seq,
            at: event.at,
            status,
            text,
            affected: affected.clone(),
        });
        self.updates.extend(updates);
    }

    pub(super) const fn is_maintenance(&self) -> bool {
        self.incident.status.is_maintenance()
    }

    pub(super) const fn is_open(&self) -> bool {
        self.incident.status.is_open()
    }

    pub(super) fn is_upcoming(&self) -> bool {
        self.incident.status == Status::Scheduled
    }

    pub(super) const fn is_active(&self) -> bool {
        matches!(self.incident.status, Status::InProgress | Status::Verifying)
    }

    /// Where people read it.
    pub(super) fn address(&self, site: &super::PublicSite<'_>) -> String {
        format!("{}/t/{}", site.url, self.incident.id)
    }
}

/// What this incident by itself makes of a component.
fn alone(component: &Component, incident: Option<&Incident>) -> ComponentStatus {
    let mut one = Component { by_hand: None, ..component.clone() };
    follow_incidents([&mut one], incident);
    one.status
}
