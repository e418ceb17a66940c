//! What the stream has delivered: the fold for this viewer, and the timelines that were opened.

use std::{cmp::Reverse, rc::Rc};

use litemap::LiteMap;

use crate::{
    model::{
        component::Component,
        event::{Change, Event, Question},
        id::{IncidentId, Seq},
        incident::Incident,
        person::Author,
        time::Time,
    },
    rules::{
        headline::{Headline, headline},
        state::State,
    },
    wire::protocol::{Snapshot, Thread, Vendor, You},
};

use super::{Effect, Notice, timeline::Timeline};

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
    threads: LiteMap<IncidentId, Timeline>,
    /// The threads on screen; one that is there twice stands here twice.
    open: Vec<IncidentId>,
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
        self.threads.get(&incident).map_or(0, |timeline| timeline.unread)
    }

    /// The incidents whose threads are open.
    #[must_use]
    pub fn open_threads(&self) -> &[IncidentId] {
        &self.open
    }

    /// Whether the thread of this incident is open.
    #[must_use]
    pub fn is_open(&self, incident: IncidentId) -> bool {
        self.open.contains(&incident)
    }

    /// All entries that came and were not looked at.
    #[must_use]
    pub fn unread_total(&self) -> u32 {
        self.threads.values().map(|timeline| timeline.unread).sum()
    }

    /// Incidents that the one who looks has a stake in (for staff: all with a stake): the open ones, the most severe
    /// first, then the others, the latest first.
    /// One that goes on elsewhere is not one of them.
    #[must_use]
    pub fn own_incidents(&self) -> Vec<&Incident> {
        self.sorted(|incident| !incident.stakes.is_empty() && incident.merged_into.is_none())
    }

    /// The incident as which this one goes on: itself, unless it was merged.
    #[must_use]
    pub fn merge_target(&self, incident: IncidentId) -> IncidentId {
        let mut id = incident;
        while let Some(into) = self.state.incidents.get(&id).and_then(|incident| incident.merged_into) {
            id = into;
        }
        id
    }

    /// The incident that goes on under this reference, or that what had it goes on as.
    #[must_use]
    pub fn by_reference(&self, reference: &str) -> Option<IncidentId> {
        let named = |incident: &&Incident| incident.reference == reference || incident.formerly().contains(&reference);
        self.state.incidents.values().find(named).map(|incident| self.merge_target(incident.id))
    }

    /// The last words of an open thread, if whoever looks has not said yet that they have read them.
    #[must_use]
    pub fn to_read(&self, id: IncidentId) -> Option<Seq> {
        let timeline = self.timeline(id).filter(|_| self.is_open(id))?;
        let last = timeline.entries.iter().rev().find(|entry| entry.is_spoken())?.seq;
        let incident = self.state.incidents.get(&id)?;
        let you = self.you.as_ref()?;
        let known = match &you.account {
            Some(account) => incident.stake(&account.id)?.read_to,
            None if you.staff => incident.staff_read_to,
            None => return None,
        };
        (last > known.max(timeline.said_read)).then_some(last)
    }

    /// Open incidents in which the one who looks has no stake, latest first.
    #[must_use]
    pub fn other_incidents(&self) -> Vec<&Incident> {
        self.sorted(|incident| incident.stakes.is_empty() && incident.status.is_open())
    }

    /// Every component, in order of position.
    #[must_use]
    pub fn components(&self) -> Vec<&Component> {
        let mut components: Vec<&Component> = Vec::new();
        for component in self.state.components.values() {
            // Each at its place, here and below: the lists are short, and the standard library's sort is not.
            let at = components.partition_point(|known| known.position <= component.position);
            components.insert(at, component);
        }
        components
    }

    fn sorted(&self, wanted: fn(&Incident) -> bool) -> Vec<&Incident> {
        let rank = |incident: &Incident| {
            let severity = incident.effective_severity().filter(|_| incident.is_open());
            (incident.is_open(), severity.map(|severity| Reverse(severity.0)), incident.opened_at)
        };
        let mut found: Vec<&Incident> = Vec::new();
        for incident in self.state.incidents.values().filter(|incident| wanted(incident)) {
            let at = found.partition_point(|known| rank(known) >= rank(incident));
            found.insert(at, incident);
        }
        found
    }

    /// What is known of this incident beside its facts; nothing yet, if it is new.
    pub(super) fn thread(&mut self, incident: IncidentId) -> Option<&mut Timeline> {
        if !self.threads.contains_key(&incident) {
            self.threads.insert(incident, Timeline::default());
        }
        self.threads.get_mut(&incident)
    }

    pub(super) fn open_thread(&mut self, incident: IncidentId, cursor: Seq) {
        self.open.push(incident);
        if let Some(timeline) = self.thread(incident) {
            timeline.unread = 0;
            timeline.since.get_or_insert(cursor);
        }
    }

    pub(super) fn leave_thread(&mut self, incident: IncidentId) {
        if let Some(at) = self.open.iter().position(|open| *open == incident) {
            self.open.swap_remove(at);
        }
        if let Some(left) = self.threads.get_mut(&incident).filter(|_| !self.open.contains(&incident)) {
            left.read_to = left.last().unwrap_or(left.read_to);
        }
    }

    pub(super) fn said_read(&mut self, incident: IncidentId, seq: Seq) {
        if let Some(timeline) = self.threads.get_mut(&incident) {
            timeline.said_read = seq;
        }
    }

    /// Starts anew from a snapshot; loaded timelines are dropped, since what lies between is not known.
    pub(super) fn reset(&mut self, snapshot: Snapshot, now: Time) {
        self.ahead = snapshot.now.since(now);
        self.known_at = Some(now);
        self.vendor = Some(snapshot.vendor);
        self.you = Some(snapshot.you);
        for (id, timeline) in self.threads.iter_mut() {
            let since = self.open.contains(id).then_some(snapshot.seq);
            *timeline = Timeline { unread: timeline.unread, since, ..Timeline::default() };
        }
        self.state = State::of(snapshot.components, snapshot.incidents);
    }

    /// Takes a thread in. False if it was read before the place from which the stream's entries are here: what lies
    /// between is missing, so it must be read again.
    pub(super) fn load(&mut self, thread: Thread, cursor: Seq) -> bool {
        let id = thread.incident.id;
        let Some(timeline) = self.threads.get_mut(&id) else { return true };
        let Some(since) = timeline.since else { return true };
        if thread.seq < since {
            return false;
        }
        timeline.loaded = true;
        let known = timeline.take_entries();
        let last = thread.entries.last().map_or(0, |entry| entry.seq);
        timeline.read_to = timeline.read_to.max(last);
        let later = known.into_iter().filter(|entry| entry.seq > last);
        for entry in thread.entries.into_iter().map(Rc::new).chain(later) {
            timeline.push(id, entry);
        }
        if !self.state.incidents.contains_key(&id) {
            if thread.seq > cursor {
                timeline.facts_at = thread.seq;
            }
            self.state.incidents.insert(id, thread.incident);
        }
        true
    }

    /// Folds one event in and adds what the page may want to know.
    pub(super) fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let event = Rc::new(event);
        let before = self.headline();
        let timeline = event.incident.and_then(|id| self.threads.get(&id));
        if timeline.is_none_or(|timeline| event.seq > timeline.facts_at) {
            self.state.apply(&event);
        }
        self.notify(&event, effects);
        self.follow_visibility(&event, effects);
        let after = self.headline();
        if after != before {
            effects.push(Effect::Notify(Notice::Status(after)));
        }
        if let Some(id) = event.incident
            && let Some(timeline) = self.threads.get_mut(&id)
            && timeline.since.is_some()
            && timeline.last() < Some(event.seq)
        {
            // What comes while the thread is open is read as it comes.
            let open = self.open.contains(&id) && timeline.last() == Some(timeline.read_to);
            timeline.read_to = if open { event.seq } else { timeline.read_to };
            timeline.push(id, event);
        }
    }

    /// Whoever gains visibility may see earlier entries too: the thread is read anew. Whoever loses it keeps nothing.
    fn follow_visibility(&mut self, event: &Event, effects: &mut Vec<Effect>) {
        let Some(id) = event.incident else { return };
        match event.change {
            Change::Withdrawn {} => drop(self.threads.remove(&id)),
            Change::Revealed { .. } => {
                let looked_at = self.is_open(id);
                if looked_at || self.threads.contains_key(&id) {
                    let unread = self.unread(id);
                    self.threads.insert(id, Timeline { unread, since: Some(event.seq), ..Timeline::default() });
                }
                effects.extend(looked_at.then_some(Effect::LoadThread(id)));
            }
            _ => {}
        }
    }

    fn notify(&mut self, event: &Rc<Event>, effects: &mut Vec<Effect>) {
        let Some(id) = event.incident else { return };
        let incident = self.state.incidents.get(&id);
        let mut notify = |notice| effects.push(Effect::Notify(notice));
        notify(Notice::Entry(id, event.clone()));
        match EntryKind::of(&event.change) {
            EntryKind::Severity => notify(Notice::Severity(id)),
            EntryKind::Resolution => notify(Notice::Resolution(id)),
            EntryKind::Status if incident.is_some_and(Incident::settled) => notify(Notice::Settled(id)),
            EntryKind::Status | EntryKind::Spoken | EntryKind::Fact => {}
        }
        let own = match (&event.by, &self.you) {
            (Author::Customer { person, .. } | Author::Staff { person, .. }, Some(you)) => {
                you.person.as_ref() == Some(person)
            }
            (Author::Vendor | Author::System, _) | (_, None) => false,
        };
        let concerns = incident.is_some_and(|incident| !incident.stakes.is_empty());
        if !own && concerns && !self.is_open(id) && event.is_spoken() {
            if let Some(timeline) = self.thread(id) {
                timeline.unread += 1;
            }
            notify(Notice::Unread(self.unread_total()));
        }
    }
}

