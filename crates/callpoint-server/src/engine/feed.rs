//! The tail of the log: one task reads what was appended, and hands it in order to every stream. A wake-up is only a
//! hint; the log is the truth. What it hands on, it hands to everybody: who may see what is each stream's own gate.

use std::{sync::Arc, time::Duration};

use callpoint_core::{
    model::{event::Event, id::Seq, person::Viewer},
    rules::delivery::{self, REPLAY_LIMIT},
};
use tokio::sync::{broadcast, watch};

use crate::store::{Store, StoreError};

/// How far a stream may fall behind before it has to come back with its cursor.
const BACKLOG: usize = 1024;

/// How many events are read at once.
pub const CHUNK: i64 = 500;

/// Where no wake-up came, the log is looked at nevertheless.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The last event up to `head` that the viewer may see: where they stand in the log. The log's own end would tell them
/// how much happens that they may not see. 0, from where everybody starts anew, if a stream would replay nothing.
///
/// # Errors
/// When the database fails.
pub async fn last_seen(store: &Store, viewer: &Viewer, head: Seq) -> Result<Seq, StoreError> {
    let (mut until, mut limit) = (head, 8);
    while until > head.saturating_sub(REPLAY_LIMIT) {
        let from = until.saturating_sub(limit);
        let events = store.events_after(from, i64::try_from(until - from).unwrap_or(i64::MAX)).await?;
        if let Some(seq) = delivery::last_seen(&events, viewer) {
            return Ok(seq);
        }
        (until, limit) = (from, limit * 4);
    }
    Ok(0)
}

/// Where streams get their events from.
#[derive(Clone, Debug)]
pub struct Feed {
    tail: broadcast::Sender<Arc<Event>>,
}

impl Feed {
    /// Starts the task, from the log's present end on. `head` wakes it, `stop` ends it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(
        store: Store,
        head: watch::Receiver<Seq>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, StoreError> {
        let (tail, _) = broadcast::channel(BACKLOG);
        let last = store.head().await?;
        tokio::spawn(follow(store, head, stop, tail.clone(), last));
        Ok(Self { tail })
    }

    /// Everything appended from now on (and perhaps a little that is known already: compare numbers).
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.tail.subscribe()
    }
}

async fn follow(
    store: Store,
    mut head: watch::Receiver<Seq>,
    mut stop: watch::Receiver<bool>,
    tail: broadcast::Sender<Arc<Event>>,
    mut last: Seq,
) {
    loop {
        let woken = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            changed = head.changed() => changed.is_ok(),
            () = tokio::time::sleep(POLL_INTERVAL) => true,
        };
        if !woken {
            return;
        }
        let committed = *head.borrow_and_update();
        if tail.receiver_count() == 0 {
            // Whoever comes now reads the log up to here themselves, after they have subscribed.
            last = last.max(committed);
        }
        loop {
            let events = match store.events_after(last, CHUNK).await {
                Ok(events) => events,
                Err(error) => {
                    tracing::warn!(%error, "reading the log failed; retrying");
                    break;
                }
            };
            if events.is_empty() {
                break;
            }
            for event in events {
                last = event.seq;
                // Nobody listening is fine.
                drop(tail.send(Arc::new(event)));
            }
        }
    }
}
