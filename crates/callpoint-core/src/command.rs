//! What somebody asks for. A command is typed and within its limits before the rules see it.

use serde::{Deserialize, Serialize};

use crate::{
    component::ComponentStatus,
    error::{Invalid, Rule},
    id::{AccountId, ComponentId},
    incident::{Impact, Status},
    report::{Report, TEXT_LIMIT, TITLE_LIMIT},
    severity::{Scheme, Severity},
    time::Time,
};

/// How far an entry shall reach, as its author chooses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Staff only.
    Internal,
    /// One account and staff.
    Account(AccountId),
    /// Every affected account and staff.
    Affected,
    /// Everybody.
    Public,
}

/// What may be asked of an incident: the body of `POST /v1/incidents/{id}/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentCommand {
    /// Say something. A customer's words go to their own account and staff, whatever `to` says.
    Message {
        /// Markdown, 1 to 10,000 characters.
        text: String,
        /// How far it reaches; for customers, their account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Visibility>,
    },
    /// Staff: say that it is seen.
    Acknowledge {},
    /// Staff: the vendor's own judgement of how bad it is.
    Assess {
        /// The assessed severity.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// Staff: change the status.
    Move {
        /// `investigating`, `identified` or `monitoring`; `resolved` only where no customer holds a key.
        status: Status,
    },
    /// Staff: give news.
    Update(Update),
    /// Staff: propose that it is over.
    ProposeResolution {
        /// What was done. Markdown.
        text: String,
    },
    /// Customer: agree that it is over.
    Confirm {},
    /// Customer: say that it is not.
    Dispute {
        /// Why.
        reason: String,
    },
}

/// News about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Update {
    /// Markdown.
    pub text: String,
    /// How far it reaches.
    pub to: Visibility,
    /// The status, if it changes with the news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// By when the next update comes. Needs a reach of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// By when an end is expected. Needs a reach of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// The first public update: how the incident is called and what it affects, for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<Publish>,
}

/// The public face that staff give an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publish {
    /// The public title; never a customer's words unless staff chose them. 1 to 120 characters.
    pub title: String,
    /// How hard it hits.
    pub impact: Impact,
    /// What it affects.
    #[serde(default)]
    pub components: Vec<ComponentId>,
}

/// What may be asked of a component: the body of `POST /v1/components/{id}/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComponentCommand {
    /// Staff: set its status.
    SetStatus {
        /// The new status.
        status: ComponentStatus,
    },
}

/// Anything that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Declare a report, which opens the incident of the order.
    Declare(Box<Report>),
    /// Ask something of an incident.
    Incident(IncidentCommand),
    /// Ask something of a component.
    Component(ComponentId, ComponentCommand),
}

impl IncidentCommand {
    /// Checks texts and times against their limits, and trims what people wrote.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(self, scheme: &Scheme, now: Time) -> Result<Self, Invalid> {
        Ok(match self {
            Self::Message { text, to } => Self::Message { text: parse_text("text", &text, TEXT_LIMIT)?, to },
            Self::Assess { severity, reason } => {
                scheme.level(severity).ok_or(Invalid::new("severity", Rule::Unknown))?;
                Self::Assess { severity, reason: parse_text("reason", &reason, TEXT_LIMIT)? }
            }
            Self::Update(update) => Self::Update(update.parse(now)?),
            Self::ProposeResolution { text } => {
                Self::ProposeResolution { text: parse_text("text", &text, TEXT_LIMIT)? }
            }
            Self::Dispute { reason } => Self::Dispute { reason: parse_text("reason", &reason, TEXT_LIMIT)? },
            plain @ (Self::Acknowledge {} | Self::Move { .. } | Self::Confirm {}) => plain,
        })
    }
}

impl Update {
    fn parse(mut self, now: Time) -> Result<Self, Invalid> {
        self.text = parse_text("text", &self.text, TEXT_LIMIT)?;
        for (field, time) in [("next_update", self.next_update), ("eta", self.eta)] {
            if time.is_some_and(|time| time <= now) {
                return Err(Invalid::new(field, Rule::Past));
            }
            if time.is_some() && !matches!(self.to, Visibility::Affected | Visibility::Public) {
                return Err(Invalid::new("to", Rule::Unknown));
            }
        }
        if let Some(publish) = &mut self.publish {
            publish.title = parse_text("title", &publish.title, TITLE_LIMIT)?;
        }
        Ok(self)
    }
}

/// What somebody wrote, without the space around it.
pub(crate) fn parse_text(field: &'static str, text: &str, limit: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new(field, Rule::Missing));
    }
    if text.chars().count() > limit {
        return Err(Invalid::new(field, Rule::TooLong(limit)));
    }
    Ok(text.to_owned())
}
