//! Where messages for other systems are sent, as typed values.

use callpoint_core::model::id::AccountId;
use reqwest::Url;

use super::{ConfigError, WebhookConfig, pairs};
use crate::crypto::SigningSecret;

/// Who gets a connector's messages; decides what is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The vendor, of all that is not sealed.
    Vendor,
    /// The vendor's security staff, of what is.
    Security,
    /// An account's own people on call, that they are called.
    Account(AccountId),
}

/// One address that messages are sent to.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint {
    /// For whom it is.
    pub recipient: Recipient,
    /// Where it is.
    pub url: Url,
    /// What its messages are signed with.
    pub secret: SigningSecret,
}

/// What is sent to other systems.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Every address, each with its own secret.
    pub endpoints: Vec<WebhookEndpoint>,
    /// What the accounts' secrets are derived from.
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

const ADDRESS_FORM: &str = "must be an https:// address, or http:// on this machine, without a password";

/// An address that messages may be sent to: nobody on the way can read them.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let own = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str()?);
    let safe = url.scheme() == "https" || (url.scheme() == "http" && own);
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}
