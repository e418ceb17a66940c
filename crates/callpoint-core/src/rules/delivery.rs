//! What of the log whoever looks is given: where a stream goes on, what it gives, what a snapshot holds, and what a write
//! is answered. For whoever keeps a log; only visibility says who may see what.

use crate::{
    model::{
        command::Command,
        component::Component,
        event::{Change, Event},
        id::{AccountId, IncidentId, Seq},
        incident::Incident,
        person::{Actor, Viewer},
        policy::Policy,
        report::Receipt,
        time::{DAY, Time},
    },
    rules::{due::answer_by, state::State},
};

/// Whoever missed more than this starts anew: a snapshot is shorter.
pub const REPLAY_LIMIT: Seq = 5_000;

/// How long what has ended is still shown to those it concerned.
pub const ENDED_STAYS: i64 = 14 * DAY;

/// The cursor after which a stream goes on; `None` where it starts anew with a snapshot.
#[must_use]
pub fn resume_after(cursor: Option<Seq>, head: Seq) -> Option<Seq> {
    cursor.filter(|seq| *seq <= head && head - seq <= REPLAY_LIMIT)
}

/// The last of these events that the viewer may see.
#[must_use]
pub fn last_seen(events: &[Event], viewer: &Viewer) -> Option<Seq> {
    events.iter().rev().find(|event| event.seen_by(viewer).is_some()).map(|event| event.seq)
}

/// One stream of the log: whose it is, and how far it has come.
#[derive(Clone, Debug)]
pub struct LogStream {
    viewer: Viewer,
    last: Seq,
}

impl LogStream {
    /// A stream that goes on after this event.
    #[must_use]
    pub const fn new(viewer: Viewer, last: Seq) -> Self {
        Self { viewer, last }
    }

    /// Who reads it.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The last event that it has come past, seen or not.
    #[must_use]
    pub const fn last(&self) -> Seq {
        self.last
    }

    /// Whether events are missing before this one: the stream ends, and its client comes back with its cursor.
    #[must_use]
    pub const fn is_before_gap(&self, event: &Event) -> bool {
        event.seq > self.last.saturating_add(1)
    }

    /// The event as this viewer gets it; nothing if it was passed already, or is not theirs to see.
    #[must_use]
    pub fn pass(&mut self, event: &Event) -> Option<Event> {
        if event.seq <= self.last {
            return None;
        }
        self.last = event.seq;
        event.seen_by(&self.viewer)
    }

    /// The same for what was missed, by what is sealed by now: of an incident that has been closed to this viewer since
    /// (`closed`), only that it was withdrawn.
    #[must_use]
    pub fn replay(&mut self, event: &Event, closed: &[IncidentId]) -> Option<Event> {
        let withdrawn = matches!(event.change, Change::Withdrawn {});
        let is_closed = !withdrawn && event.incident.is_some_and(|id| closed.contains(&id));
        self.pass(event).filter(|_| !is_closed)
    }
}

/// What a snapshot of a state holds for a viewer: components in order of position, incidents the latest first. What has
/// ended `since` stays a while; what is open to another account alone is over for this one, and leaves with the rest.
#[must_use]
pub fn shown(state: &State, viewer: &Viewer, since: Time) -> (Vec<Component>, Vec<Incident>) {
    let State { components, incidents, .. } = state.seen_by(viewer);
    let mut components: Vec<_> = components.into_iter().map(|(_, component)| component).collect();
    components.sort_by_key(|component| component.position);
    let stays = |incident: &Incident| incident.is_open() || incident.resolved_at >= Some(since);
    let mut incidents: Vec<_> = incidents.into_iter().map(|(_, incident)| incident).filter(stays).collect();
    incidents.sort_by_key(|incident| core::cmp::Reverse((incident.opened_at, incident.id)));
    (components, incidents)
}

/// What the author of a command on this incident is answered once it is in the log, up to an event that they see. A
/// guest is answered by nobody.
#[must_use]
pub fn receipt(incident: &Incident, command: &Command, actor: &Actor, policy: &Policy, seq: Seq) -> Receipt {
    let reporter: Option<&AccountId> = match (command, actor) {
        (Command::Declare(_), Actor::Customer { account, .. }) if !account.is_guest() => Some(&account.id),
        _ => None,
    };
    let csm = reporter.and_then(|account| incident.stake(account)?.csm.as_ref()).map(|csm| csm.name.clone());
    let answer_by = reporter.and_then(|account| answer_by(incident, policy, account));
    Receipt { incident: incident.id, reference: incident.reference.clone(), seq, answer_by, csm }
}
