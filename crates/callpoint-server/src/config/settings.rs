//! The configuration as typed values: parsed once, so that nothing after it can find it wrong.

use std::num::NonZeroU32;

use callpoint_core::model::{id::ComponentId, limits::is_blank};

use super::{
    Config, ConfigError, LimitSettings, MailSettings, MetricsSettings, OidcSettings, PagerDutySettings, PolicySettings,
    SlackSettings, TokenIssuer, WebhookSettings, customer_keys, pairs,
};
use crate::clock::Clock;

/// The parsed configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// The base URL under which people reach it.
    pub site: String,
    /// The base URL, if one was configured.
    pub public_url: Option<String>,
    /// Origins whose pages may embed the widget; `*` for the demonstration alone.
    pub origins: Vec<String>,
    /// The vendor's name.
    pub vendor: String,
    /// The prefix of incident references.
    pub reference_prefix: String,
    /// The number of the first incident reference.
    pub reference_start: i64,
    /// The components of the product.
    pub components: Vec<(ComponentId, String)>,
    /// Authentication of customers, and access for guests.
    pub customers: CustomerSettings,
    /// Sign-in of staff through a provider, if configured.
    pub oidc: Option<OidcSettings>,
    /// The rules' policy and the engagements with accounts.
    pub policy: PolicySettings,
    /// Webhook endpoints.
    pub webhooks: WebhookSettings,
    /// PagerDuty services.
    pub pagerduty: PagerDutySettings,
    /// Slack channels.
    pub slack: SlackSettings,
    /// Email notifications, if configured.
    pub mail: Option<MailSettings>,
    /// Who reads the figures of the running server.
    pub metrics: MetricsSettings,
    /// Limits on connections, streams and writes.
    pub limits: LimitSettings,
    /// Files that people attach.
    pub attachments: AttachmentSettings,
    /// Whether the demonstration runs.
    pub demo: bool,
    /// The clock.
    pub clock: Clock,
}

/// Authentication of customers, and access for guests.
#[derive(Clone)]
pub struct CustomerSettings {
    /// The HS256 secret of customer tokens.
    pub secret: Option<String>,
    /// Whose tokens are taken beside those of the secret.
    pub issuers: Vec<TokenIssuer>,
    /// The rate limit of reports by guests, per minute; none where guests may not report.
    pub guests_per_minute: Option<NonZeroU32>,
    /// The clock skew allowed when the times of a token are checked, in seconds.
    pub leeway_seconds: u32,
    /// The URL of the page in the vendor's product that opens a thread, with the placeholder `{incident}`.
    pub thread_url: Option<String>,
    /// The URL of the sign-in page of the vendor's product.
    pub sign_in_url: Option<String>,
}

/// Files that people attach.
#[derive(Clone, Debug)]
pub struct AttachmentSettings {
    /// The size limit of one file, in bytes.
    pub max_bytes: u64,
    /// How many bytes an account may upload within 24 hours.
    pub account_bytes_per_day: u64,
    /// The media types that a file may be of; where there are none, those of Callpoint itself.
    pub types: Vec<String>,
}

impl AttachmentSettings {
    fn parse(config: &Config) -> Result<Self, ConfigError> {
        let given = &config.attachments;
        let within = |key, value: i64, limit: u64| {
            let value = u64::try_from(value).ok().filter(|value| *value <= limit);
            value.ok_or_else(|| ConfigError::value(key, &format!("must be from 0 to {limit}")))
        };
        let is_type = |kind: &&String| kind.split('/').count() == 2 && !kind.contains(|c: char| c.is_whitespace());
        if let Some(bad) = given.types.iter().find(|kind| !is_type(kind)) {
            let message = format!("`{bad}` isn't a media type: write image/png or the like");
            return Err(ConfigError::value("attachments.types", &message));
        }
        Ok(Self {
            max_bytes: within("attachments.max_bytes", given.max_bytes, 100 << 20)?,
            account_bytes_per_day: within("attachments.account_bytes_per_day", given.account_bytes_per_day, 1 << 40)?,
            types: given.types.clone(),
        })
    }
}

impl std::fmt::Debug for CustomerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustomerSettings(…)")
    }
}

