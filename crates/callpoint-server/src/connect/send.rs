//! Sends messages in order, each until it is accepted, and remembers the last one. Of each page it writes back what
//! became of it.

use std::{sync::Arc, time::Duration};

use callpoint_core::{
    model::{
        command::Command,
        event::{Change, Event, PageOutcome},
        id::Seq,
        incident::Incident,
        time::{SECOND, Time},
    },
    wire::error::ErrorCode,
};
use reqwest::{Client, StatusCode, Url, header::CONTENT_TYPE};
use tokio::sync::watch;

use super::message::{MessageBuilder, is_sent};
use crate::{
    clock::Clock,
    config::Recipient,
    crypto::{self, SigningSecret},
    engine::{
        feed::CHUNK,
        writer::{WriteRequest, Writer},
    },
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

/// After so many tries without success, the pages that wait are said not to be delivered; the tries go on.
const TRIES: u32 = 3;

/// What its entries are called where they say by what somebody was paged.
const CONNECTOR: &str = "webhook";

/// What takes messages out, and writes back what became of pages.
pub(super) struct Connector {
    pub route: Route,
    pub store: Store,
    pub writer: Writer,
    pub clock: Clock,
}

/// Where messages go.
pub(super) enum Route {
    /// To an address.
    Address(Box<Address>),
    /// Nowhere: the pages that none of these recipients takes.
    Nowhere(Vec<Recipient>),
}

/// One address and all that it takes to tell it.
pub(super) struct Address {
    pub recipient: Recipient,
    pub url: Url,
    pub secret: SigningSecret,
    pub builder: Arc<MessageBuilder>,
    pub client: Client,
}

/// How far a connector has come.
pub(super) struct Cursor {
    /// The last event that was dealt with.
    last: Seq,
    /// The last event that was looked at for pages that could not be delivered.
    reported: Seq,
    /// Whether the address wants to hear nothing any more.
    gone: bool,
}

/// What became of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// Nothing of it goes this way.
    Skipped,
    /// It was taken.
    Accepted,
    /// The address wants no more.
    Gone,
}

/// Tells an address what happens until the server ends.
pub(super) async fn run(
    connector: Connector,
    cursor: Cursor,
    head: watch::Receiver<Seq>,
    mut stop: watch::Receiver<bool>,
) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = connector.follow(cursor, head) => {}
    }
}

impl Route {
    /// Under which it keeps its place in the log.
    fn name(&self) -> String {
        match self {
            Self::Address(address) => address.recipient.name(),
            Self::Nowhere(_) => "no connector".to_owned(),
        }
    }

    /// Whether a page of this incident goes this way.
    fn takes_page(&self, event: &Event, incident: &Incident) -> bool {
        let sealed = event.seal.is_some() || incident.seal.is_some();
        match self {
            _ if !matches!(event.change, Change::Paged(_)) => false,
            Self::Address(address) => address.recipient.takes(&event.change, sealed),
            Self::Nowhere(others) => !others.iter().any(|recipient| recipient.takes(&event.change, sealed)),
        }
    }
}

