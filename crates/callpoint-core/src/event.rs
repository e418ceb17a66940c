//! What happened: the one append-only log is made of these, and a timeline's entries are these. An event carries
//! all that decides who may see it, so that sight never depends on when the log is read.

use serde::{Deserialize, Serialize};

use crate::{
    component::{Component, ComponentStatus},
    id::{AccountId, CommandId, ComponentId, IncidentId, PersonId, Seq},
    incident::{Impact, Status},
    person::{Account, Author, Viewer},
    report::Report,
    severity::Severity,
    time::Time,
};

/// How far an entry reaches, resolved to accounts when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Staff only.
    Internal,
    /// One account and staff.
    Account(AccountId),
    /// Every account that had a stake when it was written, and staff.
    Affected(Vec<AccountId>),
    /// Everybody.
    Public,
}

impl Audience {
    /// Whether it includes this account.
    #[must_use]
    pub fn reaches(&self, account: &AccountId) -> bool {
        match self {
            Self::Internal => false,
            Self::Account(one) => one == account,
            Self::Affected(all) => all.contains(account),
            Self::Public => true,
        }
    }

    fn includes(&self, viewer: &Viewer) -> bool {
        match viewer {
            Viewer::Staff { .. } => true,
            Viewer::Customer { account, .. } => self.reaches(account),
            Viewer::Anonymous => *self == Self::Public,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Its place in the log; what identifies an entry.
    pub seq: Seq,
    /// The command that caused it.
    pub command: CommandId,
    /// When.
    pub at: Time,
    /// Who.
    pub by: Author,
    /// The incident whose timeline it stands on; none for what concerns a component alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// How far it reaches.
    pub to: Audience,
    /// The reporter of a sealed incident: then only they and named staff see it, whatever its reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<PersonId>,
    /// What changed.
    pub change: Change,
}

/// What an event changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A component exists, or is described anew.
    ComponentDefined(Component),
    /// A component's status changed.
    ComponentMoved {
        /// Which.
        component: ComponentId,
        /// Its new status.
        status: ComponentStatus,
    },
    /// A report opened the incident.
    Declared {
        /// What people call the incident.
        reference: String,
        /// Whose stake this is.
        account: Account,
        /// What was declared.
        report: Box<Report>,
    },
    /// The incident became public. Carries all that everybody may know of it by now.
    Published(Face),
    /// Words: a message of a customer, or a reply or note of staff.
    Said {
        /// Markdown.
        text: String,
    },
    /// News for those it concerns.
    Updated {
        /// Markdown.
        text: String,
        /// The incident's status as it was given with the news.
        status: Status,
    },
    /// By when the next update comes, and by when an end is expected. Replaces the promise before.
    Promised {
        /// The update promise.
        next_update: Option<Time>,
        /// The expected end.
        eta: Option<Time>,
    },
    /// Staff have seen it.
    Acknowledged {},
    /// The vendor's own judgement of how bad it is.
    Assessed {
        /// The assessed severity.
        severity: Severity,
        /// Why, in words the customer sees.
        reason: String,
    },
    /// The status changed.
    Moved {
        /// The new status.
        status: Status,
    },
    /// The vendor proposes that it is over.
    Proposed {
        /// What was done. Markdown.
        text: String,
    },
    /// An account agrees that it is over.
    Confirmed {
        /// Whose key was turned.
        account: AccountId,
    },
    /// An account says that it is not.
    Disputed {
        /// Whose key was turned.
        account: AccountId,
        /// Why, in their words.
        reason: String,
    },
}

/// What everybody may know of a public incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Face {
    /// What people call the incident.
    pub reference: String,
    /// Its public title.
    pub title: String,
    /// How hard it hits.
    pub impact: Impact,
    /// Its status when it became public.
    pub status: Status,
    /// When it began.
    pub opened_at: Time,
    /// What it affects.
    pub components: Vec<ComponentId>,
    /// The update promise that stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// The expected end that stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// When it was resolved, if it was by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
}

impl Event {
    /// This event as these eyes may see it; `None` if they may not see it at all.
    ///
    /// The one gate: every event that leaves the log for a person or another system passes here. Seeing twice
    /// is seeing once.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Option<Self> {
        let unsealed = self.sealed.as_ref().is_none_or(|reporter| viewer.opens_seal(reporter));
        if !unsealed || !self.to.includes(viewer) {
            return None;
        }
        let mut seen = self.clone();
        if viewer.is_staff() {
            return Some(seen);
        }
        match (&mut seen.to, &seen.by) {
            (Audience::Affected(accounts), _) => accounts.retain(|account| viewer.account() == Some(account)),
            (Audience::Public, Author::Staff { .. } | Author::Customer { .. }) => seen.by = Author::Vendor,
            _ => {}
        }
        Some(seen)
    }
}
