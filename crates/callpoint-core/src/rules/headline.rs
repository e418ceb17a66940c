//! The headline: how things are, in one place, derived once. Every page, widget, feed and API takes it from here,
//! so that no open incident ever stands beside "operational".

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        component::{Component, ComponentStatus},
        id::{AccountId, ComponentId},
        incident::{Impact, Incident, Status},
    },
    rules::allowed::question,
    text::{self, Plural},
};

/// How things are for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Headline {
    /// The worst of the components and the open incidents that this person may see.
    pub condition: ComponentStatus,
    /// In how many incidents their own account has not agreed that it is over.
    pub yours: usize,
}

/// The headline over what somebody may see. A drill is none of it: nothing is wrong.
pub fn headline<'a>(
    components: impl IntoIterator<Item = &'a Component>,
    incidents: impl IntoIterator<Item = &'a Incident>,
) -> Headline {
    let worst = components.into_iter().map(|component| component.status).max().unwrap_or_default();
    let start = Headline { condition: worst, yours: 0 };
    incidents.into_iter().filter(|incident| incident.is_open() && !incident.drill).fold(start, |headline, incident| {
        Headline {
            condition: headline.condition.max(condition(incident)),
            yours: headline.yours + usize::from(incident.stakes.iter().any(|stake| !stake.closure.is_turned())),
        }
    })
}

/// What an account reads about its own open incidents: that they are worked on only where somebody has said so.
pub fn own_headline<'a>(incidents: impl IntoIterator<Item = &'a Incident>, account: &AccountId) -> Plural {
    let mut words = text::HEADLINE_YOURS;
    for incident in incidents.into_iter().filter(|incident| incident.status.is_open() && !incident.drill) {
        if question(incident, account).is_some() {
            return text::HEADLINE_YOUR_REPLY;
        }
        if incident.acknowledged.is_none() {
            words = text::HEADLINE_NOT_ACKNOWLEDGED;
        }
    }
    words
}

/// Gives each component the status that follows from what staff set by hand and from the open public incidents that
/// name it. Nothing of it is kept: with the end of the incident it is over.
pub fn follow_incidents<'a, 'b>(
    components: impl IntoIterator<Item = &'a mut Component>,
    incidents: impl IntoIterator<Item = &'b Incident>,
) {
    let incidents: Vec<(ComponentStatus, &[ComponentId])> =
        incidents.into_iter().map(|incident| (of_named(incident), incident.components.as_slice())).collect();
    for component in components {
        let naming = incidents.iter().filter(|(_, named)| named.contains(&component.id));
        let worst = naming.map(|(status, _)| *status).max().unwrap_or_default();
        component.status = worst.max(component.by_hand.unwrap_or_default());
    }
}

/// What one incident makes of the components that it names: nothing before it is public.
fn of_named(incident: &Incident) -> ComponentStatus {
    match (incident.status, incident.publication.as_ref().map(|publication| publication.impact)) {
        (Status::Resolved | Status::Postmortem | Status::Completed | Status::Scheduled, _)
        | (_, None | Some(Impact::None)) => ComponentStatus::Operational,
        (Status::InProgress | Status::Verifying, _) | (_, Some(Impact::Maintenance)) => {
            ComponentStatus::UnderMaintenance
        }
        (_, Some(Impact::Minor)) => ComponentStatus::DegradedPerformance,
        (_, Some(Impact::Major)) => ComponentStatus::PartialOutage,
        (_, Some(Impact::Critical)) => ComponentStatus::MajorOutage,
    }
}

/// What one open incident makes of the whole.
fn condition(incident: &Incident) -> ComponentStatus {
    match incident.status {
        // Over for everybody else.
        status if !status.is_open() => return ComponentStatus::DegradedPerformance,
        Status::Scheduled => return ComponentStatus::Operational,
        Status::InProgress | Status::Verifying => return ComponentStatus::UnderMaintenance,
        // What is over is not asked about.
        Status::Investigating | Status::Identified | Status::Monitoring => {}
        Status::Resolved | Status::Postmortem | Status::Completed => {}
    }
    match incident.publication.as_ref().map(|publication| publication.impact) {
        Some(Impact::Critical) => ComponentStatus::MajorOutage,
        Some(Impact::Major) => ComponentStatus::PartialOutage,
        Some(Impact::None | Impact::Maintenance | Impact::Minor) | None => ComponentStatus::DegradedPerformance,
    }
}
