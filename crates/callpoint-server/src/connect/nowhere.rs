//! The pages that no connector takes: staff read that nobody could be called.

use callpoint_core::model::{
    event::{Change, Event, PageOutcome},
    id::Seq,
};
use tokio::sync::watch;

use super::{report::Reporter, send::POLL_INTERVAL};
use crate::{config::Recipient, engine::feed::CHUNK, store::StoreError};

/// Under which it keeps its place in the log.
const NAME: &str = "no connector";

pub(super) struct Nowhere {
    /// Those who take pages.
    pub others: Vec<Recipient>,
    pub reporter: Reporter,
}

impl Nowhere {
    /// The last event that was dealt with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Seq, StoreError> {
        self.reporter.store.connector(NAME).await
    }

    /// Says of each page that nobody takes it, until the server ends.
    pub async fn run(self, mut last: Seq, mut head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
        loop {
            head.mark_unchanged();
            if let Err(error) = self.say_new(&mut last).await {
                tracing::warn!(%error, "pages without a connector can't be read; retrying");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                changed = head.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    async fn say_new(&self, last: &mut Seq) -> Result<(), StoreError> {
        loop {
            let events = self.reporter.store.events_after(*last, CHUNK).await?;
            let mut moved = events.len() >= usize::try_from(CHUNK).unwrap_or(usize::MAX);
            let more = moved;
            for event in &events {
                moved |= self.say(event).await?;
                *last = event.seq;
            }
            if moved {
                self.reporter.store.move_connector(NAME, *last).await?;
            }
            if !more {
                return Ok(());
            }
        }
    }

    async fn say(&self, event: &Event) -> Result<bool, StoreError> {
        let (Change::Paged(_), Some(id)) = (&event.change, event.incident) else { return Ok(false) };
        let Some(incident) = self.reporter.store.incident(id).await? else { return Ok(false) };
        if self.others.iter().any(|recipient| recipient.takes(event, &incident)) {
            return Ok(false);
        }
        self.reporter.report(id, event.seq, PageOutcome::NoConnector, "").await;
        Ok(true)
    }
}
