//! Sign-in of staff through an OpenID Connect provider, as typed values.

use callpoint_core::model::time::HOUR;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    ConfigError, pairs,
    webhooks::{ADDRESS_FORM, address},
};

/// The longest that a session lasts, in hours.
const HOURS: i64 = 14 * 24;

/// Sign-in of staff through an OpenID Connect provider.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// Issuer of the OpenID Connect provider that staff sign in with: https://… Default: none.
    pub issuer: String,
    /// Client ID at the provider.
    pub client_id: String,
    /// Client secret. Default: none, for a public client.
    pub client_secret: String,
    /// Name of the provider on the sign-in button. Default: SSO.
    pub name: String,
    /// Scopes to ask for besides openid. Default: profile, email.
    pub scopes: Vec<String>,
    /// Claim with the groups or roles of a person; dots lead into objects. Default: groups.
    pub roles_claim: String,
    /// Which of them let in, as `group=staff`, or `group=security` for access to sealed incidents. Default: none.
    pub roles: Vec<String>,
    /// Claim that is the staff ID; it must be one that people can't change. Default: sub.
    pub id_claim: String,
    /// Claim with the job title, as customers see it. Default: none.
    pub title_claim: String,
    /// Job title of whoever has none. Default: Support.
    pub title: String,
    /// How long a session lasts, in hours. Default: 12.
    pub session_hours: i64,
}

impl Default for OidcConfig {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            name: text("SSO"),
            scopes: vec![text("profile"), text("email")],
            roles_claim: text("groups"),
            roles: Vec::new(),
            id_claim: text("sub"),
            title_claim: String::new(),
            title: text("Support"),
            session_hours: 12,
        }
    }
}

/// What a group lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StaffRole {
    /// Whatever staff may.
    Staff,
    /// That, and read sealed incidents.
    Security,
}

/// How staff sign in through a provider.
#[derive(Clone)]
pub struct OidcSettings {
    /// The provider.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// What proves it, if anything.
    pub client_secret: Option<String>,
    /// What staff call it.
    pub name: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Where a person's groups stand.
    pub roles_claim: String,
    /// What each of them lets somebody do.
    pub roles: Vec<(String, StaffRole)>,
    /// Where their id stands.
    pub id_claim: String,
    /// Where their title stands, if anywhere.
    pub title_claim: Option<String>,
    /// The title of whoever has none.
    pub title: String,
    /// How long a session lasts, in milliseconds.
    pub session: i64,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OidcSettings(…)")
    }
}

impl OidcConfig {
    /// Whether nothing says that staff come this way.
    pub(super) fn is_empty(&self) -> bool {
        [&self.issuer, &self.client_id, &self.client_secret].iter().all(|text| text.is_empty()) && self.roles.is_empty()
    }
}

impl OidcSettings {
    pub(super) fn parse(config: &OidcConfig) -> Result<Option<Self>, ConfigError> {
        if config.is_empty() {
            return Ok(None);
        }
        let needed = |key, text: &str, message| match text.trim() {
            "" => Err(ConfigError::value(key, message)),
            text => Ok(text.to_owned()),
        };
        let group = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let role = |text: &str| match text {
            "staff" => Some(StaffRole::Staff),
            "security" => Some(StaffRole::Security),
            _ => None,
        };
        let roles = pairs("oidc.roles", "group=staff or group=security", &config.roles, group, role)?;
        if roles.is_empty() {
            return Err(ConfigError::value("oidc.roles", "must name who may come in, as `group=staff`"));
        }
        if !(1..=HOURS).contains(&config.session_hours) {
            return Err(ConfigError::value("oidc.session_hours", "must be from 1 to 336"));
        }
        let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Some(Self {
            // As it was written: the provider's own word has to be the same to the letter.
            issuer: address(&config.issuer)
                .map(|_| config.issuer.clone())
                .ok_or_else(|| ConfigError::value("oidc.issuer", ADDRESS_FORM))?,
            client_id: needed("oidc.client_id", &config.client_id, "must be the one that the provider gave out")?,
            client_secret: optional(&config.client_secret),
            name: needed("oidc.name", &config.name, "must not be empty")?,
            scopes: config.scopes.clone(),
            roles_claim: needed("oidc.roles_claim", &config.roles_claim, "must name a claim")?,
            roles,
            id_claim: needed("oidc.id_claim", &config.id_claim, "must name a claim")?,
            title_claim: optional(&config.title_claim),
            title: needed("oidc.title", &config.title, "must not be empty")?,
            session: config.session_hours * HOUR,
        }))
    }
}
