//! Webhook endpoints, as typed values.

use callpoint_core::model::id::AccountId;
use reqwest::Url;

use super::{ConfigError, WebhookConfig, pairs};
use crate::crypto::SigningSecret;

/// The recipient of a connector's messages; it decides what they contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The vendor, for incidents that are not sealed.
    Vendor,
    /// The vendor's security staff, for sealed incidents.
    Security,
    /// An account's own on-call team, for its pages.
    Account(AccountId),
}

/// An endpoint that messages are sent to.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// Its recipient.
    pub recipient: Recipient,
    /// Its URL.
    pub url: Url,
    /// The secret that signs its messages.
    pub secret: SigningSecret,
}

/// The webhook endpoints and their secrets.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Every endpoint, each with its own secret.
    pub endpoints: Vec<WebhookEndpoint>,
    /// The secret from which those of the accounts are derived.
    pub secret: Option<SigningSecret>,
    /// Whether drills are sent too.
    pub drills: bool,
}

impl WebhookSettings {
    pub(super) fn parse(config: &WebhookConfig) -> Result<Self, ConfigError> {
        let secret = SigningSecret::parse(&config.secret);
        if !config.secret.is_empty() && secret.is_none() {
            return Err(ConfigError::value("webhook.secret", SECRET_FORM));
        }
        let mut found = Vec::new();
        for (key, url, recipient) in [
            ("webhook.url", &config.url, Recipient::Vendor),
            ("webhook.security_url", &config.security_url, Recipient::Security),
        ] {
            if !url.is_empty() {
                found.push((recipient, address(url).ok_or_else(|| ConfigError::value(key, ADDRESS_FORM))?));
            }
        }
        let accounts = pairs("webhook.accounts", "account=https://…", &config.accounts, AccountId::parse, address)?;
        found.extend(accounts.into_iter().map(|(account, url)| (Recipient::Account(account), url)));
        let endpoints = match &secret {
            None if found.is_empty() => Vec::new(),
            None => return Err(ConfigError::value("webhook.secret", SECRET_FORM)),
            Some(secret) => found.into_iter().map(|(recipient, url)| endpoint(recipient, url, secret)).collect(),
        };
        Ok(Self { endpoints, secret, drills: config.drills })
    }
}

fn endpoint(recipient: Recipient, url: Url, secret: &SigningSecret) -> WebhookEndpoint {
    let secret = match &recipient {
        Recipient::Account(account) => secret.of_account(account),
        Recipient::Vendor | Recipient::Security => secret.clone(),
    };
    WebhookEndpoint { recipient, url, secret }
}

const SECRET_FORM: &str = "must be `whsec_` and 24 to 64 bytes in Base64: echo whsec_$(openssl rand -base64 32)";

pub(super) const ADDRESS_FORM: &str = "must be an https:// address, or http:// on this machine, without a password";

/// Parses an endpoint that can be reached confidentially: https, or http on the loopback interface.
pub(super) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let own = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str()?);
    let safe = url.scheme() == "https" || (url.scheme() == "http" && own);
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}
