//! What is asked for in place of a stream that does not come through: whole snapshots, in which what is new has to be
//! found.

use super::{Client, Effect, Notice};
use crate::{
    model::{
        id::IncidentId,
        incident::{Incident, Status},
        severity::Severity,
        stake::Closure,
        time::Time,
    },
    wire::protocol::Snapshot,
};

impl Client {
    pub(super) fn polled(&mut self, snapshot: Snapshot, now: Time, effects: &mut Vec<Effect>) {
        let known = self.connection.cursor().filter(|cursor| *cursor > 0);
        let same = self.connection.is_polled() && known == Some(snapshot.seq);
        self.connection.polls(true);
        // An answer that was overtaken says nothing; 0 is from where everybody starts anew.
        if same || (snapshot.seq > 0 && known > Some(snapshot.seq)) {
            self.cache.known_at = Some(now);
            return;
        }
        let news = self.news(&snapshot);
        self.reset(snapshot, now, effects);
        for id in &news {
            self.cache.count_unread(*id);
        }
        if !news.is_empty() {
            effects.push(Effect::Notify(Notice::Unread(self.cache.unread_total())));
        }
    }

    /// The incidents of which a snapshot says something that people are told of, and that nobody looks at; none before
    /// the first.
    fn news(&self, snapshot: &Snapshot) -> Vec<IncidentId> {
        let is_news = |incident: &&Incident| {
            let known = self.cache.state.incidents.get(&incident.id);
            self.cache.known_at.is_some() && !self.cache.is_open(incident.id) && known.map(told) != Some(told(incident))
        };
        snapshot.incidents.iter().filter(is_news).map(|incident| incident.id).collect()
    }
}

/// What of an incident people are told of when it changes.
fn told(incident: &Incident) -> (Status, Option<Severity>, Option<Time>, bool) {
    let asked = incident.stakes.iter().any(|stake| matches!(stake.closure, Closure::Proposed { .. }));
    (incident.status, incident.effective_severity(), incident.last_update_at, asked)
}
