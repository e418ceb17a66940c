//! Tells other systems what people must be called for: signed webhooks, from the log, at least once and in order. What
//! is told passes `seen_by` with the eyes of whom it is for. It must know nothing of who is on call there.

mod message;
mod send;
mod sign;

use std::sync::Arc;

use callpoint_core::model::id::{AccountId, Seq};
use reqwest::{Client, Url, redirect};
use tokio::sync::watch;

pub use message::{WebhookData, WebhookIncident, WebhookMessage};
pub use sign::Secret;

use crate::{
    agreements::{Agreements, pairs},
    config::{Config, ConfigError},
    connect::{
        message::{Route, Teller},
        send::{CONNECT, Outlet, TIMEOUT},
    },
    store::Store,
};

/// Says which implementation of TLS the process uses; what was said first stays.
pub fn prepare_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Checks what is configured.
///
/// # Errors
/// Names the first key whose value is not usable.
pub fn check(config: &Config) -> Result<(), ConfigError> {
    addresses(config).map(drop)
}

/// Where what goes, and what it is signed with.
fn addresses(config: &Config) -> Result<Vec<(Route, Url, Secret)>, ConfigError> {
    let webhook = &config.webhook;
    let secret = Secret::parse(&webhook.secret);
    if !webhook.secret.is_empty() && secret.is_none() {
        return Err(ConfigError::value("webhook.secret", SECRET_FORM));
    }
    let mut found = Vec::new();
    for (key, url, route) in
        [("webhook.url", &webhook.url, Route::Vendor), ("webhook.security_url", &webhook.security_url, Route::Security)]
    {
        if !url.is_empty() {
            found.push((route, address(url).ok_or_else(|| ConfigError::value(key, ADDRESS_FORM))?));
        }
    }
    let key = "webhook.accounts";
    for (account, url) in pairs(key, "account=https://…", &webhook.accounts, AccountId::parse, address)? {
        found.push((Route::Account(account), url));
    }
    let Some(secret) = secret else {
        return if found.is_empty() { Ok(Vec::new()) } else { Err(ConfigError::value("webhook.secret", SECRET_FORM)) };
    };
    let signed = |(route, url): (Route, Url)| {
        let secret = match &route {
            Route::Account(account) => secret.of_account(account),
            Route::Vendor | Route::Security => secret.clone(),
        };
        (route, url, secret)
    };
    Ok(found.into_iter().map(signed).collect())
}

const SECRET_FORM: &str = "must be `whsec_` and 24 to 64 bytes in Base64: echo whsec_$(openssl rand -base64 32)";

const ADDRESS_FORM: &str = "must be an https:// address, or http:// on this machine, without a password";

/// An address that may be told something: nobody on the way reads it.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let own = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str()?);
    let safe = url.scheme() == "https" || (url.scheme() == "http" && own);
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Starts one task for each address. `head` wakes them, `stop` ends them.
///
/// # Errors
/// When there is no TLS to send with.
pub fn start(
    config: &Config,
    agreements: &Agreements,
    store: &Store,
    head: &watch::Receiver<Seq>,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let addresses = addresses(config)?;
    if addresses.is_empty() {
        return Ok(());
    }
    prepare_tls();
    // Whoever answers elsewhere was not configured.
    let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT).timeout(TIMEOUT);
    let client = client.user_agent(concat!("callpoint/", env!("CARGO_PKG_VERSION"))).build()?;
    let scheme = agreements.policy().scheme.clone();
    let teller = Arc::new(Teller { site: config.site(), scheme, drills: config.webhook.drills });
    for (route, url, secret) in addresses {
        let (store, client, clock) = (store.clone(), client.clone(), config.clock.clone());
        let outlet = Outlet { route, url, secret, teller: Arc::clone(&teller), store, client, clock };
        tokio::spawn(send::follow(outlet, head.clone(), stop.clone()));
    }
    Ok(())
}