impl Connector {
    /// Where it goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Cursor, StoreError> {
        let name = self.route.name();
        let cursor = self.store.connector(&name).await?;
        let gone = match &self.route {
            Route::Address(address) => cursor.gone == Some(address.digest()),
            Route::Nowhere(_) => false,
        };
        if gone {
            tracing::warn!(connector = name, "disabled: its address answered 410 Gone earlier");
        }
        Ok(Cursor { last: cursor.seq, reported: cursor.seq, gone })
    }

    async fn follow(&self, mut cursor: Cursor, mut head: watch::Receiver<Seq>) {
        loop {
            head.mark_unchanged();
            if let Err(error) = self.send_new(&mut cursor).await {
                tracing::warn!(%error, "a connector can't read the log; retrying");
            }
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    /// Sends all that is new. The cursor is stored after each message; after a restart it goes on from there.
    async fn send_new(&self, cursor: &mut Cursor) -> Result<(), StoreError> {
        let name = self.route.name();
        loop {
            let events = self.store.events_after(cursor.last, CHUNK).await?;
            for event in &events {
                match self.deal_with(event, cursor).await? {
                    Delivery::Skipped => {}
                    Delivery::Accepted => self.store.move_connector(&name, event.seq).await?,
                    Delivery::Gone => {
                        if let Route::Address(address) = &self.route {
                            self.store.close_connector(&name, &address.digest()).await?;
                        }
                        tracing::warn!(connector = name, "disabled: its address answered 410 Gone");
                        cursor.gone = true;
                        self.report(event, PageOutcome::Undelivered).await?;
                    }
                }
                cursor.last = event.seq;
            }
            if events.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX) {
                return Ok(());
            }
            if !cursor.gone {
                self.store.move_connector(&name, cursor.last).await?;
            }
        }
    }

    async fn deal_with(&self, event: &Event, cursor: &mut Cursor) -> Result<Delivery, StoreError> {
        match &self.route {
            Route::Nowhere(_) => {
                let said = self.report(event, PageOutcome::NoConnector).await?;
                Ok(if said { Delivery::Accepted } else { Delivery::Skipped })
            }
            Route::Address(_) if cursor.gone => {
                self.report(event, PageOutcome::Undelivered).await?;
                Ok(Delivery::Skipped)
            }
            Route::Address(address) if is_sent(event) => self.send(address, event, cursor).await,
            Route::Address(_) => Ok(Delivery::Skipped),
        }
    }

    /// Tells one event, however often it takes; nothing where there is nothing to tell.
    async fn send(&self, address: &Address, event: &Event, cursor: &mut Cursor) -> Result<Delivery, StoreError> {
        let (mut wait, mut tries) = (FIRST_WAIT, 0);
        loop {
            // Read anew for each try: by now the recipient may no longer see it.
            let Some(incident) = self.incident(event).await? else { return Ok(Delivery::Skipped) };
            let Some(message) = address.builder.message(&address.recipient, event, &incident) else {
                return Ok(Delivery::Skipped);
            };
            let body = serde_json::to_string(&message)?;
            match address.post(event, body, self.clock.now()).await {
                Ok(status) if status.is_success() => {
                    self.report(event, PageOutcome::Delivered).await?;
                    return Ok(Delivery::Accepted);
                }
                Ok(StatusCode::GONE) => return Ok(Delivery::Gone),
                Ok(status) => address.warn(&format!("it answered {status}")),
                Err(error) => address.warn(&error.without_url().to_string()),
            }
            tries += 1;
            if tries >= TRIES {
                self.report_waiting(event.seq, cursor).await?;
            }
            tokio::time::sleep(shortened(wait)).await;
            wait = (wait * 2).min(LAST_WAIT);
        }
    }

    /// Says of the pages from this event on that they could not be delivered: what comes after waits too.
    async fn report_waiting(&self, from: Seq, cursor: &mut Cursor) -> Result<(), StoreError> {
        let after = cursor.reported.max(from.saturating_sub(1));
        for event in self.store.events_after(after, CHUNK).await? {
            self.report(&event, PageOutcome::Undelivered).await?;
            cursor.reported = event.seq;
        }
        Ok(())
    }

    /// Writes back what became of an event, if it is a page that goes this way; says whether it is.
    async fn report(&self, event: &Event, outcome: PageOutcome) -> Result<bool, StoreError> {
        let Some(incident) = self.incident(event).await? else { return Ok(false) };
        if !self.route.takes_page(event, &incident) {
            return Ok(false);
        }
        let connector = if outcome == PageOutcome::NoConnector { "" } else { CONNECTOR };
        let command = Command::PageHandled { page: event.seq, outcome, connector: connector.to_owned() };
        while let Some(write) = WriteRequest::by_system(incident.id, command.clone(), self.clock.now()) {
            match self.writer.write(write).await {
                Err(problem) if problem.code == ErrorCode::Unavailable => {
                    tracing::warn!(error = %problem, "what became of a page could not be recorded; trying again");
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                Err(problem) => {
                    tracing::error!(error = %problem, "what became of a page was not recorded");
                    break;
                }
                Ok(_) => break,
            }
        }
        Ok(true)
    }

    /// The incident of an event that may concern other systems, as it is now.
    async fn incident(&self, event: &Event) -> Result<Option<Incident>, StoreError> {
        match event.incident {
            Some(id) if is_sent(event) => self.store.incident(id).await,
            _ => Ok(None),
        }
    }
}

impl Address {
    async fn post(&self, event: &Event, body: String, now: Time) -> Result<StatusCode, reqwest::Error> {
        // The same for every try, whichever node makes it.
        let id = format!("evt_{}_{}", event.seq, event.command);
        let timestamp = now.0.div_euclid(SECOND);
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
        tracing::warn!(connector = self.recipient.name(), why, "delivering a message failed; retrying");
    }

    fn digest(&self) -> String {
        crypto::digest(self.url.as_str())
    }
}

/// By a random part of up to half, so that many don't come at once.
pub(super) fn shortened(wait: Duration) -> Duration {
    let random = crypto::random().ok().and_then(|bytes| bytes.first().copied()).unwrap_or_default();
    wait.mul_f64(1.0 - f64::from(random) / 512.0)
}
