//! What staff open themselves: an incident that they found first, one for an account, a maintenance, a drill.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        id::ComponentId,
        limits::{TEXT_LIMIT, TITLE_LIMIT, optional_text, parse_line},
        person::Account,
        policy::{Policy, SERVICE},
        report::{Report, ReportDraft},
        severity::Severity,
        time::Time,
    },
    wire::error::{Constraint, Invalid},
};

/// What staff open: the body of `POST /v1/incidents`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Opening {
    /// What it is called; 1 to 120 characters.
    pub title: String,
    /// What is known of it. Markdown; at most 10,000 characters. Staff read it, and the account that it is opened for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How bad it is: for the account that it is opened for, else by the vendor's judgement. A maintenance has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What kind of trouble it is: one of the vendor's classes; `service` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What it affects; of an incident for an account at most one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentId>,
    /// Whether it is a rehearsal.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub drill: bool,
    /// Whom it is opened for: the account has a stake and sees it at once. Without it only staff see it until it is
    /// published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// When the work is planned; only of a maintenance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<PlannedWork>,
}

/// When planned work begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedWork {
    /// When it begins.
    pub starts_at: Time,
    /// When it ends.
    pub ends_at: Time,
}

impl Opening {
    /// Checks it against the limits, and the vendor's scheme and classes.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(mut self, policy: &Policy, now: Time) -> Result<Self, Invalid> {
        self.title = parse_line("title", &self.title, TITLE_LIMIT)?;
        self.text = optional_text("text", &self.text, TEXT_LIMIT)?;
        if let Some(window) = self.maintenance {
            return self.parse_maintenance(window, now);
        }
        // The limits of a report hold: for an account it becomes one.
        let report = self.report(policy)?;
        self.class = Some(report.class);
        if let Some(account) = &mut self.account {
            account.name = parse_line("account", &account.name, TITLE_LIMIT)?;
            if account.is_guest() {
                return Err(Invalid::new("account", Constraint::Unknown));
            }
            if self.components.len() > 1 {
                return Err(Invalid::new("components", Constraint::TooMany(1)));
            }
        }
        Ok(self)
    }

    fn parse_maintenance(mut self, window: PlannedWork, now: Time) -> Result<Self, Invalid> {
        for (field, given) in
            [("account", self.account.is_some()), ("drill", self.drill), ("severity", self.severity.is_some())]
        {
            if given {
                return Err(Invalid::new(field, Constraint::Malformed));
            }
        }
        if window.ends_at <= now || window.ends_at <= window.starts_at {
            return Err(Invalid::new("ends_at", Constraint::Past));
        }
        self.class = Some(SERVICE.to_owned());
        Ok(self)
    }

    /// The report that it amounts to for an account.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn report(&self, policy: &Policy) -> Result<Report, Invalid> {
        let draft = ReportDraft {
            what: self.title.clone(),
            details: self.text.clone(),
            component: self.components.first().cloned(),
            severity: self.severity,
            class: self.class.clone(),
            drill: self.drill,
            ..ReportDraft::default()
        };
        Report::parse(draft, &policy.scheme, &policy.classes, &[])
    }
}
