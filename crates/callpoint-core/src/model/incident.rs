//! The shared thing: an incident's facts, and what somebody may know of them. Its timeline is the log's events.

use serde::{Deserialize, Serialize};

pub use crate::model::status::{Impact, Status};

use crate::{
    model::{
        event::PublicView,
        id::{AccountId, ComponentId, IncidentId, Seq},
        person::{Author, PersonRef, Seal},
        policy::SERVICE,
        severity::{RaiseCause, Severity},
        stake::Stake,
        time::Time,
    },
    rules::paging::Paging,
};

/// An incident's facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Incident {
    /// Its id: that of the report that opened it.
    pub id: IncidentId,
    /// What people call it: `NW-4127`.
    pub reference: String,
    /// The first reporter's words for staff, an account's own for those with a stake, the public title for others.
    pub title: String,
    /// What kind of trouble it is: `service`, or a class of the vendor's.
    #[serde(default = "service")]
    pub class: String,
    /// Whether it is a rehearsal.
    #[serde(default)]
    pub drill: bool,
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
    /// A rule's advice that it is worse than assessed; for staff to take or leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<SeveritySuggestion>,
    /// Who of staff first took it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Attribution>,
    /// Who does what.
    #[serde(default)]
    pub roles: Vec<RoleAssignment>,
    /// Where staff meet; an https address, for staff alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub war_room: Option<String>,
    /// The update promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update: Option<Time>,
    /// The expected end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<Time>,
    /// A workaround. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workaround: Option<String>,
    /// When the last update for all affected accounts was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_at: Option<Time>,
    /// What was due and did not come.
    #[serde(default)]
    pub overdue: Overdue,
    /// Until when targets are paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Time>,
    /// Whether so many accounts report it that each of them may know.
    #[serde(default)]
    pub others_affected: bool,
    /// The last entry that staff have read.
    #[serde(default)]
    pub staff_read_to: Seq,
    /// What staff say was done, while it is or was proposed that this is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// When the last key was turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    /// Its public face, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// The incident that it turned out to be the same as; that one goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentId>,
    /// Whom it is closed to, if it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// Where paging stands; for staff alone, so the widget's bundle does without reading it.
    #[cfg_attr(feature = "staff", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(not(feature = "staff"), serde(skip))]
    pub paging: Option<Box<Paging>>,
}

fn service() -> String {
    SERVICE.to_owned()
}

/// What was due and did not come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Overdue {
    /// Nobody of staff took it up in time.
    pub acknowledge: bool,
    /// The promised update did not come.
    pub promise: bool,
    /// No update came within the time that the level allows.
    pub update: bool,
    /// A top-level incident has no commander.
    pub commander: bool,
}

/// A role and who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleAssignment {
    /// The role.
    pub role: String,
    /// Who has it.
    pub by: PersonRef,
}

/// A rule's advice that an incident is worse than it was assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeveritySuggestion {
    /// How bad it should be taken for.
    pub severity: Severity,
    /// Why.
    pub cause: RaiseCause,
}

/// The vendor's own assessment of the severity.
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
pub struct Attribution {
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
    /// An incident of which nothing but this is known.
    #[must_use]
    pub fn bare(id: IncidentId, reference: String, title: String, opened_at: Time) -> Self {
        Self {
            id,
            reference,
            title,
            class: service(),
            drill: false,
            status: Status::Investigating,
            opened_at,
            components: Vec::new(),
            stakes: Vec::new(),
            assessment: None,
            advice: None,
            acknowledged: None,
            roles: Vec::new(),
            war_room: None,
            next_update: None,
            eta: None,
            workaround: None,
            last_update_at: None,
            overdue: Overdue::default(),
            paused_until: None,
            others_affected: false,
            staff_read_to: 0,
            resolution: None,
            resolved_at: None,
            publication: None,
            merged_into: None,
            seal: None,
            paging: None,
        }
    }

    /// An incident as everybody first meets it: by its public face alone.
    #[must_use]
    pub fn of_public_view(id: IncidentId, face: &PublicView) -> Self {
        Self {
            status: face.status,
            components: face.components.clone(),
            next_update: face.next_update,
            eta: face.eta,
            workaround: face.workaround.clone(),
            overdue: Overdue { promise: face.overdue, ..Overdue::default() },
            resolved_at: face.resolved_at,
            publication: Some(Publication { title: face.title.clone(), impact: face.impact }),
            ..Self::bare(id, face.reference.clone(), face.title.clone(), face.opened_at)
        }
    }

    /// Its public face as it is now; `None` while it has none.
    #[must_use]
    pub fn public_view(&self) -> Option<PublicView> {
        self.publication.as_ref().map(|publication| self.public_view_as(publication))
    }

    /// The public face that it would have under this title and impact.
    pub(crate) fn public_view_as(&self, publication: &Publication) -> PublicView {
        PublicView {
            reference: self.reference.clone(),
            title: publication.title.clone(),
            impact: publication.impact,
            status: self.status,
            opened_at: self.opened_at,
            components: self.components.clone(),
            next_update: self.next_update,
            eta: self.eta,
            workaround: self.workaround.clone(),
            overdue: self.overdue.promise,
            resolved_at: self.resolved_at,
        }
    }

    /// The stake of this account, if it has one.
    #[must_use]
    pub fn stake(&self, account: &AccountId) -> Option<&Stake> {
        self.stakes.iter().find(|stake| stake.account.id == *account)
    }

    pub(crate) fn stake_mut(&mut self, account: &AccountId) -> Option<&mut Stake> {
        self.stakes.iter_mut().find(|stake| stake.account.id == *account)
    }

    /// The assessed severity.
    #[must_use]
    pub fn assessed(&self) -> Option<Severity> {
        self.assessment.as_ref().map(|assessment| assessment.severity)
    }

    /// What drives paging and targets: the highest of what each stake amounts to. Where no account has a stake, the
    /// assessed one; `None` for an incident that nobody declared or assessed.
    #[must_use]
    pub fn effective_severity(&self) -> Option<Severity> {
        let stakes = self.stakes.iter().map(|stake| stake.effective(self.assessed()));
        stakes.reduce(Severity::worse).or(self.assessed())
    }

    /// How many accounts report it, without guests: anybody could be many of those.
    #[must_use]
    pub fn known_accounts(&self) -> usize {
        self.stakes.iter().filter(|stake| !stake.account.is_guest()).count()
    }

    /// Who has this role.
    #[must_use]
    pub fn holder(&self, role: &str) -> Option<&PersonRef> {
        self.roles.iter().find(|held| held.role == role).map(|held| &held.by)
    }

    /// Whether it is over, and every concern with it: each stake's key is turned.
    #[must_use]
    pub fn settled(&self) -> bool {
        !self.status.is_open()
            && self.merged_into.is_none()
            && self.stakes.iter().all(|stake| stake.closure.is_turned())
    }
}
