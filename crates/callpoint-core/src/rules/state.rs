//! The fold: what the events add up to. How one incident takes an event in is [`fold`](crate::rules::fold)'s part.

use crate::{
    model::{
        component::{Component, ComponentStatus},
        event::{Change, Event},
        id::{AccountId, ComponentId, IncidentId},
        incident::{Assessment, Incident, Status},
        opening::Opening,
        person::{Author, PersonRef},
        policy::{SERVICE, Terms},
        report::Report,
        stake::{Closure, Stake},
        time::Time,
    },
    rules::headline::follow_incidents,
};
use litemap::LiteMap;

/// What the events add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Every component.
    pub components: LiteMap<ComponentId, Component>,
    /// Every incident (or, where only some are of interest, those).
    pub incidents: LiteMap<IncidentId, Incident>,
    /// What was agreed with accounts beyond the configuration.
    pub terms: LiteMap<AccountId, Terms>,
}

impl State {
    /// The state that consists of these.
    #[must_use]
    pub fn of(components: Vec<Component>, incidents: Vec<Incident>) -> Self {
        let mut state = Self {
            components: components.into_iter().map(|component| (component.id.clone(), component)).collect(),
            incidents: incidents.into_iter().map(|incident| (incident.id, incident)).collect(),
            terms: LiteMap::new(),
        };
        state.settle_components();
        state
    }

    /// Folds one event in. An event of an incident that is not here, and can't begin one, changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match &event.change {
            Change::ComponentDefined(component) => {
                self.components.insert(component.id.clone(), component.clone());
            }
            Change::ComponentMoved { component, status } => {
                if let Some(component) = self.components.get_mut(component) {
                    component.by_hand = Some(*status).filter(|status| *status != ComponentStatus::Operational);
                    component.since = event.at;
                }
            }
            Change::EngagementSet { account, terms } => {
                self.terms.insert(account.clone(), terms.clone());
            }
            change => {
                if let Some(id) = event.incident {
                    self.apply_to_incident(id, event, change);
                }
            }
        }
        self.settle_components();
    }

    fn settle_components(&mut self) {
        let components = self.components.iter_mut().map(|(_, component)| component);
        follow_incidents(components, self.incidents.values());
    }

    fn apply_to_incident(&mut self, id: IncidentId, event: &Event, change: &Change) {
        let known = self.incidents.get_mut(&id);
        let begun = match (known, change) {
            (Some(_), Change::Withdrawn {}) => {
                self.incidents.remove(&id);
                None
            }
            // Whoever sees only their part sees nothing else revealed: for them it is always what they know now.
            #[cfg(feature = "staff")]
            (Some(known), Change::Revealed { to, incident }) => {
                let seen = to.as_ref().map_or_else(|| known.clone(), |account| known.part_of(account));
                (seen != **incident).then(|| (**incident).clone())
            }
            #[cfg(not(feature = "staff"))]
            (Some(_), Change::Revealed { incident, .. }) => Some((**incident).clone()),
            (Some(known), _) => {
                known.apply(event);
                None
            }
            (None, Change::Revealed { incident, .. }) => Some((**incident).clone()),
            (None, Change::Published(face)) => Some(Incident::of_public_view(id, face)),
            (None, Change::Declared { .. }) => declared(id, event),
            (None, Change::Opened { reference, opening }) => Some(opened(id, event.at, reference, opening)),
            (None, _) => None,
        };
        if let Some(incident) = begun {
            self.incidents.insert(id, incident);
        }
    }
}

/// The incident that staff open: nobody has a stake in it.
fn opened(id: IncidentId, at: Time, reference: &str, opening: &Opening) -> Incident {
    let Opening { title, severity, class, components, drill, maintenance, .. } = opening;
    let planned = maintenance.as_ref();
    let assessment = severity.map(|severity| Assessment { severity, reason: String::new() });
    Incident {
        class: class.clone().unwrap_or_else(|| SERVICE.to_owned()),
        drill: *drill,
        components: components.clone(),
        status: if planned.is_some() { Status::Scheduled } else { Status::Investigating },
        eta: planned.map(|window| window.ends_at),
        assessment,
        ..Incident::bare(id, reference.to_owned(), title.clone(), planned.map_or(at, |window| window.starts_at))
    }
}

/// The incident that a declaration opens.
fn declared(id: IncidentId, event: &Event) -> Option<Incident> {
    let Change::Declared { reference, title, account, report, terms, csm } = &event.change else { return None };
    let by_staff = matches!(event.by, Author::Staff { .. });
    let by = match &event.by {
        Author::Customer { person, name, .. } | Author::Staff { person, name, .. } => {
            PersonRef { person: person.clone(), name: name.clone() }
        }
        Author::Vendor | Author::System => return None,
    };
    let stake = Stake {
        account: account.clone(),
        title: title.clone(),
        formerly: Vec::new(),
        declared: report.severity,
        lowered: None,
        downgrade: None,
        reporter: by.person.clone(),
        reporter_name: by.name.clone(),
        opened_by_staff: by_staff,
        terms: terms.clone(),
        csm: csm.clone(),
        // Staff who open it for an account are none of its people, and wait for no answer.
        followers: if by_staff { Vec::new() } else { vec![by] },
        closure: Closure::Open,
        resolution: String::new(),
        reminders: 0,
        reminded_at: None,
        disputes: 0,
        unanswered_since: (!by_staff).then_some(event.at),
        acknowledged: None,
        reply_overdue: false,
        read_to: 0,
    };
    let Report { class, drill, component, .. } = &**report;
    Some(Incident {
        class: class.clone(),
        drill: *drill,
        components: component.iter().cloned().collect(),
        stakes: vec![stake],
        seal: event.seal.clone(),
        ..Incident::bare(id, reference.clone(), title.clone(), event.at)
    })
}
