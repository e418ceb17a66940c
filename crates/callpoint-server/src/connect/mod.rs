//! Other systems, and people outside the page. Out: mail, and signed webhooks of what people must be called for, from
//! the log, at least once and in order; what is sent passes `seen_by` as whom it is for. What became of a page or of a
//! reminder is written back into the log. In: history from elsewhere.

pub mod import;
pub mod mail;
mod message;
mod send;

use std::sync::Arc;

use callpoint_core::model::id::Seq;
use reqwest::{Client, redirect};
use tokio::sync::watch;

pub use message::{WebhookData, WebhookIncident, WebhookMessage};

use crate::{
    config::{Settings, WebhookEndpoint},
    engine::writer::Writer,
    store::Store,
};
use message::MessageBuilder;
use send::{Address, CONNECT_TIMEOUT, Connector, Route, TIMEOUT};

/// Says which implementation of TLS the process uses; what was said first stays.
pub fn prepare_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Starts one task for each address, and one for the pages that none of them takes. `head` wakes them, `stop` ends them.
///
/// # Errors
/// When there is no TLS to send with, or the database fails.
pub async fn start(
    settings: &Settings,
    store: &Store,
    writer: &Writer,
    head: &watch::Receiver<Seq>,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    prepare_tls();
    // Whoever answers elsewhere was not configured.
    let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT);
    let client = client.user_agent(concat!("callpoint/", env!("CARGO_PKG_VERSION"))).build()?;
    let builder = Arc::new(MessageBuilder {
        site: settings.site.clone(),
        scheme: settings.policy.policy.scheme.clone(),
        drills: settings.webhooks.drills,
    });
    let addresses = settings.webhooks.endpoints.iter().cloned().map(|WebhookEndpoint { recipient, url, secret }| {
        let (client, builder) = (client.clone(), Arc::clone(&builder));
        Route::Address(Box::new(Address { recipient, url, secret, builder, client }))
    });
    let recipients = settings.webhooks.endpoints.iter().map(|endpoint| endpoint.recipient.clone()).collect();
    for route in addresses.chain([Route::Nowhere(recipients)]) {
        let (store, writer, clock) = (store.clone(), writer.clone(), settings.clock.clone());
        let connector = Connector { route, store, writer, clock };
        // Before anything happens: a connector that is new begins with what happens from now on.
        let cursor = connector.begin().await?;
        tokio::spawn(send::run(connector, cursor, head.clone(), stop.clone()));
    }
    Ok(())
}
