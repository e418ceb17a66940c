//! Configuration: a TOML file, every key also by environment, and the list of both in one place ([`KEYS`]). What the
//! rules make of it is [`agreements`](crate::agreements)' part.

mod keys;
mod values;

use std::path::Path;

use serde::Deserialize;

pub use keys::{KEYS, Key, Shape, variable};
pub use values::{CustomersConfig, EngagementConfig, LogFormat, VendorConfig, WebhookConfig};

use crate::{agreements::Agreements, clock::Clock};

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// It is not TOML, or a key is unknown or has the wrong type.
    #[error("{origin}: {message}")]
    Malformed {
        /// The file, or "environment".
        origin: String,
        /// What is wrong, with line and column where there is one.
        message: String,
    },
    /// A value is not usable.
    #[error("{key}: {message}")]
    Value {
        /// The key, as in the file.
        key: &'static str,
        /// What it has to be.
        message: String,
    },
}

/// What a key without a value starts from.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4127";

/// All that the server can be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// How people reach it: scheme and authority, no path.
    pub public_url: String,
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// Origins whose pages may embed the widget.
    pub origins: Vec<String>,
    /// How to log.
    pub log: LogFormat,
    /// How much to log.
    pub log_level: String,
    /// Who runs this.
    pub vendor: VendorConfig,
    /// How customers are known.
    pub customers: CustomersConfig,
    /// What is agreed with accounts.
    pub engagement: EngagementConfig,
    /// Where to tell other systems.
    pub webhook: WebhookConfig,
    /// Whether the demonstration runs; a matter of the command line.
    #[serde(skip)]
    pub demo: bool,
    /// The time of day; a matter of whoever starts it.
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
            engagement: EngagementConfig::default(),
            webhook: WebhookConfig::default(),
            demo: false,
            clock: Clock::default(),
        }
    }
}

impl ConfigError {
    /// A key's value is not usable; `message` says what it has to be.
    #[must_use]
    pub fn value(key: &'static str, message: &str) -> Self {
        Self::Value { key, message: message.to_owned() }
    }
}

impl Config {
    /// Reads the file, if there is one, then the environment, then the demonstration's own defaults beneath both.
    ///
    /// # Errors
    /// [`ConfigError`] says which key is wrong, and what it has to be.
    pub fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        demo: bool,
    ) -> Result<Self, ConfigError> {
        let mut table = if demo { crate::demo::defaults() } else { toml::Table::new() };
        let mut origin = "configuration".to_owned();
        if let Some(path) = file {
            origin = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::Unreadable { path: origin.clone(), error })?;
            let malformed = |message| ConfigError::Malformed { origin: origin.clone(), message };
            // Read once as it is, so that mistakes are told with their line.
            toml::from_str::<Self>(&text).map_err(|error| malformed(error.to_string()))?;
            lay_over(&mut table, text.parse().map_err(|error: toml::de::Error| malformed(error.to_string()))?);
        }
        for key in KEYS {
            if let Some(value) = environment(&variable(key.name)) {
                set(&mut table, key, &value)?;
            }
        }
        let mut config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Malformed { origin, message: error.to_string() })?;
        config.demo = demo;
        Ok(config)
    }

    /// Checks what a type can't say.
    ///
    /// # Errors
    /// Names the first key whose value is not usable.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, message: &str| Err(ConfigError::value(key, message));
        if self.vendor.name.trim().is_empty() {
            return wrong("vendor.name", "must not be empty");
        }
        if !(1..=1_000_000_000).contains(&self.vendor.reference_start) {
            return wrong("vendor.reference_start", "must be from 1 to 1000000000");
        }
        if !self.customers.secret.is_empty() && self.customers.secret.len() < 32 {
            return wrong("customers.secret", "must have at least 32 bytes: try `openssl rand -hex 32`");
        }
        if !(1..=6_000).contains(&self.customers.guests_per_minute) {
            return wrong("customers.guests_per_minute", "must be from 1 to 6000");
        }
        let leads = |url: &str| ["https://", "http://", "/"].iter().any(|start| url.starts_with(start));
        let thread_url = &self.customers.thread_url;
        let usable = thread_url.is_empty() || leads(thread_url) && thread_url.contains("{incident}");
        if !usable {
            return wrong("customers.thread_url", "must start with https://, http:// or /, and contain `{incident}`");
        }
        if !self.public_url.is_empty() && !is_origin(&self.public_url) {
            return wrong("public_url", "must be http:// or https:// with a host, and no path");
        }
        if self.origins.iter().any(|origin| origin == "*") && !self.demo {
            return wrong("origins", "`*` only works in the demo: list your pages' origins");
        }
        if let Some(bad) = self.origins.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            return wrong(
                "origins",
                &format!("`{bad}` isn't an origin: use http:// or https:// with a host and no path"),
            );
        }
        if crate::components::parse(&self.vendor.components).is_none() {
            return wrong("vendor.components", "each must have the form `id=Name`");
        }
        Agreements::read(self)?;
        crate::connect::check(self)
    }

    /// Whether people reach it by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// How people reach it.
    #[must_use]
    pub fn site(&self) -> String {
        if self.public_url.is_empty() { format!("http://{}", self.listen) } else { self.public_url.clone() }
    }
}

fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', ',']))
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

fn set(table: &mut toml::Table, key: &Key, value: &str) -> Result<(), ConfigError> {
    let value = match key.shape {
        Shape::Text => toml::Value::String(value.to_owned()),
        Shape::Number => toml::Value::Integer(value.parse().map_err(|_| ConfigError::Value {
            key: key.name,
            message: format!("{} must be a whole number", variable(key.name)),
        })?),
        Shape::Flag => toml::Value::Boolean(value.parse().map_err(|_| ConfigError::Value {
            key: key.name,
            message: format!("{} must be true or false", variable(key.name)),
        })?),
        Shape::List => toml::Value::Array(
            value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(toml::Value::from).collect(),
        ),
    };
    match key.name.split_once('.') {
        None => drop(table.insert(key.name.to_owned(), value)),
        Some((outer, inner)) => {
            let entry = table.entry(outer).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(entry) = entry {
                entry.insert(inner.to_owned(), value);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let value = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut config = Config::read(None, value, false)?;
        if environment.len() == 1 && !config.webhook.is_empty() && config.webhook.secret.is_empty() {
            config.webhook.secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3".to_owned();
        }
        config.check().map(|()| config)
    }

    #[test]
    fn every_key_can_come_by_environment() {
        for key in KEYS {
            let value = match key.name {
                "vendor.reference_start" | "vendor.others_from" | "vendor.quiet_rank" => "2",
                "engagement.closure_hours" | "engagement.downgrade_hours" | "engagement.reopen_days" => "7",
                "vendor.classes" => "billing=Billing, data=Wrong data",
                "vendor.roles" => "commander, observer",
                "vendor.quiet_hours" => "22:00-06:00",
                "vendor.owners" => "api=theo",
                "vendor.csm" => "acme=mara",
                "engagement.default" => "shared",
                "engagement.tiers" => "gold=customer_led",
                "engagement.accounts" => "acme=customer_led",
                "engagement.shared_pager" => "acme",
                "webhook.url" | "webhook.security_url" => "https://hooks.example/in?room=1",
                "webhook.accounts" => "acme=https://acme.example/page",
                "webhook.drills" | "customers.guests" => "true",
                "customers.guests_per_minute" => "30",
                "engagement.guests" => "shared",
                "log" => "json",
                "vendor.scheme" => "p0-p3",
                "vendor.components" => "api=API, web=Web site",
                "origins" => "https://a.example, https://b.example",
                "public_url" => "https://incidents.example",
                "customers.thread_url" => "/help?incident={incident}",
                "customers.secret" => "0123456789abcdef0123456789abcdef",
                "webhook.secret" => "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
                _ => "x",
            };
            assert!(read(&[(&variable(key.name), value)]).is_ok(), "{}", key.name);
        }
        let config = read(&[("CALLPOINT_ORIGINS", "https://a.example, https://b.example")]).unwrap();
        assert_eq!(config.origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn what_can_not_be_used_is_named() {
        for (name, value, told) in [
            ("CALLPOINT_CUSTOMERS_SECRET", "short", "customers.secret"),
            ("CALLPOINT_CUSTOMERS_GUESTS_PER_MINUTE", "0", "customers.guests_per_minute"),
            ("CALLPOINT_ENGAGEMENT_GUESTS", "customer_led", "engagement.guests"),
            ("CALLPOINT_CUSTOMERS_THREAD_URL", "javascript:{incident}", "customers.thread_url"),
            ("CALLPOINT_VENDOR_SCHEME", "levels", "vendor.scheme"),
            ("CALLPOINT_VENDOR_REFERENCE_START", "many", "CALLPOINT_VENDOR_REFERENCE_START"),
            ("CALLPOINT_VENDOR_COMPONENTS", "api", "vendor.components"),
            ("CALLPOINT_PUBLIC_URL", "incidents.example", "public_url"),
            ("CALLPOINT_ORIGINS", "*", "origins"),
            ("CALLPOINT_ORIGINS", "https://a.example/path", "https://a.example/path"),
            ("CALLPOINT_LOG", "xml", "json"),
            ("CALLPOINT_VENDOR_CLASSES", "billing", "vendor.classes"),
            ("CALLPOINT_VENDOR_CLASSES", "security=Ours", "vendor.classes"),
            ("CALLPOINT_VENDOR_ROLES", "observer", "commander"),
            ("CALLPOINT_VENDOR_OTHERS_FROM", "1", "vendor.others_from"),
            ("CALLPOINT_VENDOR_QUIET_HOURS", "at night", "vendor.quiet_hours"),
            ("CALLPOINT_VENDOR_QUIET_RANK", "1", "vendor.quiet_rank"),
            ("CALLPOINT_VENDOR_OWNERS", "api", "vendor.owners"),
            ("CALLPOINT_VENDOR_CSM", "=mara", "vendor.csm"),
            ("CALLPOINT_ENGAGEMENT_DEFAULT", "strict", "engagement.default"),
            ("CALLPOINT_ENGAGEMENT_TIERS", "gold=strict", "engagement.tiers"),
            ("CALLPOINT_ENGAGEMENT_ACCOUNTS", "acme", "engagement.accounts"),
            ("CALLPOINT_ENGAGEMENT_CLOSURE_HOURS", "0", "engagement.closure_hours"),
            ("CALLPOINT_ENGAGEMENT_DOWNGRADE_HOURS", "99999", "engagement.downgrade_hours"),
            ("CALLPOINT_ENGAGEMENT_REOPEN_DAYS", "-1", "engagement.reopen_days"),
            ("CALLPOINT_WEBHOOK_URL", "ftp://hooks.example", "webhook.url"),
            ("CALLPOINT_WEBHOOK_URL", "http://hooks.example", "webhook.url"),
            ("CALLPOINT_WEBHOOK_SECURITY_URL", "hooks", "webhook.security_url"),
            ("CALLPOINT_WEBHOOK_ACCOUNTS", "acme", "webhook.accounts"),
            ("CALLPOINT_WEBHOOK_ACCOUNTS", "acme=http://acme.example", "webhook.accounts"),
            ("CALLPOINT_WEBHOOK_SECRET", "hunter2", "webhook.secret"),
            ("CALLPOINT_WEBHOOK_DRILLS", "often", "CALLPOINT_WEBHOOK_DRILLS"),
        ] {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_file_lies_over_the_demonstration_and_the_environment_over_both() {
        let folder = std::env::temp_dir().join(format!("callpoint-config-{}", std::process::id()));
        std::fs::write(&folder, "listen = '127.0.0.1:1'\n[vendor]\nname = 'File'").unwrap();
        let environment = |name: &str| (name == "CALLPOINT_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let config = Config::read(Some(&folder), environment, true).unwrap();
        std::fs::write(&folder, "colour = 'red'").unwrap();
        let error = Config::read(Some(&folder), environment, true).unwrap_err().to_string();
        std::fs::remove_file(&folder).unwrap();
        assert_eq!((config.listen.as_str(), config.vendor.name.as_str()), ("127.0.0.1:2", "File"));
        assert_eq!(config.vendor.reference_prefix, "NW-");
        assert!(error.contains("colour"), "{error}");
    }
}
