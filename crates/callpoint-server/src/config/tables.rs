//! The tables of the configuration file. The doc comment of a field is its description in the guide.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::CustomerKeyConfig;

/// The format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Human-readable text.
    #[default]
    Text,
    /// JSON, one object per line.
    Json,
}

/// The vendor and its incident process.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VendorConfig {
    /// Vendor name, as customers know it. Default: Callpoint.
    pub name: String,
    /// Prefix of incident references. Default: INC-.
    pub reference_prefix: String,
    /// Number of the first incident reference. Default: 1.
    pub reference_start: i64,
    /// Severity scheme: sev1-3 or p0-p3. Default: sev1-3.
    pub scheme: String,
    /// Components of the product, as `id=Name`. Default: none.
    pub components: Vec<String>,
    /// Incident classes besides service, as `id=Label for customers`. Default: none.
    pub classes: Vec<String>,
    /// Incident roles; commander must be one of them. Default: commander, technical lead and seven more.
    pub roles: Vec<String>,
    /// Number of affected accounts from which each sees that other customers are affected too. Default: 3.
    pub others_from: i64,
    /// Quiet hours in UTC, as `22:00-06:00`: response timers of less severe incidents are paused. Default: none.
    pub quiet_hours: String,
    /// Rank of the most severe level that quiet hours apply to; they never apply to the top level. Default: 2.
    pub quiet_rank: i64,
    /// Component owners, who are paged directly, as `component=staff id`. Default: none.
    pub owners: Vec<String>,
    /// Customer success managers, as `account=staff id`. Default: none.
    pub csm: Vec<String>,
}

/// Authentication of customers, and access for guests.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomersConfig {
    /// HS256 secret of customer tokens, at least 32 bytes.
    pub secret: String,
    /// Public keys of customer tokens signed by EdDSA, ES256 or RS256, or addresses of such keys; see tokens.md. Default:
    /// none.
    pub keys: Vec<CustomerKeyConfig>,
    /// Clock skew allowed when the times of a token are checked, in seconds. Default: 300.
    pub leeway_seconds: i64,
    /// Whether guests, people who are not signed in, may report; their reports are marked as unverified. Default:
    /// false.
    pub guests: bool,
    /// Rate limit of reports by guests, per minute and for all of them together. Default: 20.
    pub guests_per_minute: i64,
    /// URL of the page in your product that opens a thread, with the placeholder `{incident}`. Shared links lead there,
    /// where people are signed in. Default: none.
    pub thread_url: String,
    /// URL of your product's sign-in page. The hosted report page links to it. Default: none.
    pub sign_in_url: String,
}

/// The report form.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportConfig {
    /// Your own fields of the report form, in its order; see below. Default: none.
    pub fields: Vec<FieldConfig>,
}

/// A field of the report form.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldConfig {
    /// Its ID: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// Its label for customers.
    pub label: String,
    /// What may stand in it: text, long_text, number, date or choice.
    #[serde(default = "FieldConfig::kind")]
    pub kind: String,
    /// What a `choice` offers.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether the form asks for it.
    #[serde(default)]
    pub required: bool,
    /// What helps to fill it in.
    #[serde(default)]
    pub help: String,
    /// The least number, or the first day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub min: Option<toml::Value>,
    /// The greatest number, or the last day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub max: Option<toml::Value>,
    /// The most characters of a text.
    #[serde(default)]
    pub max_length: Option<i64>,
    /// Its words in other languages, by their tags.
    #[serde(default)]
    pub words: BTreeMap<String, FieldWordsConfig>,
}

/// What customers read of a field in one language; what is left out is as the field has it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FieldWordsConfig {
    /// The label.
    pub label: String,
    /// The help.
    pub help: String,
    /// The words of each choice, in the order of the field's.
    pub choices: Vec<String>,
}

impl FieldConfig {
    fn kind() -> String {
        "text".to_owned()
    }
}

/// Engagements with accounts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngagementConfig {
    /// Engagement of every other account: advisory, shared or customer_led. Default: advisory.
    pub default: String,
    /// Engagement of guests: advisory or shared. Default: advisory.
    pub guests: String,
    /// Engagement by the tier in the token, as `tier=engagement`. Default: none.
    pub tiers: Vec<String>,
    /// Engagement by account, as `account=engagement`; takes precedence over tiers. Default: none.
    pub accounts: Vec<String>,
    /// Timeout for the account's answer to a proposed resolution, in hours. Default: 72.
    pub closure_hours: i64,
    /// Timeout for the account's answer to a proposed downgrade, in hours. Default: 4.
    pub downgrade_hours: i64,
    /// Number of days after it was closed in which an account can reopen an incident. Default: 14.
    pub reopen_days: i64,
    /// Number of days after which an account is reminded again, while no reminder has reached it or its silence never counts. Default: 7.
    pub reminder_days: i64,
    /// IDs of staff who may close an incident for a customer_led account that does not answer; see below. Default: none.
    pub executives: Vec<String>,
    /// Number of days after the proposal before an executive may close. Default: 30.
    pub silence_days: i64,
    /// Number of reminders that must have reached the account before that. Default: 3.
    pub silence_reminders: i64,
    /// Accounts whose own on-call team is paged too. Default: none.
    pub shared_pager: Vec<String>,
}

/// An escalation policy: who is paged step by step, and for which incidents.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationConfig {
    /// The classes it applies to; without any, all but `security`.
    #[serde(default)]
    pub classes: Vec<String>,
    /// The severity levels it applies to, by name; without any, all.
    #[serde(default)]
    pub levels: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<StepConfig>,
    /// The number of times that all steps are repeated.
    #[serde(default = "EscalationConfig::repeat")]
    pub repeat: i64,
    /// Minutes until it restarts once its repeats are used up, or without activity after an acknowledgement.
    #[serde(default = "EscalationConfig::again_minutes")]
    pub again_minutes: i64,
}

