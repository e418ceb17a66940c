//! Other systems, and people outside the page. Out: mail, and what people must be called for, from the log, at least once
//! and in order; what is sent passes `seen_by` as whom it is for. What became of a page or of a reminder is written back
//! into the log. In: history from elsewhere.

mod answer;
mod connector;
pub mod import;
mod jwks;
pub mod mail;
mod nowhere;
mod pagerduty;
mod report;
mod send;
mod slack;
mod webhook;

use std::sync::Arc;

use callpoint_core::model::id::Seq;
use reqwest::{Client, redirect};
use tokio::sync::watch;

pub use jwks::RemoteKeys;
pub use webhook::{WebhookData, WebhookIncident, WebhookMessage};

use crate::{
    config::{Recipient, Settings, WebhookEndpoint},
    engine::writer::Writer,
    store::Store,
};
use answer::{CONNECT_TIMEOUT, TIMEOUT};
use connector::{Connector, MessageContext};
use nowhere::Nowhere;
use pagerduty::PagerDuty;
use report::Reporter;
use send::Sender;
use slack::Slack;
use webhook::Webhook;

/// Says which implementation of TLS the process uses; what was said first stays.
pub fn prepare_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What asks other systems: in bounded time, and only those that were configured.
///
/// # Errors
/// When there is no TLS to ask with.
pub fn outgoing() -> reqwest::Result<Client> {
    prepare_tls();
    // Whoever answers elsewhere was not configured.
    let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT);
    client.user_agent(concat!("callpoint/", env!("CARGO_PKG_VERSION"))).build()
}

/// A connector that is configured.
#[derive(Clone, Debug)]
pub struct ConfiguredConnector {
    /// Under which staff find it.
    pub name: String,
    /// What kind it is.
    pub kind: &'static str,
    /// For whom it is.
    pub recipient: Recipient,
}

/// Every connector that is configured, in the order of the configuration.
#[must_use]
pub fn configured(settings: &Settings) -> Vec<ConfiguredConnector> {
    let known = |connector: Box<dyn Connector>| {
        let (kind, recipient) = (connector.kind(), connector.recipient().clone());
        ConfiguredConnector { name: connector::name(kind, &recipient), kind, recipient }
    };
    connectors(settings).into_iter().map(known).collect()
}

fn connectors(settings: &Settings) -> Vec<Box<dyn Connector>> {
    let (site, scheme) = (settings.site.clone(), settings.policy.policy.scheme.clone());
    let context = Arc::new(MessageContext { site, vendor: settings.vendor.clone(), scheme });
    let drills = settings.webhooks.drills;
    let webhooks = settings.webhooks.endpoints.iter().cloned().map(|WebhookEndpoint { recipient, url, secret }| {
        Box::new(Webhook { recipient, url, secret, drills, context: Arc::clone(&context) }) as Box<dyn Connector>
    });
    let (url, drills) = (&settings.pagerduty.url, settings.pagerduty.drills);
    let services = settings.pagerduty.services.iter().cloned().map(|(recipient, routing_key)| {
        let (url, context) = (url.clone(), Arc::clone(&context));
        Box::new(PagerDuty { recipient, routing_key, url, drills, context }) as Box<dyn Connector>
    });
    let channels = settings.slack.channels.iter().cloned().map(|(recipient, url)| {
        let (drills, context) = (settings.slack.drills, Arc::clone(&context));
        Box::new(Slack { recipient, url, drills, context }) as Box<dyn Connector>
    });
    webhooks.chain(services).chain(channels).collect()
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
    let client = outgoing()?;
    let reporter = Reporter { store: store.clone(), writer: writer.clone(), clock: settings.clock.clone() };
    let connectors = connectors(settings);
    let others = connectors.iter().filter(|connector| connector.calls());
    let others = others.map(|connector| connector.recipient().clone()).collect();
    // Before anything happens: what is new begins with what happens from now on.
    for connector in connectors {
        let sender = Sender::new(connector, client.clone(), reporter.clone());
        let place = sender.begin().await?;
        tokio::spawn(sender.run(place, head.clone(), stop.clone()));
    }
    let nowhere = Nowhere { others, reporter };
    let last = nowhere.begin().await?;
    tokio::spawn(nowhere.run(last, head.clone(), stop.clone()));
    Ok(())
}
