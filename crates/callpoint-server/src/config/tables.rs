//! The tables of the configuration as they stand in the file. The comment of a field is what the guide says of its key.

use schemars::JsonSchema;
use serde::Deserialize;

/// How to log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Who runs this, and how they work.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VendorConfig {
    /// The vendor, as customers know them. Default: Callpoint.
    pub name: String,
    /// What references begin with. Default: INC-.
    pub reference_prefix: String,
    /// The first reference's number. Default: 1.
    pub reference_start: i64,
    /// Severity scheme: sev1-3 or p0-p3. Default: sev1-3.
    pub scheme: String,
    /// Parts of the product, as `id=Name`. Default: none.
    pub components: Vec<String>,
    /// Kinds of trouble that a report can name beside service, as `id=Words for customers`. Default: none.
    pub classes: Vec<String>,
    /// Roles on an incident; commander must be one. Default: commander, technical lead and seven more.
    pub roles: Vec<String>,
    /// How many affected accounts it takes until each sees that other customers are affected too. Default: 3.
    pub others_from: i64,
    /// Hours in which the clock of less severe incidents rests, in UTC: `22:00-06:00`. Default: none.
    pub quiet_hours: String,
    /// The most severe level that rests in quiet hours; the top level never does. Default: 2.
    pub quiet_rank: i64,
    /// Who is paged directly for a component, as `component=staff id`. Default: nobody.
    pub owners: Vec<String>,
    /// Who looks after an account, as `account=staff id`. Default: nobody.
    pub csm: Vec<String>,
}

/// How customers are known.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomersConfig {
    /// HS256 secret of customer tokens, at least 32 bytes.
    pub secret: String,
    /// By how many seconds your clock and ours may differ when a token's times are checked. Default: 300.
    pub leeway_seconds: i64,
    /// Whether people who are not signed in may report; they are marked as unverified. Default: false.
    pub guests: bool,
    /// How many reports of guests are taken in a minute, all together. Default: 20.
    pub guests_per_minute: i64,
    /// Page of your product that opens a thread, with `{incident}` in it. Shared links lead there, where people are
    /// signed in. Default: none.
    pub thread_url: String,
    /// Page of your product where people sign in. The hosted report page leads there. Default: none.
    pub sign_in_url: String,
}

/// What is agreed with accounts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngagementConfig {
    /// What holds for every other account: advisory, shared or customer_led. Default: advisory.
    pub default: String,
    /// What holds for people who are not signed in: advisory or shared. Default: advisory.
    pub guests: String,
    /// What holds by the tier that tokens name, as `tier=engagement`. Default: nothing.
    pub tiers: Vec<String>,
    /// What holds by account, as `account=engagement`; goes before tiers. Default: nothing.
    pub accounts: Vec<String>,
    /// How long a proposed resolution waits for the account's answer. Default: 72.
    pub closure_hours: i64,
    /// How long a proposed downgrade waits for the account's answer. Default: 4.
    pub downgrade_hours: i64,
    /// For how many days after its end an account may open an incident again. Default: 14.
    pub reopen_days: i64,
    /// Accounts whose own people on call are paged too. Default: none.
    pub shared_pager: Vec<String>,
}

/// An escalation policy: who is paged one after the other, and for what.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationConfig {
    /// The classes that it is for.
    #[serde(default)]
    pub classes: Vec<String>,
    /// The levels that it is for, by name.
    #[serde(default)]
    pub levels: Vec<String>,
    /// The steps.
    pub steps: Vec<StepConfig>,
    /// How often all of it is repeated.
    #[serde(default = "EscalationConfig::repeat")]
    pub repeat: i64,
    /// After how many minutes it starts anew.
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
    /// Who is paged.
    pub page: Vec<String>,
    /// After how many minutes the next step follows.
    pub minutes: i64,
}

/// Where to tell other systems, by signed webhooks.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Where pages and what they are about are sent, signed; https, or http on this machine. Default: nowhere.
    pub url: String,
    /// What they are signed with: whsec_ and 24 to 64 bytes in Base64.
    pub secret: String,
    /// Where sealed incidents are sent, and nowhere else. Default: nowhere.
    pub security_url: String,
    /// Whether drills are sent too: true or false. Default: false.
    pub drills: bool,
    /// Where an account's own people are paged, as `account=https://…`. Default: nowhere.
    pub accounts: Vec<String>,
}

/// How to tell people outside the page, by mail.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Mail server: smtps://user:password@host, or smtp://user:password@host?tls=required; on this machine also
    /// smtp://localhost:25. Default: no mail is sent.
    pub url: String,
    /// Who mail is from, as `Vendor <support@vendor.example>`. Needed with `mail.url`.
    pub from: String,
    /// Hours in which mail about less severe incidents waits, in UTC: `22:00-06:00`; `vendor.quiet_rank` says which.
    /// Default: none.
    pub quiet_hours: String,
    /// Whether drills send mail: true or false. Default: false.
    pub drills: bool,
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
            guests: false,
            guests_per_minute: 20,
            thread_url: String::new(),
            sign_in_url: String::new(),
            leeway_seconds: 300,
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
            shared_pager: Vec::new(),
        }
    }
}

impl MailConfig {
    /// Whether nothing is said of mail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.from.is_empty() && self.quiet_hours.is_empty()
    }
}

impl WebhookConfig {
    /// Whether nothing is to be sent anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.security_url.is_empty() && self.accounts.is_empty()
    }
}
