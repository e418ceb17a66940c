//! The fold: what the events add up to.

use crate::{
    component::Component,
    event::{Change, Event, Face},
    id::{ComponentId, IncidentId, PersonId},
    incident::{Assessment, Closure, Incident, Publication, Resolution, Signed, Stake, Status},
    map::Map,
    person::{Author, Viewer},
};

/// What the events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Every component.
    pub components: Map<ComponentId, Component>,
    /// Every incident (or, where only some are of interest, those).
    pub incidents: Map<IncidentId, Incident>,
}

impl State {
    /// The state that consists of these.
    #[must_use]
    pub fn of(components: Vec<Component>, incidents: Vec<Incident>) -> Self {
        Self {
            components: components.into_iter().map(|component| (component.id.clone(), component)).collect(),
            incidents: incidents.into_iter().map(|incident| (incident.id, incident)).collect(),
        }
    }

    /// Folds one event in. An event of an incident that is not here, and can't begin one, changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match &event.change {
            Change::ComponentDefined(component) => {
                self.components.insert(component.id.clone(), component.clone());
            }
            Change::ComponentMoved { component, status } => {
                if let Some(component) = self.components.get_mut(component) {
                    component.status = *status;
                    component.since = event.at;
                }
            }
            change => {
                if let Some(id) = event.incident {
                    self.apply_to_incident(id, event, change);
                }
            }
        }
    }

    fn apply_to_incident(&mut self, id: IncidentId, event: &Event, change: &Change) {
        let incident = self.incidents.get_mut(&id);
        match (incident, change) {
            (Some(incident), _) => incident.apply(event),
            (None, Change::Published(face)) => {
                self.incidents.insert(id, Incident::faced(id, face));
            }
            (None, Change::Declared { .. }) => {
                if let Some(incident) = opened(id, event) {
                    self.incidents.insert(id, incident);
                }
            }
            (None, _) => {}
        }
    }

    /// This state as these eyes may know it.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Self {
        let seen = |(id, incident): (&IncidentId, &Incident)| incident.seen_by(viewer).map(|seen| (*id, seen));
        Self { components: self.components.clone(), incidents: self.incidents.iter().filter_map(seen).collect() }
    }
}

/// The incident that a declaration opens.
fn opened(id: IncidentId, event: &Event) -> Option<Incident> {
    let Change::Declared { reference, account, report } = &event.change else { return None };
    let (reporter, reporter_name) = signature(&event.by)?;
    let stake = Stake {
        account: account.clone(),
        declared: report.severity,
        reporter,
        reporter_name,
        closure: Closure::Open,
        disputes: 0,
        unanswered_since: Some(event.at),
    };
    let mut incident = Incident::declared(id, reference.clone(), event.at, report, stake);
    incident.sealed.clone_from(&event.sealed);
    Some(incident)
}

fn signature(by: &Author) -> Option<(PersonId, String)> {
    match by {
        Author::Customer { person, name, .. } | Author::Staff { person, name, .. } => {
            Some((person.clone(), name.clone()))
        }
        Author::Vendor | Author::System => None,
    }
}

impl Incident {
    /// Folds one event of this incident in.
    fn apply(&mut self, event: &Event) {
        self.apply_words(event);
        match &event.change {
            Change::Published(face) => self.publish(face),
            Change::Promised { next_update, eta } => {
                self.next_update = *next_update;
                self.eta = *eta;
            }
            Change::Acknowledged {} => {
                self.acknowledged = Some(Signed { by: event.by.clone(), at: event.at });
            }
            Change::Assessed { severity, reason } => {
                self.assessment = Some(Assessment { severity: *severity, reason: reason.clone() });
            }
            Change::Moved { status } => self.move_to(*status, event),
            Change::Proposed { text } => {
                self.resolution = Some(Resolution { text: text.clone(), by: event.by.clone(), at: event.at });
                for stake in &mut self.stakes {
                    if !matches!(stake.closure, Closure::Confirmed(_)) {
                        stake.closure = Closure::Proposed(event.at);
                    }
                }
            }
            Change::Confirmed { account } => {
                if let Some(stake) = self.stakes.iter_mut().find(|stake| stake.account.id == *account) {
                    stake.closure = Closure::Confirmed(event.at);
                }
            }
            Change::Disputed { account, .. } => {
                if let Some(stake) = self.stakes.iter_mut().find(|stake| stake.account.id == *account) {
                    stake.closure = Closure::Open;
                    stake.disputes += 1;
                }
            }
            Change::Said { .. }
            | Change::Updated { .. }
            | Change::Declared { .. }
            | Change::ComponentDefined(_)
            | Change::ComponentMoved { .. } => {}
        }
    }

    fn publish(&mut self, face: &Face) {
        self.publication = Some(Publication { title: face.title.clone(), impact: face.impact });
        self.components.clone_from(&face.components);
    }

    fn move_to(&mut self, status: Status, event: &Event) {
        self.status = status;
        if status.is_open() {
            self.resolved_at = None;
        } else {
            self.resolved_at = Some(event.at);
            self.next_update = None;
            self.eta = None;
        }
    }

    /// Words of an account wait for an answer; words of staff to that account are one.
    fn apply_words(&mut self, event: &Event) {
        for stake in self.stakes.iter_mut().filter(|stake| event.to.reaches(&stake.account.id)) {
            match (&event.by, &event.change) {
                (Author::Customer { .. }, Change::Said { .. } | Change::Disputed { .. }) => {
                    stake.unanswered_since.get_or_insert(event.at);
                }
                (Author::Customer { .. }, Change::Confirmed { .. })
                | (
                    Author::Staff { .. } | Author::Vendor,
                    Change::Said { .. } | Change::Updated { .. } | Change::Acknowledged {} | Change::Proposed { .. },
                ) => stake.unanswered_since = None,
                _ => {}
            }
        }
    }
}
