//! How an incident's severity and status went, kept up entry by entry so that no view folds a whole thread again.

use crate::{
    model::{event::Event, id::IncidentId, incident::Status, severity::Severity, time::Time},
    rules::state::State,
};

/// Severity and status of an incident from one time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryPoint {
    /// From when on.
    pub at: Time,
    /// The effective severity.
    pub severity: Option<Severity>,
    /// The status.
    pub status: Status,
}

/// What the entries of a timeline made of its incident, change by change.
#[derive(Clone, Debug, Default)]
pub struct History {
    state: State,
    points: Vec<HistoryPoint>,
}

impl History {
    /// Each change of severity or status, the earliest first.
    #[must_use]
    pub fn points(&self) -> &[HistoryPoint] {
        &self.points
    }

    /// Takes in the next entry of this incident's timeline.
    pub fn push(&mut self, incident: IncidentId, entry: &Event) {
        self.state.apply(entry);
        let Some(incident) = self.state.incidents.get(&incident) else { return };
        let point = HistoryPoint { at: entry.at, severity: incident.effective_severity(), status: incident.status };
        if self.points.last().is_none_or(|last| (last.severity, last.status) != (point.severity, point.status)) {
            self.points.push(point);
        }
    }
}