/// What an entry is to whoever follows the incident.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    /// A fact changes beside what people say: nothing that somebody has to read.
    Fact,
    /// Somebody says or does something.
    Spoken,
    /// The severity is in question, or another.
    Severity,
    /// An account is asked whether it is over.
    Resolution,
    /// The status is another, or it is over for an account.
    Status,
}

impl EntryKind {
    const fn of(change: &Change) -> Self {
        match change {
            Change::Assessed { .. }
            | Change::SeveritySet { .. }
            | Change::DowngradeProposed { .. }
            | Change::Reminded { question: Question::Downgrade, .. }
            | Change::Lowered { .. } => Self::Severity,
            Change::Proposed { .. } | Change::Reminded { question: Question::Resolution, .. } => Self::Resolution,
            Change::Moved { .. }
            | Change::Confirmed { .. }
            | Change::Waived { .. }
            | Change::TimedOut { .. }
            | Change::Overridden { .. } => Self::Status,
            Change::Promised { .. }
            | Change::Published(_)
            | Change::Revealed { .. }
            | Change::Withdrawn {}
            | Change::Read { .. }
            | Change::ReminderDelivered { .. }
            | Change::Followed { .. }
            | Change::Advised { .. }
            | Change::Paged(_)
            | Change::PageHandled { .. }
            | Change::WarRoomSet { .. }
            | Change::RoleTaken { .. }
            | Change::RoleReleased { .. } => Self::Fact,
            Change::Acknowledged {}
            | Change::ComponentDefined(_)
            | Change::ComponentMoved { .. }
            | Change::Declared { .. }
            | Change::Disputed { .. }
            | Change::DowngradeRefused { .. }
            | Change::EngagementSet { .. }
            | Change::Invited { .. }
            | Change::InvitedByEmail { .. }
            | Change::Joined { .. }
            | Change::Merged { .. }
            | Change::Opened { .. }
            | Change::OthersAffected {}
            | Change::Overdue { .. }
            | Change::Paused { .. }
            | Change::Reopened { .. }
            | Change::Said { .. }
            | Change::Sealed { .. }
            | Change::Unsealed { .. }
            | Change::Updated { .. }
            | Change::WorkaroundFound { .. } => Self::Spoken,
        }
    }
}

impl Event {
    /// Whether somebody says something with it, rather than a fact changing beside what they say.
    #[must_use]
    pub fn is_spoken(&self) -> bool {
        EntryKind::of(&self.change) != EntryKind::Fact
    }
}
