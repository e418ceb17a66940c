//! What the stream has brought: the fold for these eyes, and the timelines that were opened.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    component::Component,
    event::{Change, Event},
    id::{IncidentId, Seq},
    incident::Incident,
    person::Author,
    protocol::{Snapshot, Thread, Vendor, You},
    state::State,
    status::{Headline, headline},
    time::Time,
};

use super::Notice;

/// What is known here.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    /// The fold.
    pub state: State,
    /// Who runs this; none before the first snapshot.
    pub vendor: Option<Vendor>,
    /// Who looks.
    pub you: Option<You>,
    /// How far the server's clock is ahead of this device's, in milliseconds.
    pub ahead: i64,
    /// When the server last said how things are, by this device's clock.
    pub known_at: Option<Time>,
    threads: BTreeMap<IncidentId, Timeline>,
    unread: BTreeMap<IncidentId, u32>,
    /// Incidents whose facts were loaded at a later place than the stream has reached.
    facts_at: BTreeMap<IncidentId, Seq>,
    looking_at: Option<IncidentId>,
}

/// The entries of one incident that were loaded.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The earliest first.
    pub entries: Vec<Event>,
    /// The last entry that was here when the thread was opened; what is later is new.
    pub read_to: Seq,
    /// From here on the stream's entries are all in `entries`; a thread that was read earlier leaves a gap.
    since: Seq,
    loaded: bool,
}

impl Cache {
    /// The headline for whoever looks.
    #[must_use]
    pub fn headline(&self) -> Headline {
        headline(self.state.components.values(), self.state.incidents.values())
    }

    /// The timeline, if it was loaded.
    #[must_use]
    pub fn timeline(&self, incident: IncidentId) -> Option<&Timeline> {
        self.threads.get(&incident).filter(|timeline| timeline.loaded)
    }

    /// Entries of this incident that came and were not looked at.
    #[must_use]
    pub fn unread(&self, incident: IncidentId) -> u32 {
        self.unread.get(&incident).copied().unwrap_or(0)
    }

    /// The thread on screen.
    #[must_use]
    pub const fn looking_at(&self) -> Option<IncidentId> {
        self.looking_at
    }

    /// All entries that came and were not looked at.
    #[must_use]
    pub fn unread_total(&self) -> u32 {
        self.unread.values().sum()
    }

    /// Incidents that the one who looks has a stake in (for staff: all with a stake), open or not, latest first.
    #[must_use]
    pub fn own_incidents(&self) -> Vec<&Incident> {
        self.sorted(|incident| !incident.stakes.is_empty())
    }

    /// Open incidents in which the one who looks has no stake, latest first.
    #[must_use]
    pub fn other_incidents(&self) -> Vec<&Incident> {
        self.sorted(|incident| incident.stakes.is_empty() && incident.status.is_open())
    }

    /// Every component, in order of position.
    #[must_use]
    pub fn components(&self) -> Vec<&Component> {
        let mut components: Vec<_> = self.state.components.values().collect();
        components.sort_by_key(|component| component.position);
        components
    }

    fn sorted(&self, wanted: impl Fn(&Incident) -> bool) -> Vec<&Incident> {
        let mut found: Vec<_> = self.state.incidents.values().filter(|incident| wanted(incident)).collect();
        found.sort_by_key(|incident| core::cmp::Reverse((incident.status.is_open(), incident.opened_at)));
        found
    }

    pub(super) fn look(&mut self, incident: Option<IncidentId>, cursor: Seq) {
        if let Some(left) = self.looking_at.and_then(|left| self.threads.get_mut(&left)) {
            left.read_to = left.entries.last().map_or(left.read_to, |entry| entry.seq);
        }
        self.looking_at = incident;
        if let Some(incident) = incident {
            self.unread.remove(&incident);
            self.threads.entry(incident).or_insert(Timeline { since: cursor, ..Timeline::default() });
        }
    }

    /// Starts anew from a snapshot; loaded timelines are dropped, since what lies between is not known.
    pub(super) fn reset(&mut self, snapshot: Snapshot, now: Time) {
        self.ahead = snapshot.now.since(now);
        self.known_at = Some(now);
        self.vendor = Some(snapshot.vendor.clone());
        self.you = Some(snapshot.you.clone());
        self.threads.clear();
        self.facts_at.clear();
        let timeline = Timeline { since: snapshot.seq, ..Timeline::default() };
        self.threads.extend(self.looking_at.map(|id| (id, timeline)));
        self.state = snapshot.state();
    }

    /// Takes a thread in. False if it was read before the place from which the stream's entries are here: what lies
    /// between is missing, so it must be read again.
    pub(super) fn load(&mut self, thread: Thread, cursor: Seq) -> bool {
        let id = thread.incident.id;
        let Some(timeline) = self.threads.get_mut(&id) else { return true };
        if thread.seq < timeline.since {
            return false;
        }
        timeline.loaded = true;
        let known = core::mem::replace(&mut timeline.entries, thread.entries);
        let last = timeline.entries.last().map_or(0, |entry| entry.seq);
        timeline.read_to = timeline.read_to.max(last);
        timeline.entries.extend(known.into_iter().filter(|entry| entry.seq > last));
        if let Entry::Vacant(unknown) = self.state.incidents.entry(id) {
            unknown.insert(thread.incident);
            if thread.seq > cursor {
                self.facts_at.insert(id, thread.seq);
            }
        }
        true
    }

    /// Folds one event in and says what the page may want to know.
    pub(super) fn apply(&mut self, event: Event) -> Vec<Notice> {
        let before = self.headline();
        let outdated = event.incident.and_then(|id| self.facts_at.get(&id)).is_some_and(|at| event.seq <= *at);
        if !outdated {
            self.state.apply(&event);
        }
        let mut notices = self.note(&event);
        if self.headline() != before {
            notices.push(Notice::Status(self.headline()));
        }
        if let Some(timeline) = event.incident.and_then(|id| self.threads.get_mut(&id))
            && timeline.entries.last().is_none_or(|last| last.seq < event.seq)
        {
            timeline.entries.push(event);
        }
        notices
    }

    fn note(&mut self, event: &Event) -> Vec<Notice> {
        let Some(id) = event.incident else { return Vec::new() };
        let mut notices = vec![Notice::Entry(id, event.seq)];
        match event.change {
            Change::Assessed { .. } => notices.push(Notice::Severity(id)),
            Change::Proposed { .. } => notices.push(Notice::Resolution(id)),
            Change::Moved { .. } if self.state.incidents.get(&id).is_some_and(Incident::settled) => {
                notices.push(Notice::Settled(id));
            }
            _ => {}
        }
        let own = match (&event.by, &self.you) {
            (Author::Customer { person, .. } | Author::Staff { person, .. }, Some(you)) => {
                you.person.as_ref() == Some(person)
            }
            _ => false,
        };
        let concerns = self.state.incidents.get(&id).is_some_and(|incident| !incident.stakes.is_empty());
        if !own && concerns && self.looking_at != Some(id) && event.is_spoken() {
            *self.unread.entry(id).or_default() += 1;
            notices.push(Notice::Unread(self.unread_total()));
        }
        notices
    }
}

impl Event {
    /// Whether somebody says something with it, rather than a fact changing beside what they say.
    #[must_use]
    pub const fn is_spoken(&self) -> bool {
        !matches!(self.change, Change::Promised { .. } | Change::Published(_))
    }
}
