//! The outbox: submissions that the server has not confirmed yet. An entry is removed only on the server's receipt or by
//! the person.

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

/// A submission with its delivery state.
#[derive(Clone, Debug, Eq)]
pub struct OutboxEntry {
    /// The submission.
    pub submission: Rc<Submission>,
    /// Its delivery state.
    pub state: DeliveryState,
    /// Whether a durable copy is stored on this device.
    pub saved: bool,
}

impl PartialEq for OutboxEntry {
    fn eq(&self, other: &Self) -> bool {
        // A submission never changes under its id.
        self.submission.id == other.submission.id && self.state == other.state && self.saved == other.saved
    }
}

/// The delivery state of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Queued; not sent before this time.
    Waiting(Time),
    /// In flight: sent, without a reply yet.
    Sent,
    /// Confirmed by the server.
    Received(Receipt),
    /// Rejected by the server; retrying can't succeed.
    Refused(ApiError),
}

impl DeliveryState {
    /// Whether the server has confirmed it.
    #[must_use]
    pub const fn is_received(&self) -> bool {
        matches!(self, Self::Received(_))
    }
}

/// The submissions of one person on one device, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<OutboxEntry>,
    backoff: Backoff,
}

/// The consequence of a reply for its entry.
pub(super) enum Outcome {
    Received(Receipt),
    /// Confirmed, without an incident to give a receipt for.
    Accepted,
    Refused(ApiError),
    Retry {
        renew_token: bool,
    },
    Ignored,
}

impl Outbox {
    /// All entries that are not removed yet.
    #[must_use]
    pub fn entries(&self) -> &[OutboxEntry] {
        &self.entries
    }

    /// The entries that the device does not hold yet and is to hold.
    pub fn unsaved(&self) -> impl Iterator<Item = CommandId> {
        let lasting =
            |entry: &&OutboxEntry| !entry.saved && !entry.state.is_received() && !entry.submission.request.is_silent();
        self.entries.iter().filter(lasting).map(|entry| entry.submission.id)
    }

    /// The entries of one thread.
    pub fn of_incident(&self, incident: IncidentId) -> impl Iterator<Item = &OutboxEntry> {
        self.entries
            .iter()
            .filter(move |entry| entry.submission.request.incident(entry.submission.id) == Some(incident))
    }

    /// The entry with this id.
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
            // Ids sort by time: entries restored from storage are older than new ones, however late they are restored.
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

    /// Removes confirmed entries that a snapshot at this sequence number includes; a report's receipt stays until the
    /// person has seen it.
    pub(super) fn settle(&mut self, seq: Seq) {
        self.entries.retain(|entry| {
            let held = matches!(&entry.state, DeliveryState::Received(receipt) if receipt.seq <= seq);
            matches!(entry.submission.request, Request::Report(_)) || !held
        });
    }

    /// Takes the next submission to send and marks it as sent. One is in flight at a time, so that a thread keeps its
    /// order.
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

    /// When the next entry can be sent.
    pub(super) fn wake(&self) -> Option<Time> {
        self.entries.iter().find_map(|entry| match entry.state {
            DeliveryState::Waiting(at) => Some(Some(at)),
            DeliveryState::Sent => Some(None),
            DeliveryState::Received(_) | DeliveryState::Refused(_) => None,
        })?
    }

    /// Makes every queued entry due now.
    pub(super) fn retry_now(&mut self, now: Time) {
        for entry in &mut self.entries {
            if matches!(entry.state, DeliveryState::Waiting(_)) {
                entry.state = DeliveryState::Waiting(now);
            }
        }
    }

    /// This device's clock was set back by so much.
    pub(super) fn set_back(&mut self, by: i64) {
        for entry in &mut self.entries {
            if let DeliveryState::Waiting(at) = &mut entry.state {
                *at = at.plus(-by);
            }
        }
    }

    pub(super) fn answered(&mut self, id: CommandId, reply: Reply<Accepted>, now: Time, random: u64) -> Outcome {
        let retry_at = now.plus(self.backoff.wait(random, reply.retry_after));
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
            Body::Value(Accepted { seq, incident: Some(incident), reference: Some(reference), answer_by, csm }) => {
                let receipt = Receipt { incident, reference, seq, answer_by, csm };
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

/// Whether a status is a permanent failure of this write. Any other (a proxy's error page, an expired sign-in, a
/// request still in progress) is transient and retried.
const fn is_final(status: u16) -> bool {
    matches!(status, 400 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422)
}
