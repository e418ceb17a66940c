//! From the log into a connector's queue, and from the queue to its address: at least once, in order within each
//! incident, each message by itself. What can't be taken waits or is parked, and holds up nothing but its own incident.

use std::{collections::BTreeSet, time::Duration};

use callpoint_core::model::{
    event::{Change, Event, PageOutcome},
    id::Seq,
    incident::Incident,
    time::{DAY, HOUR, SECOND, Time},
};
use reqwest::Client;
use tokio::sync::watch;

use super::{
    answer::{self, Verdict},
    connector::{self, Connector, PAGED},
    report::Reporter,
};
use crate::{
    crypto,
    engine::feed::CHUNK,
    store::{ConnectorRest, DeliveryAttempt, DeliveryEnd, DeliveryOutcome, NewDelivery, StoreError, StoredDelivery},
};

/// What other processes appended or asked for is noticed at this pace.
pub(super) const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The first wait between tries; each one after is twice as long, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait between tries.
const LAST_WAIT: Duration = Duration::from_secs(5 * 60);

/// After so many tries without success, the pages that wait are said not to be delivered; the tries go on.
const TRIES: u32 = 3;

/// What calls nobody waits for so long, so that what happens about one incident at once is told at once.
const TOGETHER: i64 = SECOND;

/// A try that takes longer is taken for lost, and another made.
const CLAIM: i64 = 20 * SECOND;

/// What was not taken for so long is parked.
const GIVE_UP_AFTER: i64 = 3 * DAY;

/// An address that said that it is gone is asked again after this long: a proxy may have said so.
const PARKED_FOR: i64 = HOUR;

/// What was done with is known for so long.
const KEPT: i64 = 30 * DAY;

/// Takes one connector's messages out.
pub(super) struct Sender {
    name: String,
    connector: Box<dyn Connector>,
    client: Client,
    reporter: Reporter,
}

/// How far a sender has come in the log.
pub(super) struct Place {
    /// The last event that was looked at.
    last: Seq,
    /// What of that is stored.
    stored: Seq,
    /// The pages that were said not to be delivered, so that it is said once.
    said: BTreeSet<Seq>,
    /// When old messages were forgotten last.
    forgotten: Time,
}

impl Sender {
    pub fn new(connector: Box<dyn Connector>, client: Client, reporter: Reporter) -> Self {
        Self { name: connector::name(connector.kind(), connector.recipient()), connector, client, reporter }
    }

