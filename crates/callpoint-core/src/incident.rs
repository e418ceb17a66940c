//! The shared thing: an incident's facts, and what somebody may know of them. Its timeline is the log's events.

use serde::{Deserialize, Serialize};

use crate::{
    event::Face,
    id::{AccountId, ComponentId, IncidentId, PersonId},
    person::{Account, Author, Viewer},
    report::Report,
    severity::Severity,
    text::{self, Key},
    time::Time,
};

/// Where the work stands. Names as the Statuspage API publishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The cause is looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// A fix is in and watched.
    Monitoring,
    /// Every stake's key is turned.
    Resolved,
    /// Resolved, and the story is written.
    Postmortem,
    /// Maintenance: announced.
    Scheduled,
    /// Maintenance: going on.
    InProgress,
    /// Maintenance: done and being checked.
    Verifying,
    /// Maintenance: over.
    Completed,
}

impl Status {
    /// Whether it is still going on (or, for maintenance, still to come).
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Postmortem | Self::Completed)
    }

    /// What people read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::Investigating => text::STATUS_INVESTIGATING,
            Self::Identified => text::STATUS_IDENTIFIED,
            Self::Monitoring => text::STATUS_MONITORING,
            Self::Resolved => text::STATUS_RESOLVED,
            Self::Postmortem => text::STATUS_POSTMORTEM,
            Self::Scheduled => text::STATUS_SCHEDULED,
            Self::InProgress => text::STATUS_IN_PROGRESS,
            Self::Verifying => text::STATUS_VERIFYING,
            Self::Completed => text::STATUS_COMPLETED,
        }
    }

    /// Whether it belongs to maintenance.
    #[must_use]
    pub const fn is_maintenance(self) -> bool {
        matches!(self, Self::Scheduled | Self::InProgress | Self::Verifying | Self::Completed)
    }
}

/// How hard a public incident hits. Names as the Statuspage API publishes them; the order is from none to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Nobody is hindered.
    None,
    /// Planned work.
    Maintenance,
    /// Slow or faulty.
    #[default]
    Minor,
    /// Out for some.
    Major,
    /// Out.
    Critical,
}

impl Impact {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::None => text::IMPACT_NONE,
            Self::Maintenance => text::IMPACT_MAINTENANCE,
            Self::Minor => text::IMPACT_MINOR,
            Self::Major => text::IMPACT_MAJOR,
            Self::Critical => text::IMPACT_CRITICAL,
        }
    }
}

/// An incident's facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Incident {
    /// Its id: that of the report that opened it.
    pub id: IncidentId,
    /// What people call it: `NW-4127`.
    pub reference: String,
    /// The reporter's words for those with a stake and for staff, the public title for others.
    pub title: String,
    /// Where the work stands.
    pub status: Status,
    /// When it began.
    pub opened_at: Time,
    /// What it affects.
    pub components: Vec<ComponentId>,
    /// Each account's part in it.
    pub stakes: Vec<Stake>,
    /// The vendor's own judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// Who of staff first took it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Signed>,
    /// The update promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// The expected end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// What staff say was done, while it is or was proposed that this is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// When the last key was turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    /// Its public face, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// The reporter of a sealed incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<PersonId>,
}

/// One account's part in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stake {
    /// Whose.
    pub account: Account,
    /// The declared severity.
    pub declared: Severity,
    /// Who declared it.
    pub reporter: PersonId,
    /// The name of who declared it.
    pub reporter_name: String,
    /// This account's key.
    pub closure: Closure,
    /// How often this account disputed a resolution.
    pub disputes: u32,
    /// Since when words of this account wait for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered_since: Option<Time>,
}

/// Where an account's key stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// Nothing was proposed, or it was disputed.
    Open,
    /// A resolution waits for this account's answer since then.
    Proposed(Time),
    /// This account agreed at that time.
    Confirmed(Time),
}

/// The vendor's own judgement of how bad it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// The assessed severity.
    pub severity: Severity,
    /// Why.
    pub reason: String,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signed {
    /// Who.
    pub by: Author,
    /// When.
    pub at: Time,
}

/// The proposal that it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resolution {
    /// What was done. Markdown.
    pub text: String,
    /// Who proposed it.
    pub by: Author,
    /// When.
    pub at: Time,
}

/// A public face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publication {
    /// The public title.
    pub title: String,
    /// How hard it hits.
    pub impact: Impact,
}

impl Incident {
    /// An incident as a report opens it.
    #[must_use]
    pub fn declared(id: IncidentId, reference: String, at: Time, report: &Report, stake: Stake) -> Self {
        Self {
            id,
            reference,
            title: report.title(),
            status: Status::Investigating,
            opened_at: at,
            components: report.component.iter().cloned().collect(),
            stakes: vec![stake],
            assessment: None,
            acknowledged: None,
            next_update: None,
            eta: None,
            resolution: None,
            resolved_at: None,
            publication: None,
            sealed: None,
        }
    }

    /// An incident as everybody first meets it: by its public face alone.
    #[must_use]
    pub fn faced(id: IncidentId, face: &Face) -> Self {
        Self {
            id,
            reference: face.reference.clone(),
            title: face.title.clone(),
            status: face.status,
            opened_at: face.opened_at,
            components: face.components.clone(),
            stakes: Vec::new(),
            assessment: None,
            acknowledged: None,
            next_update: face.next_update,
            eta: face.eta,
            resolution: None,
            resolved_at: face.resolved_at,
            publication: Some(Publication { title: face.title.clone(), impact: face.impact }),
            sealed: None,
        }
    }

    /// These facts as these eyes may know them; `None` if they may not know of it at all.
    #[must_use]
    pub fn seen_by(&self, viewer: &Viewer) -> Option<Self> {
        if self.sealed.as_ref().is_some_and(|reporter| !viewer.opens_seal(reporter)) {
            return None;
        }
        if viewer.is_staff() {
            return Some(self.clone());
        }
        let mut seen = self.clone();
        seen.stakes.retain(|stake| viewer.account() == Some(&stake.account.id));
        if !seen.stakes.is_empty() {
            return Some(seen);
        }
        seen.title = seen.publication.as_ref()?.title.clone();
        seen.assessment = None;
        seen.acknowledged = None;
        seen.resolution = None;
        Some(seen)
    }

    /// The stake of this account, if it has one.
    #[must_use]
    pub fn stake(&self, account: &AccountId) -> Option<&Stake> {
        self.stakes.iter().find(|stake| stake.account.id == *account)
    }

    /// What drives paging and targets: the highest of what was declared and what was assessed. `None` for an
    /// incident that nobody declared or assessed.
    #[must_use]
    pub fn effective_severity(&self) -> Option<Severity> {
        let declared = self.stakes.iter().map(|stake| stake.declared);
        declared.chain(self.assessment.as_ref().map(|a| a.severity)).reduce(Severity::worse)
    }

    /// Whether it is over, and every stake agreed.
    #[must_use]
    pub fn settled(&self) -> bool {
        !self.status.is_open() && self.stakes.iter().all(|stake| matches!(stake.closure, Closure::Confirmed(_)))
    }
}