impl EscalationConfig {
    const fn repeat() -> i64 {
        2
    }

    const fn again_minutes() -> i64 {
        60
    }
}

/// A step of an escalation policy.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepConfig {
    /// Who is paged: `on_call`, `on_call:SCHEDULE`, `owners` or `staff:ID`.
    pub page: Vec<String>,
    /// Escalation timeout: minutes without an acknowledgement until the next step follows.
    pub minutes: i64,
}

/// Signed webhooks to other systems.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Endpoint for pages and the events of their incidents; https, or http on this machine. Default: none.
    pub url: String,
    /// Signing secret: whsec_ and 24 to 64 bytes in Base64.
    pub secret: String,
    /// Endpoint for sealed incidents, which are sent nowhere else. Default: none.
    pub security_url: String,
    /// Whether drills are sent too: true or false. Default: false.
    pub drills: bool,
    /// Endpoints of the accounts' own on-call teams, as `account=https://…`. Default: none.
    pub accounts: Vec<String>,
}

/// Limits on connections, streams and writes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Maximum number of open connections; 0: as many as the process has file descriptors for, at most 20,000. Default:
    /// 0.
    pub connections: i64,
    /// Maximum number of open connections of one address, at most half of all; proxies have no such limit. Default: 2000.
    pub connections_per_address: i64,
    /// Maximum number of open streams of one person. Default: 32.
    pub streams_per_person: i64,
    /// Maximum number of open streams of one address. Default: 1000.
    pub streams_per_address: i64,
    /// Rate limit of writes per person and minute; per address it is ten times as high. Default: 600.
    pub writes_per_minute: i64,
    /// Timeout for a request's header, in seconds from its first byte. Default: 10.
    pub header_seconds: i64,
    /// Timeout for a request's body, in seconds, and one second more for each 1,000 bytes received. Default: 20.
    pub body_seconds: i64,
    /// Timeout for a connection without a request, in seconds; longer than your proxy keeps one open. Default: 75.
    pub idle_seconds: i64,
    /// Addresses or networks of your proxies, whose X-Forwarded-For says where a request comes from. Default: this
    /// machine and private networks.
    pub proxies: Vec<String>,
}

/// Email notifications.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// SMTP server: smtps://user:password@host, or smtp://user:password@host?tls=required; on this machine also
    /// smtp://localhost:25. Default: no mail is sent.
    pub url: String,
    /// Sender address, as `Vendor <support@vendor.example>`. Required with `mail.url`.
    pub from: String,
    /// Quiet hours for mail in UTC, as `22:00-06:00`: mail about less severe incidents, by `vendor.quiet_rank`, is
    /// deferred. Default: none.
    pub quiet_hours: String,
    /// Whether drills send mail: true or false. Default: false.
    pub drills: bool,
}

/// Files that people attach.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AttachmentsConfig {
    /// Size limit of one file, in bytes, at most 104857600. Default: 10485760.
    pub max_bytes: i64,
    /// Number of bytes that an account may upload within 24 hours, and each of staff; 0 lets nobody attach anything.
    /// Default: 209715200.
    pub account_bytes_per_day: i64,
    /// Media types that a file may be of by its contents; text of any kind is `text/plain`. Default: pictures, PDF, text,
    /// archives, short videos and documents of offices.
    pub types: Vec<String>,
}

impl Default for AttachmentsConfig {
    fn default() -> Self {
        Self { max_bytes: 10 << 20, account_bytes_per_day: 200 << 20, types: Vec::new() }
    }
}

impl std::fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailConfig(…)")
    }
}

impl std::fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookConfig(…)")
    }
}

impl Default for VendorConfig {
    fn default() -> Self {
        Self {
            name: "Callpoint".to_owned(),
            reference_prefix: "INC-".to_owned(),
            reference_start: 1,
            scheme: "sev1-3".to_owned(),
            components: Vec::new(),
            classes: Vec::new(),
            roles: Vec::new(),
            others_from: 3,
            quiet_hours: String::new(),
            quiet_rank: 2,
            owners: Vec::new(),
            csm: Vec::new(),
        }
    }
}

impl Default for CustomersConfig {
    fn default() -> Self {
        Self {
            secret: String::new(),
            keys: Vec::new(),
            guests: false,
            guests_per_minute: 20,
            thread_url: String::new(),
            sign_in_url: String::new(),
            leeway_seconds: 300,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 0,
            connections_per_address: 2_000,
            streams_per_person: 32,
            streams_per_address: 1_000,
            writes_per_minute: 600,
            header_seconds: 10,
            body_seconds: 20,
            idle_seconds: 75,
            proxies: Vec::new(),
        }
    }
}

impl Default for EngagementConfig {
    fn default() -> Self {
        Self {
            default: "advisory".to_owned(),
            guests: "advisory".to_owned(),
            tiers: Vec::new(),
            accounts: Vec::new(),
            closure_hours: 72,
            downgrade_hours: 4,
            reopen_days: 14,
            reminder_days: 7,
            executives: Vec::new(),
            silence_days: 30,
            silence_reminders: 3,
            shared_pager: Vec::new(),
        }
    }
}

impl MailConfig {
    /// Whether no key of mail is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.from.is_empty() && self.quiet_hours.is_empty()
    }
}

impl WebhookConfig {
    /// Whether no endpoint is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.security_url.is_empty() && self.accounts.is_empty()
    }
}