impl Settings {
    /// Whether the base URL is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.site.starts_with("https://")
    }

    pub(super) fn parse(config: &Config) -> Result<Self, ConfigError> {
        let wrong = |key, message: &str| Err(ConfigError::value(key, message));
        if is_blank(&config.vendor.name) {
            return wrong("vendor.name", "must not be empty");
        }
        if !(1..=1_000_000_000).contains(&config.vendor.reference_start) {
            return wrong("vendor.reference_start", "must be from 1 to 1000000000");
        }
        let customers = CustomerSettings::parse(config)?;
        if !config.public_url.is_empty() && !is_origin(&config.public_url) {
            return wrong("public_url", "must be http:// or https:// with a host, and no path");
        }
        if config.origins.iter().any(|origin| origin == "*") && !config.demo {
            return wrong("origins", "`*` only works in the demo: list your pages' origins");
        }
        if let Some(bad) = config.origins.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            let message = format!("`{bad}` isn't an origin: use http:// or https:// with a host and no path");
            return wrong("origins", &message);
        }
        let name = |text: &str| Some(text.to_owned()).filter(|name| !is_blank(name));
        let public_url = given(&config.public_url);
        let policy = PolicySettings::parse(config)?;
        Ok(Self {
            database: config.database.clone(),
            site: public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen)),
            public_url,
            origins: config.origins.clone(),
            vendor: config.vendor.name.clone(),
            reference_prefix: config.vendor.reference_prefix.clone(),
            reference_start: config.vendor.reference_start,
            components: pairs("vendor.components", "id=Name", &config.vendor.components, ComponentId::parse, name)?,
            customers,
            oidc: OidcSettings::parse(&config.oidc)?,
            mail: MailSettings::parse(config, &policy.policy.scheme)?,
            metrics: MetricsSettings::parse(&config.metrics)?,
            limits: LimitSettings::parse(&config.limits)?,
            policy,
            webhooks: WebhookSettings::parse(&config.webhook)?,
            pagerduty: PagerDutySettings::parse(&config.pagerduty)?,
            slack: SlackSettings::parse(&config.slack)?,
            attachments: AttachmentSettings::parse(config)?,
            demo: config.demo,
            clock: config.clock.clone(),
        })
    }
}

impl CustomerSettings {
    fn parse(config: &Config) -> Result<Self, ConfigError> {
        let customers = &config.customers;
        if !customers.secret.is_empty() && customers.secret.len() < 32 {
            let message = "must have at least 32 bytes: try `openssl rand -hex 32`";
            return Err(ConfigError::value("customers.secret", message));
        }
        // Everybody knows a public key, and could sign with it.
        if customers.secret.contains("-----BEGIN") {
            let message = "is a key in PEM: public keys go to customers.keys, private ones stay with whoever signs";
            return Err(ConfigError::value("customers.secret", message));
        }
        let limit = u32::try_from(customers.guests_per_minute).ok().filter(|limit| *limit <= 6_000);
        let limit = limit
            .and_then(NonZeroU32::new)
            .ok_or_else(|| ConfigError::value("customers.guests_per_minute", "must be from 1 to 6000"))?;
        let url = &customers.thread_url;
        let leads = |url: &str| ["https://", "http://", "/"].iter().any(|start| url.starts_with(start));
        let usable = url.is_empty() || (leads(url) && url.contains("{incident}"));
        if !usable {
            let message = "must start with https://, http:// or /, and contain `{incident}`";
            return Err(ConfigError::value("customers.thread_url", message));
        }
        let sign_in = &customers.sign_in_url;
        if !sign_in.is_empty() && !leads(sign_in) {
            return Err(ConfigError::value("customers.sign_in_url", "must start with https://, http:// or /"));
        }
        let leeway = u32::try_from(customers.leeway_seconds).ok().filter(|seconds| *seconds <= 3_600);
        let leeway_seconds =
            leeway.ok_or_else(|| ConfigError::value("customers.leeway_seconds", "must be from 0 to 3600"))?;
        Ok(Self {
            secret: given(&customers.secret),
            issuers: customer_keys::parse(&customers.keys)?,
            leeway_seconds,
            guests_per_minute: customers.guests.then_some(limit),
            thread_url: given(url),
            sign_in_url: given(sign_in),
        })
    }
}

/// A text value; an empty one counts as unset.
fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', ',']))
}
