//! What must hold: along the way, and once all has come to rest.

use std::collections::BTreeMap;

use callpoint_core::{
    client::{Client, ConnectionState, DeliveryState, Effect, Notice, Reply},
    model::{
        event::{Change, Duty, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::Viewer,
        time::{MINUTE, SECOND, Time},
    },
    rules::{delivery::ENDED_STAYS, state::State},
    wire::protocol::Thread,
};

use crate::{
    people::NAMES,
    story::{change, difference},
    world::{Frame, World},
};

impl World<'_> {
    /// After each input: "received" is said on the server's word alone, the outbox forgets after a receipt or by its
    /// author's decision alone, and no two clients wait alike.
    pub fn check_client(&mut self, tab: usize, effects: &[Effect], waits: bool) {
        let Some(client) = &self.tabs[tab].client else { return };
        let Some(person) = self.tabs[tab].who() else { return };
        let entries = client.outbox.entries();
        let early =
            entries.iter().find(|entry| entry.state.is_received() && !self.log.has(&(person, entry.submission.id)));
        let mut wrong = early.map(|entry| {
            format!(
                "{} shows {} as received, and it is not in the log.",
                self.tab_name(tab),
                self.ledger.name(entry.submission.id)
            )
        });
        let known: Vec<CommandId> = entries.iter().map(|entry| entry.submission.id).collect();
        for effect in effects {
            if let Effect::Notify(Notice::Refused(id, _)) = effect
                && let Some(entry) = self.ledger.entries.get_mut(id)
            {
                entry.is_refused = true;
            }
        }
        let forgets = effects.iter().filter_map(|effect| match effect {
            Effect::Forget(id) => Some(*id),
            _ => None,
        });
        let gone = self.tabs[tab].known.iter().copied().filter(|id| !known.contains(id)).chain(forgets);
        for id in gone {
            let entry = self.ledger.entries.get(&id);
            let may_go = entry.is_some_and(|one| one.is_silent || one.is_discarded || one.is_consent && one.is_refused);
            if !may_go && !self.log.has(&(person, id)) {
                wrong = Some(format!("{} forgets {} without a receipt.", self.tab_name(tab), self.ledger.name(id)));
            }
        }
        if waits && let ConnectionState::Waiting(at) = client.connection.state() {
            let wait = at.since(self.device_time(tab));
            let [_, second, third] = self.tabs[tab].waits;
            let waits = [second, third, wait];
            let alike = |other: usize| other != tab && self.tabs[other].waits == waits;
            if waits.iter().all(|wait| *wait > 0) && (0..self.tabs.len()).any(alike) {
                wrong = Some(format!("Two clients have waited alike before each of three tries: {waits:?} ms."));
            }
            self.tabs[tab].waits = waits;
        }
        self.tabs[tab].known = known;
        if let Some(wrong) = wrong {
            self.fail(wrong);
        }
    }

    /// Everything that comes to a tab is what its person may see.
    pub fn check_frame(&mut self, tab: usize, frame: &Frame) {
        let who = self.tabs[tab].who();
        let viewer = self.society.viewer(who);
        let is_theirs = match frame {
            Frame::Heartbeat => true,
            Frame::Event(event) => event.seen_by(&viewer).as_ref() == Some(&**event),
            Frame::Reset(snapshot) | Frame::Polled(snapshot) => {
                snapshot.you == self.society.you(who) && snapshot.incidents.iter().all(|one| is_theirs(one, &viewer))
            }
        };
        if !is_theirs {
            let what = match frame {
                Frame::Event(event) => format!("event {}: {}", event.seq, change(event)),
                Frame::Reset(_) | Frame::Polled(_) | Frame::Heartbeat => "a snapshot".to_owned(),
            };
            self.fail(format!("{} is given what its person may not see, {what}.", self.tab_name(tab)));
        }
    }

    pub fn check_thread(&mut self, tab: usize, reply: &Reply<Thread>) {
        let viewer = self.society.viewer(self.tabs[tab].who());
        if let Some(thread) = reply.body.clone().value() {
            let entries_are = thread.entries.iter().all(|event| event.seen_by(&viewer).as_ref() == Some(event));
            if !entries_are || !is_theirs(&thread.incident, &viewer) {
                self.fail(format!("{} is given a thread that its person may not see.", self.tab_name(tab)));
            }
        }
    }

    /// Once nothing has gone wrong for a while.
    pub fn check_rest(&mut self) {
        let wrong = self.check_log().or_else(|| self.check_due()).or_else(|| self.check_ledger());
        let wrong = wrong.or_else(|| (0..self.tabs.len()).find_map(|tab| self.check_tab(tab)));
        if let Some(wrong) = wrong {
            self.fail(wrong);
        }
    }

    /// The tables equal the fold, and folding and visibility commute.
    fn check_log(&self) -> Option<String> {
        let fold = |events: &mut dyn Iterator<Item = Event>| {
            let mut state = State::default();
            events.for_each(|event| state.apply(&event));
            state
        };
        if fold(&mut self.log.events.iter().cloned()) != self.log.state {
            return Some("The state is not what the events add up to.".to_owned());
        }
        (0..=NAMES.len()).find_map(|person| {
            let viewer = self.society.viewer(Some(person).filter(|person| *person < NAMES.len()));
            let seen = fold(&mut self.log.events.iter().filter_map(|event| event.seen_by(&viewer)));
            (seen != self.log.state.seen_by(&viewer))
                .then(|| format!("{viewer:?} folds what they see to something else."))
        })
    }

    /// What is due is done, and a promise is broken once.
    fn check_due(&self) -> Option<String> {
        let latest = (0..self.nodes.len()).map(|node| self.node_time(node)).max()?;
        if let Some((id, at)) = self.log.due.iter().find(|(_, at)| at.plus(10 * SECOND) < latest) {
            let reference = &self.log.state.incidents.get(id)?.reference;
            return Some(format!(
                "Something in {reference} is due for {} s, and nobody has looked.",
                latest.since(*at) / SECOND
            ));
        }
        let mut broken: BTreeMap<IncidentId, bool> = BTreeMap::new();
        for event in &self.log.events {
            let Some(id) = event.incident else { continue };
            match event.change {
                Change::Promised { .. } => drop(broken.insert(id, false)),
                Change::Overdue { duty: Duty::Promise } if broken.insert(id, true) == Some(true) => {
                    return Some(format!("One promise is broken a second time by event {}.", event.seq));
                }
                _ => {}
            }
        }
        None
    }

    /// Nothing that was acknowledged is lost, and what waited for one author in one incident came in that order.
    fn check_ledger(&self) -> Option<String> {
        let mut first: BTreeMap<CommandId, Seq> = BTreeMap::new();
        for event in &self.log.events {
            first.entry(event.command).or_insert(event.seq);
        }
        for (id, entry) in &self.ledger.entries {
            let name = self.ledger.name(*id);
            let Some(caller) = entry.caller.filter(|_| !entry.is_silent) else { continue };
            let key = (entry.person, *id);
            // A page that died before the device had it has lost it, and had said so.
            let had_to_come = (entry.is_saved || self.lives(caller)) && !(entry.is_consent && entry.is_refused);
            if !self.log.has(&key) && had_to_come && !entry.is_discarded && !self.is_shown_refused(entry.person, *id) {
                return Some(format!("{name} is lost: it is not in the log, and nobody was told."));
            }
            for earlier in entry.earlier.iter().filter(|earlier| {
                self.ledger.entries.get(earlier).is_some_and(|entry| !entry.is_refused && !entry.is_silent)
            }) {
                if let (Some(this), Some(before)) = (first.get(id), first.get(earlier))
                    && this < before
                {
                    return Some(format!(
                        "{name} came before {}, which was written earlier.",
                        self.ledger.name(*earlier)
                    ));
                }
            }
        }
        None
    }

    /// Whether some tab shows it to its author as refused.
    fn is_shown_refused(&self, person: usize, id: CommandId) -> bool {
        let tabs = self.tabs.iter().filter(|tab| tab.who() == Some(person));
        let entries = tabs.flat_map(|tab| &tab.client).filter_map(|client| client.outbox.get(id));
        entries.into_iter().any(|entry| matches!(entry.state, DeliveryState::Refused(_)))
    }

    /// Every view shows what is so, and nothing waits.
    fn check_tab(&self, tab: usize) -> Option<String> {
        let client = self.tabs[tab].client.as_ref()?;
        let name = self.tab_name(tab);
        if client.connection.state() != ConnectionState::Live {
            return Some(format!("{name} has no stream: {:?}.", client.connection.state()));
        }
        let waits = |state: &DeliveryState| matches!(state, DeliveryState::Waiting(_) | DeliveryState::Sent);
        if let Some(entry) = client.outbox.entries().iter().find(|entry| waits(&entry.state)) {
            return Some(format!("{name} still has {} to send.", self.ledger.name(entry.submission.id)));
        }
        let viewer = self.society.viewer(self.tabs[tab].who());
        self.check_view(client, &viewer).map(|wrong| format!("{name}: {wrong}"))
    }

    fn check_view(&self, client: &Client, viewer: &Viewer) -> Option<String> {
        let seen = self.log.state.seen_by(viewer);
        let shown = &client.cache.state;
        if shown.components != seen.components {
            return Some(difference(&shown.components, &seen.components));
        }
        for (id, incident) in &seen.incidents {
            let found = shown.incidents.get(id);
            // A snapshot leaves out what has ended and was not theirs, or long ago.
            let stays = incident.is_open() || !incident.stakes.is_empty() && self.is_recent(incident);
            if found.map_or(stays, |found| found != incident) {
                let nothing = || format!("it does not show {}", incident.reference);
                return Some(found.map_or_else(nothing, |found| difference(found, incident)));
            }
        }
        if let Some((_, extra)) = shown.incidents.iter().find(|(id, _)| !seen.incidents.contains_key(id)) {
            return Some(format!("it shows {}, which is not theirs to see", extra.reference));
        }
        let head = self.log.head();
        client.cache.open_threads().iter().find_map(|id| self.check_timeline(client, viewer, *id, head))
    }

    fn is_recent(&self, incident: &Incident) -> bool {
        let horizon = |node| self.node_time(node).plus(-ENDED_STAYS).plus(MINUTE);
        let latest: Option<Time> = (0..self.nodes.len()).map(horizon).max();
        incident.resolved_at >= latest
    }

    fn check_timeline(&self, client: &Client, viewer: &Viewer, id: IncidentId, head: Seq) -> Option<String> {
        let visible = self.log.state.incidents.get(&id).is_some_and(|incident| incident.seen_by(viewer).is_some());
        if !visible {
            return client.cache.timeline(id).map(|_| "it shows a thread that is not theirs to see".to_owned());
        }
        if client.is_missing(id) {
            return Some("a thread is said to be nowhere, and can be seen".to_owned());
        }
        let Some(timeline) = client.cache.timeline(id) else {
            return Some(format!("a thread on screen has no entries at event {head}"));
        };
        // What still happens to an incident after it was merged into this one is read when the thread is opened again.
        let is_own = |event: &&Event| event.incident == Some(id);
        let shown: Vec<&Event> = timeline.entries.iter().map(|entry| &**entry).filter(is_own).collect();
        let all: Vec<Event> = self.log.thread(id).into_iter().filter_map(|event| event.seen_by(viewer)).collect();
        let expected: Vec<&Event> = all.iter().filter(is_own).collect();
        (shown != expected).then(|| {
            let seqs = |events: &[&Event]| events.iter().map(|event| event.seq).collect::<Vec<_>>();
            format!("a thread shows the entries {:?}, and there are {:?}", seqs(&shown), seqs(&expected))
        })
    }
}

fn is_theirs(incident: &Incident, viewer: &Viewer) -> bool {
    let stakes_are_own =
        viewer.is_staff() || incident.stakes.iter().all(|one| viewer.account() == Some(&one.account.id));
    stakes_are_own && incident.seal.as_ref().is_none_or(|seal| viewer.opens(seal))
}