    /// Where it goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Place, StoreError> {
        let stored = self.reporter.store.connector(&self.name).await?;
        Ok(Place { last: stored, stored, said: BTreeSet::new(), forgotten: Time(0) })
    }

    /// Tells its address what happens until the server ends.
    pub async fn run(self, place: Place, head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.follow(place, head) => {}
        }
    }

    async fn follow(&self, mut place: Place, mut head: watch::Receiver<Seq>) {
        let mut moved = self.reporter.clock.moved();
        loop {
            head.mark_unchanged();
            moved.mark_unchanged();
            let wait = self.round(&mut place).await.unwrap_or_else(|error| {
                tracing::warn!(connector = self.name, %error, "a connector can't read its messages; retrying");
                POLL_INTERVAL
            });
            let woken = tokio::select! {
                changed = head.changed() => changed.is_ok(),
                changed = moved.changed() => changed.is_ok(),
                () = tokio::time::sleep(wait) => true,
            };
            if !woken {
                return;
            }
        }
    }

    /// Queues what is new, sends what is due, and says how long there is nothing more to do.
    async fn round(&self, place: &mut Place) -> Result<Duration, StoreError> {
        let store = &self.reporter.store;
        let mut queued = self.queue_new(place).await?;
        while let Some(due) = store.due_delivery(&self.name, self.reporter.clock.now()).await? {
            if !self.deliver(&due).await? {
                self.report_late(place).await?;
            }
            // Whoever is to be called by now goes before what is only tried again.
            queued |= self.queue_new(place).await?;
        }
        if queued {
            self.report_late(place).await?;
        }
        let now = self.reporter.clock.now();
        if now.since(place.forgotten) > DAY {
            place.forgotten = now;
            store.forget_deliveries(now.plus(-KEPT)).await?;
        }
        let next = store.next_delivery(&self.name).await?.map_or(i64::MAX, |at| at.since(now));
        Ok(Duration::from_millis(next.max(1).unsigned_abs()).min(POLL_INTERVAL))
    }

    /// Queues what is new in the log; says whether there was anything for this connector.
    async fn queue_new(&self, place: &mut Place) -> Result<bool, StoreError> {
        let store = &self.reporter.store;
        let mut queued = false;
        loop {
            let events = store.events_after(place.last, CHUNK).await?;
            let Some(end) = events.last().map(|event| event.seq) else { return Ok(queued) };
            let mut new = Vec::new();
            for event in &events {
                let Some(id) = event.incident.filter(|_| self.connector.concerns(event)) else { continue };
                let Some(incident) = store.incident(id).await? else { continue };
                let Some(kind) = self.connector.about(event, &incident) else { continue };
                new.push(NewDelivery {
                    id: format!("evt_{}_{}", event.seq, event.command),
                    incident: id,
                    event: event.seq,
                    kind: kind.to_owned(),
                    page: kind == PAGED,
                    joins: self.connector.groups(),
                });
            }
            let full = events.len() >= usize::try_from(CHUNK).unwrap_or(usize::MAX);
            if full || !new.is_empty() {
                let now = self.reporter.clock.now();
                let times = (now, now.plus(TOGETHER));
                if !store.queue_deliveries(&self.name, (place.stored, end), &new, times).await? {
                    // Another process was quicker.
                    place.stored = store.connector(&self.name).await?;
                    place.last = place.stored;
                    continue;
                }
                place.stored = end;
                queued |= !new.is_empty();
            }
            place.last = end;
        }
    }

    /// Tries one message; says whether it went well.
    async fn deliver(&self, read: &StoredDelivery) -> Result<bool, StoreError> {
        let (store, now) = (&self.reporter.store, self.reporter.clock.now());
        if !store.claim_delivery(&self.name, read, (now, now.plus(CLAIM))).await? {
            return Ok(true);
        }
        // Read anew for each try: by now the recipient may no longer see it.
        let events = store.events(&read.events).await?;
        let incident = store.incident(read.incident).await?;
        let message = incident.as_ref().and_then(|of| self.connector.message(read, &events, of, now));
        let (Some(incident), Some(message)) = (incident, message) else {
            let end = DeliveryOutcome::End(DeliveryEnd::Skipped);
            store.end_delivery(&self.name, &read.id, end, &DeliveryAttempt::default()).await?;
            return Ok(true);
        };
        let (verdict, attempt) = answer::post(&self.client, &message, now).await;
        let now = self.reporter.clock.now();
        if !attempt.error.is_empty() {
            tracing::warn!(connector = self.name, why = attempt.error, "a message was not taken");
        }
        let wait = FIRST_WAIT.saturating_mul(1_u32.checked_shl(read.tries).unwrap_or(u32::MAX)).min(LAST_WAIT);
        let again = now.plus(i64::try_from(shortened(wait).as_millis()).unwrap_or(i64::MAX));
        let outcome = match verdict {
            Verdict::Taken => DeliveryOutcome::End(DeliveryEnd::Delivered),
            Verdict::Refused => DeliveryOutcome::End(DeliveryEnd::Parked),
            Verdict::Again(_) if now.since(read.queued_at) > GIVE_UP_AFTER => DeliveryOutcome::End(DeliveryEnd::Parked),
            Verdict::Again(until) => DeliveryOutcome::Again(until.map_or(again, |until| again.max(until))),
            Verdict::Gone => DeliveryOutcome::Again(now.plus(PARKED_FOR)),
        };
        let rest = match verdict {
            // Whoever knows of the connector reads this: no word of an answer, which may repeat what was sent.
            Verdict::Gone => Some((now.plus(PARKED_FOR), "it answered 410 Gone".to_owned())),
            Verdict::Again(Some(until)) => Some((until, String::new())),
            Verdict::Taken | Verdict::Again(None) | Verdict::Refused => None,
        };
        // What became of a page is written before that it is done with: a page whose outcome was lost is sent again.
        match outcome {
            DeliveryOutcome::End(DeliveryEnd::Delivered) => {
                self.report(&events, &incident, PageOutcome::Delivered).await;
            }
            DeliveryOutcome::End(_) => self.report(&events, &incident, PageOutcome::Undelivered).await,
            DeliveryOutcome::Again(_) => {}
        }
        if let Some((until, parked)) = rest {
            store.rest_connector(&self.name, &ConnectorRest { until: Some(until), parked }).await?;
        } else if verdict == Verdict::Taken && !store.connector_rest(&self.name).await?.parked.is_empty() {
            store.rest_connector(&self.name, &ConnectorRest::default()).await?;
        }
        store.end_delivery(&self.name, &read.id, outcome, &attempt).await?;
        Ok(verdict == Verdict::Taken)
    }

    /// Says of the pages that were tried too often, and of those that wait behind one or for a parked connector, that
    /// they could not be delivered.
    async fn report_late(&self, place: &mut Place) -> Result<(), StoreError> {
        let store = &self.reporter.store;
        for late in store.late_deliveries(&self.name, PAGED, TRIES).await? {
            if !late.events.iter().all(|seq| place.said.contains(seq))
                && let Some(incident) = store.incident(late.incident).await?
            {
                let events = store.events(&late.events).await?;
                self.report(&events, &incident, PageOutcome::Undelivered).await;
                place.said.extend(late.events);
            }
        }
        Ok(())
    }

    /// Writes back what became of the pages among these events that go this way.
    async fn report(&self, events: &[Event], incident: &Incident, outcome: PageOutcome) {
        let ours = |event: &&Event| {
            matches!(event.change, Change::Paged(_))
                && self.connector.calls()
                && self.connector.recipient().takes(event, incident)
        };
        for event in events.iter().filter(ours) {
            self.reporter.report(incident.id, event.seq, outcome, self.connector.kind()).await;
        }
    }
}

/// By a random part of up to half, so that many don't come at once.
pub(super) fn shortened(wait: Duration) -> Duration {
    let random = crypto::random().ok().and_then(|bytes| bytes.first().copied()).unwrap_or_default();
    wait.mul_f64(1.0 - f64::from(random) / 512.0)
}
