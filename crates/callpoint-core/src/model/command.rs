//! What somebody asks for. A command is typed and within its limits before the rules see it.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        component::ComponentStatus,
        event::PageOutcome,
        id::{AccountId, ComponentId, IncidentId, PersonId, Seq},
        incident::{Impact, Status},
        limits::{TEXT_LIMIT, TITLE_LIMIT, optional_text, parse_line, parse_text},
        policy::{Policy, Terms},
        report::Report,
        severity::Severity,
        time::Time,
    },
    wire::error::{Constraint, Invalid},
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
    /// Staff: the vendor's own assessment of the severity.
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
    /// Staff: publish an update.
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
    /// Customer: open it again, within the time that was agreed.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Customer: it's us too.
    Join {
        /// The declared severity.
        severity: Severity,
        /// A word of their own; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Customer: set another severity.
    SetSeverity {
        /// The declared severity from here on.
        severity: Severity,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Customer: agree to the proposed downgrade.
    AcceptDowngrade {},
    /// Customer: do not agree to it.
    RefuseDowngrade {
        /// Why.
        reason: String,
    },
    /// Customer: follow this incident.
    Follow {},
    /// Customer: no longer follow it.
    Unfollow {},
    /// Reporter of a sealed incident: let a colleague in.
    Invite {
        /// Their id, as the vendor's tokens name them.
        person: PersonId,
        /// Their name.
        name: String,
    },
    /// Say how far one has read.
    Read {
        /// The last entry read.
        seq: Seq,
    },
    /// Staff: ask an account to take its severity lower. Where its engagement is `advisory` it counts at once.
    ProposeDowngrade {
        /// Which account.
        account: AccountId,
        /// To what.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// Staff: end it for an account without its answer, where its engagement allows.
    Waive {
        /// Which account.
        account: AccountId,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// Staff: take a role, or hand it to a colleague.
    AssignRole {
        /// The role.
        role: String,
        /// Who takes it; oneself without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// Staff: let whoever has a role go ("not us").
    ReleaseRole {
        /// The role.
        role: String,
        /// Why; staff read it.
        reason: String,
    },
    /// Staff: say where staff meet.
    SetWarRoom {
        /// An https address.
        url: String,
    },
    /// Staff: this is the same as another incident, which goes on.
    Merge {
        /// The other incident.
        into: IncidentId,
    },
    /// Staff: stop the clock until then, and say so.
    Pause {
        /// When it goes on.
        until: Time,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// Staff: close the incident to all but its reporter and security staff.
    Seal {
        /// Why.
        reason: String,
    },
    /// Security staff: open a sealed incident. Nothing that was said in it so far is shown to anybody new.
    Unseal {
        /// Why.
        reason: String,
        /// What it is called from here on.
        title: String,
    },
}

/// An update about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Update {
    /// Markdown.
    pub text: String,
    /// How far it reaches.
    pub to: Visibility,
    /// The status, if it changes with the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// By when the next update comes. Needs a reach of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// By when an end is expected. Needs a reach of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// A workaround. Needs a reach of `affected` or `public`; everybody who sees the incident sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
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

/// What may be asked of an account: the body of `POST /v1/accounts/{id}/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountCommand {
    /// Staff: what holds for incidents that the account comes into from here on.
    SetEngagement(Terms),
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
    /// Ask something of an account.
    Account(AccountId, AccountCommand),
    /// Callpoint itself: do what is due in the incident of the order.
    Due,
    /// Callpoint itself: record what became of a page of the incident of the order.
    PageHandled {
        /// The event that asked for it.
        page: Seq,
        /// What became of it.
        outcome: PageOutcome,
        /// The kind of the connector; empty where there is none.
        connector: String,
    },
}

impl IncidentCommand {
    /// Checks texts and times against their limits, and trims what people wrote.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(mut self, policy: &Policy, now: Time) -> Result<Self, Invalid> {
        match &mut self {
            Self::Message { text, .. } | Self::ProposeResolution { text } => trim("text", text)?,
            Self::Update(update) => update.check(now)?,
            Self::Assess { severity, reason } | Self::ProposeDowngrade { severity, reason, .. } => {
                known(policy, *severity)?;
                trim("reason", reason)?;
            }
            Self::Join { severity, text: words } | Self::SetSeverity { severity, reason: words } => {
                known(policy, *severity)?;
                *words = optional_text("text", words, TEXT_LIMIT)?;
            }
            Self::Dispute { reason }
            | Self::Reopen { reason }
            | Self::RefuseDowngrade { reason }
            | Self::Waive { reason, .. }
            | Self::ReleaseRole { reason, .. }
            | Self::Seal { reason } => trim("reason", reason)?,
            Self::Unseal { reason, title } => {
                trim("reason", reason)?;
                *title = parse_line("title", title, TITLE_LIMIT)?;
            }
            Self::Invite { name, .. } => *name = parse_line("name", name, TITLE_LIMIT)?,
            Self::Pause { until, reason } => {
                trim("reason", reason)?;
                if *until <= now {
                    return Err(Invalid::new("until", Constraint::Past));
                }
            }
            Self::AssignRole { role, .. } => {
                if !policy.roles.contains(role) {
                    return Err(Invalid::new("role", Constraint::Unknown));
                }
            }
            Self::SetWarRoom { url } => {
                *url = parse_line("url", url, TEXT_LIMIT)?;
                let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
                if host.is_none_or(str::is_empty) || url.contains(char::is_whitespace) {
                    return Err(Invalid::new("url", Constraint::Malformed));
                }
            }
            Self::Acknowledge {}
            | Self::Move { .. }
            | Self::Confirm {}
            | Self::AcceptDowngrade {}
            | Self::Follow {}
            | Self::Unfollow {}
            | Self::Read { .. }
            | Self::Merge { .. } => {}
        }
        Ok(self)
    }
}

impl AccountCommand {
    /// Checks times against what leaves a customer room to answer.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(self) -> Result<Self, Invalid> {
        let Self::SetEngagement(terms) = &self;
        terms.check()?;
        Ok(self)
    }
}

/// A severity that the scheme has.
fn known(policy: &Policy, severity: Severity) -> Result<(), Invalid> {
    policy.scheme.level(severity).map(|_| ()).ok_or(Invalid::new("severity", Constraint::Unknown))
}

fn trim(field: &'static str, text: &mut String) -> Result<(), Invalid> {
    *text = parse_text(field, text, TEXT_LIMIT)?;
    Ok(())
}

impl Update {
    fn check(&mut self, now: Time) -> Result<(), Invalid> {
        trim("text", &mut self.text)?;
        let widely = matches!(self.to, Visibility::Affected | Visibility::Public);
        for (field, time) in [("next_update", self.next_update), ("eta", self.eta)] {
            if time.is_some_and(|time| time <= now) {
                return Err(Invalid::new(field, Constraint::Past));
            }
            if time.is_some() && !widely {
                return Err(Invalid::new("to", Constraint::Unknown));
            }
        }
        if let Some(workaround) = &mut self.workaround {
            trim("workaround", workaround)?;
            if !widely {
                return Err(Invalid::new("to", Constraint::Unknown));
            }
        }
        if let Some(publish) = &mut self.publish {
            publish.title = parse_line("title", &publish.title, TITLE_LIMIT)?;
        }
        Ok(())
    }
}
