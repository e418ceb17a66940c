//! Configuration: a TOML file, every key also by environment, read once and parsed into typed [`Settings`].

mod customer_keys;
mod escalation;
mod fields;
mod keys;
mod limits;
mod mail;
mod metrics;
mod oidc;
mod pagerduty;
mod policy;
mod settings;
mod slack;
mod tables;
#[cfg(test)]
mod tests;
mod webhooks;

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

pub use customer_keys::{AUDIENCE, CustomerKeyConfig, IssuerKeys, TokenIssuer};
pub use keys::{ConfigKey, ValueKind, keys, variable};
pub use limits::{LimitSettings, TimeLimits};
pub use mail::{MailSettings, MailTransport};
pub use metrics::{MetricsConfig, MetricsSettings};
pub use oidc::{OidcConfig, OidcSettings, StaffRole};
pub use pagerduty::{PagerDutyConfig, PagerDutySettings, RoutingKey};
pub use policy::PolicySettings;
pub use settings::{AttachmentSettings, CustomerSettings, Settings};
pub use slack::{SlackConfig, SlackSettings};
pub use tables::{
    AttachmentsConfig, CustomersConfig, EngagementConfig, EscalationConfig, FieldConfig, FieldWordsConfig,
    LimitsConfig, LogFormat, MailConfig, ReportConfig, StepConfig, VendorConfig, WebhookConfig,
};
pub use webhooks::{Recipient, WebhookEndpoint, WebhookSettings};

use crate::clock::Clock;

/// Why the configuration is invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// The operating system's error.
        error: std::io::Error,
    },
    /// It is not TOML, or a key is unknown or has the wrong type.
    #[error("{origin}: {message}")]
    Malformed {
        /// The file, or "environment".
        origin: String,
        /// The parser's message, with line and column where known.
        message: String,
    },
    /// A value is invalid.
    #[error("{key}: {message}")]
    Value {
        /// The key, with its table: `vendor.name`.
        key: String,
        /// The requirement that it does not meet.
        message: String,
    },
}

/// The address to listen on, unless another is configured.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4127";

/// The configuration as written, before its values are parsed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on. Default: 127.0.0.1:4127.
    pub listen: String,
    /// Base URL under which people reach it. Default: http:// and the listen address.
    pub public_url: String,
    /// Database URL: sqlite:FILE or postgres://… Default: sqlite:callpoint.db.
    pub database: String,
    /// Origins whose pages may embed the widget. Default: only its own.
    pub origins: Vec<String>,
    /// Log format: text or json. Default: text.
    pub log: LogFormat,
    /// Log level: error, warn, info, debug or trace. Default: info.
    pub log_level: String,
    /// The vendor and its incident process.
    pub vendor: VendorConfig,
    /// Authentication of customers, and access for guests.
    pub customers: CustomersConfig,
    /// Sign-in of staff through an OpenID Connect provider.
    pub oidc: OidcConfig,
    /// The report form.
    pub report: ReportConfig,
    /// Engagements with accounts.
    pub engagement: EngagementConfig,
    /// Escalation policies: who is paged, step by step, until someone acknowledges; see below. Default: the on-call
    /// person, and at the top level the component owners too, three times within the target for the first response, and
    /// again.
    pub escalation: Vec<EscalationConfig>,
    /// Signed webhooks to other systems.
    pub webhook: WebhookConfig,
    /// Pages to PagerDuty.
    pub pagerduty: PagerDutyConfig,
    /// Messages to Slack channels.
    pub slack: SlackConfig,
    /// Email notifications.
    pub mail: MailConfig,
    /// Figures for Prometheus.
    pub metrics: MetricsConfig,
    /// Limits on connections, streams and writes.
    pub limits: LimitsConfig,
    /// Files that people attach.
    pub attachments: AttachmentsConfig,
    /// Whether the demonstration runs; set on the command line only.
    #[serde(skip)]
    pub demo: bool,
    /// The clock; set by the process that starts the server.
    #[serde(skip)]
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN.to_owned(),
            public_url: String::new(),
            database: "sqlite:callpoint.db".to_owned(),
            origins: Vec::new(),
            log: LogFormat::Text,
            log_level: "info".to_owned(),
            vendor: VendorConfig::default(),
            customers: CustomersConfig::default(),
            oidc: OidcConfig::default(),
            report: ReportConfig::default(),
            engagement: EngagementConfig::default(),
            escalation: Vec::new(),
            webhook: WebhookConfig::default(),
            pagerduty: PagerDutyConfig::default(),
            slack: SlackConfig::default(),
            mail: MailConfig::default(),
            metrics: MetricsConfig::default(),
            limits: LimitsConfig::default(),
            attachments: AttachmentsConfig::default(),
            demo: false,
            clock: Clock::default(),
        }
    }
}

