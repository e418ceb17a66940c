//! The tables of the configuration as they stand in the file, with what holds without them. Plain values; nothing here
//! says whether they can be used.

use serde::Deserialize;

/// How to log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Who runs this, and how they work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VendorConfig {
    /// As customers know them.
    pub name: String,
    /// What references begin with.
    pub reference_prefix: String,
    /// The first reference's number.
    pub reference_start: i64,
    /// `sev1-3` or `p0-p3`.
    pub scheme: String,
    /// Parts of the product, each as `id=Name`.
    pub components: Vec<String>,
    /// Classes that customers may choose, each as `id=Words for customers`.
    pub classes: Vec<String>,
    /// Roles on an incident; empty: the usual ones.
    pub roles: Vec<String>,
    /// From how many accounts on each is told that others report it too.
    pub others_from: i64,
    /// Hours in which the clock of less severe incidents rests, in UTC: `22:00-06:00`. Empty: none.
    pub quiet_hours: String,
    /// The most severe level that rests.
    pub quiet_rank: i64,
    /// Who owns a component, each as `component=staff id`.
    pub owners: Vec<String>,
    /// Who looks after an account, each as `account=staff id`.
    pub csm: Vec<String>,
}

/// How customers are known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomersConfig {
    /// The HS256 secret that the vendor's backend signs tokens with. Empty: nobody can sign in as a customer.
    pub secret: String,
    /// Whether people who are not signed in may report.
    pub guests: bool,
    /// How many reports of guests are taken in a minute, all together.
    pub guests_per_minute: i64,
    /// The page of the vendor's product that opens a thread; `{incident}` stands for its id. Empty: there is none.
    pub thread_url: String,
}

/// What is agreed with accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngagementConfig {
    /// `advisory`, `shared` or `customer_led`: what holds for whom nothing else is said.
    pub default: String,
    /// `advisory` or `shared`: what holds for people who are not signed in.
    pub guests: String,
    /// By the tier that tokens name, each as `tier=engagement`.
    pub tiers: Vec<String>,
    /// By account, each as `account=engagement`.
    pub accounts: Vec<String>,
    /// How long a proposed resolution waits for an answer, in hours.
    pub closure_hours: i64,
    /// How long a proposed downgrade waits for an answer, in hours.
    pub downgrade_hours: i64,
    /// For how many days after its end an account may open an incident again.
    pub reopen_days: i64,
    /// Accounts whose own people are paged.
    pub shared_pager: Vec<String>,
}

/// Where to tell other systems, by signed webhooks.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookConfig {
    /// Where everything goes but what is sealed.
    pub url: String,
    /// `whsec_` and the key in Base64.
    pub secret: String,
    /// Where sealed incidents go.
    pub security_url: String,
    /// Whether drills are told too.
    pub drills: bool,
    /// Where an account's own people are paged, each as `account=https://…`.
    pub accounts: Vec<String>,
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
        Self { secret: String::new(), guests: false, guests_per_minute: 20, thread_url: String::new() }
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

impl WebhookConfig {
    /// Whether nothing is to be sent anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.security_url.is_empty() && self.accounts.is_empty()
    }
}
