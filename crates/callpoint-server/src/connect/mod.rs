//! Other systems. Out: signed webhooks of what people must be called for, from the log, at least once and in order; what
//! is sent passes `seen_by` as whom it is for. In: history from elsewhere.

pub mod import;
mod message;
mod send;

use std::sync::Arc;

use callpoint_core::model::id::Seq;
use reqwest::{Client, redirect};
use tokio::sync::watch;

pub use message::{WebhookData, WebhookIncident, WebhookMessage};

use crate::{
    config::{Settings, WebhookEndpoint},
    store::Store,
};
use message::MessageBuilder;
use send::{CONNECT_TIMEOUT, Connector, TIMEOUT};

/// Says which implementation of TLS the process uses; what was said first stays.
pub fn prepare_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Starts one task for each address. `head` wakes them, `stop` ends them.
///
/// # Errors
/// When there is no TLS to send with.
pub fn start(
    settings: &Settings,
    store: &Store,
    head: &watch::Receiver<Seq>,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    if settings.webhooks.endpoints.is_empty() {
        return Ok(());
    }
    prepare_tls();
    // Whoever answers elsewhere was not configured.
    let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT);
    let client = client.user_agent(concat!("callpoint/", env!("CARGO_PKG_VERSION"))).build()?;
    let builder = Arc::new(MessageBuilder {
        site: settings.site.clone(),
        scheme: settings.policy.policy.scheme.clone(),
        drills: settings.webhooks.drills,
    });
    for WebhookEndpoint { recipient, url, secret } in settings.webhooks.endpoints.iter().cloned() {
        let (store, client, clock) = (store.clone(), client.clone(), settings.clock.clone());
        let connector = Connector { recipient, url, secret, builder: Arc::clone(&builder), store, client, clock };
        tokio::spawn(send::run(connector, head.clone(), stop.clone()));
    }
    Ok(())
}
