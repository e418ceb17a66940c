//! Sends messages in order, each until it is accepted, and remembers the last one.

use std::{sync::Arc, time::Duration};

use callpoint_core::model::{event::Event, id::Seq, time::SECOND};
use reqwest::{Client, StatusCode, Url, header::CONTENT_TYPE};
use tokio::sync::watch;

use super::message::{MessageBuilder, is_sent};
use crate::{
    clock::Clock,
    config::Recipient,
    crypto::{self, SigningSecret},
    engine::feed::CHUNK,
    store::{Store, StoreError},
};

/// A receiver that can't be reached within this long is tried again.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The same for one that does not answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// What other processes appended is noticed at this pace.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The first wait between tries; each one after is twice as long, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait between tries.
const LAST_WAIT: Duration = Duration::from_secs(5 * 60);

/// One address and all that it takes to tell it.
pub(super) struct Connector {
    pub recipient: Recipient,
    pub url: Url,
    pub secret: SigningSecret,
    pub builder: Arc<MessageBuilder>,
    pub store: Store,
    pub client: Client,
    pub clock: Clock,
}

/// What became of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// Nothing of it is for this recipient.
    Skipped,
    /// The address took it.
    Accepted,
    /// The address wants no more.
    Gone,
}

/// Tells an address what happens until it is gone or the server ends.
pub(super) async fn run(connector: Connector, head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = connector.follow(head) => {}
    }
}

impl Connector {
    async fn follow(&self, mut head: watch::Receiver<Seq>) {
        let Some(mut last) = self.begin().await else {
            tracing::warn!(connector = self.recipient.name(), "sends nothing: its address answered 410 Gone before");
            return;
        };
        loop {
            head.mark_unchanged();
            match self.send_new(&mut last).await {
                Ok(Delivery::Gone) => return,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a connector can't read the log; trying again"),
            }
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    /// The last event that was dealt with; `None` if this address is gone.
    async fn begin(&self) -> Option<Seq> {
        loop {
            match self.store.connector(&self.recipient.name()).await {
                Ok(cursor) => return (cursor.gone != Some(self.digest())).then_some(cursor.seq),
                Err(error) => tracing::warn!(%error, "a connector can't be read; trying again"),
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Sends all that is new. The cursor is stored after each message; after a restart it goes on from there.
    async fn send_new(&self, last: &mut Seq) -> Result<Delivery, StoreError> {
        let name = self.recipient.name();
        loop {
            let events = self.store.events_after(*last, CHUNK).await?;
            for event in &events {
                match if is_sent(event) { self.send(event).await? } else { Delivery::Skipped } {
                    Delivery::Skipped => {}
                    Delivery::Accepted => self.store.move_connector(&name, event.seq).await?,
                    Delivery::Gone => {
                        self.store.close_connector(&name, &self.digest()).await?;
                        tracing::warn!(connector = name, "sends nothing from here on: its address answered 410 Gone");
                        return Ok(Delivery::Gone);
                    }
                }
                *last = event.seq;
            }
            if events.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX) {
                return Ok(Delivery::Skipped);
            }
            self.store.move_connector(&name, *last).await?;
        }
    }

    /// Tells one event, however often it takes; nothing where there is nothing to tell.
    async fn send(&self, event: &Event) -> Result<Delivery, StoreError> {
        let mut wait = FIRST_WAIT;
        loop {
            // Read anew for each try: by now the recipient may no longer see it.
            let Some(incident) = (match event.incident {
                Some(id) => self.store.incident(id).await?,
                None => None,
            }) else {
                return Ok(Delivery::Skipped);
            };
            let Some(message) = self.builder.message(&self.recipient, event, &incident) else {
                return Ok(Delivery::Skipped);
            };
            let body = serde_json::to_string(&message)?;
            match self.post(event, body).await {
                Ok(status) if status.is_success() => return Ok(Delivery::Accepted),
                Ok(StatusCode::GONE) => return Ok(Delivery::Gone),
                Ok(status) => self.warn(&format!("it answered {status}")),
                Err(error) => self.warn(&error.without_url().to_string()),
            }
            tokio::time::sleep(shortened(wait)).await;
            wait = (wait * 2).min(LAST_WAIT);
        }
    }

    async fn post(&self, event: &Event, body: String) -> Result<StatusCode, reqwest::Error> {
        // The same for every try, whichever node makes it.
        let id = format!("evt_{}_{}", event.seq, event.command);
        let timestamp = self.clock.now().0.div_euclid(SECOND);
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", self.secret.sign(&id, timestamp, &body));
        Ok(request.body(body).send().await?.status())
    }

    /// Addresses can hold secrets, so the log has the connector's name alone.
    fn warn(&self, why: &str) {
        tracing::warn!(connector = self.recipient.name(), why, "a message was not taken; it is sent again");
    }

    fn digest(&self) -> String {
        crypto::digest(self.url.as_str())
    }
}

/// By a random part of up to half, so that many don't come at once.
fn shortened(wait: Duration) -> Duration {
    let random = crypto::random().ok().and_then(|bytes| bytes.first().copied()).unwrap_or_default();
    wait.mul_f64(1.0 - f64::from(random) / 512.0)
}
