//! The outbox: what was written here and is not yet with the server. Nothing leaves it without the server's receipt
//! or the person's own decision.

use std::rc::Rc;

use crate::{
    model::{
        id::{CommandId, IncidentId, Seq},
        report::Receipt,
        time::Time,
    },
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Submission},
    },
};

use super::{Accepted, Body, Reply, backoff::Backoff};

/// A submission and how far its delivery is.
#[derive(Clone, Debug, Eq)]
pub struct OutboxEntry {
    /// What was written.
    pub submission: Rc<Submission>,
    /// How far its delivery is.
    pub state: DeliveryState,
    /// Whether this device holds a copy that outlives the page.
    pub saved: bool,
}

impl PartialEq for OutboxEntry {
    fn eq(&self, other: &Self) -> bool {
        // What was written under an id never changes.
        self.submission.id == other.submission.id && self.state == other.state && self.saved == other.saved
    }
}

/// How far the delivery of a submission is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waits for its turn, or for a better time.
    Waiting(Time),
    /// On its way; no answer yet.
    Sent,
    /// The server has it.
    Received(Receipt),
    /// The server won't take it as it is.
    Refused(ApiError),
}

impl DeliveryState {
    /// Whether the server has it.
    #[must_use]
    pub const fn is_received(&self) -> bool {
        matches!(self, Self::Received(_))
    }
}

/// The submissions of one person on one device, the earliest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<OutboxEntry>,
    backoff: Backoff,
}

/// What a reply means for the entry.
pub(super) enum Outcome {
    Received(Receipt),
    /// The server has it, and there is no incident to give a receipt for.
    Accepted,
    Refused(ApiError),
    Retry {
        renew_token: bool,
    },
    Ignored,
}

impl Outbox {
    /// Every entry that is not yet removed.
    #[must_use]
    pub fn entries(&self) -> &[OutboxEntry] {
        &self.entries
    }

    /// The entries of one thread.
    pub fn of_incident(&self, incident: IncidentId) -> impl Iterator<Item = &OutboxEntry> {
        self.entries
            .iter()
            .filter(move |entry| entry.submission.request.incident(entry.submission.id) == Some(incident))
    }

    /// The entry of this id.
    #[must_use]
    pub fn get(&self, id: CommandId) -> Option<&OutboxEntry> {
        self.entries.iter().find(|entry| entry.submission.id == id)
    }

    fn get_mut(&mut self, id: CommandId) -> Option<&mut OutboxEntry> {
        self.entries.iter_mut().find(|entry| entry.submission.id == id)
    }

    pub(super) fn put(&mut self, submission: Submission, saved: bool, now: Time) -> bool {
        let new = self.get(submission.id).is_none();
        if new {
            // Ids sort by time: what an earlier visit left is older than what was written since, whenever it is read.
            let at = self.entries.partition_point(|entry| entry.submission.id < submission.id);
            let state = DeliveryState::Waiting(now);
            self.entries.insert(at, OutboxEntry { submission: submission.into(), state, saved });
        }
        new
    }

    pub(super) fn saved(&mut self, id: CommandId) {
        if let Some(entry) = self.get_mut(id) {
            entry.saved = true;
        }
    }

    pub(super) fn forget(&mut self, id: CommandId) {
        self.entries.retain(|entry| entry.submission.id != id);
    }

    /// What a snapshot of this place holds needs no local copy; a report's receipt stays until it was seen.
    pub(super) fn settle(&mut self, seq: Seq) {
        self.entries.retain(|entry| {
            let held = matches!(&entry.state, DeliveryState::Received(receipt) if receipt.seq <= seq);
            matches!(entry.submission.request, Request::Report(_)) || !held
        });
    }

    /// The next submission to send, marked as sent. One at a time, so that a thread keeps its order.
    pub(super) fn next(&mut self, now: Time) -> Option<CommandId> {
        let next = self
            .entries
            .iter_mut()
            .find(|entry| matches!(entry.state, DeliveryState::Waiting(_) | DeliveryState::Sent))?;
        match next.state {
            DeliveryState::Waiting(at) if at <= now => {
                next.state = DeliveryState::Sent;
                Some(next.submission.id)
            }
            _ => None,
        }
    }

    /// When to look again.
    pub(super) fn wake(&self) -> Option<Time> {
        self.entries.iter().find_map(|entry| match entry.state {
            DeliveryState::Waiting(at) => Some(Some(at)),
            DeliveryState::Sent => Some(None),
            DeliveryState::Received(_) | DeliveryState::Refused(_) => None,
        })?
    }

    /// Ends every wait.
    pub(super) fn retry_now(&mut self, now: Time) {
        for entry in &mut self.entries {
            if matches!(entry.state, DeliveryState::Waiting(_)) {
                entry.state = DeliveryState::Waiting(now);
            }
        }
    }

    pub(super) fn answered(&mut self, id: CommandId, reply: Reply<Accepted>, now: Time, random: u64) -> Outcome {
        let retry_at = now.plus(reply.retry_after.unwrap_or(0).max(self.backoff.peek(random)));
        let status = reply.status;
        let Some(entry) = self.get_mut(id).filter(|entry| entry.state == DeliveryState::Sent) else {
            return Outcome::Ignored;
        };
        let has_incident = entry.submission.request.incident(id).is_some();
        let problem = match reply.body {
            Body::Value(_) if !has_incident => {
                self.forget(id);
                self.backoff.reset();
                return Outcome::Accepted;
            }
            Body::Value(Accepted { seq, incident: Some(incident), reference: Some(reference) }) => {
                let receipt = Receipt { incident, reference, seq };
                entry.state = DeliveryState::Received(receipt.clone());
                self.backoff.reset();
                return Outcome::Received(receipt);
            }
            Body::Problem(problem) => problem,
            Body::Value(_) | Body::Unreadable => ErrorCode::Other.into(),
        };
        if is_final(status) && problem.code != ErrorCode::InFlight {
            entry.state = DeliveryState::Refused(problem.clone());
            return Outcome::Refused(problem);
        }
        entry.state = DeliveryState::Waiting(retry_at);
        self.backoff.step();
        Outcome::Retry { renew_token: status == 401 }
    }
}

/// Whether trying again with the same words can't help. Anything that is not clearly about this write (a proxy's
/// page, a sign-in that ran out, a conflict in flight) is worth another try.
const fn is_final(status: u16) -> bool {
    matches!(status, 400 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422)
}
