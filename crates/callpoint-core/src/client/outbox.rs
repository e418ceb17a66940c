//! What was written here and is not yet with the server. Nothing leaves this list without the server's receipt or
//! the person's own word.

use crate::{
    json,
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

use super::{Answer, EventPosition, backoff::Backoff};

/// A parcel and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// What was written.
    pub parcel: Submission,
    /// Where it is.
    pub stage: DeliveryState,
    /// Whether this device holds a copy that outlives the page.
    pub saved: bool,
}

/// Where a parcel is on its way.
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

/// The parcels of one person on one device, the earliest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    kept: Vec<OutboxEntry>,
    backoff: Backoff,
}

/// What an answer means for the parcel.
pub(super) enum Outcome {
    Received(Receipt),
    /// The server has it, and there is no incident to give a receipt for.
    Landed,
    Refused,
    Retry {
        renew_token: bool,
    },
    Stray,
}

impl Outbox {
    /// Every parcel that is not yet forgotten.
    #[must_use]
    pub fn kept(&self) -> &[OutboxEntry] {
        &self.kept
    }

    /// The parcels of one thread.
    pub fn of(&self, incident: IncidentId) -> impl Iterator<Item = &OutboxEntry> {
        self.kept.iter().filter(move |kept| kept.parcel.request.incident(kept.parcel.id) == Some(incident))
    }

    /// The parcel of this id.
    #[must_use]
    pub fn get(&self, id: CommandId) -> Option<&OutboxEntry> {
        self.kept.iter().find(|kept| kept.parcel.id == id)
    }

    fn get_mut(&mut self, id: CommandId) -> Option<&mut OutboxEntry> {
        self.kept.iter_mut().find(|kept| kept.parcel.id == id)
    }

    pub(super) fn put(&mut self, parcel: Submission, saved: bool, now: Time) -> bool {
        let new = self.get(parcel.id).is_none();
        if new {
            self.kept.push(OutboxEntry { parcel, stage: DeliveryState::Waiting(now), saved });
        }
        new
    }

    pub(super) fn saved(&mut self, id: CommandId) {
        if let Some(kept) = self.get_mut(id) {
            kept.saved = true;
        }
    }

    pub(super) fn forget(&mut self, id: CommandId) {
        self.kept.retain(|kept| kept.parcel.id != id);
    }

    /// What a snapshot of this place holds needs no echo; a report's receipt stays until it was seen.
    pub(super) fn settle(&mut self, seq: Seq) {
        self.kept.retain(|kept| {
            let held = matches!(&kept.stage, DeliveryState::Received(receipt) if receipt.seq <= seq);
            matches!(kept.parcel.request, Request::Report(_)) || !held
        });
    }

    /// The next parcel to send, marked as sent. One at a time, so that a thread keeps its order.
    pub(super) fn next(&mut self, now: Time) -> Option<CommandId> {
        let next =
            self.kept.iter_mut().find(|kept| matches!(kept.stage, DeliveryState::Waiting(_) | DeliveryState::Sent))?;
        match next.stage {
            DeliveryState::Waiting(at) if at <= now => {
                next.stage = DeliveryState::Sent;
                Some(next.parcel.id)
            }
            _ => None,
        }
    }

    /// When to look again.
    pub(super) fn wake(&self) -> Option<Time> {
        self.kept.iter().find_map(|kept| match kept.stage {
            DeliveryState::Waiting(at) => Some(Some(at)),
            DeliveryState::Sent => Some(None),
            DeliveryState::Received(_) | DeliveryState::Refused(_) => None,
        })?
    }

    /// No more waiting.
    pub(super) fn hurry(&mut self, now: Time) {
        for kept in &mut self.kept {
            if matches!(kept.stage, DeliveryState::Waiting(_)) {
                kept.stage = DeliveryState::Waiting(now);
            }
        }
    }

    pub(super) fn answered(&mut self, id: CommandId, answer: &Answer, now: Time, random: u64) -> Outcome {
        let retry_at = now.plus(answer.retry_after.unwrap_or(0).max(self.backoff.peek(random)));
        let Some(kept) = self.get_mut(id).filter(|kept| kept.stage == DeliveryState::Sent) else {
            return Outcome::Stray;
        };
        let receipt = (answer.status / 100 == 2).then(|| json::read::<Receipt>(&answer.body)).flatten();
        if let Some(receipt) = receipt {
            kept.stage = DeliveryState::Received(receipt.clone());
            self.backoff.rest();
            return Outcome::Received(receipt);
        }
        let of_none = matches!(kept.parcel.request, Request::Component(..) | Request::Account(..));
        if of_none && answer.status / 100 == 2 && json::read::<EventPosition>(&answer.body).is_some() {
            self.forget(id);
            self.backoff.rest();
            return Outcome::Landed;
        }
        let problem: ApiError = json::read(&answer.body).unwrap_or_else(|| ErrorCode::Other.into());
        if is_final(answer.status) && problem.code != ErrorCode::InFlight {
            kept.stage = DeliveryState::Refused(problem);
            return Outcome::Refused;
        }
        kept.stage = DeliveryState::Waiting(retry_at);
        self.backoff.step();
        Outcome::Retry { renew_token: answer.status == 401 }
    }
}

/// Whether trying again with the same words can't help. Anything that is not clearly about this write (a proxy's
/// page, a sign-in that ran out, a conflict in flight) is worth another try.
const fn is_final(status: u16) -> bool {
    matches!(status, 400 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422)
}
