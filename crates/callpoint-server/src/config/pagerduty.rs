//! PagerDuty's Events API, as typed values.

use callpoint_core::model::id::AccountId;
use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    ConfigError, pairs,
    webhooks::{ADDRESS_FORM, Recipient, address},
};

/// Pages to PagerDuty.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PagerDutyConfig {
    /// Integration key of the PagerDuty service that is paged: 32 letters and digits. Default: none.
    pub routing_key: String,
    /// Integration key of the service for sealed incidents, which are sent nowhere else. Default: none.
    pub security_routing_key: String,
    /// Integration keys of the accounts' own on-call teams, as `account=key`. Default: none.
    pub accounts: Vec<String>,
    /// Whether drills are sent too: true or false. Default: false.
    pub drills: bool,
    /// Endpoint of the Events API; the European one is https://events.eu.pagerduty.com/v2/enqueue. Default:
    /// https://events.pagerduty.com/v2/enqueue.
    pub url: String,
}

impl Default for PagerDutyConfig {
    fn default() -> Self {
        Self {
            routing_key: String::new(),
            security_routing_key: String::new(),
            accounts: Vec::new(),
            drills: false,
            url: "https://events.pagerduty.com/v2/enqueue".to_owned(),
        }
    }
}

impl std::fmt::Debug for PagerDutyConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PagerDutyConfig(…)")
    }
}

/// The integration key of a service: whoever has it can page.
#[derive(Clone)]
pub struct RoutingKey(String);

impl RoutingKey {
    fn parse(text: &str) -> Option<Self> {
        (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| Self(text.to_owned()))
    }

    /// The key itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RoutingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RoutingKey(…)")
    }
}

/// The services that are paged.
#[derive(Clone, Debug)]
pub struct PagerDutySettings {
    /// Each with its recipient.
    pub services: Vec<(Recipient, RoutingKey)>,
    /// Where all of them are reached.
    pub url: Url,
    /// Whether drills are sent too.
    pub drills: bool,
}

impl PagerDutySettings {
    pub(super) fn parse(config: &PagerDutyConfig) -> Result<Self, ConfigError> {
        let mut services = Vec::new();
        for (key, text, recipient) in [
            ("pagerduty.routing_key", &config.routing_key, Recipient::Vendor),
            ("pagerduty.security_routing_key", &config.security_routing_key, Recipient::Security),
        ] {
            if !text.is_empty() {
                let routing_key = RoutingKey::parse(text).ok_or_else(|| ConfigError::value(key, KEY_FORM))?;
                services.push((recipient, routing_key));
            }
        }
        // The text of a pair that is none would hold the key, so it is not quoted.
        let accounts =
            pairs("pagerduty.accounts", "account=key", &config.accounts, AccountId::parse, RoutingKey::parse).map_err(
                |_| {
                    ConfigError::value("pagerduty.accounts", "must list account=key, each key of 32 letters and digits")
                },
            )?;
        services.extend(accounts.into_iter().map(|(account, key)| (Recipient::Account(account), key)));
        let url = address(&config.url).ok_or_else(|| ConfigError::value("pagerduty.url", ADDRESS_FORM))?;
        Ok(Self { services, url, drills: config.drills })
    }
}

const KEY_FORM: &str = "must be the integration key of an Events API v2 integration: 32 letters and digits";
