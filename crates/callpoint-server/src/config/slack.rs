//! Slack channels, as typed values.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    ConfigError,
    webhooks::{ADDRESS_FORM, Recipient, address},
};

/// Messages to Slack channels.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SlackConfig {
    /// Incoming webhook of the channel that reads about incidents: https://hooks.slack.com/services/… Default: none.
    pub url: String,
    /// Incoming webhook of the channel for sealed incidents, which are sent nowhere else. Default: none.
    pub security_url: String,
    /// Whether drills are sent too: true or false. Default: false.
    pub drills: bool,
}

impl std::fmt::Debug for SlackConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlackConfig(…)")
    }
}

/// The channels that read about incidents.
#[derive(Clone, Debug)]
pub struct SlackSettings {
    /// Each with its incoming webhook.
    pub channels: Vec<(Recipient, Url)>,
    /// Whether drills are sent too.
    pub drills: bool,
}

impl SlackSettings {
    pub(super) fn parse(config: &SlackConfig) -> Result<Self, ConfigError> {
        let mut channels = Vec::new();
        for (key, url, recipient) in [
            ("slack.url", &config.url, Recipient::Vendor),
            ("slack.security_url", &config.security_url, Recipient::Security),
        ] {
            if !url.is_empty() {
                channels.push((recipient, address(url).ok_or_else(|| ConfigError::value(key, ADDRESS_FORM))?));
            }
        }
        Ok(Self { channels, drills: config.drills })
    }
}
