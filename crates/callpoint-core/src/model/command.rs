//! What somebody asks for. A command is typed and within its limits before the rules see it.

use serde::{Deserialize, Serialize};

pub use crate::model::audience::Visibility;

use crate::{
    model::{
        attachment::check_attachments,
        component::ComponentStatus,
        event::PageOutcome,
        id::{AccountId, AttachmentId, ComponentId, IncidentId, PersonId, Seq},
        incident::{Impact, Status},
        limits::{TEXT_LIMIT, TITLE_LIMIT, optional_text, parse_line, parse_text},
        opening::Opening,
        person::{Invitee, PersonRef},
        policy::{Policy, Terms},
        report::Report,
        severity::Severity,
        time::Time,
    },
    wire::error::{Constraint, Invalid},
};

/// A command on an incident: the body of `POST /v1/incidents/{id}/commands`. Each says first who may send it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentCommand {
    /// Staff and customers: post a message. A customer's goes to their own account and staff, whatever `to` says.
    Message {
        /// Markdown, 1 to 10,000 characters.
        text: String,
        /// Who can read it; ignored for customers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Visibility>,
        /// Files that the caller has uploaded, at most 10; each can be used once.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
    },
    /// Staff: acknowledge the incident, which meets the target for the first response.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Acknowledge {},
    /// Staff: record the vendor's own assessment of the severity.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Assess {
        /// The level in the vendor's judgement.
        severity: Severity,
        /// The reason; customers read it.
        reason: String,
    },
    /// Staff: change the status.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Move {
        /// `investigating`, `identified` or `monitoring`; `resolved` once every account was asked whether it is over.
        status: Status,
    },
    /// Staff: publish an update.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Update(Update),
    /// Staff: propose the incident as resolved, which asks each account with a stake to confirm.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    ProposeResolution {
        /// What was done. Markdown.
        text: String,
    },
    /// Customer: confirm the proposed resolution for their account.
    Confirm {},
    /// Customer: reject the proposed resolution, so that work continues.
    Dispute {
        /// What is not resolved.
        reason: String,
    },
    /// Customer: reopen the incident within the agreed number of days after it was closed for their account.
    Reopen {
        /// What is wrong again.
        reason: String,
    },
    /// Customer: add their account to those affected.
    Join {
        /// The severity that this account declares.
        severity: Severity,
        /// A comment in Markdown; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Customer: change the severity that their account declares.
    SetSeverity {
        /// The new declared severity.
        severity: Severity,
        /// The reason; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Customer: accept the lower severity that staff proposed.
    AcceptDowngrade {},
    /// Customer: refuse the lower severity that staff proposed.
    RefuseDowngrade {
        /// The reason.
        reason: String,
    },
    /// Customer: be listed among the followers of their account's stake.
    Follow {},
    /// Customer: be taken off the list of followers.
    Unfollow {},
    /// Reporter of a sealed incident, and security staff: give a colleague of their own side access to it.
    Invite(Invitee),
    /// Staff and customers: record how far they have read.
    Read {
        /// The last entry read.
        seq: Seq,
    },
    /// Staff: propose a lower severity to an account. Under `advisory` it applies at once.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    ProposeDowngrade {
        /// The account whose severity it is.
        account: AccountId,
        /// The proposed level, less severe than the one that counts now.
        severity: Severity,
        /// The reason; the account reads it.
        reason: String,
    },
    /// Staff: close the incident for an account without its answer, where its engagement allows that; executives, also
    /// where the account leads and has not answered for as long as its `silence_limit` says.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Waive {
        /// The account whose answer is waived.
        account: AccountId,
        /// The reason; the account reads it.
        reason: String,
    },
    /// Staff: take a role, or assign it to a colleague.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    AssignRole {
        /// One of the vendor's roles.
        role: String,
        /// The assignee; the caller if it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// Staff: take a role from whoever has it.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    ReleaseRole {
        /// One of the vendor's roles.
        role: String,
        /// The reason; only staff read it.
        reason: String,
    },
    /// Staff: set the address at which staff meet.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    SetWarRoom {
        /// An https address; only staff see it.
        url: String,
    },
    /// Staff: merge this incident into another, in which its stakes continue.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Merge {
        /// The incident that remains.
        into: IncidentId,
    },
    /// Staff: pause the response targets. The timeline says so.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Pause {
        /// When the targets run again.
        until: Time,
        /// The reason; customers read it.
        reason: String,
    },
    /// Staff: restrict the incident to its reporter, whom the reporter invites, and security staff.
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    Seal {
        /// Why it is confidential.
        reason: String,
    },
    /// Security staff: lift the restriction. Entries from before stay restricted.
    Unseal {
        /// Why it is no longer confidential.
        reason: String,
        /// The title from then on, since the old one may reveal what was confidential.
        title: String,
    },
}

/// An update about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Update {
    /// What is known and done, in Markdown.
    pub text: String,
    /// Who can read it.
    pub to: Visibility,
    /// The new status, if the update changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// When the next update is due. Needs a visibility of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// When the resolution is expected. Needs a visibility of `affected` or `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// A workaround in Markdown, shown to everybody who sees the incident. Needs a visibility of `affected` or
    /// `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// Title, impact and components of the incident for the public; required in the first public update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<Publish>,
}

/// What the public reads of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publish {
    /// The public title; never a customer's words unless staff chose them. 1 to 120 characters.
    pub title: String,
    /// How much the incident impairs the service.
    pub impact: Impact,
    /// The components that it affects.
    #[serde(default)]
    pub components: Vec<ComponentId>,
}

/// A command on a component: the body of `POST /v1/components/{id}/commands`.
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

/// A command on an account: the body of `POST /v1/accounts/{id}/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountCommand {
    /// Staff: set the terms for incidents that the account reports or joins from then on.
    SetEngagement(Terms),
}

/// A command of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Declare a report, which opens the incident named beside the command.
    Declare(Box<Report>),
    /// Staff: open the incident named beside the command themselves.
    Open(Box<Opening>),
    /// Change an incident.
    Incident(IncidentCommand),
    /// Change a component.
    Component(ComponentId, ComponentCommand),
    /// Change an account.
    Account(AccountId, AccountCommand),
    /// Callpoint itself: record what has become due in the incident named beside the command.
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
    /// Callpoint itself: somebody signed in with an address that was invited to the incident of the order.
    TakeUpInvitation {
        /// For which account.
        account: AccountId,
        /// The address.
        email: String,
        /// Who.
        who: PersonRef,
    },
    /// Callpoint itself: a reminder in the incident of the order was taken for somebody.
    ReminderDelivered {
        /// Of which account.
        account: AccountId,
        /// The entry that reminds.
        reminder: Seq,
        /// Whom.
        to: PersonRef,
    },
}

impl IncidentCommand {
    /// Checks texts and times against their limits, and trims what people wrote.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(mut self, policy: &Policy, now: Time) -> Result<Self, Invalid> {
        match &mut self {
            Self::Message { text, attachments, .. } => {
                trim("text", text)?;
                check_attachments(attachments)?;
            }
            Self::ProposeResolution { text } => trim("text", text)?,
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
            Self::Invite(invitee) => invitee.check()?,
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
    parse_text(field, text, TEXT_LIMIT).map(|parsed| *text = parsed)
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