impl ConfigError {
    /// An invalid value of a key; `message` states the requirement.
    #[must_use]
    pub fn value(key: &str, message: &str) -> Self {
        Self::Value { key: key.to_owned(), message: message.to_owned() }
    }
}

impl Config {
    /// Reads the file, if there is one, then the environment, over `defaults`; those are the demonstration's.
    ///
    /// # Errors
    /// [`ConfigError`] names the invalid key and the requirement.
    pub fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        defaults: Option<toml::Table>,
    ) -> Result<Self, ConfigError> {
        let demo = defaults.is_some();
        let mut table = defaults.unwrap_or_default();
        let mut origin = "configuration".to_owned();
        if let Some(path) = file {
            origin = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::Unreadable { path: origin.clone(), error })?;
            let malformed =
                |error: toml::de::Error| ConfigError::Malformed { origin: origin.clone(), message: error.to_string() };
            let own: toml::Table = text.parse().map_err(malformed)?;
            keys::check_names(&own, &origin)?;
            // Read once as it is, so that mistakes are named with their line.
            toml::from_str::<Self>(&text).map_err(malformed)?;
            lay_over(&mut table, own);
        }
        for key in keys() {
            if let Some(value) = environment(&variable(&key.name)) {
                set(&mut table, key, &value)?;
            }
        }
        let mut config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Malformed { origin, message: error.to_string() })?;
        config.demo = demo;
        Ok(config)
    }

    /// The typed values.
    ///
    /// # Errors
    /// Names the first key with an invalid value.
    pub fn parse(&self) -> Result<Settings, ConfigError> {
        Settings::parse(self)
    }
}

/// Pairs of `left=right`; `form` is the expected form, for the error message.
fn pairs<A, B>(
    key: &'static str,
    form: &str,
    texts: &[String],
    left: impl Fn(&str) -> Option<A>,
    right: impl Fn(&str) -> Option<B>,
) -> Result<Vec<(A, B)>, ConfigError> {
    let pair = |text: &String| {
        let (one, two) = text.split_once('=')?;
        left(one.trim()).zip(right(two.trim()))
    };
    let read =
        |text| pair(text).ok_or_else(|| ConfigError::value(key, &format!("`{text}` must have the form `{form}`")));
    texts.iter().map(read).collect()
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

fn set(table: &mut toml::Table, key: &ConfigKey, value: &str) -> Result<(), ConfigError> {
    let value = match key.kind {
        ValueKind::Text => toml::Value::String(value.to_owned()),
        ValueKind::Number => toml::Value::Integer(value.parse().map_err(|_| ConfigError::Value {
            key: key.name.clone(),
            message: format!("{} must be a whole number", variable(&key.name)),
        })?),
        ValueKind::Flag => toml::Value::Boolean(value.parse().map_err(|_| ConfigError::Value {
            key: key.name.clone(),
            message: format!("{} must be true or false", variable(&key.name)),
        })?),
        ValueKind::List => toml::Value::Array(
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(toml::Value::from).collect(),
        ),
        ValueKind::Tables => toml::from_str::<toml::Table>(&format!("value = {value}"))
            .ok()
            .and_then(|mut table| table.remove("value"))
            .ok_or_else(|| ConfigError::Value {
                key: key.name.clone(),
                message: format!("{} must be an array of inline tables, as in TOML", variable(&key.name)),
            })?,
    };
    match key.name.split_once('.') {
        None => drop(table.insert(key.name.clone(), value)),
        Some((outer, inner)) => {
            let entry = table.entry(outer).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(entry) = entry {
                entry.insert(inner.to_owned(), value);
            }
        }
    }
    Ok(())
}
