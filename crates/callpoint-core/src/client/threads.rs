//! The threads on screen: when they are asked for again, and which of them can't be had.

use super::{Client, Effect, Reply};
use crate::{
    model::{
        event::{Change, Event},
        id::IncidentId,
        time::Time,
    },
    wire::protocol::Thread,
};

/// How long to wait before a thread is asked for again, in milliseconds.
const RELOAD: i64 = 2_000;

impl Client {
    /// Folds an event in, and follows what it makes of the threads on screen.
    pub(super) fn fold(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let looked_at = event.incident.filter(|id| self.cache.is_open(*id));
        if let Some(id) = looked_at {
            match event.change {
                Change::Withdrawn {} => self.missing.push(id),
                Change::Revealed { .. } => self.found(id),
                _ => {}
            }
        }
        self.cache.apply(event, effects);
        // It could not be had before it was there, or before it was theirs to see.
        if let Some(id) = looked_at.filter(|id| self.is_missing(*id) && self.cache.state.incidents.contains_key(id)) {
            self.found(id);
            effects.push(Effect::LoadThread(id));
        }
    }

    pub(super) fn thread_loaded(&mut self, id: IncidentId, reply: Reply<Thread>, now: Time) {
        let (status, retry_after) = (reply.status, reply.retry_after);
        let cursor = self.connection.cursor().unwrap_or(0);
        let loaded = reply.body.value().is_some_and(|thread| self.cache.load(thread, cursor));
        if loaded {
            self.found(id);
        } else if self.cache.is_open(id) {
            // The stream may have brought it since it was asked for.
            let known = self.cache.state.incidents.contains_key(&id);
            if known || matches!(status, 0 | 200 | 401 | 429 | 500..) {
                self.reload_at = Some(now.plus(retry_after.unwrap_or(RELOAD)));
            } else {
                self.missing.push(id);
            }
        }
    }

    pub(super) fn found(&mut self, id: IncidentId) {
        self.missing.retain(|missing| *missing != id);
    }
}
